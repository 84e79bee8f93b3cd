#include "hosts/cli/comparison_run.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <mutex>

#include "core/route/net_cost.h"
#include "core/sim/sweep.h"
#include "core/sim/trading.h"
#include "hosts/cli/did_you_mean.h"
#include "hosts/cli/in_parallel.h"
#include "hosts/cli/traded_outcome.h"

namespace assay {
namespace {

using sim::WorldConfig;

struct ScenarioRow {
    std::string_view name, says;
    Model model;
    void (*change)(WorldConfig&);
};
constexpr ScenarioRow kScenarios[] = {
    {"linear", "every lot sent moves the market alike, as the router takes for granted",
     Model::the_routers_own, [](WorldConfig& w) { w.leakage = {}; }},
    {"concave", "leakage grows as the square root of the lots sent", Model::another,
     [](WorldConfig& w) { w.leakage = {.model = sim::LeakModel::concave}; }},
    {"on-fills", "only what is filled leaks", Model::another,
     [](WorldConfig& w) { w.leakage = {.model = sim::LeakModel::on_fills}; }},
    {"delayed", "the market moves five seconds after the answer", Model::another,
     [](WorldConfig& w) { w.leakage = {.delay = {5'000'000'000}}; }},
    {"fading", "half of what leaks fades, with a half-life of 30 s", Model::another,
     [](WorldConfig& w) { w.leakage = {.permanent_share = .5}; }},
    {"no-leakage", "nothing leaks", Model::the_routers_own,
     [](WorldConfig& w) {
         w.leakage = {};
         for (sim::LpConfig& lp : w.lps) lp.nature.leak_bps = 0;
     }},
    {"correlated", "LPs run dry together", Model::another,
     [](WorldConfig& w) { w.capacity_correlation = .5; }},
    {"informed", "after one parent in five the market goes its way", Model::another,
     [](WorldConfig& w) { w.parents.informed_share = .2; }},
};

// One desk in one world.
struct Job {
    std::uint32_t contender{}, scenario{};
    std::uint64_t seed{};
};
struct Done {
    std::vector<judge::Outcome> outcomes;
    judge::Forecasts forecasts;
    std::vector<judge::Snapshot> snapshots;
};

sim::TradingConfig trading_of(const ComparisonPlan& plan, const Job& job) {
    const Contender& contender = plan.contenders[job.contender];
    sim::TradingConfig config;
    config.world = plan.scenarios[job.scenario].world;
    config.world.parents.most = plan.parents;
    // Time enough for all to arrive: the mean, and ten standard deviations.
    const double n = static_cast<double>(plan.parents);
    const double seconds = config.world.parents.mean_gap_s * (n + 10 * std::sqrt(n) + 10);
    config.world.length = {static_cast<std::int64_t>(seconds * 1e9)};
    config.desk = sim::desk_for(config.world, plan.profile);
    config.orders.policy = contender.policy;
    config.orders.profile = plan.profile;
    if (contender.policy != route::PolicyId::static_table) return config;
    std::vector<route::LpId>& table = config.desk.router.static_tables[""];
    const auto add = [&](const std::string& name) {
        for (std::uint32_t i = 0; i < config.world.lps.size(); ++i)
            if (config.world.lps[i].name == name) table.push_back({i});
    };
    for (const std::string& name : contender.table) add(name);
    if (table.empty()) add(best_in_the_long_run(config.world));
    return config;
}

Done work(const ComparisonPlan& plan, const Job& job,
          const std::function<void(std::uint64_t)>& more) {
    sim::Trading trading(trading_of(plan, job), job.seed);
    std::size_t told = 0;
    while (trading.parents().size() < plan.parents && trading.step()) {
        if (trading.parents().size() < told + 50) continue;
        more(trading.parents().size() - told);
        told = trading.parents().size();
    }
    more(plan.parents - told);
    Done done;
    const Qty lot = plan.scenarios[job.scenario].world.market.lot;
    for (const sim::TradedParent& p : trading.parents()) {
        done.outcomes.push_back(outcome_of(p, {job.scenario, job.seed, p.number}, lot));
        if (!p.refused)
            done.forecasts.in_time.observe(p.predicted_complete, p.swept_lots > 0 ? 0 : 1);
    }
    for (const sim::TradedChild& c : trading.children())
        done.forecasts.filled.observe(c.predicted_full, c.filled_lots > c.lots - 0.5 ? 1 : 0);
    // Of latency the desk's own forecasts, each scored before it was learnt from.
    for (const Kernel* k : trading.desk().shards())
        for (const Foresight::Lp& lp : k->foresight().lps()) {
            const ForecastScores* seen = k->foresight().scores(lp);
            if (seen == nullptr) continue;
            for (std::size_t q = 0; q < seen->latency.sum.size(); ++q)
                done.forecasts.latency_ms.sum[q] += 1e-6 * seen->latency.sum[q];
            done.forecasts.latency_ms.n += seen->latency.n;
            done.forecasts.latency.merge(seen->latency_pit);
        }
    for (const sim::TradedSnapshot& s : trading.snapshots())
        done.snapshots.push_back({s.score, s.true_cost_bps});
    return done;
}

std::vector<Done> worked(const ComparisonPlan& plan, const std::vector<Job>& jobs,
                         const ComparisonProgress& progress) {
    std::vector<Done> done(jobs.size());
    std::mutex one;
    std::uint64_t parents = 0;
    const std::uint64_t all = jobs.size() * plan.parents;
    const auto more = [&](std::uint64_t n) {
        const std::lock_guard lock(one);
        parents += n;
        if (progress) progress(parents, all);
    };
    in_parallel(jobs.size(), plan.threads,
                [&](std::size_t i) { done[i] = work(plan, jobs[i], more); });
    return done;
}

void say_what_it_is(const ComparisonPlan& plan, judge::Comparison& c) {
    c.about = "Made-up markets with made-up LPs: no evidence about a real one.";
    std::vector<std::string> says;
    for (const Scenario& s : plan.scenarios)
        if (s.model == Model::another)
            says.push_back(
                fmt::format("{}: {}; the router's model of costs is another one", s.name, s.says));
        else
            says.push_back(
                fmt::format("{}: {}; the router's own model, which flatters what "
                            "estimates it",
                            s.name, s.says));
    for (const Contender& contender : plan.contenders) {
        if (contender.policy == route::PolicyId::oracle)
            says.push_back(
                "oracle: knows the true parameters, not the luck, and looks one round "
                "ahead: a reference, not a bound");
        else if (route::policy(contender.policy).use == route::Use::truth)
            says.push_back(
                fmt::format("{}: {}, which only a simulation can; beside split it says "
                            "what that is worth",
                            contender.name, route::policy(contender.policy).says));
        if (contender.policy != route::PolicyId::static_table) continue;
        if (!contender.table.empty()) {
            says.push_back(
                fmt::format("{}: the table {}", contender.name, fmt::join(contender.table, ", ")));
            continue;
        }
        for (const Scenario& s : plan.scenarios)
            says.push_back(fmt::format(
                "{}, {}: no table was given; all goes to {}, which the truth says is cheapest "
                "before anything drifts",
                contender.name, s.name, best_in_the_long_run(s.world)));
    }
    c.says.insert(c.says.begin(), says.begin(), says.end());
    std::vector<std::string_view> turned;
    for (const judge::PolicyForecasts& p : c.policies)
        if (p.agreement && p.agreement->spearman.mean < 0) turned.push_back(p.policy);
    if (!turned.empty())
        c.says.push_back(
            fmt::format("Spearman below 0 ({}): by their scores LPs stand the other way round than "
                        "by what they "
                        "truly cost. A score says how surely, fast and improved an LP fills; the "
                        "cost weighs what "
                        "each lot leaks on all that is left of the parent (docs/router.md, Score "
                        "against truth)",
                        fmt::join(turned, ", ")));
}

}  // namespace

std::vector<std::string_view> scenario_names() {
    std::vector<std::string_view> names;
    for (const ScenarioRow& row : kScenarios) names.push_back(row.name);
    return names;
}

Result<Scenario> scenario_named(std::string_view name, const WorldConfig& base) {
    for (const ScenarioRow& row : kScenarios) {
        if (row.name != name) continue;
        Scenario s{std::string(row.name), std::string(row.says), row.model, base};
        row.change(s.world);
        return s;
    }
    const auto names = scenario_names();
    return fail(fmt::format("\"{}\" is none of {}{}", name, fmt::join(names, ", "),
                            did_you_mean(name, names)));
}

Result<Contender> contender_of(std::string_view text, const std::vector<sim::LpConfig>& lps) {
    const auto equals = text.find('=');
    Contender c{std::string(text), {}, {}};
    const std::string_view name = text.substr(0, equals);
    const auto id = route::policy_named(name);
    if (!id) {
        std::vector<std::string_view> names;
        for (const route::Policy& p : route::policies()) names.push_back(p.name);
        return fail(fmt::format("there is no policy \"{}\"{}", name, did_you_mean(name, names)));
    }
    c.policy = *id;
    if (equals == text.npos) return c;
    if (*id != route::PolicyId::static_table)
        return fail(fmt::format("\"{}\": only static has a table of LPs", text));
    std::vector<std::string_view> known;
    for (const sim::LpConfig& lp : lps) known.push_back(lp.name);
    for (std::string_view rest = text.substr(equals + 1);;) {
        const std::string_view lp = rest.substr(0, rest.find(','));
        if (std::find(known.begin(), known.end(), lp) == known.end())
            return fail(
                fmt::format("\"{}\": there is no LP \"{}\"{}", text, lp, did_you_mean(lp, known)));
        c.table.emplace_back(lp);
        if (lp.size() == rest.size()) return c;
        rest.remove_prefix(lp.size() + 1);
    }
}

std::string best_in_the_long_run(const WorldConfig& world) {
    constexpr auto kNormal = static_cast<std::size_t>(Regime::normal);
    const double lots = 0.5 * (world.parents.least_lots + world.parents.most_lots);
    const double half = 0.5 * world.market.spread_bps[kNormal];
    const double sigma = world.market.sigma[kNormal];
    std::string best;
    double least = 0;
    for (const sim::LpConfig& lp : world.lps) {
        const sim::LpTruth t = sim::truth_of(lp.nature, lp.habits, lots, sigma, half);
        const double filled = t.expected_fill();
        const double cost = filled * t.cost_bps() + lots * t.nature.leak_bps * 0.5 * lots +
                            (lots - filled) * (half + sim::kSweepBps * std::sqrt(lots));
        if (!best.empty() && cost >= least) continue;
        best = lp.name;
        least = cost;
    }
    return best;
}

Result<judge::Comparison> run_comparison(const ComparisonPlan& plan,
                                         const ComparisonProgress& progress) {
    std::vector<Job> jobs;  // by seed first: what is slow is spread over the threads
    for (std::uint32_t s = 0; s < plan.scenarios.size(); ++s)
        for (std::uint64_t n = 0; n < plan.seeds; ++n)
            for (std::uint32_t c = 0; c < plan.contenders.size(); ++c)
                jobs.push_back({c, s, plan.first_seed + n});
    const std::vector<Done> done = worked(plan, jobs, progress);
    std::vector<judge::PolicyRun> runs;
    for (const Contender& c : plan.contenders) runs.push_back({.name = c.name});
    for (std::size_t i = 0; i < jobs.size(); ++i) {
        judge::PolicyRun& run = runs[jobs[i].contender];
        const Done& d = done[i];
        run.outcomes.insert(run.outcomes.end(), d.outcomes.begin(), d.outcomes.end());
        run.forecasts.merge(d.forecasts);
        run.snapshots.insert(run.snapshots.end(), d.snapshots.begin(), d.snapshots.end());
    }
    std::vector<std::string> names;
    for (const Scenario& s : plan.scenarios) names.push_back(s.name);
    auto compared = judge::compared(runs, names, plan.reference, {.seed = plan.first_seed});
    if (compared) say_what_it_is(plan, *compared);
    return compared;
}

}  // namespace assay
