#include "core/kpi/markout.h"

#include <gtest/gtest.h>

#include "core/kpi/example_orders.h"
#include "core/kpi/spread.h"

namespace assay::kpi {
namespace {

// docs/spec.md 2.4 on the mean price of E1, 100.01625.
TEST(Markout, e1_by_horizon) {
    struct {
        const char* worked;
        Price mid;
        double bps;
    } cases[] = {
        {"+50ms 100.025: +0.875", 100.025_px, 0.875}, {"+1s 100.030: +1.375", 100.030_px, 1.375},
        {"+15s 100.040: +2.375", 100.040_px, 2.375},  {"+1m 100.030: +1.375", 100.030_px, 1.375},
        {"+5m 100.015: -0.125", 100.015_px, -0.125},
    };
    for (const auto& c : cases) {
        EXPECT_NEAR(markout_bps(Side::buy, 100.01625_px, twice(c.mid)), c.bps, 5e-4) << c.worked;
        EXPECT_NEAR(markout_bps(Side::sell, 100.01625_px, twice(c.mid)), -c.bps, 5e-4) << c.worked;
    }
}

TEST(Markout, is_the_realised_spread_with_its_sign_turned) {
    EXPECT_EQ(twice_markout(Side::sell, 50.01_px, twice(50.02_px)),
              -realized_spread(Side::sell, 50.01_px, twice(50.02_px)));
}

TEST(Markout, horizons_hold_the_five_of_rule_605) {
    for (const Duration d : {50_ms, 1_s, 15_s, 60_s, 300_s}) {
        EXPECT_NE(std::find(kHorizon.begin(), kHorizon.end(), d), kHorizon.end()) << d.ns;
    }
    EXPECT_EQ(kHorizon[kHorizon15s], 15_s);
    EXPECT_EQ(kHorizon[kHorizon5m], 300_s);
}

}  // namespace
}  // namespace assay::kpi
