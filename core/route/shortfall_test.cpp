#include "core/route/shortfall.h"

#include <gtest/gtest.h>

#include "core/route/parent.h"

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

// Others trade 1,000 before the first fill, 500 at 100 between the two, 1,000 after the second.
TEST(Shortfall, the_vwap_is_of_the_window_between_the_fills_that_stand) {
    const auto at = [](Qty volume, Price px) { return Traded{volume, px * volume}; };
    const Traded first = at(1'000_qty, 90_px);
    const Traded second{1'500_qty, first.notional + 100_px * 500_qty};
    const Traded third{2'500_qty, second.notional + 90_px * 1'000_qty};
    Parent p;
    p.order.side = Side::buy;
    p.order.qty = 100_qty;
    Child c;
    c.qty = 100_qty;
    const auto tell = [&](Answer answer, const char* id, const char* ref, const Traded& traded) {
        ChildReport r;
        r.answer = answer;
        r.exec_id = id;
        r.exec_ref_id = ref;
        r.last_qty = answer == Answer::busted ? 0_qty : 10_qty;
        r.last_px = 100.01_px;
        r.traded = traded;
        p.count(c, c.apply(r));
    };
    const auto bps = [&] { return p.vwap_slippage_bps(std::vector<const Child*>{&c}); };
    EXPECT_FALSE(bps()) << "nothing is filled";
    tell(Answer::filled, "1", "", first);
    EXPECT_FALSE(bps()) << "nothing traded between the first fill and itself";
    tell(Answer::filled, "2", "", second);
    EXPECT_NEAR(bps().value(), 1.0, 1e-9);
    tell(Answer::corrected, "3", "2", third);
    EXPECT_NEAR(bps().value(), 1.0, 1e-9) << "a corrected fill keeps its time";
    tell(Answer::busted, "", "1", third);
    EXPECT_FALSE(bps()) << "one fill stands";
    EXPECT_EQ(p.cum, 10_qty);
}

}  // namespace
}  // namespace assay::route
