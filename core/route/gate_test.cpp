#include "core/route/gate.h"

#include <functional>
#include <gtest/gtest.h>
#include <string>

#include "core/units/archive.h"

namespace assay::route {
namespace {

constexpr Nanos kStart{1'754'000'000'000'000'000};

Limits limits() {
    return {.parent_qty = 500'000_qty,
            .child_qty = 50'000_qty,
            .parent_notional = 100.00_px * 500'000_qty,
            .child_notional = 100.00_px * 40'000_qty,
            .collar_bps = 10,
            .open_qty = 80'000_qty,
            .orders_per_window = 3,
            .window = 1_s,
            .orders_per_parent = 5,
            .duplicate_window = 100_ms};
}
Bbo quote() {
    Bbo q;
    q.at = kStart;
    q.bid = 49.99_px;
    q.ask = 50.01_px;
    q.state = QuoteState::ok;
    return q;
}
AdmitRequest order(std::uint64_t id, Qty q) {
    return {kStart, id, "ACME", Side::sell, q, std::nullopt, quote()};
}
SendRequest child(std::uint64_t number, Qty q, Nanos at = kStart) {
    return {at, 1, {number}, {0}, "ACME", Side::sell, q, 49.98_px, quote()};
}
Gate gate_with_an_order(Qty q = 200'000_qty) {
    Gate g(limits(), {"LP_A", "LP_B"});
    EXPECT_FALSE(g.admit(order(1, q)));
    return g;
}

TEST(Gate, every_rule_refuses_with_its_numbers) {
    const struct {
        const char* what;
        Rule rule;
        const char* says;
        std::function<void(Gate&, SendRequest&)> spoil;
    } cases[] = {
        {"too large", Rule::child_qty, "60000 exceed the largest child of 50000",
         [](Gate&, SendRequest& r) { r.qty = 60'000_qty; }},
        {"too dear", Rule::child_notional, "4000000.00",
         [](Gate&, SendRequest& r) {
             r.qty = 45'000_qty;
             r.limit = 100.00_px;
             r.quote.bid = 100.00_px;
             r.quote.ask = 100.02_px;
         }},
        {"beyond the collar", Rule::collar, "20.0 bps beyond the far touch 49.99",
         [](Gate&, SendRequest& r) { r.limit = 49.89_px; }},
        {"shifted decimals", Rule::collar, "beyond the far touch",
         [](Gate&, SendRequest& r) { r.limit = 4.998_px; }},
        {"no quote", Rule::no_quote, "the quote is stale",
         [](Gate&, SendRequest& r) { r.quote.state = QuoteState::stale; }},
        {"crossed", Rule::no_quote, "crossed",
         [](Gate&, SendRequest& r) { r.quote.state = QuoteState::crossed; }},
        {"other side", Rule::wrong_order, "buy 10000 ACME is no part of order 1: sell ACME",
         [](Gate&, SendRequest& r) { r.side = Side::buy; }},
        {"other symbol", Rule::wrong_order, "XYZ", [](Gate&, SendRequest& r) { r.symbol = "XYZ"; }},
        {"no quantity", Rule::wrong_order, "0", [](Gate&, SendRequest& r) { r.qty = 0_qty; }},
        {"id used before", Rule::wrong_order, "not above the last",
         [](Gate&, SendRequest& r) { r.child = {0}; }},
        {"LP nobody configured", Rule::wrong_order, "LP #7",
         [](Gate&, SendRequest& r) { r.lp = {7}; }},
        {"no parent", Rule::unknown_parent, "no order 9",
         [](Gate&, SendRequest& r) { r.parent = 9; }},
        {"killed", Rule::killed, "everything was stopped by ann: drill",
         [](Gate& g, SendRequest& r) { g.kill({}, r.at, "ann", "drill"); }},
        {"LP killed", Rule::killed, "LP_A was stopped by ann",
         [](Gate& g, SendRequest& r) { g.kill({r.lp, ""}, r.at, "ann", "odd fills"); }},
        {"LP killed in the symbol", Rule::killed, "LP_A in ACME",
         [](Gate& g, SendRequest& r) { g.kill({r.lp, "ACME"}, r.at, "ann", "odd fills"); }},
        {"symbol halted", Rule::halted, "ACME is halted: news",
         [](Gate& g, SendRequest& r) { g.halt({{}, "ACME"}, r.at, "news"); }},
        {"LP logged out", Rule::halted, "LP_A is halted: session down",
         [](Gate& g, SendRequest& r) { g.halt({r.lp, ""}, r.at, "session down"); }},
    };
    for (const auto& c : cases) {
        Gate g = gate_with_an_order();
        SendRequest r = child(1, 10'000_qty);
        c.spoil(g, r);
        const auto refusal = g.send(r);
        ASSERT_TRUE(refusal) << c.what;
        EXPECT_STREQ(name(refusal->rule), name(c.rule)) << c.what;
        EXPECT_NE(refusal->text.find(c.says), std::string::npos) << c.what << ": " << refusal->text;
        EXPECT_EQ(g.total_out(), 0_qty) << c.what;
        Gate good = gate_with_an_order();
        EXPECT_FALSE(good.send(child(1, 10'000_qty))) << "beside each bad row the good one";
    }
}

TEST(Gate, limits_that_are_not_set_refuse) {
    Gate none({}, {"LP_A"});
    EXPECT_EQ(none.admit(order(1, 1_qty))->rule, Rule::parent_qty);
    for (int i = 0; i < 8; ++i) {
        Limits l = limits();
        if (i == 0) l.child_qty = {};
        if (i == 1) l.child_notional = 0;
        if (i == 2) l.collar_bps = 0;
        if (i == 3) l.open_qty = {};
        if (i == 4) l.orders_per_window = 0;
        if (i == 5) l.window = {};
        if (i == 6) l.orders_per_parent = 0;
        if (i == 7) l.duplicate_window = {};
        Gate g(l, {"LP_A"});
        ASSERT_FALSE(g.admit(order(1, 1000_qty)));
        EXPECT_EQ(g.send(child(1, 100_qty))->rule, Rule::limit_not_set) << i;
    }
}

TEST(Gate, outstanding_and_filled_never_exceed_the_parent) {
    Gate g = gate_with_an_order(30'000_qty);
    EXPECT_FALSE(g.send(child(1, 20'000_qty)));
    const auto over = g.send(child(2, 15'000_qty));
    ASSERT_TRUE(over);
    EXPECT_EQ(over->rule, Rule::over_parent);
    EXPECT_EQ(over->text, "0 filled + 20000 outstanding + 15000 exceed the order of 30000");
    g.filled({1}, 12'000_qty);
    EXPECT_EQ(g.outstanding(1), 8'000_qty);
    EXPECT_EQ(g.send(child(2, 15'000_qty))->rule, Rule::over_parent) << "filled counts";
    g.closed({1}, 3'000_qty);
    EXPECT_EQ(g.send(child(2, 15'500_qty))->rule, Rule::over_parent) << "so does what is owed";
    EXPECT_FALSE(g.send(child(2, 15'000_qty)));
    g.filled({1}, 3'000_qty);
    EXPECT_EQ(g.filled_of(1) + g.outstanding(1), 30'000_qty);
    g.filled({1}, Qty{} - 15'000_qty);
    EXPECT_EQ(g.filled_of(1), 0_qty) << "busted";
    EXPECT_EQ(g.total_out(), 15'000_qty);
}

TEST(Gate, an_overfill_closes_the_way_out_for_its_parent_and_uses_up_nothing_of_others) {
    Gate g = gate_with_an_order(30'000_qty);
    ASSERT_FALSE(g.send(child(1, 20'000_qty)));
    g.filled({1}, 35'000_qty);
    g.closed({1}, {});
    EXPECT_EQ(g.filled_of(1), 35'000_qty);
    EXPECT_EQ(g.send(child(2, 1_qty))->rule, Rule::over_parent);
    AdmitRequest other = order(2, 10'000_qty);
    ASSERT_FALSE(g.admit(other));
    SendRequest all = child(2, 10'000_qty);
    all.parent = 2;
    EXPECT_FALSE(g.send(all));
    EXPECT_EQ(g.total_out(), g.total_in());
    g.filled({1}, Qty{} - 15'000_qty);
    EXPECT_EQ(g.total_out(), 30'000_qty) << "20,000 + 10,000 after the bust of 15,000";
}

TEST(Gate, rate_repetition_and_duplicates) {
    Gate g = gate_with_an_order();
    ASSERT_FALSE(g.send(child(1, 1'000_qty)));
    EXPECT_EQ(g.send(child(2, 1'000_qty))->rule, Rule::duplicate) << "outstanding";
    g.closed({1}, {});
    EXPECT_EQ(g.send(child(2, 1'000_qty, kStart + 50_ms))->rule, Rule::duplicate) << "50 ms ago";
    EXPECT_FALSE(g.send(child(2, 1'000_qty, kStart + 200_ms)));
    EXPECT_FALSE(g.send(child(3, 2'000_qty, kStart + 200_ms)));
    const auto fourth = g.send(child(4, 3'000_qty, kStart + 300_ms));
    ASSERT_TRUE(fourth);
    EXPECT_EQ(fourth->text, "3 orders to LP_A within 1000 ms; the most is 3");
    EXPECT_FALSE(g.send(child(4, 3'000_qty, kStart + 1'000_ms))) << "the first is a second old";
    EXPECT_FALSE(g.send(child(5, 4'000_qty, kStart + 2_s)));
    EXPECT_EQ(g.send(child(6, 5'000_qty, kStart + 9_s))->rule, Rule::repeated);
}

TEST(Gate, parents_fat_fingers_and_doubles) {
    Gate g(limits(), {"LP_A"});
    EXPECT_EQ(g.admit(order(1, 600'000_qty))->text, "600000 exceed the largest order of 500000");
    AdmitRequest dear = order(1, 500'000_qty);
    dear.limit = 120.00_px;
    EXPECT_EQ(g.admit(dear)->rule, Rule::parent_notional);
    ASSERT_FALSE(g.admit(order(1, 1000_qty)));
    EXPECT_EQ(g.admit(order(1, 1000_qty))->rule, Rule::duplicate_parent);
    EXPECT_EQ(g.admit(order(2, 1000_qty))->text, "the same as order 1 of 0 ms ago");
    AdmitRequest later = order(2, 1000_qty);
    later.at = kStart + 101_ms;
    EXPECT_FALSE(g.admit(later));
    EXPECT_EQ(g.total_in(), 2000_qty);
    g.forget(1);
    EXPECT_EQ(g.total_in(), 1000_qty);
}

TEST(Gate, a_kill_is_kept_over_a_restart_and_takes_two_people_to_release) {
    Gate g = gate_with_an_order();
    g.kill({}, kStart, "ann", "drill");
    g.kill({}, kStart + 1_s, "bob", "me too");
    std::string bytes;
    Saver saver(bytes);
    saver(g);
    Gate again(limits(), {"LP_A", "LP_B"});
    Loader loader(bytes);
    loader(again);
    ASSERT_TRUE(loader.ok() && loader.at_end());
    EXPECT_EQ(again.send(child(1, 1'000_qty))->text, "everything was stopped by ann: drill");
    EXPECT_FALSE(again.release({}, "ann", "ann"));
    EXPECT_FALSE(again.release({}, "ann", ""));
    EXPECT_FALSE(again.release({{}, "ACME"}, "ann", "bob")) << "not what was stopped";
    again.resume({});
    EXPECT_TRUE(again.send(child(1, 1'000_qty))) << "a resume is no release";
    EXPECT_TRUE(again.release({}, "ann", "bob"));
    EXPECT_FALSE(again.send(child(1, 1'000_qty)));
}

}  // namespace
}  // namespace assay::route
