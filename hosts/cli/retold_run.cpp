#include "hosts/cli/retold_run.h"

#include <fmt/format.h>
#include <mutex>

#include "hosts/cli/in_parallel.h"
#include "hosts/cli/traded_outcome.h"

namespace assay {
namespace {

struct Teller {
    std::string name;
    route::PolicyId policy{};
    std::vector<route::LpId> table;
};

std::vector<Teller> contenders_of(const sim::Script& s) {
    std::vector<Teller> all;
    for (const route::Policy& p : route::policies()) {
        // One that knows the truth is enough to hold the others against.
        if (p.use == route::Use::truth && p.id != route::PolicyId::oracle) continue;
        if (p.id != route::PolicyId::static_table || p.id == s.parent.policy)
            all.push_back({std::string(p.name), p.id, s.table});
    }
    for (std::uint32_t i = 0; i < s.long_run.lps.size(); ++i)
        all.push_back(
            {"static " + s.long_run.lps[i].lp, route::PolicyId::static_table, {route::LpId{i}}});
    return all;
}

struct Told {
    std::vector<sim::TradedParent> traded;  // by contender
    std::vector<TrueLp> truth;
};

std::vector<TrueLp> truth_of(const sim::Script& s, const sim::WorldConfig& world) {
    std::vector<TrueLp> all;
    const double lots = as_double(s.long_run.child) / as_double(s.parent.lot);
    const double half = world.market.spread_bps[0] / 2;
    for (const sim::LpConfig& lp : world.lps) {
        const sim::LpTruth t =
            sim::truth_of(lp.nature, lp.habits, lots, world.market.sigma[0], half);
        all.push_back({lp.name, t.expected_fill() / lots, t.cost_bps(), lots * lp.nature.leak_bps});
    }
    return all;
}

void add(std::vector<TrueLp>& sum, const std::vector<TrueLp>& one, double weight) {
    sum.resize(one.size());
    for (std::size_t i = 0; i < one.size(); ++i) {
        sum[i].name = one[i].name;
        sum[i].fill += weight * one[i].fill;
        sum[i].paid_bps += weight * one[i].paid_bps;
        sum[i].impact_bps += weight * one[i].impact_bps;
    }
}

}  // namespace

Result<Retold> retold(const sim::Script& script, const RetoldPlan& plan,
                      const RetoldProgress& progress) {
    const auto retelling = sim::Retelling::of(script);
    if (!retelling) return std::unexpected(retelling.error());
    const std::vector<Teller> contenders = contenders_of(script);
    constexpr sim::LpsDrawn kBlocks[] = {sim::LpsDrawn::around_the_history,
                                         sim::LpsDrawn::at_random};
    std::vector<Told> done(std::size(kBlocks) * plan.seeds);
    std::mutex one;
    std::uint64_t worked = 0;
    in_parallel(done.size(), plan.threads, [&](std::size_t i) {
        const sim::RetoldWorld world =
            retelling->world(kBlocks[i / plan.seeds], plan.first_seed + i % plan.seeds);
        for (const Teller& c : contenders)
            done[i].traded.push_back(retelling->trade(world, c.policy, c.table));
        done[i].truth = truth_of(script, world.config);
        const std::lock_guard lock(one);
        worked += contenders.size();
        if (progress) progress(worked, done.size() * contenders.size());
    });

    Retold out{std::string(route::policy(script.parent.policy).name),
               plan.first_seed,
               plan.seeds,
               retelling->sigma_bps(),
               {}};
    for (std::size_t b = 0; b < std::size(kBlocks); ++b) {
        std::vector<judge::PolicyRun> runs;
        for (const Teller& c : contenders) runs.push_back({.name = c.name});
        RetoldBlock block{kBlocks[b], {}, {}};
        for (std::uint64_t n = 0; n < plan.seeds; ++n) {
            const Told& d = done[b * plan.seeds + n];
            for (std::size_t c = 0; c < contenders.size(); ++c)
                runs[c].outcomes.push_back(
                    outcome_of(d.traded[c], {0, plan.first_seed + n, 0}, script.parent.lot));
            add(block.truth, d.truth, 1.0 / static_cast<double>(plan.seeds));
        }
        auto compared = judge::compared(runs, {"drawn"}, out.policy, {.seed = plan.first_seed});
        if (!compared) return std::unexpected(compared.error());
        block.compared = std::move(*compared);
        out.blocks.push_back(std::move(block));
    }
    return out;
}

}  // namespace assay
