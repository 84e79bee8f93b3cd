#include "hosts/cli/backtest_run.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <fmt/format.h>
#include <set>

#include "hosts/cli/backtest_decisions.h"
#include "hosts/cli/did_you_mean.h"
#include "hosts/cli/duration_text.h"

namespace assay {
namespace {

using backtest::LoggedOrder;
using Told = ToldDecisions;

desk::DeskConfig desk_of(const Settings& settings, const BacktestPlan& plan) {
    desk::DeskConfig d;
    d.kernel = settings.config;
    d.parties = settings.parties;
    d.ranked = {plan.profile};
    if (plan.against) d.ranked.push_back(*plan.against);
    return d;
}

// Reads it all, showing each event to `before`, then to the desk, then to `after`.
template <class Before, class After>
Result<Replay> read(const Settings& settings, ReplayOptions options, const Calendars& calendars,
                    desk::Desk& desk, Before before, After after) {
    Settings own = settings;  // the guess of who is the LP starts afresh
    Calendars sessions = calendars;
    desk::Output out;
    options.threads = 1;
    options.dead_letter_file.clear();  // kept by assay score
    options.each = [&](const Event& event) {
        before(event);
        desk.take(event, out);
        out.clear();
        after(event);
    };
    return replay(own, options, sessions);
}

// --- what came out -------------------------------------------------------------------------------

judge::Outcome outcome(const std::vector<LoggedOrder>& orders, const backtest::Retold& r,
                       std::int64_t first_day) {
    const LoggedOrder& o = orders[r.order];
    judge::Outcome out;
    out.day = utc_day(o.at);
    out.parent = {0, static_cast<std::uint64_t>(out.day - first_day), r.order};
    out.side = o.side;
    out.qty = o.qty;
    return out;
}

std::vector<judge::PolicyRun> runs_of(const BacktestPlan& plan,
                                      const std::vector<LoggedOrder>& orders,
                                      const std::vector<backtest::Retold>& told) {
    std::vector<judge::PolicyRun> runs(plan.contenders.size() + 1);
    const std::int64_t first_day = told.empty() ? 0 : utc_day(orders[told.front().order].at);
    const auto put = [&](judge::PolicyRun& run, const backtest::Retold& r, double cost,
                         double filled, double rounds, double children, double seconds) {
        judge::Outcome o = outcome(orders, r, first_day);
        o.shortfall_bps = cost;
        o.filled_share = filled;
        o.swept_share = std::max(0.0, 1 - filled);
        o.completion_seconds = seconds;
        o.rounds = static_cast<int>(std::lround(rounds));
        o.children = static_cast<int>(std::lround(children));
        run.outcomes.push_back(o);
    };
    runs[0].name = kAsLogged;
    for (const backtest::Retold& r : told)
        put(runs[0], r, r.cost_bps, r.filled_share, r.rounds, r.children, r.seconds);
    for (std::size_t c = 0; c < plan.contenders.size(); ++c) {
        runs[c + 1].name = plan.contenders[c].name;
        for (const backtest::Retold& r : told) {
            const auto& other = r.others[c];
            put(runs[c + 1], r, other.cost_bps, other.filled_share, other.rounds, other.children,
                other.seconds);
        }
    }
    return runs;
}

void answer(const BacktestPlan& plan, const std::optional<Told>& told,
            const std::optional<OtherStandings>& standings, Backtest& b) {
    for (const backtest::Contender& c : plan.contenders) {
        judge::OffPolicy no;
        no.refused = judge::Refusal::no_propensity;
        if (!told) {
            no.why =
                "there are no decisions beside the log (--decisions FILE), so nothing says "
                "what else could have been sent";
        } else {
            const auto plans = backtest::plans_of(told->parents, c, standings->under(c.profile));
            no.why = plans.impossible;
            if (plans.impossible.empty()) {
                const auto found = judge::answer_from_log(b.replay, c.name, plans.parents,
                                                          judge::Question::whole_parent);
                if (found) {
                    auto once =
                        judge::off_policy(plans.parents, judge::Question::deviate_once, plan.how);
                    b.once.push_back({c.name, std::move(once), judge::Conclusion::refused});
                    continue;
                }
                no.why = found.error().text();
            }
        }
        b.replay.logged.push_back({c.name, no, judge::Conclusion::refused});
        no.question = judge::Question::deviate_once;
        b.once.push_back({c.name, no, judge::Conclusion::refused});
    }
}

void recommend(const BacktestPlan& plan, const std::optional<Told>& told,
               const std::optional<OtherStandings>& standings, Backtest& b) {
    for (std::size_t i = 0; i < plan.contenders.size(); ++i) {
        const backtest::Contender& c = plan.contenders[i];
        // Only what learns from its own log needs a second opinion unasked.
        if (c.policy != route::PolicyId::bandit && !plan.asked_compare) continue;
        const std::string name(route::policy(c.policy).name);
        judge::LoggedAnswer answer = b.replay.logged[i];
        answer.policy = name;
        const std::string trader = b.traded_by.empty() ? "split" : b.traded_by;
        if (told) against_the_trader(plan, *told, *standings, c, trader, answer);
        const auto compared = plan.compared.find(name);
        auto r = judge::recommendation(
            answer,
            compared == plan.compared.end() ? std::nullopt : std::optional(compared->second),
            trader);
        r.policy = c.name;
        b.recommendations.push_back(std::move(r));
    }
}

std::vector<std::string> biases_of(const Backtest& b, const BacktestPlan& plan) {
    std::vector<std::string> out = {
        "Censoring: an order that was filled in full only says \"at least so much\". What an LP "
        "would have given beyond it is drawn from what the whole log says of its capacity.",
        "Own impact: the log holds only that of what was really sent. It is taken out and that of "
        "the other policy put in, both as the scorecard believes them, for each lot sent.",
        "Reaction: LPs answer here as they did in the log. One that is sent more, or other flow, "
        "may look at it longer, reject more or price it worse.",
        "Selection: an LP was seen only where it was routed to. Where it was not, it is believed "
        "to be like itself elsewhere, or like its peers."};
    out.push_back(
        "Learning: every policy decides by what the log taught the scorecard. Trading by "
        "itself it would have sent other orders, and learnt other things.");
    if (b.rounds > 1)
        out.push_back(
            "Latency: answers take each LP's mean round trip, so the market of the log "
            "is met at moments that are not those of the other policy.");
    for (const backtest::Contender& c : plan.contenders)
        if (c.policy == route::PolicyId::limit_or_market)
            out.push_back(
                "limit-or-market: a log says nothing of its place in a queue, so nothing "
                "rests and it is the split.");
    return out;
}

Result<void> tables_known(const BacktestPlan& plan, const std::vector<std::string>& lps) {
    const std::vector<std::string_view> names(lps.begin(), lps.end());
    for (const backtest::Contender& c : plan.contenders)
        for (const std::string& lp : c.table)
            if (!std::binary_search(lps.begin(), lps.end(), lp))
                return fail(fmt::format("{}: no order of the log went to an LP \"{}\"{}", c.name,
                                        lp, did_you_mean(lp, names)));
    return {};
}

}  // namespace

Result<Backtest> run_backtest(const BacktestPlan& plan, Settings settings, ReplayOptions options,
                              const Calendars& calendars, const BacktestProgress& progress) {
    Backtest b;
    auto decisions = told_decisions(plan, options);
    if (!decisions) return std::unexpected(decisions.error());
    const std::optional<Told>& log = *decisions;
    std::uint64_t bytes = 0, messages = 0;
    options.progress = [&](std::uint64_t read, std::uint64_t n) {
        if (progress) progress(bytes + read, messages + n);
    };

    desk::Desk hindsight(desk_of(settings, plan), 1);
    backtest::OrdersOfLog collected;
    auto first = read(
        settings, options, calendars, hindsight,
        [&](const Event& e) { collected.before(e, hindsight); },
        [&](const Event& e) { collected.after(e, hindsight); });
    if (!first) return std::unexpected(first.error());
    bytes = first->health.bytes.read;
    messages = first->health.messages.read;
    b.health = std::move(first->health);
    b.assumptions = std::move(first->assumptions);
    if (log && log->file.bytes_cut_off > 0)
        b.assumptions.push_back(
            fmt::format("{} ends inside a record: its last {} bytes are left out", log->path,
                        log->file.bytes_cut_off));
    auto children = collected.finish(hindsight);
    if (log)
        if (auto ok = of_this_log(*log, children); !ok) return std::unexpected(ok.error());
    b.children = static_cast<std::int64_t>(children.size());
    std::set<std::string> names, symbols;
    for (const backtest::LoggedChild& c : children) names.insert(c.lp), symbols.insert(c.symbol);
    const std::vector<std::string> lps(names.begin(), names.end());
    b.lps = static_cast<std::int64_t>(lps.size());
    b.symbols = static_cast<std::int64_t>(symbols.size());
    if (auto ok = tables_known(plan, lps); !ok) return std::unexpected(ok.error());
    auto orders = backtest::orders_of(std::move(children), plan.gap,
                                      log ? parent_of(*log) : backtest::ParentOf());
    if (orders.empty())
        return fail(
            "no orders were found in the input (NewOrderSingle, 35=D): there is nothing to "
            "work again");
    if (log) complete(orders, *log);
    std::uint32_t longest = 1;
    for (const LoggedOrder& o : orders) {
        longest = std::max(longest, o.rounds);
        b.from = known(b.from) ? std::min(b.from, o.at) : o.at;
        b.to = std::max(b.to, o.at);
    }
    b.rules = plan.rules;
    b.rules.rounds = b.rounds = plan.rounds.value_or(std::min(longest, kMostRounds));

    desk::Desk desk(desk_of(settings, plan), 1);
    backtest::WhatIf what_if(b.rules, plan.contenders, lps, orders, hindsight);
    std::optional<backtest::Reranker> reranker;
    if (plan.against)
        reranker.emplace(plan.profile, *plan.against, lps, orders,
                         plan.rules.sweep_bps_per_sqrt_lot);
    std::optional<OtherStandings> standings;
    if (log) standings.emplace(plan, lps, *log);
    const auto pass = [&](Nanos t) {
        what_if.pass(t, desk);
        if (reranker) reranker->pass(t, desk);
        if (standings) standings->pass(t, desk);
    };
    auto second = read(
        settings, options, calendars, desk, [&](const Event& e) { pass(e.at); },
        [](const Event&) {});
    if (!second) return std::unexpected(second.error());
    pass(Nanos{INT64_MAX});

    b.orders = static_cast<std::int64_t>(what_if.told().size());
    b.without_quote = static_cast<std::int64_t>(what_if.without_quote());
    if (what_if.told().empty())
        return fail(
            fmt::format("none of the {} orders has a quote at its start: give --quotes, or "
                        "logs with market data (35=W, X)",
                        orders.size()));
    for (const backtest::Retold& r : what_if.told()) {
        b.replayed_bps += r.cost_bps / static_cast<double>(b.orders);
        b.paid_bps += r.paid_bps.value_or(r.cost_bps) / static_cast<double>(b.orders);
    }
    auto compared =
        judge::compared(runs_of(plan, orders, what_if.told()), {"the log"}, kAsLogged, plan.how);
    if (!compared) return std::unexpected(compared.error());
    b.replay = std::move(*compared);
    b.replay.how = plan.how;
    b.decisions_from = log ? log->path : "";
    b.traded_by = log ? traded_by(*log) : "";
    b.orders_are = log ? "parents as the decisions name them"
                   : plan.gap.ns > 0
                       ? fmt::format(
                             "runs of child orders of one symbol and side, no more than {} "
                             "apart, since the log names no parents",
                             format_duration(plan.gap))
                       : "child orders, each by itself";
    answer(plan, log, standings, b);
    if (reranker) b.reranking = reranker->result(plan.how);
    recommend(plan, log, standings, b);
    b.biases = biases_of(b, plan);
    return b;
}

}  // namespace assay
