#include "core/kpi/leakage.h"

#include <gtest/gtest.h>

#include "core/kpi/example_orders.h"

namespace assay::kpi {
namespace {

TEST(Leakage, moves_in_1e_6_bps_round_half_away_from_zero) {
    struct {
        const char* worked;
        TwiceMid from, to;
        Side side;
        std::int64_t micro;
    } cases[] = {
        {"buy 100.01 to 100.04: 2.999700 bps", twice(100.01_px), twice(100.04_px), Side::buy,
         2'999'700},
        {"sell: -2.999700", twice(100.01_px), twice(100.04_px), Side::sell, -2'999'700},
        {"sell into a fall: +", twice(100.00_px), twice(99.99_px), Side::sell, 1'000'000},
        {"no move: 0", twice(100.00_px), twice(100.00_px), Side::buy, 0},
        {"exactly half: away from zero", {20'000'000'000}, {20'000'000'001}, Side::buy, 1},
        {"exactly minus half", {20'000'000'000}, {19'999'999'999}, Side::buy, -1},
        {"below half: 0", {20'000'000'001}, {20'000'000'002}, Side::buy, 0},
        {"no side, no move", twice(100.00_px), twice(101.00_px), Side::none, 0},
        {"beyond 64 bits: clipped", {1}, {4'000'000'000'000'000'000}, Side::buy, INT64_MAX},
        {"beyond 64 bits: clipped", {1}, {4'000'000'000'000'000'000}, Side::sell, -INT64_MAX},
    };
    for (const auto& c : cases) EXPECT_EQ(micro_bps(c.from, c.to, c.side), c.micro) << c.worked;
}

Moves moves(std::initializer_list<std::int64_t> micro_bps_each) {
    Moves m;
    for (const std::int64_t x : micro_bps_each) m.add(x);
    return m;
}

TEST(Leakage, net_of_the_mean_of_all_other_lps) {
    const Moves a = moves({3'000'000, 5'000'000});  // mean 4 bps
    const Moves b = moves({1'000'000}), c = moves({2'000'000, 3'000'000});
    Moves everyone;
    for (const Moves& m : {a, b, c}) everyone += m;
    NetLeakage net;
    net.add(a, a, everyone);
    EXPECT_DOUBLE_EQ(*net.bps(), 2.0) << "4 - (1 + 2 + 3) / 3";
    EXPECT_EQ(net.n(), 2);
}

TEST(Leakage, strata_are_controlled_one_by_one_and_weighted_by_their_orders) {
    const Moves own1 = moves({2'000'000}), peers1 = moves({1'000'000});
    const Moves own2 = moves({9'000'000, 9'000'000, 9'000'000}),
                peers2 = moves({8'000'000, 4'000'000});
    Moves all1 = own1, all2 = own2;
    all1 += peers1;
    all2 += peers2;
    NetLeakage net;
    net.add(own1, own1, all1);
    net.add(own2, own2, all2);
    EXPECT_DOUBLE_EQ(*net.bps(), 2.5) << "(1 x 1 + 3 x 3) / 4";
}

TEST(Leakage, orders_without_a_peer_are_left_out_not_counted_as_zero) {
    const Moves alone = moves({5'000'000});
    NetLeakage net;
    net.add(alone, alone, alone);
    EXPECT_FALSE(net.bps());
    const Moves own = moves({2'000'000}), peers = moves({1'500'000});
    Moves all = own;
    all += peers;
    net.add(own, own, all);
    EXPECT_DOUBLE_EQ(*net.bps(), 0.5);
}

TEST(Leakage, own_other_orders_are_no_control) {
    // A row that holds only part of the LP's orders there (one size bucket, say).
    const Moves row = moves({4'000'000}), lp = moves({4'000'000, 100'000'000});
    Moves all = lp;
    all += moves({1'000'000});
    NetLeakage net;
    net.add(row, lp, all);
    EXPECT_DOUBLE_EQ(*net.bps(), 3.0);
}

}  // namespace
}  // namespace assay::kpi
