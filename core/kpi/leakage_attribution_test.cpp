#include "core/kpi/leakage_attribution.h"

#include <cmath>
#include <gtest/gtest.h>
#include <random>

namespace assay::kpi {
namespace {

// docs/spec.md 2.9: P = [[26400, 5000], [5000, 10900]], b = (256, 58).
TEST(LeakageAttribution, worked_example_00952_and_00096_bps_a_lot) {
    LeakageAttribution lps(2, LeakageAttribution::Intercept::none);
    const double lots[][2] = {{100, 50}, {0, 80}, {120, 0}};
    const double moved[] = {1.0, 0.1, 1.3};
    for (int i = 0; i < 3; ++i) lps.observe(lots[i], moved[i], 1.0);
    const std::vector<double> ell = lps.solve(0.0);
    ASSERT_EQ(ell.size(), 2u);
    EXPECT_NEAR(ell[0], 0.00952, 5e-6);
    EXPECT_NEAR(ell[1], 0.00096, 5e-6);
}

TEST(LeakageAttribution, never_negative_and_clipped_at_15_bps) {
    LeakageAttribution lps(1, LeakageAttribution::Intercept::none);
    const double lots[] = {100};
    lps.observe(lots, -5.0, 1.0);
    EXPECT_EQ(lps.solve(0.0)[0], 0.0);
    LeakageAttribution wild(1, LeakageAttribution::Intercept::none);
    wild.observe(lots, 1e6, 1.0);
    EXPECT_NEAR(wild.solve(0.0)[0], 15.0 * 100 / (2000 + 100 * 100), 1e-12);
}

TEST(LeakageAttribution, without_evidence_the_class_mean_stands) {
    const LeakageAttribution lps(2, LeakageAttribution::Intercept::none);
    EXPECT_NEAR(lps.solve(0.004)[0], 0.004, 1e-15);
    EXPECT_NEAR(lps.solve(0.0)[1], 0.0, 1e-15);
}

TEST(LeakageAttribution, prior_does_not_decay_away) {
    LeakageAttribution lps(1, LeakageAttribution::Intercept::none);
    const double lots[] = {100};
    lps.observe(lots, 10.0, 1.0);
    const double zero[] = {0};
    for (int i = 0; i < 200; ++i) lps.observe(zero, 0.0, 0.5);
    EXPECT_NEAR(lps.solve(0.0)[0], 0.0, 1e-12);
}

TEST(LeakageAttribution, intercept_takes_the_alpha_that_would_be_charged_to_the_lps) {
    constexpr std::uint64_t kSeed = 29;
    std::mt19937_64 random(kSeed);
    std::uniform_real_distribution<double> lots(0.0, 100.0);
    std::normal_distribution<double> noise(0.0, 0.3);
    LeakageAttribution with(2, LeakageAttribution::Intercept::fitted);
    LeakageAttribution without(2, LeakageAttribution::Intercept::none);
    for (int i = 0; i < 4000; ++i) {
        const double x[] = {lots(random), lots(random)};
        const double y = 2.0 + 0.010 * x[0] + 0.002 * x[1] + noise(random);  // alpha 2 bps
        with.observe(x, y, 1.0);
        without.observe(x, y, 1.0);
    }
    EXPECT_NEAR(with.solve(0.0)[0], 0.010, 0.001) << "seed " << kSeed;
    EXPECT_NEAR(with.solve(0.0)[1], 0.002, 0.001) << "seed " << kSeed;
    EXPECT_GT(without.solve(0.0)[1], 0.010) << "seed " << kSeed;
}

TEST(LeakageAttribution, an_intercept_without_any_observation_cannot_be_solved) {
    EXPECT_TRUE(LeakageAttribution(2, LeakageAttribution::Intercept::fitted).solve(0.0).empty());
}

}  // namespace
}  // namespace assay::kpi
