#include "hosts/cli/backtest_decisions.h"

#include <algorithm>
#include <filesystem>
#include <fmt/format.h>
#include <set>

#include "core/desk/child_wire.h"
#include "core/units/decimal.h"
#include "hosts/cli/iso_time.h"

namespace assay {
namespace {

std::string decisions_path(const BacktestPlan& plan, const ReplayOptions& options) {
    if (!plan.decisions.empty()) return plan.decisions;
    std::error_code error;
    for (const std::string& input : options.inputs) {
        const auto path = std::filesystem::path(input) / std::string(kDecisionsName);
        if (std::filesystem::is_regular_file(path, error)) return path.string();
    }
    return {};
}

}  // namespace

Result<std::optional<ToldDecisions>> told_decisions(const BacktestPlan& plan,
                                                    const ReplayOptions& options) {
    const std::string path = decisions_path(plan, options);
    if (path.empty()) return std::nullopt;
    auto file =
        plan.kept_decisions ? Result<DecisionsFile>(*plan.kept_decisions) : read_decisions(path);
    if (!file) return std::unexpected(file.error());
    if (file->parents.empty()) return fail(fmt::format("{}: holds no parent orders", path));
    ToldDecisions t{path, std::move(*file), {}, {}};
    for (const auto& [id, story] : t.file.parents) {
        backtest::LoggedParent p{id, {}, story.end ? story.end->cost_bps : std::nullopt};
        for (const route::Decision& d : story.decisions) {
            p.decisions.push_back(&d);
            if (!d.outcome) continue;
            const auto& children = d.outcome->children;
            for (std::size_t i = 0; i < children.size(); ++i)
                if (children[i].refused.empty()) t.children[children[i].child.number] = {id, &d, i};
        }
        t.parents.push_back(std::move(p));
    }
    return t;
}

namespace {

const ToldDecisions::Child* told_of(const ToldDecisions& t, const backtest::LoggedChild& c) {
    const auto number = desk::child_named(c.cl_ord_id);
    if (!number) return nullptr;
    const auto it = t.children.find(number->number);
    return it == t.children.end() ? nullptr : &it->second;
}

std::string lp_of(const route::DecisionInputs& in, route::LpId lp) {
    for (const route::CandidateRecord& c : in.candidates)
        if (c.known.lp == lp) return c.name;
    return {};
}

}  // namespace

backtest::ParentOf parent_of(const ToldDecisions& t) {
    return [&t](const backtest::LoggedChild& child) -> std::optional<std::uint64_t> {
        const ToldDecisions::Child* told = told_of(t, child);
        if (told == nullptr) return std::nullopt;
        return told->parent;
    };
}

Result<void> of_this_log(const ToldDecisions& t, std::span<const backtest::LoggedChild> log) {
    std::size_t in_common = 0;
    for (const backtest::LoggedChild& c : log) {
        const ToldDecisions::Child* told = told_of(t, c);
        if (told == nullptr) continue;
        ++in_common;
        const route::DecisionInputs& in = told->decision->inputs;
        const route::ChildOutcome& o = told->decision->outcome->children[told->place];
        const std::string lp = lp_of(in, o.lp);
        if (c.symbol == in.symbol && c.side == in.side && c.qty == o.qty && c.lp == lp &&
            c.sent >= in.at)
            continue;
        return fail(fmt::format(
            "{}: its decisions are of another day than the log: {} is {} {} {} for {} at {} there, "
            "and {} {} {} for {} at {} in the log. Name the decisions that were written with it",
            t.path, c.cl_ord_id, text(in.side), to_text(o.qty), in.symbol, lp, cli::iso_time(in.at),
            text(c.side), to_text(c.qty), c.symbol, c.lp, cli::iso_time(c.sent)));
    }
    if (in_common == 0)
        return fail(
            fmt::format("{}: none of its orders is in the log: its decisions are of another "
                        "day, or of another desk",
                        t.path));
    return {};
}

void complete(std::vector<backtest::LoggedOrder>& orders, const ToldDecisions& t) {
    for (backtest::LoggedOrder& o : orders) {
        // One that is only counted bears the number of some parent by chance.
        if (o.children.empty() || told_of(t, o.children.front()) == nullptr) continue;
        const auto story = t.file.parents.find(o.number);
        if (story == t.file.parents.end() || !story->second.order) continue;
        o.qty = story->second.order->qty;
        if (known(story->second.order->starts)) o.at = story->second.order->starts;
    }
    std::stable_sort(orders.begin(), orders.end(),
                     [](const auto& a, const auto& b) { return a.at < b.at; });
}

// "split", where all of it was traded by one policy under one profile.
std::string traded_by(const ToldDecisions& t) {
    std::set<std::string> all;
    for (const auto& [id, story] : t.file.parents)
        for (const route::Decision& d : story.decisions)
            all.insert(std::string(route::policy(d.inputs.policy).name));
    return all.size() == 1 ? *all.begin() : "";
}

void against_the_trader(const BacktestPlan& plan, const ToldDecisions& told,
                        const OtherStandings& standings, const backtest::Contender& c,
                        const std::string& trader, judge::LoggedAnswer& answer) {
    const auto policy = route::policy_named(trader);
    if (!policy || answer.estimate.refused || !answer.estimate.dr || *policy == c.policy) return;
    const backtest::Contender other{trader, *policy, c.profile, {}};
    const auto of = [&](const backtest::Contender& who) {
        return backtest::plans_of(told.parents, who, standings.under(who.profile)).parents;
    };
    const auto ours = of(c), theirs = of(other);
    const judge::OffPolicy base =
        judge::off_policy(theirs, judge::Question::whole_parent, plan.how);
    if (base.refused || ours.size() != theirs.size()) {
        answer.estimate.refused = base.refused.value_or(judge::Refusal::few);
        answer.estimate.why = fmt::format("of {}, which traded it, {}", trader, base.why);
        return;
    }
    std::vector<double> differences;
    std::vector<judge::Stretch> days;
    for (std::size_t i = 0; i < ours.size(); ++i) {
        const auto value = [](const judge::LoggedParent& p) {
            return judge::weighted({&p, 1}, judge::Question::whole_parent).dr;
        };
        const auto a = value(ours[i]), z = value(theirs[i]);
        if (!a || !z) continue;
        if (days.empty() || ours[i].day != ours[i - 1].day)
            days.push_back({differences.size(), differences.size(), 0});
        differences.push_back(*a - *z);
        days.back().last = differences.size();
    }
    const auto mean = judge::bootstrapped_mean(differences, days, judge::unit_of(days), plan.how);
    answer.estimate.dr->difference = mean.mean;
    answer.estimate.dr->difference_interval = mean.interval;
}

}  // namespace assay
