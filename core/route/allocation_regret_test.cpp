// Learning whom to send to, round after round, from censored answers alone (docs/spec.md 7b):
// expected fills lost against one who knows the true tails.
#include <algorithm>
#include <array>
#include <cmath>
#include <gtest/gtest.h>
#include <vector>

#include "core/estimate/capacity.h"
#include "core/route/allocation.h"
#include "core/score/draws.h"
#include "core/units/elementary.h"

namespace assay::route {
namespace {

constexpr std::size_t kLps = 6;
constexpr int kMost = 80, kRounds = 2'000;

// Nothing with chance `none`, else 1 + a geometric number of lots.
struct Hidden {
    double none{}, ratio{};
    double t(int k) const { return (1 - none) * std::pow(ratio, k - 1); }
    std::int64_t draw(score::Draws& draws) const {
        if (draws.uniform() < none) return 0;
        return 1 +
               static_cast<std::int64_t>(elementary::ln(draws.uniform()) / elementary::ln(ratio));
    }
};

enum class Change { none, swap_at_half };
// Shares of the clairvoyant's expected fills that are lost: over all rounds.
double regret(std::uint64_t seed, double half_life, Change change) {
    score::Draws draws({seed, 0x72656772});
    std::array<Hidden, kLps> lps;
    for (auto& lp : lps) lp = {.1 + .6 * draws.uniform(), 1 - 1 / (3 + 50 * draws.uniform())};
    const auto grid = estimate::lot_grid(kMost);
    std::array<estimate::Capacity, kLps> seen;
    std::array<std::vector<double>, kLps> truth, believed;
    std::vector<Candidate> candidates(kLps);
    const std::vector<UnitCosts> costs(kLps, UnitCosts{.unfilled = 1, .unsent = 1});
    const std::vector<double>& upper = grid.upper;
    double best = 0, got = 0;
    for (int round = 0; round < kRounds; ++round) {
        if (change == Change::swap_at_half && round == kRounds / 2)
            std::reverse(lps.begin(), lps.end());
        const double now = half_life > 0 ? elementary::exp2(round / half_life) : 1;
        estimate::Capacity all;
        for (const auto& s : seen) all.merge(s);
        const auto prior = estimate::pooled_hazard(all, grid, now);
        for (std::size_t i = 0; i < kLps; ++i) {
            const auto t = estimate::tail(estimate::hazard(seen[i], prior, now));
            believed[i] = estimate::optimistic(t, estimate::support(seen[i], upper.size(), now));
            truth[i].clear();
            for (const double k : upper) truth[i].push_back(lps[i].t(static_cast<int>(k)));
            candidates[i].tail = {upper, truth[i], {}};
        }
        const auto lots = static_cast<std::int64_t>(20 + 61 * draws.uniform());
        const AllocationRules rules{.lots = lots, .p_min = 0};
        const auto clairvoyant = allocate(candidates, costs, rules);
        for (std::size_t i = 0; i < kLps; ++i) candidates[i].tail.t = believed[i];
        const auto own = allocate(candidates, costs, rules);
        for (std::size_t i = 0; i < kLps; ++i) {
            const FillTail t{upper, truth[i], {}};
            best += t.expected(clairvoyant.lots[i]);
            got += t.expected(own.lots[i]);
            if (own.lots[i] == 0) continue;
            const std::int64_t capacity = lps[i].draw(draws);
            if (capacity < own.lots[i])
                seen[i].observe_exact(grid, static_cast<double>(capacity), now);
            else
                seen[i].observe_censored(grid, static_cast<double>(own.lots[i]), now);
        }
    }
    return 1 - got / best;
}

double mean_regret(double half_life, Change change) {
    double sum = 0;
    for (std::uint64_t seed = 1; seed <= 8; ++seed) sum += regret(seed, half_life, change);
    return sum / 8;
}

TEST(AllocationRegret, one_percent_where_nothing_changes_and_five_after_an_abrupt_swap) {
    const double still = mean_regret(100, Change::none);
    const double swapped = mean_regret(100, Change::swap_at_half);
    std::printf("regret %.2f %%, after an abrupt swap %.2f %%\n", 100 * still, 100 * swapped);
    EXPECT_LE(still, .010);
    EXPECT_LE(swapped, .050);
    // What never forgets is worse off after the swap.
    EXPECT_GT(mean_regret(0, Change::swap_at_half), swapped);
}

}  // namespace
}  // namespace assay::route
