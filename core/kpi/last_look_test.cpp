#include "core/kpi/last_look.h"

#include <gtest/gtest.h>

namespace assay::kpi {
namespace {

// docs/spec.md 2.8.
TEST(LastLook, drift_asymmetry_by_two_proportions) {
    struct {
        const char* worked;
        std::int64_t up_rejected, up_n, down_rejected, down_n;
        double difference, z;
    } cases[] = {
        {"12/40 against 3/60: RA 0.25, z 3.43, flagged", 12, 40, 3, 60, 0.25, 3.43},
        {"the other way round: RA -0.25, z -3.43", 3, 60, 12, 40, -0.25, -3.43},
        {"symmetric: 5/50 against 5/50: 0, 0", 5, 50, 5, 50, 0.0, 0.0},
    };
    for (const auto& c : cases) {
        const auto a = drift_asymmetry(c.up_rejected, c.up_n, c.down_rejected, c.down_n);
        ASSERT_TRUE(a && a->z) << c.worked;
        EXPECT_NEAR(a->difference, c.difference, 1e-12) << c.worked;
        EXPECT_NEAR(*a->z, c.z, 5e-3) << c.worked;
    }
    EXPECT_GT(*drift_asymmetry(12, 40, 3, 60)->z, 3.0);
}

TEST(LastLook, absent_where_a_group_is_empty_or_nothing_varies) {
    EXPECT_FALSE(drift_asymmetry(0, 0, 3, 60));
    EXPECT_FALSE(drift_asymmetry(3, 60, 0, 0));
    EXPECT_FALSE(drift_asymmetry(0, 40, 0, 60)->z) << "no reject at all";
    EXPECT_FALSE(drift_asymmetry(40, 40, 60, 60)->z) << "all rejected";
}

TEST(LastLook, moves_within_a_tenth_of_a_basis_point_have_no_direction) {
    EXPECT_EQ(drift_of(100'000), Drift::flat);
    EXPECT_EQ(drift_of(100'001), Drift::up);
    EXPECT_EQ(drift_of(-100'000), Drift::flat);
    EXPECT_EQ(drift_of(-100'001), Drift::down);
}

TEST(LastLook, horizon_is_the_median_hold_but_at_least_50_ms) {
    EXPECT_EQ(drift_horizon(20_ms), 50_ms);
    EXPECT_EQ(drift_horizon(80_ms), 80_ms);
}

TEST(LastLook, holm_over_four_lps) {
    const std::vector<double> p = {0.01, 0.04, 0.03, 0.005};
    const std::vector<double> expected = {0.03, 0.06, 0.06, 0.02};
    const std::vector<double> adjusted = holm(p);
    ASSERT_EQ(adjusted.size(), expected.size());
    for (std::size_t i = 0; i < p.size(); ++i) EXPECT_NEAR(adjusted[i], expected[i], 1e-12) << i;
    EXPECT_DOUBLE_EQ(holm(std::vector<double>{0.7, 0.9})[0], 1.0);
}

}  // namespace
}  // namespace assay::kpi
