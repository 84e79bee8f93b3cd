#include "hosts/cli/made_up_comparison.h"

#include "core/score/draws.h"

namespace assay::cli {
namespace {

using namespace judge;

PolicyRun made_up_run(const std::string& name, double extra, double own, std::uint64_t key) {
    PolicyRun out{.name = name};
    for (std::uint32_t scenario = 0; scenario < 2; ++scenario)
        for (std::uint64_t seed = 1; seed <= 3; ++seed) {
            score::Draws world({scenario, seed}), noise({scenario, seed, key});
            for (std::uint32_t i = 0; i < 100; ++i) {
                Outcome o;
                o.parent = {scenario, seed, i};
                o.side = Side::buy;
                o.qty = 1000_qty;
                o.shortfall_bps =
                    0.8 + 2 * world.normal() + extra * (1 + scenario) + own * noise.normal();
                o.filled_share = 1 - 0.05 * noise.uniform();
                o.swept_share = 1 - o.filled_share;
                o.completion_seconds = 5 + 20 * (1 + extra) * noise.uniform();
                o.rounds = 1 + static_cast<int>(3 * noise.uniform());
                o.children = 2 * o.rounds;
                o.rejects = noise.uniform() < 0.2 ? 1 : 0;
                out.outcomes.push_back(o);
            }
        }
    return out;
}

void forecast(PolicyRun& run) {
    score::Draws random({17});
    for (int i = 0; i < 2000; ++i) {
        const double p = random.uniform();
        run.forecasts.filled.observe(p, random.uniform() < 0.1 + 0.8 * p ? 1 : 0);
        run.forecasts.in_time.observe(0.9, random.uniform() < 0.88 ? 1 : 0);
        run.forecasts.latency_ms.observe({20, 60, 140}, 100 * random.uniform());
        run.forecasts.latency.observe(random.uniform());
    }
    for (int i = 0; i < 12; ++i) {
        Snapshot s;
        for (int lp = 0; lp < 6; ++lp) {
            s.score.push_back(90 - 5 * lp + 6 * random.normal());
            s.true_cost_bps.push_back(lp);
        }
        run.snapshots.push_back(s);
    }
}

std::vector<LoggedParent> made_up_log(int n) {
    score::Draws random({23});
    std::vector<LoggedParent> log;
    for (int i = 0; i < n; ++i) {
        const bool plan = random.uniform() < 0.3;
        const double cost = 1 - 0.4 * plan;
        log.push_back({i / 50,
                       cost + random.normal(),
                       {{plan ? 0.3 : 0.7, plan ? 0.9 : 0.1, cost + 0.1, 0.74}}});
    }
    return log;
}

GamingCase made_up_case(const std::string& tactic, double share, int flagged) {
    std::vector<TwinDay> worlds;
    score::Draws random({29});
    for (int i = 0; i < 40; ++i)
        worlds.push_back({{share + 0.01 * random.normal(), 1}, {0.15 + 0.01 * random.normal(), 1}});
    return {tactic, 100, share_gain(worlds, 100, {.draws = 500}), flagged, 0};
}

}  // namespace

Comparison made_up_comparison() {
    std::vector<PolicyRun> runs = {made_up_run("split", 0.1, 0.4, 1),
                                   made_up_run("oracle", -0.15, 0.2, 2),
                                   made_up_run("probe-then-split", 0.1, 0.4, 3),
                                   made_up_run("uniform", 0.45, 0.5, 4),
                                   made_up_run("static", 1.3, 2, 5),
                                   made_up_run("<b>rogue</b>\x1b[2J", 0.7, 1, 6),
                                   made_up_run("learned", 0, 0.4, 7)};
    forecast(runs[0]);
    forecast(runs[1]);
    for (std::size_t i = 0; i < runs[4].outcomes.size(); i += 3)
        runs[4].outcomes[i].completion_seconds.reset();
    for (std::size_t i = 0; i < 7; ++i) runs[3].outcomes[i].shortfall_bps.reset();
    for (Outcome& o : runs[6].outcomes) o.parent.seed += 100;
    Comparison c = *compared(runs, {"linear leakage", "leakage on fills"}, "split", {.draws = 500});
    (void)answer_from_log(c, "oracle", made_up_log(3000), Question::whole_parent);
    (void)answer_from_log(c, "static", made_up_log(120), Question::deviate_once);
    c.gaming = {made_up_case("flash reject", 0.15, 40),
                made_up_case("<painted> improvement", 0.18, 39)};
    return c;
}

}  // namespace assay::cli
