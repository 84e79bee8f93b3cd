#include "core/route/allocation.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <numeric>
#include <vector>

#include "core/estimate/capacity.h"
#include "core/route/testkit.h"
#include "core/score/draws.h"

namespace assay::route {
namespace {

std::vector<std::int64_t> lots_of(const Allocation& a, std::size_t n) {
    return {a.lots.begin(), a.lots.begin() + static_cast<std::ptrdiff_t>(n)};
}

TEST(Allocation, forty_lots_of_the_worked_example_are_1_9_30) {
    const testkit::WorkedExample ex;
    const auto a = allocate(ex.candidates(), ex.costs(), {.lots = 40, .p_min = 0});
    EXPECT_EQ(lots_of(a, 3), (std::vector<std::int64_t>{1, 9, 30}));
    EXPECT_NEAR(value_of(ex.candidates(), ex.costs(), a.lots), 29.92, 5e-3);
    EXPECT_EQ(a.total, 40);
}

TEST(Allocation, a_child_stays_below_the_size_it_fills_with_p_min) {
    const testkit::WorkedExample ex;
    const auto candidates = ex.candidates();
    const AllocationRules rules{.lots = 40, .p_min = 0.39};
    // C: .40 * .995^(k-1) >= .39 up to k = 6.
    EXPECT_EQ(cap_of(candidates[2], rules), 6);
    EXPECT_LE(allocate(candidates, ex.costs(), rules).lots[2], 6);
    EXPECT_EQ(cap_of(candidates[2], {.lots = 40, .p_min = 0.41}), 0);
    EXPECT_EQ(cap_of(candidates[0], {.lots = 40, .max_lots = 3}), 3);
}

TEST(Allocation, small_children_give_way) {
    const testkit::WorkedExample ex;
    const auto a = allocate(ex.candidates(), ex.costs(), {.lots = 40, .min_lots = 5, .p_min = 0});
    EXPECT_EQ(a.lots[0], 0) << "A had 1 lot";
    EXPECT_EQ(a.total, 40) << "its lot goes to the next best";
    const auto b = allocate(ex.candidates(), ex.costs(), {.lots = 3, .min_lots = 5, .p_min = 0});
    EXPECT_EQ(b.total, 3) << "an order below the minimum goes as it is";
}

TEST(Allocation, when_no_lot_pays_it_waits_or_sends_a_probe) {
    const testkit::WorkedExample ex;
    auto costs = ex.costs();
    for (auto& c : costs) c.leak = 10;
    costs[1].leak = 9;
    EXPECT_EQ(allocate(ex.candidates(), costs, {.lots = 40}).total, 0);
    const auto probe =
        allocate(ex.candidates(), costs,
                 {.lots = 40, .nothing_pays = WhenNothingPays::probe, .probe_lots = 2});
    EXPECT_EQ(lots_of(probe, 3), (std::vector<std::int64_t>{0, 2, 0}));
    EXPECT_LT(value_of(ex.candidates(), costs, probe.lots), 0);
    EXPECT_EQ(allocate({}, {}, {.lots = 40, .nothing_pays = WhenNothingPays::probe}).total, 0);
}

TEST(Allocation, more_weight_on_impact_moves_flow_off_the_leaky_lp) {
    const testkit::WorkedExample ex;
    auto profile = *score::find_profile("block");
    const auto leaky_lots = [&](const score::Profile& p) {
        std::vector<UnitCosts> costs;
        for (const auto& c : ex.candidates())
            costs.push_back(unit_costs(c, ex.terms, factors_of(p)));
        const auto a = allocate(ex.candidates(), costs, {.lots = 40, .p_min = 0});
        return std::pair{a.lots[0] + a.lots[1], a.lots[2]};
    };
    const auto [leaky30, quiet30] = leaky_lots(profile);
    for (auto& term : profile.terms) {
        if (term.kpi == score::Scored::leakage_bps_15s) term.weight_bp = 4500;
        if (term.kpi == score::Scored::fill_rate) term.weight_bp = 2500;
    }
    const auto [leaky45, quiet45] = leaky_lots(profile);
    EXPECT_LT(leaky45, leaky30);
    EXPECT_GE(quiet45, quiet30);
}

// Every split of up to 12 lots over 3 LPs.
double best_by_force(const std::vector<Candidate>& c, const std::vector<UnitCosts>& costs,
                     const AllocationRules& rules) {
    double best = 0;
    std::array<std::int64_t, 3> cap{}, v{};
    for (std::size_t i = 0; i < 3; ++i) cap[i] = std::min(cap_of(c[i], rules), rules.lots);
    for (v[0] = 0; v[0] <= cap[0]; ++v[0])
        for (v[1] = 0; v[1] <= cap[1] && v[0] + v[1] <= rules.lots; ++v[1])
            for (v[2] = 0; v[2] <= cap[2] && v[0] + v[1] + v[2] <= rules.lots; ++v[2]) {
                double value = 0;
                for (std::size_t i = 0; i < 3; ++i)
                    value += static_cast<double>(v[i]) * costs[i].unsent -
                             net_cost(c[i].tail, costs[i], v[i]);
                best = std::max(best, value);
            }
    return best;
}

TEST(Allocation, equals_brute_force_in_1000_random_cases) {
    for (std::uint64_t seed = 1; seed <= 1000; ++seed) {
        score::Draws draws({seed, 0x616c6c6f});
        std::vector<std::vector<double>> upper(3), t(3);
        std::vector<Candidate> candidates(3);
        std::vector<UnitCosts> costs;
        const CostTerms terms{.unfilled_bps = 1 + 3 * draws.uniform(),
                              .urgency_bps_per_ms = 0.01 * draws.uniform(),
                              .still_open = draws.uniform(),
                              .remaining_lots = 40};
        for (std::size_t i = 0; i < 3; ++i) {
            double size = 0, alive = 1;
            while (size < 14) {
                size += 0.4 + 4 * draws.uniform();
                alive *= draws.uniform() < .3 ? 1 : draws.uniform();
                upper[i].push_back(size);
                t[i].push_back(alive);
            }
            Candidate& c = candidates[i];
            c.lp = {static_cast<std::uint32_t>(i)};
            c.half_spread_bps = 2 * draws.uniform() - 0.5;
            c.leak_bps_per_lot = 0.03 * draws.uniform();
            c.round_trip_ms = 60 * draws.uniform();
            c.tail = {upper[i], t[i], {}};
            costs.push_back(unit_costs(c, terms));
        }
        const AllocationRules rules{.lots = 1 + static_cast<std::int64_t>(12 * draws.uniform()),
                                    .p_min = 0.3 * draws.uniform()};
        const auto a = allocate(candidates, costs, rules);
        ASSERT_NEAR(value_of(candidates, costs, a.lots), best_by_force(candidates, costs, rules),
                    1e-9)
            << "seed " << seed;
        ASSERT_LE(a.total, rules.lots) << "seed " << seed;
    }
}

// The plain heap, lot by lot, over grids of the real kind: the shortcut must not change a lot.
TEST(Allocation, equals_lot_by_lot_for_32_lps_at_any_size) {
    for (std::uint64_t seed = 1; seed <= 60; ++seed) {
        score::Draws draws({seed, 0x62696721});
        const std::size_t n = 32;
        std::vector<std::vector<double>> upper(n), t(n);
        std::vector<Candidate> candidates(n);
        std::vector<UnitCosts> costs;
        const CostTerms terms{.unfilled_bps = 2.1, .remaining_lots = 400};
        for (std::size_t i = 0; i < n; ++i) {
            const double ref = 5 + 60 * draws.uniform();
            double alive = .5 + .5 * draws.uniform();
            for (const double x : estimate::log_grid(ref).upper) {
                upper[i].push_back(x * ref);
                alive *= .9 + .1 * draws.uniform();
                t[i].push_back(alive);
            }
            candidates[i].lp = {static_cast<std::uint32_t>(i)};
            candidates[i].half_spread_bps = 1.5 * draws.uniform();
            candidates[i].leak_bps_per_lot = 0.01 * draws.uniform();
            candidates[i].tail = {upper[i], t[i], {}};
            costs.push_back(unit_costs(candidates[i], terms));
        }
        for (const std::int64_t lots : {1, 7, 50, 333, 2'000, 20'000}) {
            const AllocationRules rules{.lots = lots};
            const auto fast = allocate(candidates, costs, rules);
            std::vector<std::int64_t> v(n);
            for (std::int64_t left = lots; left > 0; --left) {
                double best = 0;
                std::size_t who = n;
                for (std::size_t i = 0; i < n; ++i) {
                    if (v[i] >= cap_of(candidates[i], rules)) continue;
                    const double g = candidates[i].tail.at_least(v[i] + 1) *
                                         (costs[i].unfilled - costs[i].filled) -
                                     costs[i].leak;
                    if (g > best) best = g, who = i;
                }
                if (who == n) break;
                ++v[who];
            }
            ASSERT_EQ(lots_of(fast, n), v) << "seed " << seed << " lots " << lots;
        }
    }
}

}  // namespace
}  // namespace assay::route
