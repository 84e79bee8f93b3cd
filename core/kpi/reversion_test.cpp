#include "core/kpi/reversion.h"

#include <gtest/gtest.h>

#include "core/kpi/example_orders.h"

namespace assay::kpi {
namespace {

// docs/spec.md 2.5: from 15 s to 5 m.
TEST(Reversion, e1_100_040_to_100_015_gives_2_500_bps_and_ratio_0_833) {
    const TwiceMid route = twice(100.01_px), early = twice(100.040_px), late = twice(100.015_px);
    const PriceDelta moved2 = twice_reversion(Side::buy, early, late);
    EXPECT_EQ(moved2, 0.05_dpx);
    EXPECT_NEAR(1e4 * static_cast<double>(moved2.nano) / static_cast<double>(route.nano2), 2.500,
                5e-4);
    EXPECT_NEAR(*reversion_ratio(moved2.nano, early.nano2 - route.nano2, 10'000'000), 0.833, 5e-4);
}

TEST(Reversion, sells_mirror_buys) {
    EXPECT_EQ(twice_reversion(Side::sell, twice(99.96_px), twice(99.985_px)), 0.05_dpx);
    EXPECT_EQ(twice_reversion(Side::sell, twice(100.04_px), twice(100.015_px)), -0.05_dpx);
}

TEST(Reversion, ratio_is_absent_where_less_than_half_a_tick_had_moved) {
    const auto of = [](Price early, PriceDelta tick) {
        const TwiceMid route = twice(100.00_px), late = twice(99.00_px);
        return reversion_ratio(-(late.nano2 - twice(early).nano2), twice(early).nano2 - route.nano2,
                               tick.nano);
    };
    EXPECT_FALSE(of(100.00_px, 0_dpx));
    EXPECT_FALSE(of(100.004_px, 0.01_dpx));
    EXPECT_TRUE(of(100.005_px, 0.01_dpx));
    EXPECT_TRUE(of(99.995_px, 0.01_dpx));
}

}  // namespace
}  // namespace assay::kpi
