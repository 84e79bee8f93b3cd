#include "core/sim/luck.h"

#include <array>
#include <cmath>
#include <gtest/gtest.h>

namespace assay::sim {
namespace {

TEST(Luck, the_same_numbers_for_ever) {
    const Luck luck(42);
    EXPECT_DOUBLE_EQ(luck.uniform(What::latency, 1, 2, 3), 0.5296258332794592);
    EXPECT_DOUBLE_EQ(luck.uniform(What::capacity, 1, 2, 3), 0.5765254780119262);
    EXPECT_NEAR(luck.normal(What::path, 0, 1), -0.0717357028984619, 1e-12);
    EXPECT_NE(luck.uniform(What::latency, 1, 2, 3), luck.uniform(What::latency, 2, 1, 3));
    EXPECT_NE(luck.uniform(What::latency, 1, 2, 3), Luck(43).uniform(What::latency, 1, 2, 3));
}

// Pearson's chi square over 64 cells, for keys that differ in one part as the simulator's do. With
// 63 degrees of freedom it is below 115 with probability .99994.
TEST(Luck, even_over_parents_attempts_and_lps) {
    constexpr std::size_t kCells = 64;
    constexpr std::uint64_t kEach = 100;
    for (const std::uint64_t seed : {1ull, 2ull, 2026ull}) {
        for (const What what : {What::latency, What::reject, What::capacity}) {
            const Luck luck(seed);
            std::array<std::uint64_t, kCells> cells{};
            for (std::uint64_t parent = 0; parent < 800; ++parent)
                for (std::uint64_t attempt = 0; attempt < 4; ++attempt)
                    for (std::uint64_t lp = 0; lp < 2; ++lp)
                        ++cells[static_cast<std::size_t>(luck.uniform(what, parent, attempt, lp) *
                                                         kCells)];
            double chi2 = 0;
            for (const std::uint64_t n : cells) {
                const double off = static_cast<double>(n) - kEach;
                chi2 += off * off / kEach;
            }
            EXPECT_LT(chi2, 115) << "seed " << seed << " what " << static_cast<int>(what);
            EXPECT_GT(chi2, 25) << "seed " << seed << ": too even to be random";
        }
    }
}

TEST(Luck, streams_of_one_key_know_nothing_of_each_other) {
    const Luck luck(7);
    constexpr int kN = 20'000;
    double xy = 0, xz = 0, x2 = 0, exponential = 0;
    for (std::uint64_t i = 0; i < kN; ++i) {
        const double x = luck.normal(What::latency, i, 0, 1);
        xy += x * luck.normal(What::capacity, i, 0, 1);  // another What
        xz += x * luck.normal(What::latency, i, 0, 2);   // another LP
        x2 += x * x;
        exponential += luck.exponential(What::parent_gap, i);
    }
    const double sd = 1 / std::sqrt(double{kN});  // of a correlation of nothing
    EXPECT_NEAR(xy / kN, 0, 4 * sd);
    EXPECT_NEAR(xz / kN, 0, 4 * sd);
    EXPECT_NEAR(x2 / kN, 1, 4 * std::sqrt(2.0) * sd);
    EXPECT_NEAR(exponential / kN, 1, 4 * sd);
}

}  // namespace
}  // namespace assay::sim
