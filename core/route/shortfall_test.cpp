#include "core/route/shortfall.h"

#include <gtest/gtest.h>

namespace assay::route {
namespace {

TEST(Shortfall, ten_thousand_bought_cost_624_or_6_24_bps) {
    const auto s = shortfall({.side = Side::buy,
                              .qty = 10'000_qty,
                              .filled = 8'000_qty,
                              .filled_notional = 100.05_px * 8'000_qty,
                              .decision = twice_mid(99.99_px, 100.01_px),
                              .first_route = twice_mid(100.01_px, 100.03_px),
                              .end = twice_mid(100.09_px, 100.11_px),
                              .fees = 24});
    ASSERT_TRUE(s);
    EXPECT_NEAR(s->delay, 160, 1e-9);
    EXPECT_NEAR(s->execution, 240, 1e-9);
    EXPECT_NEAR(s->opportunity, 200, 1e-9);
    EXPECT_NEAR(s->total, 624, 1e-9);
    EXPECT_NEAR(s->total_bps, 6.24, 1e-9);
}

TEST(Shortfall, a_sale_two_bps_below_arrival_costs_two_bps) {
    const auto mid = twice_mid(49.99_px, 50.01_px);
    const auto s = shortfall({.side = Side::sell,
                              .qty = 200'000_qty,
                              .filled = 200'000_qty,
                              .filled_notional = 49.99_px * 200'000_qty,
                              .decision = mid,
                              .first_route = mid,
                              .end = twice_mid(48_px, 48.02_px)});
    ASSERT_TRUE(s);
    EXPECT_NEAR(s->total_bps, 2, 1e-9);
    EXPECT_EQ(s->opportunity, 0);
}

TEST(Shortfall, absent_where_its_inputs_are) {
    EXPECT_FALSE(shortfall({.side = Side::buy, .qty = 1_qty}));
    EXPECT_FALSE(shortfall({.side = Side::none, .qty = 1_qty, .decision = twice_mid(1_px, 1_px)}));
    EXPECT_FALSE(vwap_slippage_bps(Side::buy, 1_qty, 1_px * 1_qty, 0_qty, 0));
    EXPECT_FALSE(vwap_slippage_bps(Side::buy, 0_qty, 0, 1_qty, 1_px * 1_qty));
}

TEST(Shortfall, a_buy_at_100_01_against_a_vwap_of_100_is_one_bp) {
    const auto bps = vwap_slippage_bps(Side::buy, 100_qty, 100.01_px * 100_qty, 5'000_qty,
                                       100.00_px * 5'000_qty);
    EXPECT_NEAR(bps.value(), 1.0, 1e-9);
    EXPECT_NEAR(vwap_slippage_bps(Side::sell, 100_qty, 100.01_px * 100_qty, 5'000_qty,
                                  100.00_px * 5'000_qty)
                    .value(),
                -1.0, 1e-9);
}

}  // namespace
}  // namespace assay::route
