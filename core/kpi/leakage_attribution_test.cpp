#include "core/kpi/leakage_attribution.h"

#include <cmath>
#include <gtest/gtest.h>
#include <random>

namespace assay::kpi {
namespace {

constexpr double kLambda = 2000;  // lots^2

void round(LeakageAttribution& a, double first, double second, double moved, double weight = 1) {
    const ShownLots shown[] = {{0, first}, {1, second}};
    a.observe(shown, moved, weight);
}
LeakageAttribution one(double lots, double moved) {
    LeakageAttribution a;
    const ShownLots shown[] = {{0, lots}};
    a.observe(shown, moved);
    return a;
}

// docs/spec.md 2.9: P = [[26400, 5000], [5000, 10900]], b = (256, 58).
TEST(LeakageAttribution, worked_example_00952_and_00096_bps_a_lot) {
    LeakageAttribution lps;
    round(lps, 100, 50, 1.0);
    round(lps, 0, 80, 0.1);
    round(lps, 120, 0, 1.3);
    const std::vector<double> ell = lps.ridge(kLambda, 0);
    ASSERT_EQ(ell.size(), 2u);
    EXPECT_NEAR(ell[0], 0.00952, 5e-6);
    EXPECT_NEAR(ell[1], 0.00096, 5e-6);
}

TEST(LeakageAttribution, never_negative_and_clipped_at_15_bps) {
    EXPECT_EQ(one(100, -5.0).ridge(kLambda, 0)[0], 0.0);
    EXPECT_NEAR(one(100, 1e6).ridge(kLambda, 0)[0], 15.0 * 100 / (2000 + 100 * 100), 1e-12);
}

TEST(LeakageAttribution, without_evidence_the_class_mean_stands) {
    LeakageAttribution lps;
    round(lps, 0, 0, 1.0);
    EXPECT_NEAR(lps.ridge(kLambda, 0.004)[0], 0.004, 1e-15);
    EXPECT_NEAR(lps.ridge(kLambda, 0)[1], 0.0, 1e-15);
    EXPECT_FALSE(lps.seen(0));
}

TEST(LeakageAttribution, prior_does_not_decay_away) {
    LeakageAttribution lps = one(100, 10.0);
    for (int i = 0; i < 200; ++i) lps.scale(0.5);
    EXPECT_NEAR(lps.ridge(kLambda, 0)[0], 0.0, 1e-12);
    EXPECT_NEAR(lps.ridge(kLambda, 0.003)[0], 0.003, 1e-12);
}

// Two strata with drifts of their own, and other sizes of orders: what they have in common is not
// charged to the LPs.
TEST(LeakageAttribution, what_a_stratum_has_in_common_is_not_charged_to_the_lps) {
    constexpr std::uint64_t kSeed = 29;
    std::mt19937_64 random(kSeed);
    std::uniform_real_distribution<double> lots(0.0, 100.0);
    std::normal_distribution<double> noise(0.0, 0.3);
    LeakageAttribution with, without;
    LeakageStratum strata[2];
    for (int i = 0; i < 4000; ++i) {
        const int s = i % 2;
        const double x = lots(random) + 100 * s, z = lots(random);
        const double y = (s == 0 ? 4.0 : -1.0) + 0.010 * x + 0.002 * z + noise(random);
        const ShownLots shown[] = {{0, x}, {1, z}};
        with.observe(shown, y);
        strata[s].observe(shown, y, 1);
        without.observe(shown, y);
    }
    with.centre(strata[0]);
    with.centre(strata[1]);
    EXPECT_NEAR(with.ridge(kLambda, 0)[0], 0.010, 0.001) << "seed " << kSeed;
    EXPECT_NEAR(with.ridge(kLambda, 0)[1], 0.002, 0.001) << "seed " << kSeed;
    EXPECT_GT(without.ridge(kLambda, 0)[1], 0.010) << "seed " << kSeed;
}

// One LP, 100 rounds of 50 lots, each 0.4 bps with a variance of 1: 0.008 give or take 1/500. The
// scales of the prior below that are unlikely, those above leave the mean as it is.
TEST(LeakageAttribution, believed_0080_of_which_the_rounds_alone_would_be_sure_to_0020) {
    LeakageAttribution a;
    const ShownLots shown[] = {{0, 50}};
    for (int i = 0; i < 100; ++i) a.observe(shown, 0.4);
    const auto ell = a.believed();
    ASSERT_EQ(ell.size(), 1u);
    EXPECT_NEAR(ell[0].mean, 0.0076, 0.0003) << "drawn a little to none";
    EXPECT_NEAR(ell[0].sd, 0.0020, 0.0002);
}

// LPs that leak anything from next to nothing to a lot: what is true lies within its interval as
// often as that says, and little is made of what the rounds cannot tell.
TEST(LeakageAttribution, believed_intervals_cover_what_they_say_over_all_scales) {
    constexpr std::uint64_t kSeed = 31;
    constexpr int kWorlds = 600, kLps = 4;
    std::mt19937_64 random(kSeed);
    std::normal_distribution<double> normal;
    std::uniform_real_distribution<double> uniform;
    int within = 0;
    double squares = 0, raw_squares = 0;
    for (int world = 0; world < kWorlds; ++world) {
        const double scale = 1e-5 * std::pow(3000.0, uniform(random));  // to .03
        const double together = scale * normal(random);
        double ell[kLps];
        for (double& x : ell) x = together + scale * normal(random);
        LeakageAttribution a;
        for (int i = 0; i < 60; ++i) {
            ShownLots shown[kLps];
            double moved = 0;
            for (std::uint32_t lp = 0; lp < kLps; ++lp) {
                shown[lp] = {lp, 10 + 60 * uniform(random)};
                moved += ell[lp] * shown[lp].lots;
            }
            const double variance = 0.5 + 4 * uniform(random);
            a.observe(shown, moved + std::sqrt(variance) * normal(random), 1 / variance);
        }
        const auto believed = a.believed();
        const auto raw = a.ridge(1e-9, 0);  // never negative, which helps it
        for (std::size_t lp = 0; lp < kLps; ++lp) {
            within += std::fabs(believed[lp].mean - ell[lp]) <= 1.645 * believed[lp].sd;
            squares += std::pow(believed[lp].mean - ell[lp], 2);
            raw_squares += std::pow(raw[lp] - ell[lp], 2);
        }
    }
    EXPECT_NEAR(within, 0.92 * kWorlds * kLps, 0.04 * kWorlds * kLps) << "seed " << kSeed;
    EXPECT_LT(squares, 0.7 * raw_squares) << "seed " << kSeed;
}

TEST(LeakageAttribution, one_round_in_a_stratum_says_nothing) {
    LeakageAttribution lps;
    LeakageStratum s;
    const ShownLots shown[] = {{0, 40}, {1, 70}};
    lps.observe(shown, 3.0, 2);
    s.observe(shown, 3.0, 2);
    lps.centre(s);
    EXPECT_FALSE(lps.seen(0));
    EXPECT_NEAR(lps.ridge(kLambda, 0.004)[1], 0.004, 1e-12);
}

// Two shards that know the LPs by other numbers, merged by name, are one that saw all rounds.
TEST(LeakageAttribution, cut_in_two_and_merged_is_the_whole) {
    LeakageAttribution whole, a, b;
    for (int i = 0; i < 20; ++i) {
        const double x = (i * 7) % 11, z = (i * 5) % 13, y = 0.1 * x + 0.01 * z + i % 3;
        round(whole, x, z, y);
        if (i % 2 == 0)
            round(a, x, z, y, 4);
        else
            round(b, z, x, y);
    }
    LeakageAttribution merged;
    const std::uint32_t same[] = {0, 1}, swapped[] = {1, 0};
    merged.merge(a, same, 0.25);
    merged.merge(b, swapped, 1);
    const auto expected = whole.believed(), got = merged.believed();
    ASSERT_EQ(got.size(), 2u);
    for (std::size_t i = 0; i < 2; ++i) {
        EXPECT_NEAR(got[i].mean, expected[i].mean, 1e-12);
        EXPECT_NEAR(got[i].sd, expected[i].sd, 1e-12);
    }
}

TEST(LeakageAttribution, rounds_with_an_lp_beyond_the_bound_are_left_out) {
    LeakageAttribution lps;
    const ShownLots shown[] = {{0, 10}, {LeakageAttribution::kMostLps, 10}};
    lps.observe(shown, 1.0);
    EXPECT_EQ(lps.lps(), 0u);
}

}  // namespace
}  // namespace assay::kpi
