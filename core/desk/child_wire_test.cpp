#include "core/desk/child_wire.h"

#include <gtest/gtest.h>

#include "core/fix/message.h"

namespace assay::desk {
namespace {

using route::Answer;
using route::ChildId;
using route::Intent;

TEST(ChildWire, a_cl_ord_id_names_its_child) {
    for (const std::uint64_t n : {0ull, 1ull, 1099511627777ull, ~0ull}) {
        EXPECT_EQ(child_named(cl_ord_id_of({n})), ChildId{n});
    }
    EXPECT_EQ(cl_ord_id_of({1099511627777}), "C1099511627777");
    EXPECT_EQ(child_named("X12-3"), ChildId{12}) << "a request about it";
}

TEST(ChildWire, what_is_not_ours_names_none) {
    for (const char* junk :
         {"", "C", "X", "X12", "12", "c12", "C12-3", "C12 ", " C12", "C-1", "C+1", "C1.5", "CC1",
          "X-1", "Xa-1", "C18446744073709551616", "OMS-1", "P1-2-3"})
        EXPECT_FALSE(child_named(junk)) << '"' << junk << '"';
}

struct Row {
    Happening what;
    std::optional<Answer> answer;
    std::int64_t cum{-1};  // micro; -1: it does not say
    bool ours{};
};

TEST(ChildWire, what_an_event_says_of_a_child) {
    const OrderRef ref{"C7", "", "O1"};
    Execution x;
    x.exec_id = "E1";
    x.last_qty = 100_qty;
    x.last_px = 50.01_px;
    x.cum_qty = 300_qty;
    const std::int64_t cum = Qty{300_qty}.micro;
    const Row rows[] = {
        {AckedByGateway{ref}, std::nullopt},
        {Acked{ref}, Answer::acked},
        {Filled{ref, x}, Answer::filled, cum},
        {Corrected{ref, "E0", x}, Answer::corrected, cum},
        {Busted{ref, "E0", "E9", 0}, Answer::busted},
        {PendingCancel{ref}, std::nullopt},
        {Replaced{ref, 1_qty, 1_qty, {}}, std::nullopt},
        {CancelRejected{ref, 1}, Answer::cancel_rejected},
        {Canceled{ref, 300_qty}, Answer::canceled, cum},
        {Canceled{ref}, Answer::canceled},
        {Expired{ref, 300_qty}, Answer::expired, cum},
        {DoneForDay{ref, 300_qty}, Answer::expired, cum},
        {Rejected{ref, RejectClass::discretionary, 0, ""}, Answer::rejected},
        {Rejected{ref, RejectClass::ours, 0, ""}, Answer::rejected, -1, true},
        {MessageRejected{ref, ""}, Answer::rejected, -1, true},
        {StatusReported{ref, 300_qty}, Answer::status, cum},
        {CancelRequested{ref}, std::nullopt},
        {Restated{ref}, std::nullopt},
        {Quote{}, std::nullopt},
        {Tick{}, std::nullopt},
    };
    for (const Row& row : rows) {
        SCOPED_TRACE(&row - rows);
        Event e;
        e.at = {5};
        e.what = row.what;
        const auto r = report_of(e);
        ASSERT_EQ(r.has_value(), row.answer.has_value());
        if (!r) continue;
        EXPECT_EQ(r->answer, *row.answer);
        EXPECT_EQ(r->child, ChildId{7});
        EXPECT_EQ(r->at, Nanos{5});
        EXPECT_EQ(r->cum_qty.micro, row.cum < 0 ? -1 : row.cum);
        EXPECT_EQ(r->blamed_on_us, row.ours);
        const bool executes = r->answer == Answer::filled || r->answer == Answer::corrected;
        EXPECT_EQ(r->exec_id, executes ? "E1" : "");
        EXPECT_EQ(r->last_qty, executes ? 100_qty : 0_qty);
        const bool refers = r->answer == Answer::busted || r->answer == Answer::corrected;
        EXPECT_EQ(r->exec_ref_id, refers ? "E0" : "");
    }
}

TEST(ChildWire, the_original_order_goes_before_the_request) {
    Event e;
    e.what = Canceled{{"X8-1", "C7", ""}, 0_qty};
    EXPECT_EQ(report_of(e)->child, ChildId{7});
    e.what = Canceled{{"X8-1", "", ""}, 0_qty};
    EXPECT_EQ(report_of(e)->child, ChildId{8});
    e.what = Canceled{{"somebody's", "else", ""}, 0_qty};
    EXPECT_FALSE(report_of(e));
}

TEST(ChildWire, intents_parse_back) {
    ChildWire wire("DESK", {"LP_A", "LP_B"});
    Intent i;
    i.child = {7};
    i.lp = {1};
    i.symbol = "ACME";
    i.side = Side::sell;
    i.qty = 300_qty;
    i.limit = 49.99_px;
    const Nanos at{1'772'461'800'000'001'000};
    fix::Message m;
    const auto written = [&](Intent::What what, route::ChildKind kind) {
        i.what = what;
        i.kind = kind;
        EXPECT_FALSE(fix::parse(wire.write(i, at), '\x01', m));
    };
    written(Intent::What::send, route::ChildKind::take);
    EXPECT_EQ(m.msg_type, "D");
    EXPECT_EQ(m.sender_comp_id, "DESK");
    EXPECT_EQ(m.target_comp_id, "LP_B");
    EXPECT_EQ(m.cl_ord_id, "C7");
    EXPECT_EQ(m.symbol, "ACME");
    EXPECT_EQ(m.side, '2');
    EXPECT_EQ(m.order_qty, 300_qty);
    EXPECT_EQ(m.price, 49.99_px);
    EXPECT_EQ(m.time_in_force, '3') << "a child that takes is an IOC";
    EXPECT_EQ(m.transact_time, at);
    EXPECT_EQ(m.msg_seq_num, 1u);
    written(Intent::What::send, route::ChildKind::rest);
    EXPECT_EQ(m.time_in_force, '0') << "one that rests lives for the day";
    EXPECT_EQ(m.msg_seq_num, 2u);
    written(Intent::What::cancel, route::ChildKind::take);
    EXPECT_EQ(m.msg_type, "F");
    EXPECT_EQ(m.orig_cl_ord_id, "C7");
    EXPECT_EQ(child_named(m.cl_ord_id), ChildId{7});
    const std::string first(m.cl_ord_id);
    written(Intent::What::cancel, route::ChildKind::take);
    EXPECT_NE(m.cl_ord_id, first) << "each request has a name of its own";
    written(Intent::What::ask_status, route::ChildKind::take);
    EXPECT_EQ(m.msg_type, "H");
    EXPECT_EQ(m.cl_ord_id, "C7");
    i.lp = {0};
    written(Intent::What::send, route::ChildKind::take);
    EXPECT_EQ(m.target_comp_id, "LP_A");
    EXPECT_EQ(m.msg_seq_num, 1u) << "each LP has its own numbers";
}

}  // namespace
}  // namespace assay::desk
