// An OMS and the desk, in FIX.
#include "core/desk/oms.h"

#include <gtest/gtest.h>

#include "core/units/archive.h"

namespace assay::desk {
namespace {

constexpr Nanos kTen{1'796'032'800'000'000'000};

// "35=D|11=1|..." with header and trailer put round it.
std::string fix(std::string_view body) {
    std::string text(body);
    for (char& c : text)
        if (c == '|') c = '\x01';
    const std::string length = std::to_string(text.size());
    std::string all =
        "8=FIX.4.4\x01"
        "9=" +
        length + "\x01" + text;
    unsigned sum = 0;
    for (const char c : all) sum += static_cast<unsigned char>(c);
    return all + fmt::format("10={:03}\x01", sum % 256);
}
std::string shown(std::string_view bytes) {
    std::string text(bytes);
    for (char& c : text)
        if (c == '\x01') c = '|';
    return text;
}

class Desk {
  public:
    explicit Desk(Oms::Version version = Oms::Version::fix44, ParentDefaults defaults = {})
        : who{"OMS", "DESK", version}, oms(std::move(defaults)) {}
    Asked take(std::string_view body) {
        replies.clear();
        bytes = fix(body);
        EXPECT_FALSE(fix::parse(bytes, '\x01', message)) << body;
        return oms.take(7, who, message, now, replies);
    }
    std::uint64_t accepted(std::string_view body) {
        const Asked asked = take(body);
        EXPECT_TRUE(std::holds_alternative<NewParent>(asked)) << said();
        const route::ParentOrder& o = std::get<NewParent>(asked).order;
        report({.at = kTen,
                .parent = o.id,
                .type = route::ReportType::accepted,
                .state = route::ParentState::working,
                .last_qty = {},
                .last_px = {},
                .cum_qty = {},
                .leaves_qty = o.qty,
                .text = {},
                .exec_id = {},
                .exec_ref_id = {}});
        return o.id;
    }
    void report(const route::ParentReport& r) {
        replies.clear();
        static const std::vector<std::string> lps{"LP_A", "LP_B"};
        oms.report(r, lps, replies);
    }
    std::string said() const {
        std::string all;
        for (const Reply& r : replies) all += shown(r.bytes) + "\n";
        return all;
    }
    bool says(std::string_view field) const { return said().find(field) != std::string::npos; }

    Oms::Session who;
    Oms oms;
    Nanos now{kTen};
    std::string bytes;
    fix::Message message;
    std::vector<Reply> replies;
};

constexpr std::string_view kSell =
    "35=D|34=2|49=OMS|52=20261130-10:00:00|56=DESK|11=ord-1|55=ACME|54=2|38=200000|40=2|44=49.95|"
    "60=20261130-10:00:00|";

route::ParentReport fill(std::uint64_t parent, Qty qty, Qty cum, Qty leaves, std::string exec_id) {
    return {.at = kTen + kSecond,
            .parent = parent,
            .type = route::ReportType::fill,
            .state = route::ParentState::working,
            .last_qty = qty,
            .last_px = 49.98_px,
            .cum_qty = cum,
            .leaves_qty = leaves,
            .avg_px = 49.98,
            .text = {},
            .lp = {1},
            .exec_id = std::move(exec_id),
            .exec_ref_id = {}};
}

TEST(Oms, an_order_is_read_over_the_defaults) {
    ParentDefaults defaults;
    defaults.round_qty = 45'000_qty;
    Desk d(Oms::Version::fix44, defaults);
    const Asked asked = d.take(std::string(kSell) +
                               "126=20261130-10:30:00|111=30000|848=policy=probe-then-split;"
                               "profile=acme;urgency=.37;probe=20000;round_gap=1m|849=0.1|");
    ASSERT_TRUE(std::holds_alternative<NewParent>(asked)) << d.said();
    const route::ParentOrder& o = std::get<NewParent>(asked).order;
    EXPECT_EQ(o.id, 1u);
    EXPECT_EQ(o.cl_ord_id, "ord-1");
    EXPECT_EQ(o.side, Side::sell);
    EXPECT_EQ(o.qty, 200'000_qty);
    EXPECT_EQ(o.limit, 49.95_px);
    EXPECT_EQ((o.ends - o.starts).ns, 30 * kMinute.ns + (kTen.ns - o.starts.ns));
    EXPECT_EQ(o.max_child, 30'000_qty);
    EXPECT_EQ(o.policy, route::PolicyId::probe_then_split);
    EXPECT_EQ(o.profile, "acme");
    EXPECT_DOUBLE_EQ(o.pace.urgency, .37);
    EXPECT_EQ(o.probe_qty, 20'000_qty);
    EXPECT_EQ(o.pace.round_gap, kMinute);
    EXPECT_EQ(o.pace.round_qty, 45'000_qty);
    EXPECT_DOUBLE_EQ(o.pace.participation_cap.value(), .1);
}

TEST(Oms, what_cannot_be_read_is_rejected_with_the_field_and_what_was_expected) {
    struct Row {
        std::string_view body, says;
    };
    constexpr std::string_view kHead = "35=D|34=2|49=OMS|52=20261130-10:00:00|56=DESK|";
    for (const Row& r : {
             Row{"11=a|55=X|54=9|38=1|40=1|", "58=Side(54) is \"9\"; expected 1 (buy) or 2 (sell)"},
             Row{"11=a|55=X|54=1|38=0|40=1|", "58=OrderQty(38) is missing or not above 0"},
             Row{"11=a|55=X|54=1|38=1|40=2|",
                 "58=Price(44) is missing, and OrdType(40) is 2: limit"},
             Row{"11=a|55=X|54=1|38=1|40=P|", "58=OrdType(40) is \"P\"; expected 1 (market) or 2"},
             Row{"11=a|55=X|54=1|38=1|40=1|126=soon|", "58=ExpireTime(126) is \"soon\"; expected"},
             Row{"11=a|55=X|54=1|38=1|40=1|126=20251130-10:00:00|", "58=its window does not end"},
             Row{"11=a|55=X|54=1|38=1|40=1|849=1.5|", "58=ParticipationRate(849) is \"1.5\""},
             Row{"11=a|55=X|54=1|38=1|40=1|848=polcy=split|", "848) is \"polcy=split\"; expected"},
             Row{"11=a|55=X|54=1|38=1|40=1|848=policy=magic|",
                 "policy is \"magic\"; expected one of"},
             Row{"11=a|55=X|54=1|38=1|40=1|848=policy=oracle|", "policy is \"oracle\""},
             Row{"11=a|55=X|54=1|38=1|40=1|848=round_gap=1|",
                 "round_gap is \"1\"; expected a time"},
         }) {
        Desk d;
        EXPECT_TRUE(std::holds_alternative<std::monostate>(
            d.take(std::string(kHead) + std::string(r.body))));
        EXPECT_TRUE(d.says("35=8|")) << r.body;
        EXPECT_TRUE(d.says("150=8|39=8|")) << d.said();
        EXPECT_TRUE(d.says(r.says)) << d.said();
        EXPECT_EQ(d.oms.known(), 0u);
    }
}

TEST(Oms, accepted_filled_in_part_and_whole) {
    Desk d;
    const auto id = d.accepted(kSell);
    EXPECT_TRUE(d.says("37=P1|11=ord-1|17=P1-1|150=0|39=0|")) << d.said();
    EXPECT_TRUE(d.says("151=200000|14=0|"));
    d.report(fill(id, 30'000_qty, 30'000_qty, 170'000_qty, "E1"));
    EXPECT_TRUE(d.says("17=P1-2|150=F|39=1|")) << d.said();
    EXPECT_TRUE(d.says("32=30000|31=49.98|151=170000|14=30000|6=49.98|30=LP_B|")) << d.said();
    d.report(fill(id, 170'000_qty, 200'000_qty, {}, "E2"));
    EXPECT_TRUE(d.says("150=F|39=2|")) << d.said();
    EXPECT_TRUE(d.says("151=0|14=200000|"));
}

TEST(Oms, a_bust_names_the_exec_id_that_the_oms_had_seen) {
    Desk d;
    const auto id = d.accepted(kSell);
    d.report(fill(id, 30'000_qty, 30'000_qty, 170'000_qty, "E1"));
    auto bust = fill(id, Qty{} - 30'000_qty, {}, 200'000_qty, "B1");
    bust.type = route::ReportType::bust;
    bust.exec_ref_id = "E1";
    d.report(bust);
    EXPECT_TRUE(d.says("17=P1-3|19=P1-2|150=H|39=0|")) << d.said();
    EXPECT_TRUE(d.says("14=0|")) << d.said();
}

TEST(Oms, fix42_says_fills_by_state_and_busts_by_exec_trans_type) {
    Desk d(Oms::Version::fix42);
    const auto id = d.accepted(kSell);
    EXPECT_TRUE(d.says("20=0|150=0|39=0|")) << d.said();
    d.report(fill(id, 30'000_qty, 30'000_qty, 170'000_qty, "E1"));
    EXPECT_TRUE(d.says("20=0|150=1|39=1|")) << d.said();
    auto bust = fill(id, Qty{} - 30'000_qty, {}, 200'000_qty, "B1");
    bust.type = route::ReportType::bust;
    bust.exec_ref_id = "E1";
    d.report(bust);
    EXPECT_TRUE(d.says("19=P1-2|20=1|150=0|39=0|")) << d.said();
}

TEST(Oms, a_cancel_is_pending_then_done) {
    Desk d;
    const auto id = d.accepted(kSell);
    const Asked asked =
        d.take("35=F|34=3|49=OMS|52=20261130-10:01:00|56=DESK|11=c-1|41=ord-1|55=ACME|54=2|");
    ASSERT_TRUE(std::holds_alternative<CancelParent>(asked)) << d.said();
    EXPECT_TRUE(d.says("11=c-1|41=ord-1|17=P1-2|150=6|39=6|")) << d.said();
    d.report({.at = kTen,
              .parent = id,
              .type = route::ReportType::canceled,
              .state = route::ParentState::canceled,
              .last_qty = {},
              .last_px = {},
              .cum_qty = {},
              .leaves_qty = {},
              .text = "cancel asked",
              .exec_id = {},
              .exec_ref_id = {}});
    EXPECT_TRUE(d.says("11=c-1|41=ord-1|17=P1-3|150=4|39=4|")) << d.said();
    // And once more: too late.
    d.take("35=F|34=4|49=OMS|52=20261130-10:01:00|56=DESK|11=c-2|41=ord-1|55=ACME|54=2|");
    EXPECT_TRUE(d.says("35=9|")) << d.said();
    EXPECT_TRUE(d.says("434=1|102=0|")) << d.said();
}

TEST(Oms, filled_before_it_could_be_canceled_is_too_late) {
    Desk d;
    const auto id = d.accepted(kSell);
    d.take("35=F|34=3|49=OMS|52=20261130-10:01:00|56=DESK|11=c-1|41=ord-1|55=ACME|54=2|");
    d.report(fill(id, 200'000_qty, 200'000_qty, {}, "E1"));
    EXPECT_TRUE(d.says("150=F|39=2|")) << d.said();
    EXPECT_TRUE(d.says("35=9|")) << d.said();
    EXPECT_TRUE(d.says("11=c-1|41=ord-1|39=2|434=1|102=0|")) << d.said();
}

TEST(Oms, a_replace_names_the_order_anew_or_says_why_not) {
    Desk d;
    const auto id = d.accepted(kSell);
    const Asked asked = d.take(
        "35=G|34=3|49=OMS|52=20261130-10:01:00|56=DESK|11=r-1|41=ord-1|55=ACME|54=2|38=150000|40=2|"
        "44=49.9|");
    ASSERT_TRUE(std::holds_alternative<ReplaceParent>(asked)) << d.said();
    EXPECT_EQ(std::get<ReplaceParent>(asked).qty, 150'000_qty);
    EXPECT_EQ(std::get<ReplaceParent>(asked).limit, 49.9_px);
    route::Parent now;
    now.order.qty = 150'000_qty;
    now.order.limit = 49.9_px;
    d.oms.replaced(id, {}, &now, kTen, d.replies);
    EXPECT_TRUE(d.says("11=r-1|41=ord-1|17=P1-2|150=5|39=0|")) << d.said();
    EXPECT_TRUE(d.says("38=150000|")) << d.said();
    // Its old name is no longer the order's.
    d.take("35=F|34=4|49=OMS|52=20261130-10:01:00|56=DESK|11=c-2|41=ord-1|55=ACME|54=2|");
    EXPECT_TRUE(d.says("58=ord-1 was replaced; the order is r-1 now")) << d.said();
    d.take("35=G|34=5|49=OMS|52=20261130-10:01:00|56=DESK|11=r-2|41=r-1|55=ACME|54=2|38=1|40=1|");
    d.replies.clear();
    d.oms.replaced(id, fail("30000 are filled"), &now, kTen, d.replies);
    EXPECT_TRUE(d.says("35=9|")) << d.said();
    EXPECT_TRUE(d.says("11=r-2|41=r-1|39=0|434=2|102=99|")) << d.said();
    EXPECT_TRUE(d.says("58=30000 are filled|")) << d.said();
    EXPECT_EQ(d.oms.cl_ord_id(id), "r-1");
}

TEST(Oms, the_same_cl_ord_id_is_a_duplicate_and_a_poss_dup_changes_nothing) {
    Desk d;
    d.accepted(kSell);
    EXPECT_TRUE(std::holds_alternative<std::monostate>(d.take(kSell)));
    EXPECT_TRUE(d.says("103=6|")) << d.said();
    EXPECT_TRUE(std::holds_alternative<std::monostate>(
        d.take("35=D|34=2|43=Y|49=OMS|52=20261130-10:00:00|56=DESK|122=20261130-10:00:00|11=ord-1|"
               "55=ACME|54=2|38=200000|40=2|44=49.95|60=20261130-10:00:00|")));
    EXPECT_EQ(d.said(), "");
    EXPECT_EQ(d.oms.known(), 1u);
}

TEST(Oms, of_a_forgotten_order_only_its_cl_ord_ids_are_remembered_until_the_next_day_is_over) {
    Desk d;
    const auto id = d.accepted(kSell);
    d.report(fill(id, 30'000_qty, 30'000_qty, 170'000_qty, "E1"));
    d.oms.forget(id, kTen);
    EXPECT_EQ(d.oms.known(), 0u);
    EXPECT_EQ(d.oms.remembered_ids(), 1u);
    EXPECT_EQ(d.oms.cl_ord_id(id), "");
    d.take("35=H|34=3|49=OMS|52=20261130-10:01:00|56=DESK|11=ord-1|55=ACME|54=2|");
    EXPECT_TRUE(d.says("58=no order ord-1 is known on this session|")) << d.said();
    std::string saved;
    Saver saver(saved);
    d.oms.archive(saver);
    Desk after;
    Loader loader(saved);
    after.oms.archive(loader);
    ASSERT_TRUE(loader.ok() && loader.at_end());
    for (Desk* one : {&d, &after}) {
        one->now = kTen + kDay;
        EXPECT_TRUE(std::holds_alternative<std::monostate>(one->take(kSell)));
        EXPECT_TRUE(one->says("103=6|")) << "the day after: " << one->said();
        one->now = kTen + kDay + kDay;
        EXPECT_TRUE(std::holds_alternative<NewParent>(one->take(kSell))) << one->said();
        EXPECT_EQ(one->oms.remembered_ids(), 1u) << "another order's";
    }
}

TEST(Oms, an_order_that_the_router_refuses_is_forgotten_but_for_its_cl_ord_id) {
    Desk d;
    const Asked asked = d.take(kSell);
    ASSERT_TRUE(std::holds_alternative<NewParent>(asked));
    const auto id = std::get<NewParent>(asked).order.id;
    d.report({.at = kTen,
              .parent = id,
              .type = route::ReportType::rejected,
              .state = route::ParentState::rejected,
              .last_qty = {},
              .last_px = {},
              .cum_qty = {},
              .leaves_qty = {},
              .text = "too large",
              .exec_id = {},
              .exec_ref_id = {}});
    EXPECT_TRUE(d.says("58=too large|")) << d.said();
    EXPECT_EQ(d.oms.known(), 0u);
    d.take(kSell);
    EXPECT_TRUE(d.says("103=6|")) << d.said();
}

TEST(Oms, status_is_answered_and_an_unknown_order_is_unknown) {
    Desk d;
    const auto id = d.accepted(kSell);
    d.report(fill(id, 30'000_qty, 30'000_qty, 170'000_qty, "E1"));
    d.take("35=H|34=3|49=OMS|52=20261130-10:01:00|56=DESK|11=ord-1|55=ACME|54=2|");
    EXPECT_TRUE(d.says("150=I|39=1|")) << d.said();
    EXPECT_TRUE(d.says("151=170000|14=30000|")) << d.said();
    d.take("35=H|34=3|49=OMS|52=20261130-10:01:00|56=DESK|11=nope|55=ACME|54=2|");
    EXPECT_TRUE(d.says("58=no order nope is known on this session|")) << d.said();
    d.take("35=F|34=3|49=OMS|52=20261130-10:01:00|56=DESK|11=c|41=nope|55=ACME|54=2|");
    EXPECT_TRUE(d.says("434=1|102=1|")) << d.said();
}

TEST(Oms, its_state_goes_on_after_a_restart) {
    Desk d;
    const auto id = d.accepted(kSell);
    d.report(fill(id, 30'000_qty, 30'000_qty, 170'000_qty, "E1"));
    std::string saved;
    Saver saver(saved);
    d.oms.archive(saver);
    Desk after;
    Loader loader(saved);
    after.oms.archive(loader);
    ASSERT_TRUE(loader.ok() && loader.at_end());
    for (Desk* one : {&d, &after}) one->report(fill(id, 170'000_qty, 200'000_qty, {}, "E2"));
    EXPECT_EQ(d.said(), after.said());
    EXPECT_TRUE(after.says("17=P1-3|150=F|39=2|")) << after.said();
    EXPECT_TRUE(std::holds_alternative<NewParent>(after.take(
        "35=D|34=9|49=OMS|52=20261130-10:00:00|56=DESK|11=ord-2|55=ACME|54=1|38=5|40=1|")));
    EXPECT_EQ(after.oms.cl_ord_id(2), "ord-2");
}

}  // namespace
}  // namespace assay::desk
