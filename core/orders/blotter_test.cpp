#include "core/orders/blotter.h"

#include <gtest/gtest.h>
#include <optional>
#include <string>

#include "core/units/archive.h"

namespace assay {
namespace {

constexpr std::int64_t kDayOf = 20'000;
constexpr Nanos kSent{kDayOf * kDay.ns + 36'000'000'000'000};

// One order, its LP and the blotter, by milliseconds after the order left.
class Desk {
  public:
    Blotter blotter;

    Event at(std::int64_t ms, Happening what = {}) const {
        Event e;
        e.at = kSent + Duration{ms * 1'000'000};
        e.symbol = "XYZ";
        e.lp = "LP_A";
        e.session = 1;
        e.what = what;
        return e;
    }
    static Bbo market() {
        Bbo q;
        q.at = kSent;
        q.bid = 100.00_px;
        q.ask = 100.02_px;
        q.bid_size = q.ask_size = 400_qty;
        q.state = QuoteState::ok;
        return q;
    }
    std::uint32_t send(Qty qty = 1000_qty, Tif tif = Tif::day, const char* id = "A",
                       std::int64_t ms = 0) {
        Sent m;
        m.ref.cl_ord_id = id;
        m.side = Side::buy;
        m.tif = tif;
        m.order_qty = qty;
        return blotter.sent(at(ms), m, market()).chain;
    }
    Step ack(std::int64_t ms, const char* id = "A") {
        return blotter.acked(at(ms), Acked{{id, {}, {}}});
    }
    Step fill(std::int64_t ms, Qty qty, const char* exec, Price px = 100.02_px,
              const char* id = "A") {
        return blotter.filled(at(ms), {{id, {}, {}}, execution(qty, exec, px)});
    }
    Step bust(std::int64_t ms, const char* ref, const char* exec) {
        return blotter.busted(at(ms), {{"A", {}, {}}, ref, exec, kDayOf});
    }
    Step correct(std::int64_t ms, const char* ref, Qty qty, Price px, const char* exec) {
        return blotter.corrected(at(ms), {{"A", {}, {}}, ref, execution(qty, exec, px)});
    }
    Step cancel(std::int64_t ms) { return blotter.cancel_requested(at(ms), {{"C", "A", {}}}); }
    Step canceled(std::int64_t ms, const char* id = "A") {
        return blotter.canceled(at(ms), {{id, "A", {}}, Qty{-1}});
    }
    Step reject(std::int64_t ms, RejectClass c = RejectClass::discretionary) {
        return blotter.rejected(at(ms), {{"A", {}, {}}, c, -1, {}});
    }
    Step replace(std::int64_t ms, Qty qty, const char* id = "B", const char* orig = "A") {
        return blotter.replace_requested(at(ms), {{id, orig, {}}, qty, std::nullopt}, market());
    }
    Step replaced(std::int64_t ms, Qty qty, const char* id = "B", const char* orig = "A") {
        return blotter.replaced(at(ms), {{id, orig, {}}, qty, Qty{-1}, std::nullopt});
    }
    char status(const char* id = "A") const { return blotter.status(1, id); }
    const Chain& chain() const { return blotter.chain(0); }

    static Execution execution(Qty qty, const char* exec, Price px) {
        Execution x;
        x.exec_id = exec;
        x.last_qty = qty;
        x.last_px = px;
        x.side = Side::buy;
        x.trade_date = kDayOf;
        return x;
    }
};

TEST(Blotter, ord_status_of_each_step_of_an_order) {
    struct Row {
        const char* worked;
        void (*steps)(Desk&);
        char status;
        Qty cum;
        Term why;
    } const rows[] = {
        {"sent: pending new", [](Desk&) {}, 'A', 0_qty, Term::none},
        {"gateway took it: still pending new",
         [](Desk& d) { d.blotter.acked_by_gateway(d.at(1), {{"A", {}, {}}}); }, 'A', 0_qty,
         Term::none},
        {"acknowledged: new", [](Desk& d) { d.ack(4); }, '0', 0_qty, Term::none},
        {"600 of 1000: partly filled", [](Desk& d) { d.fill(15, 600_qty, "E1"); }, '1', 600_qty,
         Term::none},
        {"600 and 400: filled, with or without an acknowledgement",
         [](Desk& d) { d.fill(15, 600_qty, "E1"), d.fill(16, 400_qty, "E2"); }, '2', 1000_qty,
         Term::filled},
        {"the acknowledgement after the fill changes nothing",
         [](Desk& d) { d.fill(15, 600_qty, "E1"), d.ack(16); }, '1', 600_qty, Term::none},
        {"canceled with a part filled", [](Desk& d) { d.fill(15, 600_qty, "E1"), d.canceled(20); },
         '4', 600_qty, Term::canceled},
        {"a fill after the cancel counts, the cancel stands",
         [](Desk& d) { d.canceled(20), d.fill(21, 600_qty, "E1"); }, '4', 600_qty, Term::canceled},
        {"rejected", [](Desk& d) { d.reject(20); }, '8', 0_qty, Term::rejected},
        {"rejected after a part: as canceled",
         [](Desk& d) { d.fill(15, 600_qty, "E1"), d.reject(20); }, '4', 600_qty, Term::rejected},
        {"expired", [](Desk& d) { d.blotter.expired(d.at(20), {{"A", {}, {}}, Qty{-1}}); }, 'C',
         0_qty, Term::expired},
        {"done for the day: an order that rests goes on",
         [](Desk& d) { d.ack(4), d.blotter.done_for_day(d.at(20), {{"A", {}, {}}, Qty{-1}}); }, '0',
         0_qty, Term::none},
        {"we asked to cancel", [](Desk& d) { d.ack(4), d.cancel(10); }, '6', 0_qty, Term::none},
        {"and were refused",
         [](Desk& d) {
             d.ack(4), d.cancel(10), d.blotter.cancel_rejected(d.at(11), {{"C", "A", {}}, 1});
         },
         '0', 0_qty, Term::none},
        {"we asked to replace", [](Desk& d) { d.ack(4), d.replace(10, 2000_qty); }, 'E', 0_qty,
         Term::none},
        {"replaced", [](Desk& d) { d.ack(4), d.replace(10, 2000_qty), d.replaced(12, 2000_qty); },
         '5', 0_qty, Term::none},
        {"busted: as before the fill",
         [](Desk& d) { d.ack(4), d.fill(15, 600_qty, "E1"), d.bust(30, "E1", "E2"); }, '0', 0_qty,
         Term::none},
        {"corrected to 700",
         [](Desk& d) { d.fill(15, 600_qty, "E1"), d.correct(30, "E1", 700_qty, 100.01_px, "E2"); },
         '1', 700_qty, Term::none},
        {"a status report changes no quantity",
         [](Desk& d) { d.ack(4), d.blotter.status_reported(d.at(5), {{"A", {}, {}}, 500_qty}); },
         '0', 0_qty, Term::none},
        {"declined from 1000 to 600, and 600 filled",
         [](Desk& d) {
             d.ack(4), d.blotter.restated(d.at(5), {{"A", {}, {}}, 5, 600_qty, Qty{-1}});
             d.fill(6, 600_qty, "E1");
         },
         '2', 600_qty, Term::filled},
        {"another restatement changes nothing",
         [](Desk& d) {
             d.ack(4), d.blotter.restated(d.at(5), {{"A", {}, {}}, 1, 600_qty, Qty{-1}});
         },
         '0', 0_qty, Term::none},
    };
    for (const Row& r : rows) {
        Desk d;
        d.send();
        r.steps(d);
        EXPECT_EQ(d.status(), r.status) << r.worked;
        EXPECT_EQ(d.chain().cum, r.cum) << r.worked;
        EXPECT_EQ(d.chain().why, r.why) << r.worked;
    }
}

TEST(Blotter, offered_quantity_by_what_became_of_the_order) {
    struct Row {
        const char* worked;
        Tif tif;
        void (*steps)(Desk&);
        Qty offered;
    } const rows[] = {
        {"a plain order: all of it", Tif::ioc, [](Desk&) {}, 1000_qty},
        {"an IOC remainder: all of it", Tif::ioc,
         [](Desk& d) { d.fill(5, 600_qty, "E"), d.canceled(6); }, 1000_qty},
        {"our cancel before the first answer: what was filled", Tif::day,
         [](Desk& d) { d.cancel(1), d.canceled(5); }, 0_qty},
        {"our cancel after .5 s: what was filled", Tif::day,
         [](Desk& d) { d.ack(4), d.fill(5, 200_qty, "E"), d.cancel(400), d.canceled(500); },
         200_qty},
        {"our cancel 1 s after the acknowledgement: all of it", Tif::day,
         [](Desk& d) { d.ack(4), d.cancel(900), d.canceled(1004); }, 1000_qty},
        {"1 ms less: nothing", Tif::day, [](Desk& d) { d.ack(4), d.cancel(900), d.canceled(1003); },
         0_qty},
        {"the LP's own cancel: all of it", Tif::day, [](Desk& d) { d.ack(4), d.canceled(5); },
         1000_qty},
        {"replaced by more", Tif::day,
         [](Desk& d) { d.ack(4), d.replace(2000, 3000_qty), d.replaced(2004, 3000_qty); },
         3000_qty},
        {"replaced by less after 2 s: the larger one was exposed", Tif::day,
         [](Desk& d) { d.ack(4), d.replace(2000, 500_qty), d.replaced(2004, 500_qty); }, 1000_qty},
        {"replaced by less after .5 s: it was not", Tif::day,
         [](Desk& d) { d.ack(4), d.replace(500, 500_qty), d.replaced(504, 500_qty); }, 500_qty},
    };
    for (const Row& r : rows) {
        Desk d;
        d.send(1000_qty, r.tif);
        r.steps(d);
        EXPECT_EQ(d.blotter.offered(d.chain()), r.offered) << r.worked;
    }
}

TEST(Blotter, what_was_counted_before_is_not_counted_again) {
    Desk d;
    d.send();
    EXPECT_EQ(d.fill(15, 600_qty, "E1").verdict, Verdict::applied);
    EXPECT_EQ(d.fill(16, 600_qty, "E1").verdict, Verdict::duplicate);
    EXPECT_EQ(d.fill(17, 500_qty, "E1").verdict, Verdict::conflict)
        << "other content: the first stands";
    EXPECT_EQ(d.chain().cum, 600_qty);
    EXPECT_EQ(d.bust(18, "E1", "E2").verdict, Verdict::applied);
    EXPECT_EQ(d.bust(19, "E1", "E2").verdict, Verdict::duplicate);
    EXPECT_EQ(d.fill(20, 600_qty, "E1").verdict, Verdict::duplicate) << "busted, and still known";
    EXPECT_EQ(d.chain().cum, 0_qty);
    EXPECT_EQ(d.blotter.counts().busts, 1u);
}

TEST(Blotter, what_cannot_be_is_kept_apart) {
    struct {
        const char* worked;
        Qty qty;
        Price px;
        std::optional<Side> side;
        Verdict verdict;
    } const rows[] = {
        {"a plain fill", 100_qty, 100.02_px, Side::buy, Verdict::applied},
        {"quantity 0", 0_qty, 100.02_px, Side::buy, Verdict::quarantined},
        {"quantity below 0", {-1}, 100.02_px, Side::buy, Verdict::quarantined},
        {"price 0", 100_qty, 0_px, Side::buy, Verdict::quarantined},
        {"price below 0", 100_qty, {-1}, Side::buy, Verdict::quarantined},
        {"the other side", 100_qty, 100.02_px, Side::sell, Verdict::quarantined},
        {"no side said", 100_qty, 100.02_px, std::nullopt, Verdict::applied},
        {"a side that is neither", 100_qty, 100.02_px, Side::none, Verdict::quarantined},
        {"20 % above the mid of 100.01", 100_qty, 120.012_px, Side::buy, Verdict::applied},
        {"a hair more", 100_qty, 120.013_px, Side::buy, Verdict::quarantined},
        {"20 % below", 100_qty, 80.008_px, Side::buy, Verdict::applied},
        {"a hair less", 100_qty, 80.007_px, Side::buy, Verdict::quarantined},
    };
    for (const auto& r : rows) {
        Desk d;
        d.send();
        Execution x = Desk::execution(r.qty, "E1", r.px);
        x.side = r.side;
        EXPECT_EQ(d.blotter.filled(d.at(5), {{"A", {}, {}}, x}).verdict, r.verdict) << r.worked;
    }
}

TEST(Blotter, an_id_of_another_session_is_another_order) {
    Desk d;
    d.send();
    Event e = d.at(5);
    e.session = 2;
    EXPECT_EQ(
        d.blotter.filled(e, {{"A", {}, {}}, Desk::execution(100_qty, "E1", 100.02_px)}).verdict,
        Verdict::headless);
    EXPECT_EQ(d.chain().cum, 0_qty);
}

TEST(Blotter, a_report_finds_its_order_by_11_then_41_then_37) {
    Desk d;
    d.send();
    d.blotter.acked(d.at(4), {{"A", {}, "O1"}});
    struct {
        const char* worked;
        OrderRef ref;
        bool found;
    } const rows[] = {
        {"by ClOrdID", {"A", {}, {}}, true},
        {"by OrigClOrdID", {"unheard", "A", {}}, true},
        {"by OrderID", {{}, {}, "O1"}, true},
        {"by OrderID under another ClOrdID", {"unheard", {}, "O1"}, true},
        {"OrderID NONE names nothing", {{}, {}, "NONE"}, false},
        {"by nothing", {"unheard", "of", "this"}, false},
        {"empty", {}, false},
    };
    for (const auto& r : rows) EXPECT_EQ(d.blotter.find(1, r.ref) == 0, r.found) << r.worked;
}

TEST(Blotter, a_cl_ord_id_used_again_is_a_new_order_once_the_old_one_is_over) {
    Desk d;
    EXPECT_EQ(d.send(1000_qty, Tif::ioc, "A", 0), 0u);
    d.fill(5, 1000_qty, "E1");
    EXPECT_EQ(d.send(500_qty, Tif::ioc, "A", 1000), 1u);
    EXPECT_EQ(d.blotter.counts().cl_ord_id_reused, 1u);
    d.fill(1005, 500_qty, "E1");  // an ExecID is of its order
    EXPECT_EQ(d.blotter.chain(1).cum, 500_qty);
    EXPECT_EQ(d.blotter.chain(0).cum, 1000_qty);
}

TEST(Blotter, the_same_order_again_while_it_works_is_a_duplicate) {
    Desk d;
    d.send();
    Sent m;
    m.ref.cl_ord_id = "A";
    m.side = Side::buy;
    m.order_qty = 1000_qty;
    EXPECT_EQ(d.blotter.sent(d.at(1), m, Desk::market()).verdict, Verdict::duplicate);
    EXPECT_EQ(d.blotter.size(), 1u);
}

TEST(Blotter, reports_before_their_order_wait_and_then_count) {
    Desk d;
    EXPECT_EQ(d.fill(-5, 600_qty, "E1").verdict, Verdict::headless);
    EXPECT_EQ(d.blotter.counts().headless_chains, 1u);
    EXPECT_EQ(d.blotter.counts().headless_messages, 1u);
    Sent m;
    m.ref.cl_ord_id = "A";
    m.side = Side::buy;
    m.order_qty = 600_qty;
    const Step s = d.blotter.sent(d.at(0), m, Desk::market());
    EXPECT_TRUE(s.opened);
    EXPECT_EQ(d.blotter.counts().headless_chains, 0u);
    EXPECT_EQ(d.blotter.counts().headless_messages, 0u);
    EXPECT_EQ(d.chain().cum, 600_qty);
    EXPECT_EQ(d.chain().why, Term::filled);
    EXPECT_LT(d.chain().first_fill, 0) << "before it was sent, by our clock";
}

TEST(Blotter, busts_and_corrections_that_come_first_are_parked_for_a_day) {
    Desk d;
    d.send();
    d.bust(1, "E1", "E2");
    d.correct(2, "E3", 300_qty, 100.01_px, "E4");
    EXPECT_EQ(d.blotter.counts().busts_parked, 2u);
    d.fill(5, 600_qty, "E1");
    d.fill(6, 400_qty, "E3");
    EXPECT_EQ(d.chain().cum, 300_qty);
    EXPECT_EQ(d.blotter.counts().busts, 1u);
    EXPECT_EQ(d.blotter.counts().corrects, 1u);
    d.bust(7, "never", "E5");
    d.blotter.forget_before(kSent + Duration{kDay.ns + 7'000'001});
    EXPECT_EQ(d.blotter.counts().busts_unmatched, 1u);
}

TEST(Blotter, times_of_an_order_are_those_of_its_first_answers) {
    Desk d;
    d.send();
    d.ack(4);
    d.fill(15, 600_qty, "E1");
    d.fill(22, 200_qty, "E2");
    d.canceled(23);
    const Chain& c = d.chain();
    EXPECT_EQ(c.ack, 4'000'000);
    EXPECT_EQ(c.response, 4'000'000);
    EXPECT_EQ(c.first_fill, 15'000'000);
    EXPECT_EQ(c.last_fill, 22'000'000);
    EXPECT_EQ(c.resolved_after(), 23'000'000);
    d.bust(30, "E1", "E3");
    EXPECT_EQ(d.chain().first_fill, 22'000'000);
    EXPECT_EQ(d.chain().resolved_after(), 23'000'000)
        << "a bust changes quantities, not when it ended";
}

TEST(Blotter, overfilled_is_a_fact) {
    Desk d;
    d.send(100_qty);
    d.fill(5, 100_qty, "E1");
    d.fill(6, 50_qty, "E2");
    EXPECT_EQ(d.chain().cum, 150_qty);
    EXPECT_TRUE(d.chain().has(kOversold));
    EXPECT_EQ(d.blotter.counts().overfills, 1u);
    EXPECT_EQ(d.blotter.offered(d.chain()), 100_qty);
}

TEST(Blotter, silence_times_out_and_a_fill_takes_it_back) {
    Desk d;
    d.send(100_qty, Tif::ioc);
    EXPECT_EQ(d.blotter.timed_out(0, kSent + 1_s).verdict, Verdict::applied);
    EXPECT_EQ(d.chain().why, Term::timed_out);
    EXPECT_EQ(d.chain().term, 1'000'000'000);
    d.fill(1500, 40_qty, "E1");
    EXPECT_EQ(d.chain().why, Term::none);
    EXPECT_EQ(d.blotter.counts().timeouts_answered, 1u);

    Desk rests;
    rests.send(100_qty, Tif::day);
    rests.ack(4);
    EXPECT_EQ(rests.blotter.timed_out(0, kSent + 1_s).verdict, Verdict::ignored)
        << "it was answered";
    Desk ioc;
    ioc.send(100_qty, Tif::ioc);
    ioc.ack(4);
    EXPECT_EQ(ioc.blotter.timed_out(0, kSent + 1_s).verdict, Verdict::applied)
        << "an IOC owes an end";
}

TEST(Blotter, closed_orders_are_forgotten_when_their_day_is_over) {
    Desk d;
    d.send(100_qty, Tif::ioc);
    d.fill(5, 100_qty, "E1");
    d.blotter.settle(0, kSent + 10_s);
    d.blotter.forget_before(kSent + 10_s);
    EXPECT_EQ(d.blotter.find(1, {"A", {}, {}}), 0u) << "its day lasts";
    d.blotter.forget_before(kSent + kDay);
    EXPECT_EQ(d.blotter.find(1, {"A", {}, {}}), kNoIndex);
    EXPECT_EQ(d.bust(86'400'000, "E1", "E2").verdict, Verdict::ignored);
    EXPECT_EQ(d.blotter.counts().bust_too_late, 1u);
    EXPECT_EQ(d.blotter.counts().forgotten, 1u);
}

TEST(Blotter, holds_no_more_closed_orders_than_its_bound) {
    BlotterLimits limits;
    limits.max_closed = 10;
    Desk d;
    d.blotter = Blotter(limits);
    for (int i = 0; i < 1000; ++i) {
        const std::string id = "A" + std::to_string(i);
        const std::uint32_t chain = d.send(100_qty, Tif::ioc, id.c_str(), i);
        d.fill(i, 100_qty, "E", 100.02_px, id.c_str());
        d.blotter.settle(chain, kSent + Duration{i * 1'000'000});
    }
    EXPECT_LE(d.blotter.size(), 12u);
    EXPECT_EQ(d.blotter.counts().forgotten, 990u);
}

TEST(Blotter, saved_and_loaded_it_knows_all_it_knew) {
    Desk d;
    d.send();
    d.fill(15, 600_qty, "E1");
    d.replace(20, 2000_qty);
    d.bust(21, "not yet", "E9");
    std::string bytes;
    Saver{bytes}(d.blotter);
    Desk e;
    Loader loader(bytes);
    loader(e.blotter);
    ASSERT_TRUE(loader.ok() && loader.at_end());
    for (Desk* each : {&d, &e}) {
        EXPECT_EQ(each->fill(30, 600_qty, "E1").verdict, Verdict::duplicate);
        each->fill(31, 100_qty, "not yet");
        each->replaced(32, 2000_qty);
        EXPECT_EQ(each->status("B"), '1');
        EXPECT_EQ(each->chain().cum, 600_qty);
    }
    std::string left, right;
    Saver{left}(d.blotter);
    Saver{right}(e.blotter);
    EXPECT_EQ(left, right);
}

}  // namespace
}  // namespace assay
