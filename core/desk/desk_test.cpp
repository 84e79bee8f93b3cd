// A desk and two tiny LPs, in FIX bytes both ways.
#include "core/desk/desk.h"

#include <algorithm>
#include <gtest/gtest.h>

#include "core/desk/child_wire.h"
#include "core/fix/encode.h"

namespace assay::desk {
namespace {

constexpr Nanos kTen{1'772'445'600'000'000'000};  // 2026-03-02 10:00 UTC

DeskConfig config() {
    DeskConfig d;
    const score::Profile& p = *score::find_profile("balanced");
    d.kernel.profile = p;
    d.kernel.quotes.stale_after = {5 * kSecond.ns};
    d.ranked = {p};
    d.router.lps = {"LP_A", "LP_B"};
    d.router.limits = {.parent_qty = 100'000_qty,
                       .child_qty = 10'000_qty,
                       .parent_notional = 200.00_px * 100'000_qty,
                       .child_notional = 200.00_px * 10'000_qty,
                       .collar_bps = 50,
                       .open_qty = 50'000_qty,
                       .orders_per_window = 100,
                       .window = kSecond,
                       .orders_per_parent = 100,
                       .duplicate_window = {1}};
    d.router.terms.unfilled_bps = 5;
    d.thinks = {30'000};
    return d;
}

class Day {
  public:
    explicit Day(DeskConfig with = config()) : desk(std::move(with), 1) { quote(); }

    void quote(Price bid = 99.99_px, Price ask = 100.01_px, std::string_view symbol = "ACME") {
        const fix::MarketDataSnapshot w{symbol, bid, ask, 5'000_qty, 5'000_qty};
        take(0, fix::Direction::received, encoder.write(header("MARKET", "DESK"), w));
    }
    void trade(Price px, Qty qty) {
        take(0, fix::Direction::received,
             encoder.write(header("MARKET", "DESK"), fix::MarketDataTrade{"ACME", px, qty}));
    }
    // An LP that quotes itself.
    void own_quote(std::string_view lp, Price bid, Price ask) {
        const fix::MarketDataSnapshot w{"ACME", bid, ask, 5'000_qty, 5'000_qty};
        take(lp == "LP_A" ? 1 : 2, fix::Direction::received, encoder.write(header(lp, "DESK"), w));
    }
    // What the desk sent goes by, as it was captured.
    std::vector<Outgoing> leave() {
        const std::vector<Outgoing> all = out.outgoing;
        out.clear();
        for (const Outgoing& o : all) {
            now = std::max(now, o.at);
            take(o.lp.number + 1, fix::Direction::sent, o.bytes);
        }
        return all;
    }
    void say_status(std::string_view lp, std::string_view cl_ord_id, char ord_status) {
        now = now + kMillisecond;
        take(lp == "LP_A" ? 1 : 2, fix::Direction::received,
             encoder.write(header(lp, "DESK"), fix::ExecutionReport{.order_id = "NONE",
                                                                    .cl_ord_id = cl_ord_id,
                                                                    .orig_cl_ord_id = {},
                                                                    .exec_id = "0",
                                                                    .exec_ref_id = {},
                                                                    .symbol = "ACME",
                                                                    .exec_type = 'I',
                                                                    .ord_status = ord_status,
                                                                    .side = Side::buy,
                                                                    .order_qty = {},
                                                                    .last_px = {},
                                                                    .cum_qty = {},
                                                                    .leaves_qty = {},
                                                                    .avg_px = {},
                                                                    .text = {},
                                                                    .transact_time = now}));
    }
    // LP `lp` reports on an order: F fills, 0, 4, 8.
    void say(const Outgoing& o, char exec_type, Qty last = {}, Qty cum = {},
             std::string_view exec_id = "E", const char* lp = nullptr, Price px = 100.01_px,
             std::string_view symbol = "ACME") {
        now = now + kMillisecond;
        fix::Message m;
        ASSERT_FALSE(fix::parse(o.bytes, '\x01', m));
        const std::string from = lp != nullptr ? lp : config().router.lps[o.lp.number];
        const std::string id = std::string(exec_id) + std::to_string(seq);
        take(o.lp.number + 1, fix::Direction::received,
             encoder.write(header(from, "DESK"),
                           fix::ExecutionReport{.order_id = "O1",
                                                .cl_ord_id = m.cl_ord_id,
                                                .orig_cl_ord_id = {},
                                                .exec_id = id,
                                                .exec_ref_id = {},
                                                .symbol = symbol,
                                                .exec_type = exec_type,
                                                .ord_status = exec_type == 'F' ? '1' : exec_type,
                                                .side = Side::buy,
                                                .order_qty = m.order_qty,
                                                .last_qty = exec_type == 'F' ? last : Qty{-1},
                                                .last_px = px,
                                                .cum_qty = cum,
                                                .leaves_qty = m.order_qty - cum,
                                                .avg_px = 100.01_px,
                                                .text = {},
                                                .transact_time = now}));
    }
    static route::ParentOrder buy(Qty qty, route::PolicyId policy = route::PolicyId::uniform) {
        route::ParentOrder o;
        o.id = 1;
        o.cl_ord_id = "OMS-1";
        o.symbol = "ACME";
        o.side = Side::buy;
        o.qty = qty;
        o.lot = 100_qty;
        o.starts = kTen;
        o.ends = kTen + kMinute;
        o.pace.round_gap = kSecond;
        o.pace.round_qty = qty;
        o.pace.urgency = 1;
        o.min_child = 100_qty;
        o.max_child = 5'000_qty;
        o.probe_qty = 1'000_qty;
        o.policy = policy;
        return o;
    }
    void take(std::uint32_t session, fix::Direction direction, std::string_view bytes) {
        const std::string kept(bytes);
        desk.take({now, session, direction, ++seq, static_cast<std::uint32_t>(kept.size()),
                   fix::crc32c(kept), kept},
                  out);
    }
    // Another desk that begins with the state of the one before.
    void go_on_from(const Day& before) {
        out.clear();
        ASSERT_TRUE(desk.load(before.desk.save()));
        EXPECT_EQ(desk.save(), before.desk.save());
        desk.begin_run(2);
        now = before.now;
        seq = before.seq;
        numbers_ = before.numbers_;
    }
    const route::Parent& parent() const { return *desk.router().parent(1); }

    Desk desk;
    Output out;
    Nanos now{kTen};
    std::uint64_t seq{};
    fix::Encoder encoder;

  private:
    fix::Header header(std::string_view from, std::string_view to) {
        from_ = from;
        return {.sender_comp_id = from_,
                .target_comp_id = to,
                .msg_seq_num = ++numbers_[from_],
                .sending_time = now,
                .orig_sending_time = kNever};
    }
    std::string from_;
    std::map<std::string, std::uint64_t> numbers_;
};

TEST(Desk, a_parent_from_fix_to_fix) {
    Day day;
    day.desk.take_parent(Day::buy(2'000_qty), day.now, day.out);
    const auto sent = day.leave();
    ASSERT_EQ(sent.size(), 2u) << "1,000 to each";
    for (const Outgoing& o : sent) {
        fix::Message m;
        ASSERT_FALSE(fix::parse(o.bytes, '\x01', m));
        EXPECT_EQ(m.msg_type, "D");
        EXPECT_EQ(m.order_qty, 1'000_qty);
        EXPECT_EQ(o.at, kTen + Duration{30'000}) << "after it has thought";
        EXPECT_EQ(o.parent, 1u);
    }
    EXPECT_EQ(day.desk.router().exposure(day.parent()), 2'000_qty);
    day.say(sent[0], 'F', 1'000_qty, 1'000_qty);
    EXPECT_EQ(day.parent().cum, 1'000_qty);
    day.say(sent[1], 'F', 1'000_qty, 1'000_qty);
    EXPECT_EQ(day.parent().state, route::ParentState::filled);
    EXPECT_EQ(day.parent().notional, 100.01_px * 2'000_qty);
    EXPECT_TRUE(day.out.outgoing.empty());
}

TEST(Desk, a_buy_would_rest_behind_the_50_lots_shown_and_sees_what_others_sell_there) {
    Day day;
    for (int i = 0; i <= 60; ++i) {
        day.now = kTen + Duration{i * kSecond.ns};
        day.quote();
        day.trade(99.99_px, 700_qty);                   // at the bid: what waits there goes by it
        if (i % 2 == 0) day.trade(100.01_px, 300_qty);  // at the offer
        day.trade(100.00_px, 5'000_qty);                // between them: no queue gets shorter
    }
    route::ParentOrder order = Day::buy(20'000_qty, route::PolicyId::limit_or_market);
    order.ends = day.now + kMinute;
    order.pace.round_gap = {4 * kSecond.ns};
    day.desk.take_parent(order, day.now, day.out);
    ASSERT_FALSE(day.out.routed.decisions.empty());
    const route::Queue& queue = day.out.routed.decisions.back().inputs.queue;
    EXPECT_EQ(queue.ahead_lots, 50) << "5,000 shown";
    EXPECT_NEAR(queue.outflow_mean_lots, 28, 1) << "7 lots a second, for 4 s";
    EXPECT_NEAR(queue.outflow_sd_lots, 14, .5) << "sqrt(4 x 7 x 7)";
    order.id = 2;
    order.side = Side::sell;
    day.desk.take_parent(order, day.now, day.out);
    EXPECT_NEAR(day.out.routed.decisions.back().inputs.queue.outflow_mean_lots, 6, .3)
        << "3 lots every second second";
    // A state keeps it.
    Day later;
    later.go_on_from(day);
}

TEST(Desk, no_queue_is_made_up_where_no_trade_was_seen) {
    Day day;
    day.desk.take_parent(Day::buy(2'000_qty, route::PolicyId::limit_or_market), day.now, day.out);
    EXPECT_EQ(day.out.routed.decisions.back().inputs.queue.outflow_sd_lots, 0);
}

// A buy filled at 100.00 while 99.99 x 100.01 stood: 1e4 x .01 / 100.01 = .99990001 bps, at the
// mid.
TEST(Desk, a_fill_is_told_with_what_it_was_worth_and_how_long_it_took) {
    Day day;
    day.desk.take_parent(Day::buy(2'000_qty), day.now, day.out);
    const auto sent = day.leave();
    day.say(sent[0], '0');
    ASSERT_EQ(day.out.measured.size(), 1u);
    EXPECT_EQ(day.out.measured[0].latency, kMillisecond);
    EXPECT_FALSE(day.out.measured[0].price_improvement_bps) << "nothing is filled";
    day.out.clear();
    day.say(sent[0], 'F', 1'000_qty, 1'000_qty, "E", nullptr, 100.00_px);
    ASSERT_EQ(day.out.measured.size(), 1u);
    EXPECT_EQ(day.out.measured[0].child, sent[0].child);
    EXPECT_EQ(day.out.measured[0].latency, kMillisecond + kMillisecond);
    EXPECT_NEAR(*day.out.measured[0].price_improvement_bps, 0.99990001, 1e-8);
    EXPECT_EQ(day.out.measured[0].effective_spread_bps, 0);
}

TEST(Desk, an_order_to_an_lp_carries_the_name_that_the_lp_uses) {
    DeskConfig named = config();
    named.parties.lp_symbol_of = {{"LP_A", {{"ACME.A", "ACME"}}}};
    Day day(named);
    day.desk.take_parent(Day::buy(2'000_qty), day.now, day.out);
    const auto sent = day.leave();
    ASSERT_EQ(sent.size(), 2u);
    fix::Message m;
    ASSERT_FALSE(fix::parse(sent[0].bytes, '\x01', m));
    EXPECT_EQ(m.symbol, "ACME.A");
    ASSERT_FALSE(fix::parse(sent[1].bytes, '\x01', m));
    EXPECT_EQ(m.symbol, "ACME");
    day.say(sent[0], 'F', 1'000_qty, 1'000_qty, "E", nullptr, 100.01_px, "ACME.A");
    EXPECT_EQ(day.parent().cum, 1'000_qty);
}

TEST(Desk, an_lp_that_is_asked_after_an_order_it_never_had_ends_the_child) {
    Day day;
    day.desk.take_parent(Day::buy(2'000_qty), day.now, day.out);
    const auto sent = day.leave();
    day.desk.session_down({0}, day.now, day.out);
    EXPECT_EQ(day.desk.router().child(sent[0].child)->state, route::ChildState::unknown);
    day.out.clear();
    day.desk.session_up({0}, day.now, day.out);
    ASSERT_EQ(day.out.outgoing.size(), 1u) << "it is asked after once its session is up";
    fix::Message m;
    ASSERT_FALSE(fix::parse(day.out.outgoing[0].bytes, '\x01', m));
    EXPECT_EQ(m.msg_type, "H");
    const std::string order(m.cl_ord_id);
    EXPECT_EQ(order, cl_ord_id_of(sent[0].child));
    day.say_status("LP_A", order, '8');
    EXPECT_EQ(day.desk.router().child(sent[0].child)->state, route::ChildState::canceled);
    EXPECT_EQ(day.desk.router().exposure(day.parent()), 1'000_qty);
    // One that lives is left alone.
    day.say_status("LP_B", cl_ord_id_of(sent[1].child), '0');
    EXPECT_FALSE(route::terminal(day.desk.router().child(sent[1].child)->state));
}

TEST(Desk, the_score_knows_an_answer_before_the_router_hears_of_it) {
    Day day;
    day.desk.take_parent(Day::buy(2'000_qty), day.now, day.out);
    const auto sent = day.leave();
    const auto before = day.desk.page("balanced", "ACME");
    const std::uint64_t version = before ? before->stamp.sequence : 0;
    day.out.clear();
    day.say(sent[1], 'F', 1'000_qty, 1'000_qty);
    day.say(sent[0], '8');
    const Nanos answered = day.now;
    ASSERT_FALSE(day.out.routed.decisions.empty()) << "the rest is tried again";
    const route::DecisionInputs& in = day.out.routed.decisions.back().inputs;
    EXPECT_EQ(in.scores.state, route::BoardState::good);
    EXPECT_GT(in.scores.version, version);
    EXPECT_EQ(in.scores.as_of, answered) << "the page it was decided by has the answer in it";
}

TEST(Desk, a_cancel_and_a_kill_ask_back_on_the_wire) {
    for (const bool killed : {false, true}) {
        Day day;
        day.desk.take_parent(Day::buy(2'000_qty), day.now, day.out);
        const auto sent = day.leave();
        day.out.clear();
        if (killed)
            day.desk.kill({}, day.now, "ann", "drill", day.out);
        else
            day.desk.cancel_parent(1, day.now, day.out);
        const auto asked = day.leave();
        ASSERT_EQ(asked.size(), 2u) << killed;
        for (std::size_t i = 0; i < 2; ++i) {
            fix::Message m;
            ASSERT_FALSE(fix::parse(asked[i].bytes, '\x01', m));
            EXPECT_EQ(m.msg_type, "F");
            EXPECT_EQ(m.orig_cl_ord_id, cl_ord_id_of(sent[i].child));
        }
        day.say(sent[0], '4');
        day.say(sent[1], '4', {}, 0_qty);
        EXPECT_EQ(day.desk.router().exposure(day.parent()), 0_qty);
        if (!killed) {
            EXPECT_EQ(day.parent().state, route::ParentState::canceled);
        }
        day.now = day.now + kSecond + kSecond;
        day.quote();
        day.desk.pass(day.now, day.out);
        EXPECT_TRUE(day.leave().empty()) << "nothing more goes out";
    }
}

TEST(Desk, silence_becomes_unknown_and_is_asked_after_once) {
    Day day;
    day.desk.take_parent(Day::buy(2'000_qty), day.now, day.out);
    const auto sent = day.leave();
    ASSERT_EQ(day.desk.next_due(), kTen + kSecond) << "the time-out";
    day.now = *day.desk.next_due();
    day.out.clear();
    day.desk.pass(day.now, day.out);
    for (const Outgoing& o : sent)
        EXPECT_EQ(day.desk.router().child(o.child)->state, route::ChildState::unknown);
    EXPECT_EQ(day.leave().size(), 2u) << "a cancel request each, and no other order";
    EXPECT_EQ(day.desk.router().exposure(day.parent()), 2'000_qty);
    day.say(sent[0], 'F', 1'000_qty, 1'000_qty);
    EXPECT_EQ(day.parent().cum, 1'000_qty) << "a late fill counts";
    EXPECT_FALSE(day.desk.settle(sent[1].child, "ann", "ann", day.now, day.out));
    EXPECT_TRUE(day.desk.settle(sent[1].child, "ann", "bob", day.now, day.out));
    EXPECT_LE(day.desk.router().exposure(day.parent()), 1'000_qty);
}

// In FIX: nothing until the market trades, then a tenth of it, and what our own fills print does
// not count. The desk stops in the middle and goes on.
TEST(Desk, a_cap_of_10_percent_follows_the_trades_of_the_market) {
    // All that was sent is filled, and the market prints it: that is not the market's.
    const auto filled = [](Day& day) {
        Qty all;
        for (const Outgoing& o : day.leave()) {
            const Qty qty = day.desk.router().child(o.child)->qty;
            day.say(o, 'F', qty, qty);
            day.trade(100.01_px, qty);
            all += qty;
        }
        return all;
    };
    Day first;
    route::ParentOrder order = Day::buy(2'000_qty);
    order.ends = kTen + Duration{600 * kSecond.ns};
    order.pace.participation_cap = 0.1;
    first.desk.take_parent(order, first.now, first.out);
    EXPECT_TRUE(first.out.outgoing.empty());
    ASSERT_EQ(first.out.routed.alerts.size(), 1u);
    EXPECT_EQ(first.parent().held, route::Hold::no_prints);
    first.quote();
    EXPECT_EQ(first.out.routed.alerts.size(), 1u) << "said once";
    first.now = first.now + kSecond;
    first.trade(100.00_px, 900_qty);
    EXPECT_TRUE(first.out.outgoing.empty()) << "90 are no lot";
    EXPECT_EQ(first.parent().held, route::Hold::cap_reached);
    first.now = first.now + kSecond;
    first.trade(100.00_px, 3'100_qty);
    EXPECT_EQ(filled(first), 400_qty) << "10 % of 900 + 3,100";

    Day day;
    day.go_on_from(first);
    day.now = day.now + kSecond;
    day.quote();
    day.trade(100.02_px, 5'000_qty);
    day.desk.pass(day.now, day.out);
    EXPECT_EQ(filled(day), 500_qty) << "10 % of 5,000, and not of what our fills printed";
    EXPECT_EQ(day.parent().cum, 900_qty);
    const auto slippage = day.desk.router().vwap_slippage_bps(day.parent());
    ASSERT_TRUE(slippage);
    EXPECT_NEAR(*slippage, -0.9998, 1e-4) << "1e4 (100.01 - 100.02) / 100.02";
    for (const route::Decision& d : day.out.routed.decisions) {
        EXPECT_EQ(d.inputs.prints.since_start.volume, 9'000_qty);
        EXPECT_EQ(d.inputs.prints.vwap()->nano, 100'011'111'111) << "4,000 and 5,000";
    }
}

TEST(Desk, a_crossed_quote_of_its_own_opens_the_breaker_of_an_lp_in_that_symbol) {
    Day day;
    day.desk.take_parent(Day::buy(2'000_qty), day.now, day.out);
    for (const Outgoing& o : day.leave()) day.say(o, 'F', 1'000_qty, 1'000_qty);
    day.out.clear();
    day.own_quote("LP_A", 99.99_px, 100.01_px);
    const auto state = [&](std::uint32_t lp, const char* symbol) {
        return day.desk.router().breakers().state(day.now, {lp}, symbol);
    };
    EXPECT_EQ(state(0, "ACME"), route::BreakerState::closed);
    day.own_quote("LP_A", 100.02_px, 100.01_px);
    EXPECT_EQ(state(0, "ACME"), route::BreakerState::open);
    EXPECT_EQ(state(0, "BOLT"), route::BreakerState::closed);
    EXPECT_EQ(state(1, "ACME"), route::BreakerState::closed);
    ASSERT_EQ(day.out.routed.alerts.size(), 1u);
    EXPECT_EQ(day.out.routed.alerts[0].text, "its own quote of ACME is crossed");
    day.own_quote("LP_A", 100.03_px, 100.01_px);
    EXPECT_EQ(day.out.routed.alerts.size(), 1u) << "open already";
    day.out.clear();
    const Nanos until = day.desk.router().breakers().open_until(day.now, {0}, "ACME");
    EXPECT_EQ(until, day.now + Duration{30 * kSecond.ns});
    route::ParentOrder next = Day::buy(2'000_qty);
    next.id = 2;
    day.desk.take_parent(next, day.now, day.out);
    const auto sent = day.leave();
    ASSERT_EQ(sent.size(), 1u);
    EXPECT_EQ(sent[0].lp.number, 1u) << "LP_A is left out";
}

TEST(Desk, bytes_that_are_no_message_change_nothing) {
    Day day;
    day.desk.take_parent(Day::buy(2'000_qty), day.now, day.out);
    day.leave();
    day.out.clear();
    const std::string before = day.desk.router().save();
    for (const char* bytes : {"", "8=FIX.4.4", "8=FIX.4.4\x01=\x01", "nonsense"})
        day.take(1, fix::Direction::received, bytes);
    EXPECT_EQ(day.desk.unreadable(), 4u);
    EXPECT_EQ(day.desk.router().save(), before);
    EXPECT_TRUE(day.out.outgoing.empty());
}

TEST(Desk, nobody_speaks_for_another_lp) {
    Day day;
    day.desk.take_parent(Day::buy(2'000_qty), day.now, day.out);
    const auto sent = day.leave();
    day.out.clear();
    day.say(sent[0], 'F', 1'000_qty, 1'000_qty, "E", "LP_B");
    EXPECT_EQ(day.parent().cum, 0_qty);
    ASSERT_EQ(day.out.routed.alerts.size(), 1u);
    EXPECT_EQ(day.out.routed.alerts[0].lp, sent[0].lp);
}

// Which order a report belongs to is told by its ids; LPs spell symbols in ways of their own.
TEST(Desk, a_fill_that_spells_the_symbol_otherwise_counts_for_its_child_in_scores_and_books) {
    Day day;
    day.desk.take_parent(Day::buy(2'000_qty), day.now, day.out);
    const auto sent = day.leave();
    day.out.clear();
    day.say(sent[0], 'F', 1'000_qty, 1'000_qty, "E", nullptr, 100.01_px, "OTHER");
    EXPECT_EQ(day.parent().cum, 1'000_qty);
    EXPECT_EQ(day.desk.shards().front()->rows().at(0).sums.n_fills, 1);
}

// 150 in a market of 100: more than 20 % away, as after a shifted decimal point.
TEST(Desk, what_the_scorecard_quarantines_the_router_does_not_believe) {
    Day day;
    day.desk.take_parent(Day::buy(2'000_qty), day.now, day.out);
    const auto sent = day.leave();
    day.out.clear();
    day.say(sent[0], 'F', 1'000_qty, 1'000_qty, "E", nullptr, 150.00_px);
    EXPECT_EQ(day.parent().cum, 0_qty);
    ASSERT_EQ(day.out.routed.alerts.size(), 1u);
    EXPECT_NE(day.out.routed.alerts[0].text.find("not believed"), std::string::npos);
    EXPECT_EQ(day.out.routed.alerts[0].lp, sent[0].lp);
    EXPECT_EQ(day.desk.router().exposure(day.parent()), 2'000_qty)
        << "it stays out: nothing is sent in its place";
    EXPECT_TRUE(day.out.outgoing.empty());
    day.say(sent[1], 'F', 1'000_qty, 1'000_qty);
    EXPECT_EQ(day.parent().cum, 1'000_qty) << "a good one beside it counts";
}

// Its limit price and its collar would follow a market that is ten times off.
TEST(Desk, nothing_goes_out_on_a_quote_ten_times_off_and_all_goes_on_with_the_next_good_one) {
    Day day;
    day.quote(999.90_px, 1'000.10_px);
    ASSERT_EQ(day.out.routed.alerts.size(), 1u);
    EXPECT_NE(day.out.routed.alerts[0].text.find("999.9 x 1000.1 of ACME is not believed"),
              std::string::npos)
        << day.out.routed.alerts[0].text;
    day.quote(999.80_px, 1'000.20_px);
    EXPECT_EQ(day.out.routed.alerts.size(), 1u) << "said once for all that come in a row";
    route::ParentOrder order = Day::buy(2'000_qty);
    order.limit = 100.05_px;
    day.desk.take_parent(order, day.now, day.out);
    EXPECT_TRUE(day.out.outgoing.empty());
    EXPECT_EQ(day.parent().state, route::ParentState::working) << "it waits";
    day.quote();
    const auto sent = day.leave();
    ASSERT_FALSE(sent.empty());
    fix::Message m;
    ASSERT_FALSE(fix::parse(sent[0].bytes, '\x01', m));
    EXPECT_EQ(m.price, 100.01_px);
}

TEST(Desk, the_truth_is_for_the_oracle_alone) {
    struct Known : Truth {
        route::Candidate one;
        int asked = 0;
        std::span<const route::Candidate> candidates(std::string_view, Side, Qty) override {
            ++asked;
            return {&one, 1};
        }
    };
    for (const auto& [policy, asked] :
         {std::pair{route::PolicyId::uniform, false}, {route::PolicyId::oracle, true}}) {
        Known truth;
        Day day;
        day.desk.know(&truth);
        day.desk.take_parent(Day::buy(2'000_qty, policy), day.now, day.out);
        EXPECT_EQ(truth.asked > 0, asked);
        ASSERT_FALSE(day.out.routed.decisions.empty());
        EXPECT_EQ(day.out.routed.decisions[0].inputs.truth.size(), asked ? 1u : 0u);
    }
}

TEST(Desk, a_page_is_renewed_before_it_is_too_old) {
    Day day;
    day.desk.take_parent(Day::buy(2'000_qty), day.now, day.out);
    const auto sent = day.leave();
    day.say(sent[0], 'F', 1'000_qty, 1'000_qty);
    for (int i = 0; i < 100; ++i) {
        day.now = day.now + kSecond;
        day.quote();
        const auto page = day.desk.page("balanced", "ACME");
        ASSERT_TRUE(page);
        ASSERT_LE((day.now - page->stamp.as_of).ns, 31 * kSecond.ns) << i;
    }
    EXPECT_FALSE(day.desk.page("balanced", "XYZ")) << "never heard of";
    EXPECT_FALSE(day.desk.page("nobody's", "ACME"));
}

TEST(Desk, a_loaded_desk_goes_on_when_the_saved_one_is_gone) {
    auto day = std::make_unique<Day>();
    day->desk.take_parent(Day::buy(2'000_qty), day->now, day->out);
    const auto sent = day->leave();
    day->say(sent[0], 'F', 1'000_qty, 1'000_qty);
    const std::string bytes = day->desk.save();
    Day next;
    const std::string mine = next.desk.save();
    for (const std::size_t cut :
         {std::size_t{0}, std::size_t{7}, bytes.size() / 2, bytes.size() - 1})
        EXPECT_FALSE(next.desk.load(std::string_view(bytes).substr(0, cut))) << cut;
    EXPECT_FALSE(next.desk.load(bytes + "x"));
    EXPECT_EQ(next.desk.save(), mine) << "refused, it leaves the desk as it was";
    ASSERT_TRUE(next.desk.load(bytes));
    EXPECT_EQ(next.desk.save(), bytes);
    {  // readings go before the board that they read
        const auto page = next.desk.page("balanced", "ACME"),
                   old = day->desk.page("balanced", "ACME");
        ASSERT_TRUE(page && old) << "it has pages at once";
        EXPECT_EQ(page->rows, old->rows);
        EXPECT_EQ(page->tails, old->tails);
    }
    day.reset();
    next.now = next.now + kSecond;
    next.seq = 1'000;
    next.desk.restart(next.now, next.out);
    fix::Message m;
    ASSERT_EQ(next.out.outgoing.size(), 1u) << "what is out is asked after";
    ASSERT_FALSE(fix::parse(next.out.outgoing[0].bytes, '\x01', m));
    EXPECT_EQ(m.msg_type, "H");
    EXPECT_EQ(m.cl_ord_id, cl_ord_id_of(sent[1].child));
    EXPECT_EQ(next.desk.router().child(sent[1].child)->state, route::ChildState::unknown);
}

TEST(Desk, pages_beyond_the_board_are_counted_and_said_and_routed_without_scores) {
    DeskConfig one = config();
    one.most_pages = 1;
    Day day(one);
    day.quote(99.99_px, 100.01_px, "XYZ");
    day.out.clear();
    day.desk.take_parent(Day::buy(2'000_qty), day.now, day.out);
    EXPECT_EQ(day.desk.pages_refused(), 0u);
    EXPECT_TRUE(day.out.routed.alerts.empty());
    const auto enter = [&](std::uint64_t id) {
        route::ParentOrder o = Day::buy(Qty{1'000'000'000 + static_cast<std::int64_t>(id)});
        o.id = id;
        o.symbol = "XYZ";
        day.desk.take_parent(o, day.now, day.out);
    };
    enter(2);
    EXPECT_EQ(day.desk.pages_refused(), 1u);
    ASSERT_EQ(day.out.routed.alerts.size(), 1u);
    EXPECT_EQ(
        day.out.routed.alerts[0].text,
        "the board did not take the page of XYZ for profile balanced (there is no room for it; 1 "
        "pages of at most 1): it is routed without scores. Refused so far: 1");
    ASSERT_FALSE(day.out.routed.decisions.empty());
    EXPECT_EQ(day.out.routed.decisions.back().inputs.scores.state, route::BoardState::missing);
    // Every one counts; one in ten is said, then one in a hundred.
    for (std::uint64_t id = 3; id < 20; ++id) {
        day.now = day.now + kMinute;
        day.quote(99.99_px, 100.01_px, "XYZ");
        enter(id);
    }
    EXPECT_GE(day.desk.pages_refused(), 10u);
    const auto said = std::count_if(
        day.out.routed.alerts.begin(), day.out.routed.alerts.end(),
        [](const route::Alert& a) { return a.text.starts_with("the board did not take"); });
    EXPECT_EQ(said, 2);
}

}  // namespace
}  // namespace assay::desk
