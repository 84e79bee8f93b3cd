#include "core/fix/session.h"

#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <vector>

#include "core/fix/message_testkit.h"
#include "core/units/decimal.h"

namespace assay::fix {
namespace {

using testkit::raw;

// Feeds text messages to a stage and keeps what came out.
class Wire {
  public:
    explicit Wire(const Parties& parties) : stage(parties) {}

    Outcome take(const std::string& text, std::int64_t captured_ms = 0) {
        texts_.push_back(std::make_unique<std::string>(text));
        Message m;
        const ParseError error = parse(*texts_.back(), '|', m);
        Capture capture{.at = {captured_ms * 1'000'000}, .place = {texts_.size(), 1, 0}};
        if (captured_ms == 0) capture = {m.sending_time, {texts_.size(), 1, 0}, false};
        events.clear();
        if (error) return stage.take_dead(capture, m);
        return stage.take(capture, m, events);
    }
    DirectionHealth direction(std::string_view sender) {
        for (const SessionHealth& session : stage.health()) {
            for (const DirectionHealth& d : session.directions) {
                if (d.sender_comp_id == sender) return d;
            }
        }
        return {};
    }

  private:
    std::vector<std::unique_ptr<std::string>> texts_;

  public:
    SessionStage stage;
    std::vector<Event> events;
};

std::string order(const char* id, int seq, const char* who = "US>LP_A") {
    return raw("D", std::string("11=") + id + "|55=XYZ|54=1|38=1000|40=2|44=10|59=3|", seq, who);
}
std::string at(int second) {
    return "20261120-09:30:0" + std::to_string(second);
}

TEST(SessionStage, a_dead_report_names_its_order_by_what_can_be_read_of_it) {
    const Parties parties;
    Wire wire(parties);
    wire.take(order("A", 1));
    wire.take(raw("8", "11=A|37=O1|17=E0|150=0|39=0|55=XYZ|", 1, "LP_A>US"));
    struct {
        const char* name;
        std::string text;
        const char* cl_ord_id;  // of the event; null: none
        const char* order_id;
    } const rows[] = {
        {"by ClOrdID", raw("8", "11=A|37=O1|58=|", 2, "LP_A>US"), "A", "O1"},
        {"by OrderID alone", raw("8", "37=O1|55=XYZ|32=x|", 2, "LP_A>US"), "", "O1"},
        {"of an unknown order", raw("8", "11=B|37=O2|58=|", 2, "LP_A>US"), nullptr, nullptr},
        {"of a session that was never seen", raw("8", "11=A|58=|", 2, "LP_B>US"), nullptr, nullptr},
        {"no report", raw("9", "11=A|58=|", 2, "LP_A>US"), nullptr, nullptr},
        {"cut within the name", raw("8", "11=A", 2, "LP_A>US"), nullptr, nullptr},
    };
    for (const auto& row : rows) {
        std::vector<Event> events;
        const std::string before = [&] {
            std::string blob;
            wire.stage.save(blob);
            return blob;
        }();
        wire.stage.name_unread({{1}, {1, 1, 0}, true}, row.text, '|', events);
        std::string after;
        wire.stage.save(after);
        EXPECT_EQ(before, after) << row.name;
        ASSERT_EQ(events.size(), row.cl_ord_id == nullptr ? 0u : 1u) << row.name;
        if (row.cl_ord_id == nullptr) continue;
        const auto& unread = std::get<Unread>(events[0].what);
        EXPECT_EQ(unread.ref.cl_ord_id, row.cl_ord_id) << row.name;
        EXPECT_EQ(unread.ref.order_id, row.order_id) << row.name;
        EXPECT_EQ(events[0].symbol, "XYZ");
        EXPECT_EQ(events[0].lp, "LP_A");
    }
}

TEST(SessionStage, an_order_and_its_fill_get_lp_symbol_and_session) {
    const Parties parties;
    Wire wire(parties);
    EXPECT_EQ(wire.take(order("A", 1)), Outcome::applied);
    ASSERT_EQ(wire.events.size(), 1u);
    EXPECT_EQ(wire.events[0].lp, "LP_A");
    EXPECT_EQ(wire.events[0].symbol, "XYZ");
    EXPECT_FALSE(wire.events[0].capture_clock);
    wire.take(raw("8", "37=O|11=A|17=E|150=F|39=1|55=XYZ|32=5|31=9|", 1, "LP_A>US"), 5);
    ASSERT_EQ(wire.events.size(), 1u);
    EXPECT_EQ(wire.events[0].lp, "LP_A");
    EXPECT_EQ(wire.events[0].session, 0u);
    EXPECT_TRUE(wire.events[0].capture_clock);
    EXPECT_EQ(wire.events[0].at.ns, 5'000'000);
    wire.take(order("A", 1, "US>LP_B"));
    EXPECT_EQ(wire.events.at(0).session, 1u);
}

TEST(SessionStage, sequence_cases_by_their_row_in_the_fault_catalogue) {
    struct Step {
        std::string text;
        Outcome outcome;
    };
    const std::string us = "US>LP_A";
    struct {
        const char* name;
        std::vector<Step> steps;
        std::uint64_t gaps, missing, duplicates, restarts;
    } const rows[] = {
        {"13 gap, then the missing one late",
         {{raw("0", "", 1), Outcome::applied},
          {raw("0", "", 4, us, at(4)), Outcome::applied},
          {raw("0", "43=Y|122=" + at(2) + "|", 2, us, at(5)), Outcome::applied}},
         1,
         1,
         0,
         0},
        {"14 number too low, later time: numbering began anew",
         {{raw("0", "", 7), Outcome::applied}, {raw("0", "", 3, us, at(2)), Outcome::applied}},
         0,
         0,
         0,
         1},
        {"15 PossDup that was applied",
         {{raw("0", "", 1, us, at(1)), Outcome::applied},
          {raw("0", "43=Y|122=" + at(1) + "|", 1, us, at(9)), Outcome::duplicate}},
         0,
         0,
         1,
         0},
        {"15 PossDup whose 122 has no fraction",
         {{raw("0", "", 1, us, at(1) + ".345"), Outcome::applied},
          {raw("0", "43=Y|122=" + at(1) + "|", 1, us, at(9)), Outcome::duplicate}},
         0,
         0,
         1,
         0},
        {"16 PossDup without 122: the number tells",
         {{raw("0", "", 1), Outcome::applied}, {raw("0", "43=Y|", 1), Outcome::duplicate}},
         0,
         0,
         1,
         0},
        {"16 PossDup with 122 after 52: the number tells",
         {{raw("0", "", 1, us, at(1)), Outcome::applied},
          {raw("0", "43=Y|122=" + at(8) + "|", 1, us, at(7)), Outcome::duplicate}},
         0,
         0,
         1,
         0},
        {"two taps: same number, same time",
         {{raw("0", "", 1), Outcome::applied},
          {raw("0", "", 1), Outcome::duplicate},
          {raw("0", "", 2, us, at(1)), Outcome::applied},
          {raw("0", "", 2, us, at(1)), Outcome::duplicate}},
         0,
         0,
         2,
         0},
        {"gap closed by GapFill",
         {{raw("0", "", 1), Outcome::applied},
          {raw("0", "", 5, us, at(1)), Outcome::applied},
          {raw("4", "43=Y|122=" + at(1) + "|123=Y|36=5|", 2, us, at(2)), Outcome::applied}},
         1,
         0,
         0,
         0},
        {"GapFill in order moves on",
         {{raw("0", "", 1), Outcome::applied},
          {raw("4", "123=Y|36=9|", 2, us, at(1)), Outcome::applied},
          {raw("0", "", 9, us, at(2)), Outcome::applied}},
         0,
         0,
         0,
         0},
        {"18 GapFill below what is expected, PossDup",
         {{raw("0", "", 1), Outcome::applied},
          {raw("0", "", 2, us, at(1)), Outcome::applied},
          {raw("4", "43=Y|122=" + at(2) + "|123=Y|36=2|", 1, us, at(3)), Outcome::applied},
          {raw("0", "", 3, us, at(4)), Outcome::applied}},
         0,
         0,
         0,
         0},
        {"19 GapFill for a part: the rest stays missing",
         {{raw("0", "", 1), Outcome::applied},
          {raw("0", "", 10, us, at(1)), Outcome::applied},
          {raw("4", "43=Y|122=" + at(1) + "|123=Y|36=6|", 2, us, at(2)), Outcome::applied}},
         1,
         4,
         0,
         0},
        {"20 Reset forward leaves a hole",
         {{raw("0", "", 1), Outcome::applied},
          {raw("4", "36=5|", 99, us, at(1)), Outcome::applied},
          {raw("0", "", 5, us, at(2)), Outcome::applied}},
         0,
         3,
         0,
         0},
        {"20 Reset backward is not followed",
         {{raw("0", "", 7), Outcome::applied},
          {raw("4", "36=2|", 8, us, at(1)), Outcome::applied},
          {raw("0", "", 8, us, at(2)), Outcome::applied}},
         0,
         0,
         0,
         0},
        {"a new Logon with 34=1",
         {{raw("A", "", 1), Outcome::applied},
          {raw("0", "", 2, us, at(1)), Outcome::applied},
          {raw("A", "141=Y|", 1, us, at(2)), Outcome::applied},
          {raw("0", "", 2, us, at(3)), Outcome::applied},
          {raw("0", "", 2, us, at(1)), Outcome::duplicate}},
         0,
         0,
         1,
         1},
        {"a file that holds two days twice",
         {{raw("0", "", 1, us, at(1)), Outcome::applied},
          {raw("0", "", 1, us, at(2)), Outcome::applied},
          {raw("0", "", 1, us, at(1)), Outcome::duplicate},
          {raw("0", "", 1, us, at(2)), Outcome::duplicate}},
         0,
         0,
         2,
         1},
        {"a dead message still has its number",
         {{raw("0", "", 1), Outcome::applied},
          {raw("D", "11=A|44=NaN|", 2, us, at(1)), Outcome::dead},
          {raw("D", "11=A|44=NaN|", 2, us, at(1)), Outcome::duplicate},
          {raw("0", "", 3, us, at(2)), Outcome::applied}},
         0,
         0,
         1,
         0},
        {"what could not be read is taken when it comes again and can be, once",
         {{raw("D", "11=A|44=NaN|", 1, us, at(1)), Outcome::dead},
          {raw("0", "", 2, us, at(2)), Outcome::applied},
          {raw("D", "11=A|55=X|54=1|38=1|44=1|", 1, us, at(1)), Outcome::applied},
          {raw("D", "11=A|55=X|54=1|38=1|44=1|", 1, us, at(1)), Outcome::duplicate},
          {raw("D", "11=A|44=NaN|", 1, us, at(1)), Outcome::duplicate}},
         0,
         0,
         2,
         0},
        {"what could not be read before numbers began anew is not waited for after it",
         {{raw("D", "11=A|44=NaN|", 1, us, at(1)), Outcome::dead},
          {raw("A", "141=Y|", 1, us, at(2)), Outcome::applied},
          {raw("A", "141=Y|", 1, us, at(2)), Outcome::duplicate}},
         0,
         0,
         1,
         1},
    };
    for (const auto& row : rows) {
        const Parties parties;
        Wire wire(parties);
        for (std::size_t i = 0; i < row.steps.size(); ++i) {
            EXPECT_EQ(wire.take(row.steps[i].text), row.steps[i].outcome) << row.name << " " << i;
        }
        const DirectionHealth d = wire.direction("US");
        EXPECT_EQ(d.sequence.gaps, row.gaps) << row.name;
        EXPECT_EQ(d.missing_numbers, row.missing) << row.name;
        EXPECT_EQ(d.counts.duplicates, row.duplicates) << row.name;
        EXPECT_EQ(d.sequence.restarts, row.restarts) << row.name;
        const StageCounts& c = wire.stage.counts();
        EXPECT_EQ(c.read(), row.steps.size()) << row.name;
    }
}

TEST(SessionStage, a_poss_resend_is_a_message_of_its_own_and_counted) {
    const Parties parties;
    Wire wire(parties);
    wire.take(raw("8", "37=O|11=A|17=E|150=F|39=1|55=X|32=5|31=9|", 1, "LP_A>US"));
    EXPECT_EQ(wire.take(raw("8", "97=Y|37=O|11=A|17=E|150=F|39=1|55=X|32=5|31=9|", 2, "LP_A>US")),
              Outcome::applied);  // the fill's identity (17) is the business of the orders
    EXPECT_EQ(wire.direction("LP_A").counts.poss_resend, 1u);
}

TEST(SessionStage, messages_without_symbol_find_their_order) {
    const Parties parties;
    Wire wire(parties);
    wire.take(order("A", 1));
    wire.take(raw("F", "11=B|41=A|", 2, "US>LP_A", at(1)));
    EXPECT_EQ(wire.events.at(0).symbol, "XYZ");
    wire.take(raw("9", "37=O|11=B|41=A|39=2|434=1|102=0|", 1, "LP_A>US"));
    EXPECT_EQ(wire.events.at(0).symbol, "XYZ");
    wire.take(raw("8", "37=O|41=A|17=E|150=F|39=1|32=5|31=9|", 2, "LP_A>US", at(1)));
    EXPECT_EQ(wire.events.at(0).symbol, "XYZ");
    wire.take(raw("8", "37=O|17=E2|150=F|39=1|32=5|31=9|", 3, "LP_A>US", at(2)));
    EXPECT_EQ(wire.events.at(0).symbol, "XYZ");  // by OrderID, learnt from the one before
}

TEST(SessionStage, a_report_waits_for_its_order_and_then_follows_it) {
    const Parties parties;
    Wire wire(parties);
    EXPECT_EQ(wire.take(raw("8", "37=O|11=B|150=4|39=4|", 1, "LP_A>US")), Outcome::waiting);
    EXPECT_EQ(wire.take(raw("F", "11=B|41=A|", 2)), Outcome::waiting);
    EXPECT_EQ(wire.stage.counts().waiting, 2u);
    EXPECT_EQ(wire.stage.waiting_places().size(), 2u);
    EXPECT_EQ(wire.take(order("A", 3)), Outcome::applied);
    ASSERT_EQ(wire.events.size(), 3u);  // the order brings the cancel, the cancel its report
    EXPECT_TRUE(std::holds_alternative<Sent>(wire.events[0].what));
    EXPECT_TRUE(std::holds_alternative<CancelRequested>(wire.events[1].what));
    EXPECT_TRUE(std::holds_alternative<Canceled>(wire.events[2].what));
    EXPECT_EQ(std::get<Canceled>(wire.events[2].what).ref.cl_ord_id, "B");
    EXPECT_EQ(wire.stage.counts().waiting, 0u);
    EXPECT_EQ(wire.stage.counts().applied, 3u);
}

TEST(SessionStage, waiting_is_bounded) {
    const Parties parties;
    Wire wire(parties);
    const std::string text(1u << 20, 'x');
    int waiting = 0, dead = 0;
    for (int i = 1; i <= 20; ++i) {
        const Outcome o = wire.take(raw("8", "11=Z|150=4|39=4|58=" + text + "|", i, "LP_A>US"));
        waiting += o == Outcome::waiting;
        dead += o == Outcome::dead;
    }
    EXPECT_EQ(waiting, 15);
    EXPECT_EQ(dead, 5);
}

TEST(SessionStage, a_reject_finds_our_message_by_its_number) {
    const Parties parties;
    Wire wire(parties);
    wire.take(order("A", 7));
    wire.take(raw("3", "45=7|372=D|58=bad|", 1, "LP_A>US"));
    EXPECT_EQ(std::get<MessageRejected>(wire.events.at(0).what).ref.cl_ord_id, "A");
    EXPECT_EQ(wire.events[0].symbol, "XYZ");
    wire.take(raw("j", "379=A|372=D|380=3|", 2, "LP_A>US", at(1)));
    EXPECT_EQ(std::get<MessageRejected>(wire.events.at(0).what).ref.cl_ord_id, "A");
    wire.take(raw("3", "45=99|372=D|", 3, "LP_A>US", at(2)));
    EXPECT_TRUE(wire.events.empty());
    EXPECT_EQ(wire.stage.counts().unresolved_rejects, 1u);
    wire.take(raw("3", "45=1|372=8|", 8, "US>LP_A", at(3)));  // ours, of a report: no order falls
    EXPECT_TRUE(wire.events.empty());
}

TEST(SessionStage, a_fill_within_a_cancel_counts_once) {
    const Parties parties;
    Wire wire(parties);
    const auto report = [](const char* fields) { return std::string("37=O|11=A|55=X|") + fields; };
    wire.take(raw("8", report("150=F|39=1|17=E1|32=100|31=9|14=100|"), 1, "LP_A>US"));
    wire.take(raw("8", report("150=4|39=4|17=E2|32=100|31=9|14=100|"), 2, "LP_A>US", at(1)));
    EXPECT_EQ(wire.events.size(), 1u);  // an echo
    wire.take(raw("8", report("150=4|39=4|17=E3|32=50|31=9|14=150|"), 3, "LP_A>US", at(2)));
    ASSERT_EQ(wire.events.size(), 2u);  // CumQty rose
    EXPECT_EQ(std::get<Filled>(wire.events[0].what).execution.last_qty, 50_qty);
    EXPECT_TRUE(std::holds_alternative<Canceled>(wire.events[1].what));
    EXPECT_EQ(wire.stage.counts().echoed_fills, 1u);
    EXPECT_EQ(wire.stage.counts().carried_fills, 1u);
}

TEST(SessionStage, trades_of_the_market_count_once_and_change_no_quote) {
    const Parties parties;
    Wire wire(parties);
    const auto traded = [&](const std::string& bytes) {
        wire.take(bytes);
        std::string all;
        for (const Event& e : wire.events)
            if (const auto* t = std::get_if<MarketTraded>(&e.what))
                all +=
                    std::string(e.symbol) + " " + to_text(t->qty) + "@" + to_text(t->price) + " ";
            else
                all += "other ";
        return all;
    };
    int seq = 0;
    const auto say = [&](const char* type, const char* body) {
        return traded(raw(type, body, ++seq, "MD>US"));
    };
    EXPECT_EQ(say("W", "55=XYZ|268=3|269=0|270=9|271=5|269=1|270=10|271=6|269=2|270=9.5|271=3|"),
              "XYZ 3@9.5 other ");
    EXPECT_EQ(say("W", "55=XYZ|268=1|269=2|270=9.5|271=3|"), "") << "the same last trade";
    EXPECT_EQ(say("W", "55=XYZ|268=1|269=2|270=9.5|271=3|273=10:00:01|"), "XYZ 3@9.5 ");
    EXPECT_EQ(say("X", "268=2|279=0|269=2|55=XYZ|270=9.5|271=4|279=0|269=2|55=ABC|270=1|271=7|"),
              "XYZ 4@9.5 ABC 7@1 ");
    EXPECT_EQ(say("X", "268=1|279=0|269=2|55=XYZ|270=9.5|271=4|"), "XYZ 4@9.5 ")
        << "an increment is another trade";
    EXPECT_EQ(say("X", "268=1|279=0|269=2|278=T1|55=XYZ|270=9.5|271=4|"), "XYZ 4@9.5 ");
    EXPECT_EQ(say("X", "268=1|279=0|269=2|278=T1|55=XYZ|270=9.5|271=4|"), "") << "by its name";
    EXPECT_EQ(say("X", "268=1|279=2|269=2|278=T1|55=XYZ|270=9.5|271=4|"), "") << "not followed";
    EXPECT_EQ(say("X", "268=1|279=0|269=2|55=XYZ|270=9.5|"), "") << "no size";
    // The book is as the first message left it.
    EXPECT_EQ(say("X", "268=1|279=1|269=0|55=XYZ|270=9|271=8|"), "other ");
}

TEST(SessionStage, quotes_of_an_lp_are_its_own_and_all_others_the_markets) {
    const Parties parties;
    Wire wire(parties);
    wire.take(order("A", 1));
    wire.take(raw("W", "55=XYZ|268=2|269=0|270=9|271=5|269=1|270=10|271=6|", 1, "LP_A>US"));
    EXPECT_EQ(wire.events.at(0).lp, "LP_A");
    wire.take(raw("W", "55=XYZ|268=2|269=0|270=9|271=5|269=1|270=10|271=6|", 1, "MD>US"));
    EXPECT_EQ(wire.events.at(0).lp, "");
    wire.take(raw("X", "268=2|279=0|269=0|55=XYZ|270=9.5|271=1|279=0|269=0|55=ABC|270=1|", 2,
                  "MD>US", at(1)));
    ASSERT_EQ(wire.events.size(), 2u);
    EXPECT_EQ(std::get<Quote>(wire.events[0].what).bid, 9.5_px);
    EXPECT_EQ(std::get<Quote>(wire.events[0].what).ask, 10_px);
    EXPECT_EQ(wire.events[1].symbol, "ABC");
    EXPECT_EQ(
        wire.take(raw("W", "55=XYZ|268=2|269=0|270=1|271=5|269=1|270=NaN|", 3, "MD>US", at(2))),
        Outcome::dead);
    wire.take(raw("X", "268=1|279=2|269=0|55=XYZ|270=9.5|", 4, "MD>US", at(3)));
    EXPECT_EQ(std::get<Quote>(wire.events.at(0).what).bid, 9_px);  // the dead W changed nothing
}

TEST(SessionStage, a_source_of_quotes_halts_and_resumes_a_symbol_and_an_lp_does_not) {
    const Parties parties;
    Wire wire(parties);
    wire.take(order("A", 1));
    wire.take(raw("f", "55=XYZ|326=2|", 1, "MD>US"));
    ASSERT_EQ(wire.events.size(), 1u);
    EXPECT_TRUE(std::holds_alternative<Halted>(wire.events[0].what));
    EXPECT_EQ(wire.events[0].symbol, "XYZ");
    EXPECT_EQ(wire.events[0].lp, "");
    wire.take(raw("f", "55=XYZ|326=21|", 2, "MD>US", at(1)));
    EXPECT_TRUE(wire.events.empty()) << "a fast market trades";
    wire.take(raw("f", "55=XYZ|326=3|", 3, "MD>US", at(2)));
    EXPECT_TRUE(std::holds_alternative<Resumed>(wire.events.at(0).what));
    EXPECT_EQ(wire.take(raw("f", "55=XYZ|326=2|", 1, "LP_A>US")), Outcome::applied);
    EXPECT_TRUE(wire.events.empty());
}

TEST(SessionStage, names_by_reference) {
    const Parties parties{.unmapped = Unmapped::is_counted,
                          .unmapped_symbols = Unmapped::is_counted,
                          .lp_of = {{"LPA1", "ALPHA"}, {"LPA2", "ALPHA"}},
                          .symbol_of = {{"XYZ", "XYZ.N"}},
                          .lp_symbol_of = {{"ALPHA", {{"XY", "XYZ.N"}}}},
                          .ours = {"SOR"}};
    Wire wire(parties);
    wire.take(order("A", 1, "US>LPA1"));
    EXPECT_EQ(wire.events.at(0).lp, "ALPHA");
    EXPECT_EQ(wire.events.at(0).symbol, "XYZ.N");
    wire.take(order("A", 1, "US>LPA2"));
    EXPECT_EQ(wire.events.at(0).lp, "ALPHA");
    wire.take(raw("8", "37=O|11=A|39=0|55=XY|", 1, "LPA2>US"));
    EXPECT_EQ(wire.events.at(0).symbol, "XYZ.N");
    wire.take(raw("8", "37=O|11=A|39=0|55=QQ|", 2, "LPA2>US", at(1)));
    EXPECT_EQ(wire.events.at(0).symbol,
              "XYZ.N");  // its order is known, whatever it calls the symbol
    wire.take(raw("8", "37=P|11=B|39=0|55=QQ|", 3, "LPA2>US", at(2)));
    EXPECT_TRUE(wire.events.empty());
    wire.take(order("A", 1, "US>WHO"));
    EXPECT_TRUE(wire.events.empty());
    EXPECT_EQ(wire.stage.counts().unmapped, 2u);
    EXPECT_EQ(wire.stage.unmapped_names().at("CompID WHO"), 1u);
    EXPECT_EQ(wire.stage.unmapped_names().at("Symbol QQ"), 1u);
    wire.take(order("P", 1, "OMS>SOR"));  // a parent order: counted, not scored
    EXPECT_TRUE(wire.events.empty());
    EXPECT_EQ(wire.stage.counts().parents, 1u);
}

TEST(SessionStage, the_lp_by_tag_and_by_party) {
    const Parties by_tag{.lp_source = LpSource::tag, .lp_tag = 100};
    Wire tags(by_tag);
    tags.take(raw("D", "11=A|55=X|100=VENUE7|", 1, "US>HUB"));
    EXPECT_EQ(tags.events.at(0).lp, "VENUE7");
    tags.take(raw("8", "37=O|11=A|39=0|55=X|", 1, "HUB>US"));
    EXPECT_EQ(tags.events.at(0).lp, "VENUE7");  // the report has no 100: its order had
    const Parties by_party{.lp_source = LpSource::party_role, .lp_party_role = 1};
    Wire parties(by_party);
    parties.take(raw("D", "11=A|55=X|453=1|448=BANK|447=D|452=1|", 1, "US>HUB"));
    EXPECT_EQ(parties.events.at(0).lp, "BANK");
}

TEST(SessionStage, a_drop_copy_reconciles_and_adds_no_event) {
    const Parties parties{.lp_of = {{"LP_A_DC", "LP_A"}}, .drop_copies = {"LP_A_DC"}};
    Wire wire(parties);
    wire.take(order("A", 1));
    const char* fill = "37=O|11=A|17=E|150=F|39=1|55=XYZ|32=5|31=9|";
    const char* other = "37=O|11=A|17=E2|150=F|39=1|55=XYZ|32=7|31=9|";
    wire.take(raw("8", fill, 1, "LP_A>US"));
    EXPECT_EQ(wire.events.size(), 1u);
    EXPECT_EQ(wire.stage.missing_in_drop_copy(), 1u);
    wire.take(raw("8", fill, 1, "LP_A_DC>US"));
    EXPECT_TRUE(wire.events.empty());
    EXPECT_EQ(wire.stage.counts().reconciled, 1u);
    EXPECT_EQ(wire.stage.missing_in_drop_copy(), 0u);
    wire.take(raw("8", other, 2, "LP_A_DC>US", at(1)));
    EXPECT_EQ(wire.stage.missing_in_session(), 1u);
}

TEST(SessionStage, the_drop_copy_counts_where_the_configuration_says_so) {
    const Parties parties{.capture_counts = CaptureCounts::dropcopy,
                          .lp_of = {{"LP_A_DC", "LP_A"}},
                          .drop_copies = {"LP_A_DC"}};
    Wire wire(parties);
    wire.take(order("A", 1));
    const char* fill = "37=O|11=A|17=E|150=F|39=1|55=XYZ|32=5|31=9|";
    wire.take(raw("8", fill, 1, "LP_A>US"));
    EXPECT_TRUE(wire.events.empty());
    wire.take(raw("8", fill, 1, "LP_A_DC>US"));
    ASSERT_EQ(wire.events.size(), 1u);
    EXPECT_EQ(wire.events[0].session, 0u);  // the session that the order went out by
    EXPECT_EQ(wire.events[0].lp, "LP_A");
}

TEST(SessionStage, clock_offset_is_sending_time_less_capture_time) {
    const Parties parties;
    Wire wire(parties);
    const std::string probe = raw("0", "");
    const std::int64_t sent_ms = testkit::parsed(probe).sending_time.ns / 1'000'000;
    for (int i = 1; i <= 5; ++i) wire.take(raw("0", "", i, "LP_A>US"), sent_ms + i);
    const DirectionHealth d = wire.direction("LP_A");
    ASSERT_TRUE(d.has_clock_offset);
    EXPECT_EQ(d.clock_offset_least.ns, -5'000'000);
    EXPECT_EQ(d.clock_offset_median.ns, -3'000'000);
    EXPECT_EQ(d.counts.sending_time_far, 0u);
    wire.take(raw("0", "", 6, "LP_A>US"), sent_ms + 121'000);
    EXPECT_EQ(wire.direction("LP_A").counts.sending_time_far, 1u);
    EXPECT_EQ(wire.direction("LP_A").by_type.at("0"), 6u);
}

}  // namespace
}  // namespace assay::fix
