#include "core/kpi/spread.h"

#include <gtest/gtest.h>
#include <random>

#include "core/kpi/example_orders.h"

namespace assay::kpi {
namespace {

// docs/spec.md 2.2 on the mean price of E1, 100.01625.
TEST(Spread, e1_quoted_effective_and_e_over_q) {
    struct {
        const char* worked;
        Bbo quote;
        PriceDelta quoted, effective;
        double bps, e_over_q;
    } cases[] = {
        {"route: ES 0.0125, 1.2499 bps, E/Q 62.5 %", kE1Route, 0.02_dpx, 0.0125_dpx, 1.2499, 0.625},
        {"605: ES -0.0075, -0.7499 bps, E/Q -37.5 %", kE1Receipt, 0.02_dpx, -0.0075_dpx, -0.7499,
         -0.375},
    };
    for (const auto& c : cases) {
        const PriceDelta effective = effective_spread(Side::buy, 100.01625_px, c.quote.mid2());
        EXPECT_EQ(quoted_spread(c.quote.bid, c.quote.ask), c.quoted) << c.worked;
        EXPECT_EQ(effective, c.effective) << c.worked;
        EXPECT_NEAR(spread_bps(effective, c.quote.mid2()), c.bps, 5e-5) << c.worked;
        EXPECT_DOUBLE_EQ(*effective_over_quoted(effective, c.quoted), c.e_over_q) << c.worked;
    }
    EXPECT_NEAR(spread_bps(0.02_dpx, kE1Route.mid2()), 1.9998, 5e-5) << "QS 1.9998 bps";
}

TEST(Spread, a_sell_below_the_mid_pays_a_buy_below_it_earns) {
    const TwiceMid mid2 = twice(100.00_px);
    EXPECT_EQ(effective_spread(Side::sell, 99.99_px, mid2), 0.02_dpx);
    EXPECT_EQ(effective_spread(Side::buy, 99.99_px, mid2), -0.02_dpx);
}

TEST(Spread, e_over_q_is_absent_on_a_locked_quote) {
    EXPECT_FALSE(effective_over_quoted(0.01_dpx, 0_dpx));
    EXPECT_TRUE(effective_over_quoted(0.01_dpx, 0.000000001_dpx));
}

// docs/spec.md 2.3: realised spread and impact of E1 in bps of the mid at route.
TEST(Spread, e1_realised_spread_and_impact_by_horizon) {
    struct {
        const char* horizon;
        Price mid;
        double realized, impact;
    } cases[] = {
        {"+50ms 100.025: RS -1.750, IM 3.000", 100.025_px, -1.750, 3.000},
        {"+1s   100.030: RS -2.750, IM 4.000", 100.030_px, -2.750, 4.000},
        {"+15s  100.040: RS -4.750, IM 5.999", 100.040_px, -4.750, 5.999},
        {"+1m   100.030: RS -2.750, IM 4.000", 100.030_px, -2.750, 4.000},
        {"+5m   100.015: RS +0.250, IM 1.000", 100.015_px, 0.250, 1.000},
    };
    const TwiceMid route = kE1Route.mid2();
    for (const auto& c : cases) {
        const PriceDelta rs = realized_spread(Side::buy, 100.01625_px, twice(c.mid));
        const PriceDelta im = price_impact(Side::buy, route, twice(c.mid));
        EXPECT_NEAR(spread_bps(rs, route), c.realized, 5e-4) << c.horizon;
        EXPECT_NEAR(spread_bps(im, route), c.impact, 5e-4) << c.horizon;
    }
}

TEST(Spread, effective_is_realised_plus_impact_exactly) {
    constexpr std::uint64_t kSeed = 20'131'008;
    std::mt19937_64 random(kSeed);
    std::uniform_int_distribution<std::int64_t> nano(1, 500'000'000'000);
    for (int i = 0; i < 10'000; ++i) {
        const Price p{nano(random)};
        const TwiceMid now{nano(random)}, later{nano(random)};
        for (const Side side : {Side::buy, Side::sell}) {
            ASSERT_EQ(effective_spread(side, p, now),
                      realized_spread(side, p, later) + price_impact(side, now, later))
                << "seed " << kSeed << " i " << i;
        }
    }
}

}  // namespace
}  // namespace assay::kpi
