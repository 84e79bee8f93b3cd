#include "core/route/router.h"

#include <gtest/gtest.h>
#include <memory>

#include "core/route/router_testkit.h"

namespace assay::route {
namespace {

using namespace testkit;

TEST(Router, probes_the_leader_then_splits_past_the_one_it_has_emptied) {
    Desk desk;
    Router router(desk.config, 1);
    Outputs out;
    router.on_parent(Desk::sell(200'000_qty, PolicyId::probe_then_split), desk.view(kTen), out);
    ASSERT_EQ(sends(out).size(), 1u);
    const Intent first = sends(out)[0];
    EXPECT_EQ(first.lp, LpId{0}) << "LP_A leads with 92.5";
    EXPECT_EQ(first.qty, 20'000_qty);
    EXPECT_EQ(out.reports[0].type, ReportType::accepted);

    out.clear();
    router.on_report(filled(first.child, kTen + 15_ms, 20'000_qty, "a1"), desk.view(kTen + 15_ms),
                     out);
    EXPECT_TRUE(sends(out).empty()) << "the next probe waits for the gap";
    const auto due = router.next_due();
    ASSERT_TRUE(due);
    EXPECT_EQ(due->at, kTen + 10_s);
    router.on_time(1, desk.view(due->at), out);
    const Intent second = sends(out).at(0);
    EXPECT_EQ(second.lp, LpId{0});
    EXPECT_EQ(second.qty, 20'000_qty);

    // Half of it fills: the score falls to 85.0, which is still above LP_D.
    const Nanos later = due->at + 40_ms;
    router.on_report(filled(second.child, later, 10'000_qty, "a2"), desk.view(later), out);
    desk.candidates[0].standing = Standing{85.0, 9, 76};
    out.clear();
    router.on_report(said(second.child, later, Answer::canceled), desk.view(later), out);
    const auto split = sends(out);
    ASSERT_EQ(split.size(), 2u);
    EXPECT_EQ(split[0].lp, LpId{1});
    EXPECT_EQ(split[1].lp, LpId{2});
    EXPECT_EQ(split[0].qty + split[1].qty, 45'000_qty) << "what a round allows";
    const Choice& choice = out.decisions.at(0).choice;
    ASSERT_EQ(choice.exclusions.size(), 1u);
    EXPECT_EQ(choice.exclusions[0].lp, LpId{0});
    EXPECT_EQ(choice.exclusions[0].reason, Reason::depleted);
    EXPECT_EQ(router.parent(1)->cum, 30'000_qty);
}

TEST(Router, a_silent_child_is_unknown_and_never_sent_again) {
    Desk desk;
    Router router(desk.config, 1);
    Outputs out;
    ParentOrder order = Desk::sell(20'000_qty, PolicyId::primary);
    router.on_parent(order, desk.view(kTen), out);
    const Intent first = sends(out).at(0);
    EXPECT_EQ(first.qty, 20'000_qty);
    out.clear();
    const auto due = router.next_due();
    ASSERT_TRUE(due);
    EXPECT_EQ(due->at, kTen + 1_s) << "the time-out";
    router.on_time(1, desk.view(due->at), out);
    EXPECT_EQ(router.child(first.child)->state, ChildState::unknown);
    ASSERT_EQ(out.intents.size(), 1u);
    EXPECT_EQ(out.intents[0].what, Intent::What::cancel);
    for (int s = 2; s < 100; ++s)
        router.on_time(1, desk.view(kTen + Duration{s * kSecond.ns}), out);
    EXPECT_TRUE(sends(out).empty()) << "all of it may still be filled";
    EXPECT_EQ(router.exposure(*router.parent(1)), 20'000_qty);
    // One person is not enough; two settle it, and it goes on.
    const auto view = desk.view(kTen + 100_s);
    EXPECT_FALSE(router.settle(first.child, "ann", "ann", view, out));
    EXPECT_TRUE(router.settle(first.child, "ann", "bob", view, out));
    ASSERT_EQ(sends(out).size(), 1u);
    // A late fill of the settled one is absorbed: the order is done, and what is out comes back.
    out.clear();
    router.on_report(filled(first.child, kTen + 100_s + 5_ms, 20'000_qty, "late"),
                     desk.view(kTen + 100_s + 5_ms), out);
    EXPECT_EQ(router.parent(1)->cum, 20'000_qty);
    EXPECT_EQ(out.intents.at(0).what, Intent::What::cancel) << "the second is asked back";
}

// 20,000 were sent and are UNKNOWN. Ann and Bob hear from the LP that 5,000 were filled at 49.98.
TEST(Router, what_people_found_filled_is_booked_until_the_lp_reports_it) {
    Desk desk;
    Router router(desk.config, 1);
    Outputs out;
    router.on_parent(Desk::sell(20'000_qty, PolicyId::primary), desk.view(kTen), out);
    const ChildId first = sends(out).at(0).child;
    router.on_time(1, desk.view(kTen + 1_s), out);
    ASSERT_EQ(out.intents.back().what, Intent::What::cancel);
    EXPECT_EQ(out.intents.back().qty, 20'000_qty) << "OrderQty(38) of the order";
    const auto view = desk.view(kTen + 100_s);
    EXPECT_FALSE(router.settle(first, "ann", "bob", view, out, {5'000_qty, {}}))
        << "at what price?";
    EXPECT_FALSE(router.settle(first, "ann", "bob", view, out, {20'001_qty, 49.98_px}));
    EXPECT_EQ(router.child(first)->state, ChildState::unknown);
    out.clear();
    ASSERT_TRUE(router.settle(first, "ann", "bob", view, out, {5'000_qty, 49.98_px}));
    EXPECT_EQ(router.child(first)->state, ChildState::canceled);
    EXPECT_EQ(router.parent(1)->cum, 5'000_qty);
    ASSERT_EQ(out.reports.at(0).type, ReportType::fill);
    EXPECT_EQ(out.reports[0].last_qty, 5'000_qty);
    EXPECT_EQ(out.reports[0].last_px, 49.98_px);
    EXPECT_EQ(out.reports[0].text, "booked by ann and bob");
    EXPECT_EQ(sends(out).at(0).qty, 15'000_qty) << "the rest goes out again";
    EXPECT_FALSE(router.settle(first, "ann", "bob", view, out)) << "it is settled";

    // The LP reports 2,000 of them after all, and 3,000 later: each takes the place of ours.
    out.clear();
    const Nanos late = kTen + 101_s;
    router.on_report(filled(first, late, 2'000_qty, "a", 49.97_px), desk.view(late), out);
    EXPECT_EQ(router.parent(1)->cum, 5'000_qty);
    ASSERT_EQ(out.reports.size(), 3u);
    EXPECT_EQ(out.reports[0].type, ReportType::bust);
    EXPECT_EQ(out.reports[0].cum_qty, 0_qty);
    EXPECT_EQ(out.reports[1].last_qty, 3'000_qty) << "what is still ours";
    EXPECT_EQ(out.reports[2].last_qty, 2'000_qty);
    EXPECT_EQ(out.reports[2].exec_id, "a");
    EXPECT_TRUE(out.alerts.empty()) << out.alerts[0].text;
    router.on_report(filled(first, late, 3'000_qty, "b", 49.97_px), desk.view(late), out);
    router.on_report(filled(first, late, 3'000_qty, "b", 49.97_px), desk.view(late), out);
    EXPECT_EQ(router.parent(1)->cum, 5'000_qty);
    EXPECT_EQ(router.parent(1)->notional, 49.97_px * 5'000_qty);
    EXPECT_EQ(router.child(first)->booked(), nullptr);
    // What nobody had found is news, and counts.
    router.on_report(filled(first, late, 100_qty, "c"), desk.view(late), out);
    EXPECT_EQ(router.parent(1)->cum, 5'100_qty);
    EXPECT_FALSE(out.alerts.empty());
}

// It says "canceled, 300 filled" of 1,000, and reported 100 of them.
TEST(Router, what_an_lp_owes_is_booked_or_given_up_by_two_people) {
    for (const bool filled_after_all : {true, false}) {
        Desk desk;
        Router router(desk.config, 1);
        Outputs out;
        router.on_parent(Desk::sell(1'000_qty, PolicyId::primary), desk.view(kTen), out);
        const ChildId first = sends(out).at(0).child;
        router.on_report(filled(first, kTen + 1_ms, 100_qty, "a"), desk.view(kTen + 1_ms), out);
        ChildReport over = said(first, kTen + 2_ms, Answer::canceled);
        over.cum_qty = 300_qty;
        router.on_report(over, desk.view(kTen + 2_ms), out);
        ASSERT_EQ(router.child(first)->owed, 200_qty);
        const auto view = desk.view(kTen + 50_s);
        EXPECT_FALSE(router.settle(first, "ann", "bob", view, out, {50_qty, 49.98_px}));
        ASSERT_TRUE(router.settle(first, "ann", "bob", view, out,
                                  filled_after_all ? Found{300_qty, 49.98_px} : Found{}));
        EXPECT_EQ(router.child(first)->owed, 0_qty);
        EXPECT_EQ(router.child(first)->exposure(), 0_qty);
        EXPECT_EQ(router.parent(1)->cum, filled_after_all ? 300_qty : 100_qty);
    }
}

TEST(Router, an_overfill_is_recorded_stops_the_parent_and_quarantines_the_lp) {
    Desk desk;
    Router router(desk.config, 1);
    Outputs out;
    router.on_parent(Desk::sell(50'000_qty, PolicyId::primary), desk.view(kTen), out);
    const Intent first = sends(out).at(0);
    out.clear();
    router.on_report(filled(first.child, kTen + 5_ms, first.qty + 500_qty, "x"),
                     desk.view(kTen + 5_ms), out);
    EXPECT_EQ(router.parent(1)->cum, first.qty + 500_qty) << "we own it";
    EXPECT_EQ(router.parent(1)->state, ParentState::canceled);
    EXPECT_EQ(router.parent(1)->stop, StopReason::overfilled);
    EXPECT_FALSE(out.alerts.empty());
    EXPECT_FALSE(router.gate().stopped(first.lp, "ANY").empty());
    EXPECT_TRUE(router.release({first.lp, {}}, "ann", "bob"));
}

TEST(Router, a_kill_asks_everything_back_and_lets_nothing_out_also_after_a_restart) {
    Desk desk;
    Router router(desk.config, 1);
    Outputs out;
    router.on_parent(Desk::sell(200'000_qty), desk.view(kTen), out);
    const auto sent = sends(out);
    ASSERT_FALSE(sent.empty());
    out.clear();
    router.kill({}, kTen + 1_ms, "ann", "drill", out);
    EXPECT_EQ(out.intents.size(), sent.size());
    Router again(desk.config, 2);
    ASSERT_TRUE(again.load(router.save()));
    EXPECT_EQ(again.save(), router.save());
    out.clear();
    for (const auto& i : sent)
        again.on_report(said(i.child, kTen + 2_ms, Answer::canceled), desk.view(kTen + 2_ms), out);
    for (int s = 1; s < 60; ++s) again.on_time(1, desk.view(kTen + Duration{s * kSecond.ns}), out);
    EXPECT_TRUE(sends(out).empty());
    EXPECT_FALSE(again.release({}, "ann", "ann"));
    EXPECT_TRUE(again.release({}, "ann", "bob"));
    again.on_time(1, desk.view(kTen + 61_s), out);
    ASSERT_FALSE(sends(out).empty());
    EXPECT_GT(sends(out)[0].child, sent.back().child) << "ids of another run";
}

TEST(Router, what_was_unknown_at_a_kill_is_asked_back_once_it_is_said_to_live) {
    Desk desk;
    Router router(desk.config, 1);
    Outputs out;
    router.on_parent(Desk::sell(20'000_qty, PolicyId::primary), desk.view(kTen), out);
    const Intent first = sends(out).at(0);
    router.session_down(first.lp, kTen + 1_ms, out);
    ASSERT_EQ(router.child(first.child)->state, ChildState::unknown);
    out.clear();
    router.kill({}, kTen + 2_ms, "ann", "drill", out);
    EXPECT_TRUE(out.intents.empty()) << "nothing is asked of an LP that cannot be heard";
    router.session_up(first.lp, out);
    ASSERT_EQ(out.intents.size(), 1u);
    EXPECT_EQ(out.intents[0].what, Intent::What::ask_status);
    out.clear();
    router.on_report(said(first.child, kTen + 5_s, Answer::status), desk.view(kTen + 5_s), out);
    ASSERT_EQ(router.child(first.child)->state, ChildState::canceling);
    ASSERT_EQ(out.intents.size(), 1u);
    EXPECT_EQ(out.intents[0].what, Intent::What::cancel);
    EXPECT_EQ(out.intents[0].child, first.child);
}

TEST(Router, after_a_restart_what_was_on_its_way_is_asked_for_and_not_sent_again) {
    Desk desk;
    Router router(desk.config, 1);
    Outputs out;
    router.on_parent(Desk::sell(20'000_qty, PolicyId::primary), desk.view(kTen), out);
    Router again(desk.config, 2);
    ASSERT_TRUE(again.load(router.save()));
    out.clear();
    again.on_restart(kTen + 1_s, out);
    ASSERT_EQ(out.intents.size(), 1u);
    EXPECT_EQ(out.intents[0].what, Intent::What::ask_status);
    EXPECT_EQ(again.child(out.intents[0].child)->state, ChildState::unknown);
    again.on_time(1, desk.view(kTen + 30_s), out);
    EXPECT_TRUE(sends(out).empty());
    EXPECT_FALSE(again.load("nonsense"));
    EXPECT_FALSE(again.load(router.save().substr(0, 900)));
    RouterConfig other = desk.config;
    other.lps[1] = "LP_B";
    Router with_others(other, 3);
    const auto refused = with_others.load(router.save());
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().text().find("configured are [LP_A, LP_B, LP_D]"), std::string::npos)
        << refused.error().text();
}

TEST(Router, that_time_passed_while_the_desk_was_down_is_no_time_out_of_an_lp) {
    Desk desk;
    Router router(desk.config, 1);
    Outputs out;
    // Three orders that are known to live, at one LP: three time-outs in a row would open its
    // breaker.
    for (std::uint64_t id = 1; id <= 3; ++id) {
        ParentOrder order =
            Desk::sell(Qty{static_cast<std::int64_t>(1'000 * id) * 1'000'000}, PolicyId::primary);
        order.id = id;
        order.cl_ord_id += std::to_string(id);
        router.on_parent(order, desk.view(kTen + Duration{static_cast<std::int64_t>(id)}), out);
    }
    const auto sent = sends(out);
    ASSERT_EQ(sent.size(), 3u);
    for (const Intent& i : sent)
        router.on_report(said(i.child, kTen + 2_ms, Answer::acked), desk.view(kTen + 2_ms), out);
    ASSERT_EQ(router.child(sent[0].child)->state, ChildState::live);
    Router again(desk.config, 2);
    ASSERT_TRUE(again.load(router.save()));
    out.clear();
    again.on_restart(kTen + 30_s, out);
    EXPECT_EQ(out.intents.size(), 3u) << "each is asked after";
    for (std::uint64_t id = 1; id <= 3; ++id) again.on_time(id, desk.view(kTen + 30_s), out);
    again.session_up(sent[0].lp, out);
    for (std::uint64_t id = 1; id <= 3; ++id) again.on_time(id, desk.view(kTen + 31_s), out);
    EXPECT_EQ(again.child(sent[0].child)->state, ChildState::unknown);
    EXPECT_EQ(again.breakers().state(kTen + 31_s, sent[0].lp, "ACME"), BreakerState::closed);
    again.on_report(said(sent[0].child, kTen + 31_s, Answer::status), desk.view(kTen + 31_s), out);
    EXPECT_EQ(again.child(sent[0].child)->state, ChildState::live);
}

TEST(Router, at_the_end_of_its_window_it_holds_or_sweeps) {
    for (const auto fallback : {Fallback::hold, Fallback::sweep}) {
        Desk desk;
        Router router(desk.config, 1);
        Outputs out;
        ParentOrder order = Desk::sell(20'000_qty, PolicyId::primary);
        order.fallback = fallback;
        for (auto& c : desk.candidates) c.permission = Permission::disabled;
        router.on_parent(order, desk.view(kTen), out);
        EXPECT_TRUE(sends(out).empty());
        EXPECT_EQ(out.decisions.at(0).choice.hold, Hold::nobody);
        for (auto& c : desk.candidates) c.permission = Permission::enabled;
        router.on_time(1, desk.view(order.ends), out);
        if (fallback == Fallback::hold) {
            EXPECT_TRUE(sends(out).empty());
            EXPECT_EQ(router.parent(1)->state, ParentState::expired);
            continue;
        }
        const auto swept = sends(out);
        ASSERT_FALSE(swept.empty());
        Qty all;
        for (const auto& i : swept) all += i.qty;
        EXPECT_EQ(all, 20'000_qty);
        EXPECT_EQ(swept[0].limit, 49.980002_px) << "the bid less 2 bps";
        for (const auto& i : swept)
            router.on_report(said(i.child, order.ends + 9_ms, Answer::canceled),
                             desk.view(order.ends + 9_ms), out);
        EXPECT_EQ(router.parent(1)->state, ParentState::expired);
    }
}

TEST(Router, a_rejecting_lp_cools_down_and_the_next_best_is_asked) {
    Desk desk;
    Router router(desk.config, 1);
    Outputs out;
    router.on_parent(Desk::sell(20'000_qty, PolicyId::primary), desk.view(kTen), out);
    const Intent first = sends(out).at(0);
    out.clear();
    router.on_report(said(first.child, kTen + 5_ms, Answer::rejected), desk.view(kTen + 5_ms), out);
    ASSERT_EQ(sends(out).size(), 1u);
    EXPECT_EQ(sends(out)[0].lp, LpId{1});
    EXPECT_EQ(out.outcomes.at(0).children.at(0).state, ChildState::rejected);
    EXPECT_EQ(out.decisions[0].choice.exclusions[0].reason, Reason::cooling_down);
    EXPECT_EQ(out.decisions[0].choice.exclusions[0].until, kTen + 255_ms);
}

TEST(Router, a_bust_is_reported_and_while_working_routed_again) {
    Desk desk;
    Router router(desk.config, 1);
    Outputs out;
    router.on_parent(Desk::sell(40'000_qty, PolicyId::primary), desk.view(kTen), out);
    const Intent first = sends(out).at(0);
    router.on_report(filled(first.child, kTen + 5_ms, first.qty, "x"), desk.view(kTen + 5_ms), out);
    const Qty before = router.parent(1)->cum;
    ChildReport bust = said(first.child, kTen + 7_ms, Answer::busted);
    bust.exec_ref_id = "x";
    out.clear();
    router.on_report(bust, desk.view(kTen + 7_ms), out);
    router.on_report(bust, desk.view(kTen + 8_ms), out);
    EXPECT_EQ(router.parent(1)->cum, before - first.qty) << "once";
    EXPECT_EQ(out.reports.at(0).type, ReportType::bust);
    EXPECT_EQ(router.breakers().state(kTen + 8_ms, first.lp, "ACME"), BreakerState::open);
}

TEST(Router, refuses_what_is_wrong_in_words) {
    Desk desk;
    const struct {
        const char* says;
        void (*spoil)(ParentOrder&);
    } cases[] = {
        {"its quantity is not positive", [](ParentOrder& o) { o.qty = 0_qty; }},
        {"it has no side", [](ParentOrder& o) { o.side = Side::none; }},
        {"its lot is not positive", [](ParentOrder& o) { o.lot = 0_qty; }},
        {"window does not end", [](ParentOrder& o) { o.ends = o.starts; }},
        {"no profile is called \"blok\"", [](ParentOrder& o) { o.profile = "blok"; }},
        {"exceed the largest order of 1000000", [](ParentOrder& o) { o.qty = 2'000'000_qty; }},
        {"above its largest", [](ParentOrder& o) { o.min_child = 40'000_qty; }},
        {"urgency", [](ParentOrder& o) { o.pace.urgency = 1.5; }},
        {"participation cap", [](ParentOrder& o) { o.pace.participation_cap = 0.0; }},
    };
    for (const auto& c : cases) {
        Router router(desk.config, 1);
        Outputs out;
        ParentOrder order = Desk::sell(20'000_qty);
        c.spoil(order);
        router.on_parent(order, desk.view(kTen), out);
        ASSERT_EQ(out.reports.size(), 1u) << c.says;
        EXPECT_EQ(out.reports[0].type, ReportType::rejected);
        EXPECT_NE(out.reports[0].text.find(c.says), std::string::npos) << out.reports[0].text;
        EXPECT_TRUE(out.intents.empty());
    }
}

TEST(Router, what_the_gate_refuses_is_tried_again_after_the_gap_and_not_at_every_quote) {
    Desk desk;
    desk.config.limits.collar_bps = 1;  // the slip is 2 bps
    Router router(desk.config, 1);
    Outputs out;
    router.on_parent(Desk::sell(20'000_qty, PolicyId::primary), desk.view(kTen), out);
    ASSERT_EQ(out.refusals.size(), 1u);
    EXPECT_EQ(out.refusals[0].rule, Rule::collar);
    EXPECT_EQ(out.outcomes.at(0).children.at(0).refused, out.refusals[0].text);
    for (int n = 1; n < 100; ++n)
        router.on_quote(1, desk.view(kTen + Duration{n * 90 * kMillisecond.ns}), out);
    EXPECT_EQ(out.refusals.size(), 1u) << "within 10 s";
    EXPECT_EQ(router.next_due()->at, kTen + 10_s);
    router.on_time(1, desk.view(kTen + 10_s), out);
    EXPECT_EQ(out.refusals.size(), 2u);
    EXPECT_TRUE(out.intents.empty());
}

TEST(Router, a_participation_cap_waits_for_the_market) {
    Desk desk;
    Router router(desk.config, 1);
    Outputs out;
    ParentOrder order = Desk::sell(20'000_qty);
    order.pace.participation_cap = 0.1;
    router.on_parent(order, desk.view(kTen), out);
    EXPECT_TRUE(sends(out).empty()) << "nothing traded";
    auto view = desk.view(kTen + 20_s);
    view.prints_heard = true;
    view.traded.volume = 30'000_qty;
    router.on_quote(1, view, out);
    Qty all;
    for (const auto& i : sends(out)) all += i.qty;
    EXPECT_EQ(all, 3'000_qty) << "10 % of 30,000";
}

// A desk that hears 1,950 shares every 10 s, and fills whatever is sent.
TEST(Router, a_cap_of_10_percent_sends_1900_of_every_19500_that_trade) {
    for (const Side side : {Side::buy, Side::sell}) {
        Desk desk;
        auto router = std::make_unique<Router>(desk.config, 1);
        Outputs out;
        ParentOrder order = Desk::sell(20'000_qty);
        order.side = side;
        order.pace.round_qty = 20'000_qty;
        order.pace.participation_cap = 0.1;
        const auto view = [&](int step) {
            MarketView v = desk.view(kTen + Duration{step * 10 * kSecond.ns});
            v.prints_heard = true;
            v.traded = {Qty{(step + 5) * 1'950 * 1'000'000LL}, {}};
            return v;
        };
        router->on_parent(order, view(0), out);
        EXPECT_TRUE(sends(out).empty()) << "what traded before it came does not count";
        EXPECT_EQ(router->parent(1)->held, Hold::cap_reached);
        Qty sent;
        std::vector<Qty> by_step;
        for (int step = 1; step <= 40; ++step) {
            // In the middle the desk stops and starts again.
            if (step == 20) {
                const std::string state = router->save();
                router = std::make_unique<Router>(desk.config, 2);
                ASSERT_TRUE(router->load(state));
            }
            out.clear();
            router->on_quote(1, view(step), out);
            const auto children = sends(out);
            Qty now;
            for (const auto& i : children) {
                now += i.qty;
                router->on_report(filled(i.child, view(step).at, i.qty, "E" + std::to_string(step)),
                                  view(step), out);
            }
            sent += now;
            by_step.push_back(now);
            EXPECT_LE(as_double(sent), .1 * step * 1'950) << text(side) << ' ' << step;
        }
        EXPECT_EQ(by_step[0], 100_qty) << "195 are one lot, and 95 count on";
        EXPECT_EQ(by_step[1], 200_qty) << "95 + 195 = 290";
        EXPECT_EQ(sent, 7'800_qty) << "10 % of 40 x 1,950, to the lot";
        EXPECT_EQ(router->parent(1)->cum, 7'800_qty);
    }
}

TEST(Router, a_cap_where_no_trade_was_ever_seen_holds_and_says_so_once) {
    Desk desk;
    Router router(desk.config, 1);
    Outputs out;
    ParentOrder order = Desk::sell(20'000_qty);
    order.pace.participation_cap = 0.1;
    order.fallback = Fallback::sweep;
    router.on_parent(order, desk.view(kTen), out);
    for (int s = 1; s < 100; ++s)
        router.on_time(1, desk.view(kTen + Duration{s * 10 * kSecond.ns}), out);
    EXPECT_TRUE(out.intents.empty());
    ASSERT_EQ(out.decisions.size(), 1u);
    EXPECT_EQ(out.decisions[0].choice.hold, Hold::no_prints);
    ASSERT_EQ(out.alerts.size(), 1u);
    EXPECT_EQ(
        out.alerts[0].text,
        "nothing is sent: its participation cap cannot be checked: no trade of the market was "
        "ever seen");
    const auto again = Decision::from_bytes(out.decisions[0].bytes());
    ASSERT_TRUE(again);
    EXPECT_EQ(bytes_of(decide(again->inputs)), bytes_of(out.decisions[0].choice));
    // The sweep at the end is under the cap as well.
    router.on_time(1, desk.view(order.ends), out);
    EXPECT_TRUE(out.intents.empty());
    EXPECT_EQ(router.parent(1)->state, ParentState::expired);
}

// Bought or sold against a VWAP that is as far on the other side: the same slippage.
TEST(Router, slippage_against_the_vwap_between_first_and_last_fill) {
    for (const Side side : {Side::buy, Side::sell}) {
        Desk desk;
        Router router(desk.config, 1);
        Outputs out;
        ParentOrder order = Desk::sell(4'000_qty, PolicyId::primary);
        order.side = side;
        order.pace.round_qty = order.max_child = 2'000_qty;
        const int s = sign(side);
        const auto traded = [&](Nanos at, Qty volume, Money notional) {
            MarketView v = desk.view(at);
            v.prints_heard = true;
            v.traded = {volume, notional};
            return v;
        };
        const Price ours = Price{50'000'000'000 + s * 10'000'000},
                    theirs = Price{50'000'000'000 + s * 5'000'000};
        const Money before = 40.00_px * 700_qty;
        router.on_parent(order, traded(kTen, 700_qty, before), out);
        auto first = sends(out);
        ASSERT_EQ(first.size(), 1u);
        EXPECT_FALSE(router.parent(1)->vwap_slippage_bps({}));
        router.on_report(filled(first[0].child, kTen + 10_ms, 2'000_qty, "E1", ours),
                         traded(kTen + 10_ms, 700_qty, before), out);
        const Child* one = router.child(first[0].child);
        const Child* alone[] = {one};
        EXPECT_EQ(router.parent(1)->vwap_slippage_bps(alone).error().text(),
                  "the market traded nothing between its first and its last fill");
        out.clear();
        router.on_time(1, traded(kTen + 10_s, 5'700_qty, before + theirs * 5'000_qty), out);
        auto second = sends(out);
        ASSERT_EQ(second.size(), 1u);
        router.on_report(filled(second[0].child, kTen + 11_s, 2'000_qty, "E2", ours),
                         traded(kTen + 11_s, 5'700_qty, before + theirs * 5'000_qty), out);
        const Child* both[] = {router.child(first[0].child), router.child(second[0].child)};
        const auto slippage = router.parent(1)->vwap_slippage_bps(both);
        ASSERT_TRUE(slippage);
        // (50.01 - 50.005) / 50.005 and (50.00 - .01 - 49.995) / 49.995 x -1, in bps.
        EXPECT_NEAR(*slippage, side == Side::buy ? .99990 : 1.00010, 1e-5);
    }
}

// What comes back of a round is sent on at once, or waits until nobody is asked any more.
TEST(Router, rounds_in_step_wait_for_the_last_answer) {
    for (const Replan replan : {Replan::at_once, Replan::when_all_answered}) {
        Desk desk;
        desk.config.reroute = {.cooldown = {}, .refill = {}};
        Router router(desk.config, 1);
        Outputs out;
        ParentOrder order = Desk::sell(60'000_qty, PolicyId::uniform);
        order.pace.round_qty = order.qty;
        order.pace.replan = replan;
        router.on_parent(order, desk.view(kTen), out);
        const auto first = sends(out);
        ASSERT_EQ(first.size(), 3u);

        out.clear();
        router.on_report(said(first[0].child, kTen + 10_ms, Answer::canceled),
                         desk.view(kTen + 10_ms), out);
        if (replan == Replan::at_once) {
            EXPECT_EQ(sends(out).size(), 1u) << "20,000 go to the one that is free";
            continue;
        }
        EXPECT_TRUE(sends(out).empty()) << "two are still asked";
        router.on_time(1, desk.view(kTen + 15_ms), out);
        router.on_quote(1, desk.view(kTen + 16_ms), out);
        EXPECT_TRUE(sends(out).empty()) << "neither time nor a quote changes that";
        router.on_report(filled(first[1].child, kTen + 20_ms, 20'000_qty, "b1"),
                         desk.view(kTen + 20_ms), out);
        router.on_report(said(first[2].child, kTen + 30_ms, Answer::rejected),
                         desk.view(kTen + 30_ms), out);
        const auto second = sends(out);
        ASSERT_EQ(second.size(), 3u) << "the one that rejected, too: there is no cooldown";
        Qty sent;
        for (const Intent& i : second) sent += i.qty;
        EXPECT_EQ(sent, 40'000_qty);
    }
}

TEST(Router, rounds_in_step_wait_no_longer_than_for_a_time_out) {
    Desk desk;
    desk.config.reroute = {.cooldown = {}, .refill = {}};
    Router router(desk.config, 1);
    Outputs out;
    ParentOrder order = Desk::sell(60'000_qty, PolicyId::uniform);
    order.pace.round_qty = order.qty;
    order.pace.replan = Replan::when_all_answered;
    router.on_parent(order, desk.view(kTen), out);
    const auto first = sends(out);
    ASSERT_EQ(first.size(), 3u);
    for (const std::size_t i : {0u, 1u})
        router.on_report(said(first[i].child, kTen + 10_ms, Answer::canceled),
                         desk.view(kTen + 10_ms), out);
    out.clear();
    router.on_time(1, desk.view(kTen + 1_s), out);
    const auto second = sends(out);
    Qty sent;
    for (const Intent& i : second) sent += i.qty;
    EXPECT_EQ(sent, 40'000_qty) << "the silent one's 20,000 may still be filled";
}

TEST(Router, after_its_rounds_a_parent_takes_no_more) {
    Desk desk;
    desk.config.reroute = {.cooldown = {}, .refill = {}};
    Router router(desk.config, 1);
    Outputs out;
    ParentOrder order = Desk::sell(20'000_qty, PolicyId::primary);
    order.pace.replan = Replan::when_all_answered;
    order.pace.most_rounds = 2;
    router.on_parent(order, desk.view(kTen), out);
    const auto first = sends(out);
    ASSERT_EQ(first.size(), 1u);
    out.clear();
    router.on_report(said(first[0].child, kTen + 10_ms, Answer::canceled), desk.view(kTen + 10_ms),
                     out);
    const auto second = sends(out);
    ASSERT_EQ(second.size(), 1u);
    EXPECT_EQ(router.parent(1)->state, ParentState::working);
    out.clear();
    router.on_report(said(second[0].child, kTen + 20_ms, Answer::canceled), desk.view(kTen + 20_ms),
                     out);
    EXPECT_TRUE(sends(out).empty());
    EXPECT_EQ(router.parent(1)->state, ParentState::expired);
    EXPECT_EQ(router.parent(1)->stop, StopReason::rounds_over);
    EXPECT_EQ(out.reports.back().text, "its rounds are over");

    order.id = 2;
    order.pace.most_rounds = 0;
    out.clear();
    router.on_parent(order, desk.view(kTen + 1_s), out);
    EXPECT_EQ(out.reports.at(0).type, ReportType::rejected);
    EXPECT_EQ(out.reports[0].text, "it may have no round");
}

}  // namespace
}  // namespace assay::route
