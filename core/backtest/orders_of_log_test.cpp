#include "core/backtest/orders_of_log.h"

#include <gtest/gtest.h>

#include "core/backtest/backtest_testkit.h"

namespace assay::backtest {
namespace {

using namespace literals;

LoggedChild child(int sent_ms, int ended_ms, int qty, int cum, const char* symbol = "ACME",
                  Side side = Side::buy) {
    LoggedChild c;
    c.symbol = symbol;
    c.side = side;
    c.lp = "LP_A";
    c.cl_ord_id = std::to_string(sent_ms);
    c.sent = Nanos{sent_ms * kMillisecond.ns};
    c.ended = ended_ms < 0 ? kNever : Nanos{ended_ms * kMillisecond.ns};
    c.qty = Qty{qty * 1'000'000};
    c.cum = Qty{cum * 1'000'000};
    return c;
}

TEST(OrdersOfLog, children_close_together_are_one_order) {
    const std::vector<LoggedChild> children = {
        child(0, 10, 500, 200),             // leaves 300 ...
        child(20, 40, 300, 300),            // ... which are sent again: 500 in all
        child(900, 950, 400, 400),          // 860 ms later: one of its own at a gap of 500 ms
        child(910, 940, 100, 100, "BOLT"),  // another symbol
        child(920, 930, 100, 0, "ACME", Side::sell),
    };
    struct {
        const char* what;
        Duration gap;
        std::vector<std::pair<int, std::size_t>> orders;  // quantity and children, in order of time
    } rows[] = {
        {"0: each its own", {0}, {{500, 1}, {300, 1}, {400, 1}, {100, 1}, {100, 1}}},
        {"500 ms", {500'000'000}, {{500, 2}, {400, 1}, {100, 1}, {100, 1}}},
        {"1 s: 200 + 300 + 400 = 900", {1'000'000'000}, {{900, 3}, {100, 1}, {100, 1}}},
    };
    for (const auto& row : rows) {
        const auto orders = orders_of(children, row.gap, {});
        ASSERT_EQ(orders.size(), row.orders.size()) << row.what;
        for (std::size_t i = 0; i < orders.size(); ++i) {
            EXPECT_EQ(orders[i].qty, Qty{row.orders[i].first * 1'000'000}) << row.what << i;
            EXPECT_EQ(orders[i].children.size(), row.orders[i].second) << row.what << i;
        }
    }
}

TEST(OrdersOfLog, a_round_ends_with_the_first_answer_of_it) {
    const auto orders = orders_of({child(0, 30, 100, 0), child(1, 20, 100, 50),  // together
                                   child(21, 60, 150, 150),                      // after an answer
                                   child(25, 70, 10, 10),  // while the second round is out
                                   child(80, -1, 10, 0)},  // never answered
                                  {1'000'000'000}, {});
    ASSERT_EQ(orders.size(), 1u);
    const std::uint32_t rounds[] = {0, 0, 1, 1, 2};
    for (std::size_t i = 0; i < 5; ++i) EXPECT_EQ(orders[0].children[i].round, rounds[i]) << i;
    EXPECT_EQ(orders[0].rounds, 3u);
    // The most that was filled and out at once: 0 + 100 out, 50 filled, 150 out and 10 out.
    EXPECT_EQ(orders[0].qty, Qty{310'000'000});
}

TEST(OrdersOfLog, parents_that_are_known_win_and_what_we_did_wrong_is_no_order) {
    LoggedChild ours = child(5, 6, 100, 0);
    ours.ours = true;
    const ParentOf parent_of = [](const LoggedChild& c) -> std::optional<std::uint64_t> {
        if (c.cl_ord_id == "0" || c.cl_ord_id == "20000") return 7;
        return std::nullopt;
    };
    const auto orders =
        orders_of({child(0, 10, 500, 200), ours, child(20000, 20010, 300, 300)}, {0}, parent_of);
    ASSERT_EQ(orders.size(), 1u);
    EXPECT_EQ(orders[0].number, 7u);
    EXPECT_EQ(orders[0].children.size(), 2u);
}

// What a simulated world left as FIX against what its router knows of the same children.
TEST(OrdersOfLog, children_of_a_traded_day_are_found_with_their_fills) {
    const auto day = testkit::traded(
        testkit::config_of(testkit::small_world(30, 120), route::PolicyId::split, {}), 3);
    desk::Desk hindsight(testkit::reader_of(day, {*score::find_profile("balanced")}), 1);
    const auto orders = testkit::orders_in(day, hindsight, {}, true);
    std::map<std::uint64_t, double> filled;
    std::size_t children = 0;
    for (const LoggedOrder& o : orders)
        for (const LoggedChild& c : o.children) {
            filled[o.number] += as_double(c.cum) / 100;
            ++children;
        }
    std::size_t sent = 0;
    for (const sim::TradedParent& p : day.parents) {
        EXPECT_NEAR(filled[p.number + 1], p.filled_lots, 1e-6) << p.number;
        sent += p.children;
    }
    EXPECT_EQ(children, sent);
    EXPECT_GT(sent, 50u);
}

}  // namespace
}  // namespace assay::backtest
