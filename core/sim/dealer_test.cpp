// One session at a time: what an LP answers to what it is sent.
#include "core/sim/dealer.h"

#include <gtest/gtest.h>

#include "core/sim/fix_log.h"
#include "core/sim/sim_testkit.h"
#include "core/units/decimal.h"

namespace assay::sim {
namespace {

using testkit::still;

// Sends by hand, into a world with a single LP and no parents.
class Hand {
  public:
    explicit Hand(WorldConfig config) : world_(std::move(config), 1) {}

    void order(std::string_view id, Side side, Qty qty, Price px, char tif, Qty min = {-1},
               std::string_view symbol = "ACME") {
        const Nanos at = world_.now();
        world_.send(
            0,
            encoder_.write(header(), fix::NewOrderSingle{id, symbol, side, qty, px, tif, min, at}),
            at, {0, attempt_++});
    }
    void cancel(std::string_view id, std::string_view orig) {
        const Nanos at = world_.now();
        world_.send(0,
                    encoder_.write(header(), fix::OrderCancelRequest{id, orig, "ACME", Side::buy,
                                                                     100_qty, at}),
                    at, {0, attempt_++});
    }
    void replace(std::string_view id, std::string_view orig, Qty qty, std::string_view px) {
        const Nanos at = world_.now();
        const std::string line = FixLog().line(
            at, "DESK", "LP_A", "G",
            "11=" + std::string(id) + "|41=" + std::string(orig) +
                "|55=ACME|54=1|38=" + to_text(qty) + "|40=2|44=" + std::string(px) + "|");
        world_.send(0, captured(line, 0, 0).bytes, at, {0, attempt_++});
    }
    // Goes on for so long; what was reported meanwhile, as "id:ExecType/OrdStatus cum", or
    // "id:9 reason".
    std::vector<std::string> wait(Duration d) {
        std::vector<std::string> out;
        const Nanos until = world_.now() + d;
        world_.wake_at(until, 0);
        fix::Message m;
        while (const auto step = world_.next()) {
            if (std::holds_alternative<Wake>(step->what)) break;
            const auto* r = std::get_if<fix::Record>(&step->what);
            if (!r || r->session == kMarketSession || r->direction == fix::Direction::sent)
                continue;
            EXPECT_FALSE(fix::parse(r->bytes, '\x01', m));
            std::string line(m.cl_ord_id);
            if (m.msg_type == "9")
                line += ":9 " + std::to_string(m.cxl_rej_reason);
            else
                line += std::string(":") + m.exec_type + '/' + m.ord_status + ' ' +
                        std::to_string(m.cum_qty.micro / 1'000'000);
            out.push_back(line);
            last_text = std::string(m.text);
            last_px = m.last_px;
        }
        return out;
    }
    std::string last_text;
    Price last_px;

  private:
    fix::Header header() { return {"DESK", "LP_A", ++seq_, world_.now(), kNever}; }
    World world_;
    fix::Encoder encoder_;
    std::uint64_t seq_{};
    std::uint32_t attempt_{};
};

// Has so many lots every time, or next to nothing: answers after exactly 20 ms.
WorldConfig certain(double mean_lots) {
    WorldConfig c = still({six_lps()[0]}, 0);
    c.market.sigma = {1e-9, 1e-9, 1e-9};
    c.length = {600 * kSecond.ns};
    c.lps[0].nature = {.zero_share = 0,
                       .mean_lots = mean_lots,
                       .latency_ms = 20,
                       .latency_log_sd = 0,
                       .reject_share = 0,
                       .last_look = LastLook::none,
                       .last_look_bps = 0,
                       .improvement = .5,
                       .improvement_sd = 0,
                       .leak_bps = 0};
    return c;
}

using Lines = std::vector<std::string>;

TEST(Dealer, times_in_force) {
    Hand deep(certain(1e6)), thin(certain(1e-6));  // thin: capacity is one lot
    deep.wait(kSecond);
    thin.wait(kSecond);
    deep.order("A", Side::buy, 5000_qty, 101_px, '3');
    EXPECT_EQ(deep.wait(kSecond), (Lines{"A:0/0 0", "A:F/2 5000"}));
    thin.order("A", Side::buy, 5000_qty, 101_px, '3');
    EXPECT_EQ(thin.wait(kSecond), (Lines{"A:0/0 0", "A:F/1 100", "A:4/4 100"})) << "IOC";
    thin.order("B", Side::sell, 5000_qty, 99_px, '4');
    EXPECT_EQ(thin.wait(kSecond), (Lines{"B:0/0 0", "B:4/4 0"})) << "FOK";
    thin.order("C", Side::sell, 5000_qty, 99_px, '3', 200_qty);
    EXPECT_EQ(thin.wait(kSecond), (Lines{"C:0/0 0", "C:4/4 0"})) << "MinQty 200, and it has 100";
    thin.order("D", Side::sell, 5000_qty, 99_px, '3', 100_qty);
    EXPECT_EQ(thin.wait(kSecond), (Lines{"D:0/0 0", "D:F/1 100", "D:4/4 100"}));
    deep.order("E", Side::buy, 100_qty, 99_px, '3');
    EXPECT_EQ(deep.wait(kSecond), (Lines{"E:0/0 0", "E:4/4 0"})) << "not marketable";
}

TEST(Dealer, an_order_that_rests_and_its_cancel) {
    Hand hand(certain(1e-6));
    hand.wait(kSecond);
    hand.order("A", Side::buy, 50000_qty, 101_px, '0');
    Lines said = hand.wait(Duration{20 * kSecond.ns});
    ASSERT_GT(said.size(), 5u) << "a lot at a time";
    EXPECT_EQ(said[1], "A:F/1 100");
    EXPECT_EQ(said[2], "A:F/1 200");
    hand.cancel("C1", "A");
    said = hand.wait(kSecond);
    ASSERT_FALSE(said.empty());
    EXPECT_EQ(said.back().substr(0, 8), "C1:4/4 " + said.back().substr(7, 1));
    EXPECT_EQ(hand.wait(Duration{20 * kSecond.ns}), Lines{}) << "no fill after the cancel";
    hand.cancel("C2", "A");
    EXPECT_EQ(hand.wait(kSecond), Lines{"C2:9 0"}) << "too late";
    hand.cancel("C3", "NEVER");
    EXPECT_EQ(hand.wait(kSecond), Lines{"C3:9 1"}) << "unknown order";
    hand.cancel("C4", "NEVER");
    EXPECT_EQ(hand.wait(kSecond), Lines{"C4:9 1"}) << "still unknown";
    hand.order("B", Side::buy, 500_qty, 50_px, '0');
    EXPECT_EQ(hand.wait(Duration{20 * kSecond.ns}), Lines{"B:0/0 0"}) << "far from the market";
}

TEST(Dealer, a_resting_order_is_replaced) {
    Hand hand(certain(1e-6));
    hand.wait(kSecond);
    hand.order("A", Side::buy, 500_qty, 50_px, '0');
    EXPECT_EQ(hand.wait(kSecond), Lines{"A:0/0 0"});
    hand.replace("B", "A", 700_qty, "51");
    EXPECT_EQ(hand.wait(kSecond), Lines{"B:5/0 0"});
    hand.replace("C", "A", 900_qty, "51");
    EXPECT_EQ(hand.wait(kSecond), Lines{"C:9 0"}) << "its old name is closed";
    hand.replace("B", "B", 900_qty, "51");
    EXPECT_EQ(hand.wait(kSecond), Lines{"B:9 0"}) << "a name that was used";
    hand.replace("D", "NEVER", 900_qty, "51");
    EXPECT_EQ(hand.wait(kSecond), Lines{"D:9 1"}) << "unknown order";
    hand.replace("E", "B", 300_qty, "101");  // now it meets somebody
    Lines said = hand.wait(Duration{60 * kSecond.ns});
    ASSERT_GE(said.size(), 4u);
    EXPECT_EQ(said[0], "E:5/0 0");
    EXPECT_EQ(said[1], "E:F/1 100");
    EXPECT_EQ(said.back(), "E:F/2 300");
    hand.replace("F", "E", 900_qty, "101");
    EXPECT_EQ(hand.wait(kSecond), Lines{"F:9 0"}) << "too late";
}

TEST(Dealer, an_order_replaced_by_what_it_has_is_done) {
    Hand hand(certain(1e-6));
    hand.wait(kSecond);
    hand.order("A", Side::buy, 50000_qty, 101_px, '0');
    const Lines said = hand.wait(Duration{10 * kSecond.ns});
    ASSERT_GE(said.size(), 2u);
    const std::string has = said.back().substr(6);
    hand.replace("B", "A", 100_qty, "101");
    const Lines replaced = hand.wait(Duration{10 * kSecond.ns});
    EXPECT_EQ(replaced.back(), "B:5/2 " + has) << "nothing after it";
}

TEST(Dealer, what_it_refuses) {
    Hand hand(certain(1e6));
    hand.wait(kSecond);
    hand.order("A", Side::buy, 100_qty, 101_px, '3');
    hand.wait(kSecond);
    struct {
        const char* id;
        Qty qty;
        const char* symbol;
        const char* text;
    } const rows[] = {
        {"A", 100_qty, "ACME", "duplicate ClOrdID"},
        {"B", 100_qty, "ACMF", "unknown symbol"},
        {"C", 0_qty, "ACME", "unsupported order characteristic"},
    };
    for (const auto& r : rows) {
        hand.order(r.id, Side::buy, r.qty, 101_px, '3', {-1}, r.symbol);
        EXPECT_EQ(hand.wait(kSecond), Lines{std::string(r.id) + ":8/8 0"}) << r.text;
        EXPECT_EQ(hand.last_text, r.text);
    }
    hand.order("D", Side::buy, 100_qty, 101_px, '3');
    EXPECT_EQ(hand.wait(kSecond), (Lines{"D:0/0 0", "D:F/2 100"})) << "and goes on";
}

TEST(Dealer, a_fill_is_at_its_improvement_but_never_through_the_limit) {
    WorldConfig c = certain(1e6);  // quotes 99.99 x 100.01 all the time
    Hand good(c);
    good.wait(kSecond);
    good.order("A", Side::buy, 100_qty, 101_px, '3');
    good.wait(kSecond);
    EXPECT_EQ(good.last_px, 100.005_px) << "half of the half-spread of .01 inside 100.01";
    good.order("B", Side::sell, 100_qty, 99_px, '3');
    good.wait(kSecond);
    EXPECT_EQ(good.last_px, 99.995_px);

    c.lps[0].nature.improvement = -3;  // three half-spreads worse than the far touch
    Hand bad(c);
    bad.wait(kSecond);
    bad.order("A", Side::buy, 100_qty, 101_px, '3');
    bad.wait(kSecond);
    EXPECT_EQ(bad.last_px, 100.04_px) << "100.01 + 3 x .01";
    bad.order("B", Side::buy, 100_qty, 100.02_px, '3');
    EXPECT_EQ(bad.wait(kSecond), (Lines{"B:0/0 0", "B:F/2 100"}));
    EXPECT_EQ(bad.last_px, 100.02_px) << "and no further than it may";
}

}  // namespace
}  // namespace assay::sim
