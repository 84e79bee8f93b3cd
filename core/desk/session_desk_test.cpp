// The desk behind its sessions: who is heard where, and what people do.
#include "core/desk/session_desk.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "core/desk/desk_testkit.h"

namespace assay::desk {
namespace {

TEST(Note, values_are_found_by_their_names) {
    const auto note = Note::read("kill|lp=LP_A|who=ann|why=too many rejects|n=7");
    ASSERT_TRUE(note);
    EXPECT_EQ(note->name(), "kill");
    EXPECT_EQ(note->value("lp"), "LP_A");
    EXPECT_EQ(note->value("why"), "too many rejects");
    EXPECT_EQ(note->value("symbol"), "");
    EXPECT_EQ(note->number("n"), 7u);
    EXPECT_EQ(note->number("who"), 0u);
    EXPECT_EQ(Note("kill").with("why", "a|b\nc").text(), "kill|why=a b c");
    EXPECT_FALSE(Note::read(""));
}

struct Session {
    explicit Session(SessionDeskConfig config = small_desk()) : desk(std::move(config), 1) {}
    SessionDesk desk;
    Counterparties others;
    SessionOutput out;
    Nanos now{kTenOClock};

    void take(std::uint32_t session, std::string_view bytes) {
        out.clear();
        now = now + kMillisecond;
        desk.message(now, session, fix::Direction::received, 1, bytes, out);
    }
    void note(std::string_view text) {
        out.clear();
        now = now + kMillisecond;
        desk.note(now, text, out);
    }
    void open() {
        note("up|session=LP_A");
        note("up|session=LP_B");
        take(kMarket, others.quote(now, 99.99_px, 100.01_px));
    }
    // Whether a new order of the OMS leads to children.
    bool sends_for(std::string_view id) {
        take(kOms, others.order(now, id, Side::buy, 3'000_qty, 100.05_px));
        return !out.desk.outgoing.empty();
    }
    // The same, with a market that is as it was.
    bool sends_on_quote_for(std::string_view id) {
        take(kMarket, others.quote(now, 99.99_px, 100.01_px));
        return sends_for(id);
    }
    bool replied(std::string_view field) const {
        for (const Reply& r : out.replies)
            if (r.bytes.find(field) != std::string::npos) return true;
        return false;
    }
};

TEST(SessionDesk, an_order_of_the_oms_becomes_children_for_lps) {
    Session s;
    s.open();
    s.take(kOms, s.others.order(s.now, "ord-1", Side::buy, 3'000_qty, 100.05_px));
    EXPECT_TRUE(s.replied("150=0"));
    EXPECT_FALSE(s.out.desk.outgoing.empty());
    EXPECT_EQ(s.out.replies[0].session, kOms);
}

TEST(SessionDesk, an_order_that_cannot_be_read_is_rejected_with_the_reason) {
    Session s;
    s.open();
    s.take(kOms,
           "8=FIX.4.4\x01"
           "9=61\x01"
           "35=D\x01"
           "34=2\x01"
           "49=OMS\x01"
           "52=20261130-10:00:00\x01"
           "56=DESK\x01"
           "11=a\x01"
           "54=1\x01"
           "38=1\x01"
           "40=1\x01"
           "10=000\x01");
    EXPECT_EQ(s.out.problems.size(), 1u);
    EXPECT_TRUE(s.replied("150=8"));
    EXPECT_TRUE(s.replied("58=tag 55 is missing"));
}

TEST(SessionDesk, nothing_goes_to_an_lp_before_its_session_is_up) {
    Session s;
    s.take(kMarket, s.others.quote(s.now, 99.99_px, 100.01_px));
    s.take(kOms, s.others.order(s.now, "ord-1", Side::buy, 3'000_qty, 100.05_px));
    EXPECT_TRUE(s.out.desk.outgoing.empty());
    s.note("up|session=LP_B");
    s.note("tick");
    for (int i = 0; i < 20 && s.out.desk.outgoing.empty(); ++i) {
        s.now = s.now + kSecond;
        s.note("tick");
        if (s.out.desk.outgoing.empty())
            s.take(kMarket, s.others.quote(s.now, 99.99_px, 100.01_px));
    }
    ASSERT_FALSE(s.out.desk.outgoing.empty());
    for (const Outgoing& o : s.out.desk.outgoing) EXPECT_EQ(o.lp.number, 1u);
}

TEST(SessionDesk, what_is_at_an_lp_whose_session_goes_down_is_unknown) {
    Session s;
    s.open();
    s.take(kOms, s.others.order(s.now, "ord-1", Side::buy, 3'000_qty, 100.05_px));
    ASSERT_FALSE(s.out.desk.outgoing.empty());
    const route::ChildId child = s.out.desk.outgoing[0].child;
    const std::string session = s.out.desk.outgoing[0].lp.number == 0 ? "LP_A" : "LP_B";
    s.note("down|session=" + session + "|why=heartbeat lost");
    EXPECT_EQ(s.desk.desk().router().child(child)->state, route::ChildState::unknown);
}

TEST(SessionDesk, what_an_lp_left_open_is_settled_by_a_note_of_two) {
    Session s;
    s.open();
    s.take(kOms, s.others.order(s.now, "ord-1", Side::buy, 1'000_qty, 100.05_px));
    ASSERT_FALSE(s.out.desk.outgoing.empty());
    const route::ChildId child = s.out.desk.outgoing[0].child;
    const std::string session = s.out.desk.outgoing[0].lp.number == 0 ? "LP_A" : "LP_B";
    s.note("down|session=" + session + "|why=heartbeat lost");
    const std::string who = fmt::format("settle|child={}|first=ann|second=", child.number);
    s.note(who + "ann|filled=100|price=100.02|why=by phone");
    EXPECT_EQ(s.out.problems.size(), 1u) << "one person";
    s.note(who + "bob|filled=many|price=100.02");
    EXPECT_EQ(s.out.problems.size(), 1u) << "no number";
    EXPECT_EQ(s.desk.desk().router().child(child)->state, route::ChildState::unknown);
    s.note(who + "bob|filled=100|price=100.02|why=by phone");
    EXPECT_TRUE(s.out.problems.empty()) << s.out.problems[0];
    EXPECT_EQ(s.desk.desk().router().child(child)->state, route::ChildState::canceled);
    EXPECT_TRUE(s.replied("32=100\x01"));
    EXPECT_TRUE(s.replied("31=100.02\x01"));
    EXPECT_TRUE(s.replied("58=booked by ann and bob\x01"));
}

TEST(SessionDesk, what_cannot_be_read_is_a_dead_letter_of_its_session_over_restarts_too) {
    Session s;
    s.open();
    std::string report =
        "8=FIX.4.4|9=5|35=8|34=1|49=LP_A|52=20261130-10:00:00|56=DESK|11=C1|17=x|150=F|"
        "39=2|55=ACME|54=1|32=many|10=000|";
    std::replace(report.begin(), report.end(), '|', '\x01');
    s.take(kLpA, report);
    ASSERT_EQ(s.out.dead.size(), 1u);
    EXPECT_EQ(s.out.dead[0].session, kLpA);
    EXPECT_EQ(s.out.dead[0].entry, 1u);
    EXPECT_FALSE(s.out.dead[0].why.empty());
    report.replace(report.find("35=8"), 4, "35=D");
    report.replace(report.find("49=LP_A"), 7, "49=OMS");
    s.take(kOms, report);
    EXPECT_EQ(s.out.dead.size(), 1u);
    SessionDesk other(small_desk(), 1);
    ASSERT_TRUE(other.load(s.desk.save()));
    EXPECT_EQ(other.dead(kLpA), 1u);
    EXPECT_EQ(other.dead(kOms), 1u);
    EXPECT_EQ(other.dead(kMarket), 0u);
    s.note("dead|session=LP_A|entry=1|why=x");
    EXPECT_TRUE(s.out.problems.empty()) << "the host's note of it is no input";
}

TEST(SessionDesk, an_order_behind_a_gap_waits_until_it_is_filled) {
    Session s;
    s.open();
    s.note("up|session=OMS");
    s.take(kOms, s.others.order(s.now, "ord-1", Side::buy, 1'000_qty, 100.05_px));
    const std::string lost = s.others.cancel(s.now, "c-1", "ord-1");
    s.out.clear();
    s.take(kOms, s.others.order(s.now, "ord-3", Side::buy, 1'000_qty, 100.05_px));
    EXPECT_TRUE(s.out.replies.empty()) << "number 3, and 2 is missing";
    EXPECT_TRUE(s.out.desk.outgoing.empty());
    EXPECT_EQ(s.desk.waiting(kOms), 1u);
    SessionDesk other(small_desk(), 1);
    ASSERT_TRUE(other.load(s.desk.save()));
    EXPECT_EQ(other.waiting(kOms), 1u) << "over a restart";
    s.take(kOms, lost);
    EXPECT_EQ(s.desk.waiting(kOms), 0u);
    ASSERT_GE(s.out.replies.size(), 2u);
    EXPECT_NE(s.out.replies.front().bytes.find("ord-1"), std::string::npos) << "the cancel first";
    EXPECT_NE(s.out.replies.back().bytes.find("ord-3"), std::string::npos);
}

TEST(SessionDesk, an_oms_that_goes_down_is_asked_again_and_a_fill_of_an_lp_is_not_lost) {
    Session s;
    s.open();
    s.note("up|session=OMS");
    s.take(kOms, s.others.order(s.now, "ord-1", Side::buy, 1'000_qty, 100.05_px));
    (void)s.others.cancel(s.now, "c-1", "ord-1");
    s.take(kOms, s.others.order(s.now, "ord-3", Side::buy, 1'000_qty, 100.05_px));
    s.out.clear();
    s.note("down|session=OMS|why=hung up");
    EXPECT_TRUE(s.out.replies.empty()) << "it was not acted upon";
    ASSERT_EQ(s.out.problems.size(), 1u);
    EXPECT_NE(s.out.problems[0].find("1 messages of OMS waited behind a gap"), std::string::npos)
        << s.out.problems[0];
}

TEST(SessionDesk, an_lp_that_goes_down_because_we_stop_has_no_open_breaker) {
    for (const bool ours : {false, true}) {
        Session s;
        s.open();
        if (ours) s.note("stopping");
        s.note("down|session=LP_A|why=logged out");
        s.note("run|n=2|mode=live");
        s.note("up|session=LP_A");
        EXPECT_EQ(s.desk.desk().router().breakers().state(s.now, {0}, ""),
                  ours ? route::BreakerState::closed : route::BreakerState::open);
        EXPECT_EQ(s.desk.desk().router().gate().stopped({0}, ""), "");
    }
}

TEST(SessionDesk, the_mode_of_each_run_counts_and_not_that_of_who_reads_it) {
    SessionDeskConfig config = small_desk();
    config.needs_sessions = false;
    Session live, replay(config);
    for (Session* s : {&live, &replay}) {
        s->note("run|n=2|mode=live");
        s->note("up|session=LP_A");
    }
    EXPECT_EQ(replay.desk.desk().router().gate().stopped({1}, ""),
              "LP_B is halted: its session is not up yet");
    EXPECT_EQ(live.desk.save(), replay.desk.save());
}

TEST(SessionDesk, after_a_pause_nothing_goes_out_until_it_has_caught_up) {
    Session s;
    s.open();
    s.note("paused|ms=30000");
    ASSERT_EQ(s.out.desk.routed.alerts.size(), 1u);
    // Waited in the sockets meanwhile: read now, they look new.
    s.take(kMarket, s.others.quote(s.now, 89.99_px, 90.01_px));
    EXPECT_FALSE(s.sends_for("ord-1"));
    s.note("resumed");
    EXPECT_TRUE(s.out.desk.outgoing.empty());
    EXPECT_TRUE(s.sends_on_quote_for("ord-2"));
    // A process that did not outlive its pause begins without it.
    s.note("paused|ms=30000");
    s.note("run|n=2");
    s.note("up|session=LP_A");
    s.note("up|session=LP_B");
    EXPECT_TRUE(s.sends_on_quote_for("ord-3"));
}

TEST(SessionDesk, while_the_disk_is_full_nothing_goes_out_whatever_ends_meanwhile) {
    Session s;
    s.open();
    s.note("disk|state=full");
    s.note("disk|state=full");
    EXPECT_FALSE(s.sends_for("ord-1"));
    s.note("paused|ms=3000");
    s.note("resumed");
    EXPECT_FALSE(s.sends_for("ord-2"));
    s.note("disk|state=room");
    EXPECT_TRUE(s.sends_on_quote_for("ord-3"));
    // Where nothing is halted for it, room changes nothing: a pause stays one.
    s.note("paused|ms=3000");
    s.note("disk|state=room");
    EXPECT_FALSE(s.sends_for("ord-4"));
}

TEST(SessionDesk, the_end_of_a_pause_lifts_no_full_disk_and_no_stop_that_came_within_it) {
    Session s;
    s.open();
    s.note("paused|ms=3000");
    s.note("disk|state=full");
    s.note("resumed");
    EXPECT_FALSE(s.sends_on_quote_for("ord-1"));
    s.note("disk|state=room");
    EXPECT_TRUE(s.sends_on_quote_for("ord-2"));
    s.note("paused|ms=3000");
    s.note("stopping");
    s.note("resumed");
    s.note("disk|state=full");
    s.note("disk|state=room");
    EXPECT_FALSE(s.sends_on_quote_for("ord-3"));
}

TEST(SessionDesk, an_unknown_note_or_lp_is_a_problem_and_nothing_else) {
    Session s;
    s.open();
    const std::string before = s.desk.desk().save();
    s.note("dance");
    ASSERT_EQ(s.out.problems.size(), 1u);
    EXPECT_EQ(s.out.problems[0], "no note is called \"dance\"");
    s.note("kill|lp=LP_Z|who=ann|why=x");
    ASSERT_EQ(s.out.problems.size(), 1u);
    EXPECT_EQ(s.out.problems[0], "kill: no LP is called \"LP_Z\"");
    EXPECT_EQ(s.desk.desk().save(), before);
}

TEST(SessionDesk, a_replace_changes_what_is_left_and_not_below_what_is_out) {
    Session s;
    s.open();
    s.take(kOms, s.others.order(s.now, "ord-1", Side::buy, 8'000_qty, 100.05_px));
    ASSERT_TRUE(s.replied("150=0"));
    const auto replace = [&](std::string_view id, std::string_view orig, int qty) {
        std::string body = fmt::format(
            "35=G\x01"
            "34=9\x01"
            "49=OMS\x01"
            "52=20261130-10:00:01\x01"
            "56=DESK\x01"
            "11={}\x01"
            "41={}\x01"
            "55=ACME\x01"
            "54=1\x01"
            "38={}\x01"
            "40=2\x01"
            "44=100.03\x01",
            id, orig, qty);
        std::string all = fmt::format(
            "8=FIX.4.4\x01"
            "9={}\x01{}",
            body.size(), body);
        unsigned sum = 0;
        for (const char c : all) sum += static_cast<unsigned char>(c);
        s.take(kOms, all + fmt::format("10={:03}\x01", sum % 256));
    };
    replace("r-1", "ord-1", 9'000);
    EXPECT_TRUE(s.replied("150=5")) << s.out.replies.size();
    EXPECT_EQ(s.desk.desk().router().parent(1)->order.qty, 9'000_qty);
    EXPECT_EQ(s.desk.desk().router().parent(1)->order.limit, 100.03_px);
    replace("r-2", "r-1", 100);
    EXPECT_TRUE(s.replied("35=9"));
    EXPECT_TRUE(s.replied("cannot be made smaller"));
    EXPECT_EQ(s.desk.desk().router().parent(1)->order.qty, 9'000_qty);
    replace("r-3", "r-1", 200'000);
    EXPECT_TRUE(s.replied("exceed the largest order"));
    EXPECT_EQ(s.desk.desk().router().parent(1)->order.qty, 9'000_qty);
}

TEST(SessionDesk, an_oms_that_goes_away_has_its_parents_cancelled_where_that_is_agreed) {
    for (const bool agreed : {true, false}) {
        auto config = small_desk();
        config.sessions[kOms].cancel_on_disconnect = agreed;
        Session s;
        s.desk = SessionDesk(config, 1);
        s.open();
        s.take(kOms, s.others.order(s.now, "ord-1", Side::buy, 3'000_qty, 100.05_px));
        s.note("down|session=" + config.sessions[kOms].name + "|why=the other side hung up");
        const route::ParentState state = s.desk.desk().router().parent(1)->state;
        EXPECT_EQ(state == route::ParentState::working, !agreed) << static_cast<int>(state);
        // What it missed waits for it.
        EXPECT_GE(s.desk.outbox().letters(kOms).size(), 1u);
    }
}

TEST(SessionDesk, a_state_keeps_what_the_oms_was_not_told) {
    Session s;
    s.open();
    s.take(kOms, s.others.order(s.now, "ord-1", Side::buy, 3'000_qty, 100.05_px));
    const std::size_t before = s.desk.outbox().size();
    ASSERT_GE(before, 1u);
    SessionDesk again(small_desk(), 1);
    ASSERT_TRUE(again.load(s.desk.save()));
    EXPECT_EQ(again.outbox().size(), before);
    // Captured as sent, it is told.
    s.desk.message(s.now, kOms, fix::Direction::sent, 2, s.desk.outbox().letters(kOms)[0].bytes,
                   s.out);
    EXPECT_EQ(s.desk.outbox().size(), before - 1);
}

TEST(SessionDesk, a_shadow_records_a_decision_and_settles_it) {
    auto config = small_desk();
    config.sends = false;
    config.needs_sessions = false;
    Session s;
    s.desk = SessionDesk(config, 1);
    s.take(kMarket, s.others.quote(s.now, 99.99_px, 100.01_px));
    s.take(kOms, s.others.order(s.now, "ord-1", Side::buy, 3'000_qty, 100.05_px));
    ASSERT_FALSE(s.out.desk.routed.decisions.empty());
    EXPECT_FALSE(s.out.desk.routed.decisions[0].choice.children.empty());
    EXPECT_TRUE(route::terminal(s.desk.desk().router().parent(1)->state));
    EXPECT_EQ(s.desk.desk().router().exposure(*s.desk.desk().router().parent(1)), Qty{});
}

}  // namespace
}  // namespace assay::desk
