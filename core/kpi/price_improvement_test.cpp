#include "core/kpi/price_improvement.h"

#include <gtest/gtest.h>

#include "core/kpi/example_orders.h"

namespace assay::kpi {
namespace {

TEST(PriceImprovement, against_a_quote_of_100_00_by_100_02) {
    const Bbo bbo = quote(100.00_px, 100.02_px);
    struct {
        const char* worked;
        Side side;
        Price last_px;
        PriceDelta gain;
        AgainstQuote judged;
    } cases[] = {
        {"buy  at 100.01: 100.02 - 100.01 = +0.01", Side::buy, 100.01_px, 0.01_dpx,
         AgainstQuote::improved},
        {"buy  at 100.02: at the ask      =  0", Side::buy, 100.02_px, 0_dpx,
         AgainstQuote::at_quote},
        {"buy  at 100.03: through the ask = -0.01", Side::buy, 100.03_px, -0.01_dpx,
         AgainstQuote::worse},
        {"sell at 100.01: 100.01 - 100.00 = +0.01", Side::sell, 100.01_px, 0.01_dpx,
         AgainstQuote::improved},
        {"sell at  99.99: through the bid = -0.01", Side::sell, 99.99_px, -0.01_dpx,
         AgainstQuote::worse},
        {"buy  1e-6 inside: within eps    =  at quote", Side::buy, 100.019999_px, 0.000001_dpx,
         AgainstQuote::at_quote},
        {"buy  2e-6 inside: beyond eps", Side::buy, 100.019998_px, 0.000002_dpx,
         AgainstQuote::improved},
    };
    for (const auto& c : cases) {
        const PriceDelta gain = price_improvement(c.side, c.last_px, bbo.far_touch(c.side));
        EXPECT_EQ(gain, c.gain) << c.worked;
        EXPECT_EQ(against_quote(gain), c.judged) << c.worked;
    }
}

// docs/spec.md 2.1, example order E1.
TEST(PriceImprovement, e1_by_benchmark) {
    const auto total = [](auto gain_of) {
        Money sum = 0;
        for (const auto& [qty, px] : kE1Fills) sum += PriceDelta{gain_of(px)} * qty;
        return ratio(sum, 1'000'000) * 1e-9;
    };
    const Bbo route = quote(100.00_px, 100.02_px), receipt = quote(100.01_px, 100.03_px);
    const double far_route =
        total([&](Price p) { return price_improvement(Side::buy, p, route.far_touch(Side::buy)); });
    const double far_receipt = total(
        [&](Price p) { return price_improvement(Side::buy, p, receipt.far_touch(Side::buy)); });
    const double near_route = total(
        [&](Price p) { return price_improvement(Side::buy, p, route.near_touch(Side::buy)); });
    const double mid_route =
        0.5 * total([&](Price p) { return twice_improvement_on_mid(Side::buy, p, route.mid2()); });
    EXPECT_NEAR(far_route, 3.00, 1e-9) << "FAR_ROUTE $3.00";
    EXPECT_NEAR(far_route / 800, 0.00375, 1e-12) << "$0.00375 a share";
    EXPECT_NEAR(1e4 * far_route / (800 * 100.02), 0.3749, 5e-5) << "+0.3749 bps";
    EXPECT_NEAR(mid_route, -5.00, 1e-9) << "MID_ROUTE -$5.00";
    EXPECT_NEAR(1e4 * mid_route / (800 * 100.01), -0.6249, 5e-5) << "-0.6249 bps";
    EXPECT_NEAR(far_receipt, 11.00, 1e-9) << "FAR_RCPT +$11.00";
    EXPECT_NEAR(1e4 * far_receipt / (800 * 100.03), 1.3746, 5e-5) << "+1.3746 bps";
    EXPECT_NEAR(near_route, -13.00, 1e-9) << "NEAR_ROUTE: 600 x -0.015 + 200 x -0.02";
    double simple = 0;
    for (const auto& [qty, px] : kE1Fills) {
        simple += improvement_bps(price_improvement(Side::buy, px, route.ask), route.ask) / 2;
    }
    EXPECT_NEAR(simple, 0.2500, 5e-5) << "simple mean FAR_ROUTE 0.2500 bps";
}

// docs/spec.md 2.14: four fills of a spreadsheet, Side missing, so each read both ways.
TEST(PriceImprovement, four_fills_as_buy_far_buy_mid_sell_far_sell_mid) {
    struct {
        const char* fill;
        Price bid, ask, last_px;
        double spread, buy_far, buy_mid, sell_far, sell_mid;
    } cases[] = {
        {"A/XYZ", 100.00_px, 100.02_px, 100.01_px, 1.9998, .9998, 0, 1.0, 0},
        {"B/XYZ", 100.01_px, 100.03_px, 100.03_px, 1.9996, 0, -.9998, 1.9998, .9998},
        {"C/XYZ", 100.00_px, 100.02_px, 100.00_px, 1.9998, 1.9996, .9999, 0, -.9999},
        {"A/ABC", 50.24_px, 50.26_px, 50.24_px, 3.9801, 3.9793, 1.9900, 0, -1.9900},
    };
    for (const auto& c : cases) {
        const Bbo q = quote(c.bid, c.ask);
        const auto far = [&](Side s) {
            return improvement_bps(price_improvement(s, c.last_px, q.far_touch(s)), q.far_touch(s));
        };
        const auto mid = [&](Side s) {
            return 1e4 *
                   static_cast<double>(twice_improvement_on_mid(s, c.last_px, q.mid2()).nano) /
                   static_cast<double>(q.mid2().nano2);
        };
        EXPECT_NEAR(far(Side::buy), c.buy_far, 5.1e-5) << c.fill;
        EXPECT_NEAR(mid(Side::buy), c.buy_mid, 5.1e-5) << c.fill;
        EXPECT_NEAR(far(Side::sell), c.sell_far, 5.1e-5) << c.fill;
        EXPECT_NEAR(mid(Side::sell), c.sell_mid, 5.1e-5) << c.fill;
        EXPECT_NEAR(
            2e4 * static_cast<double>(q.spread().nano) / static_cast<double>(q.mid2().nano2),
            c.spread, 5.1e-5)
            << c.fill;
    }
}

TEST(PriceImprovement, half_spreads_0_far_1_mid_2_near_and_absent_when_locked) {
    EXPECT_DOUBLE_EQ(*half_spread_capture(0_dpx, 0.02_dpx), 0.0);
    EXPECT_DOUBLE_EQ(*half_spread_capture(0.01_dpx, 0.02_dpx), 1.0);
    EXPECT_DOUBLE_EQ(*half_spread_capture(0.02_dpx, 0.02_dpx), 2.0);
    EXPECT_FALSE(half_spread_capture(0.01_dpx, 0_dpx));
    EXPECT_FALSE(half_spread_capture(0.01_dpx, -0.01_dpx));
}

}  // namespace
}  // namespace assay::kpi
