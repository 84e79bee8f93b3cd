#include "hosts/cli/backtest_decisions.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fmt/format.h>
#include <set>

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
            for (const route::ChildOutcome& child : d.outcome->children)
                t.parent_of_child[child.child.number] = id;
        }
        t.parents.push_back(std::move(p));
    }
    return t;
}

// Moving it would leave the views of its parents behind.
backtest::ParentOf parent_of(const ToldDecisions& t) {
    return [&t](std::string_view cl_ord_id) -> std::optional<std::uint64_t> {
        std::uint64_t number = 0;
        if (!cl_ord_id.starts_with('C')) return std::nullopt;
        const char* last = cl_ord_id.data() + cl_ord_id.size();
        const auto [end, error] = std::from_chars(cl_ord_id.data() + 1, last, number);
        if (error != std::errc{} || end != last) return std::nullopt;
        const auto parent = t.parent_of_child.find(number);
        if (parent == t.parent_of_child.end()) return std::nullopt;
        return parent->second;
    };
}

void complete(std::vector<backtest::LoggedOrder>& orders, const ToldDecisions& t) {
    for (backtest::LoggedOrder& o : orders) {
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
