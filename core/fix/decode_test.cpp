#include "core/fix/decode.h"

#include <gtest/gtest.h>

#include "core/fix/message_testkit.h"

namespace assay::fix {
namespace {

using testkit::parsed;
using testkit::raw;

const char* name(const Happening& what) {
    static constexpr const char* kNames[] = {
        "nothing",        "Sent",          "CancelRequested", "ReplaceRequested", "Repudiated",
        "AckedByGateway", "Acked",         "Filled",          "Corrected",        "Busted",
        "Replaced",       "PendingCancel", "PendingReplace",  "CancelRejected",   "Canceled",
        "Expired",        "DoneForDay",    "Rejected",        "Restated",         "StatusReported",
        "MessageRejected"};
    return what.index() < std::size(kNames) ? kNames[what.index()] : "?";
}

TEST(Decode, what_a_report_says_in_every_version) {
    struct {
        const char* version;
        const char* fields;
        const char* expected;
    } const rows[] = {
        // 4.0 and 4.1: no ExecType
        {"FIX.4.0", "20=0|39=0|32=0|31=0|", "Acked"},
        {"FIX.4.0", "20=0|39=1|17=E|32=100|31=10|", "Filled"},
        {"FIX.4.0", "20=0|39=2|17=E|32=100|31=10|", "Filled"},
        {"FIX.4.0", "39=2|17=E|32=0|31=0|", "StatusReported"},
        {"FIX.4.0", "20=1|39=0|17=E2|19=E|32=100|31=10|", "Busted"},
        {"FIX.4.0", "20=2|39=1|17=E2|19=E|32=90|31=10|", "Corrected"},
        {"FIX.4.1", "20=3|39=1|17=0|32=100|31=10|", "StatusReported"},
        {"FIX.4.1", "20=0|39=4|", "Canceled"},
        {"FIX.4.1", "20=0|39=5|", "Replaced"},
        {"FIX.4.1", "20=0|39=8|", "Rejected"},
        {"FIX.4.1", "20=0|39=C|", "Expired"},
        {"FIX.4.1", "20=0|39=D|", "StatusReported"},  // accepted for bidding
        // 4.2: ExecTransType beside ExecType
        {"FIX.4.2", "20=0|150=0|39=0|", "Acked"},
        {"FIX.4.2", "20=0|150=A|39=A|", "AckedByGateway"},
        {"FIX.4.2", "20=0|150=1|39=1|17=E|32=100|31=10|", "Filled"},
        {"FIX.4.2", "20=0|150=2|39=2|17=E|32=100|31=10|", "Filled"},
        {"FIX.4.2", "20=0|150=1|39=1|17=E|32=100|31=10|151=0|", "Filled"},  // final, still says 1
        {"FIX.4.2", "20=0|150=1|39=1|32=0|", "StatusReported"},
        {"FIX.4.2", "20=1|150=1|39=1|17=E2|19=E|32=100|31=10|", "Busted"},
        {"FIX.4.2", "20=2|150=2|39=2|17=E2|19=E|32=90|31=10|", "Corrected"},
        {"FIX.4.2", "20=3|150=2|39=2|17=0|32=100|31=10|", "StatusReported"},
        {"FIX.4.2", "20=0|150=4|39=4|", "Canceled"},
        {"FIX.4.2", "20=0|150=5|39=5|", "Replaced"},
        {"FIX.4.2", "20=0|150=6|39=6|", "PendingCancel"},
        {"FIX.4.2", "20=0|150=E|39=E|", "PendingReplace"},
        {"FIX.4.2", "20=0|150=D|39=1|378=5|", "Restated"},
        // 4.3 and later: trades have ExecTypes of their own
        {"FIX.4.3", "150=F|39=1|17=E|32=100|31=10|", "Filled"},
        {"FIX.4.3", "150=1|39=1|17=E|32=100|31=10|", "Filled"},
        {"FIX.4.4", "150=F|39=2|17=E|32=100|31=10|", "Filled"},
        {"FIX.4.4", "150=G|39=1|17=E2|19=E|32=90|31=10|", "Corrected"},
        {"FIX.4.4", "150=H|39=0|17=E2|19=E|", "Busted"},
        {"FIX.4.4", "150=I|39=1|17=E|32=100|31=10|", "StatusReported"},
        {"FIX.4.4", "150=0|39=0|", "Acked"},
        {"FIX.4.4", "150=A|39=A|", "AckedByGateway"},
        {"FIX.4.4", "150=3|39=3|", "DoneForDay"},
        {"FIX.4.4", "150=4|39=4|", "Canceled"},
        {"FIX.4.4", "150=C|39=C|", "Expired"},
        {"FIX.4.4", "150=8|39=8|", "Rejected"},
        {"FIX.4.4", "150=5|39=0|", "Replaced"},
        {"FIX.4.4", "150=6|39=6|", "PendingCancel"},
        {"FIX.4.4", "150=E|39=E|", "PendingReplace"},
        {"FIX.4.4", "150=D|39=1|", "Restated"},
        {"FIX.4.4", "150=7|39=7|", "StatusReported"},
        {"FIX.4.4", "150=9|39=9|", "StatusReported"},
        {"FIX.4.4", "150=B|39=B|", "StatusReported"},
        {"FIXT.1.1", "1128=9|150=F|39=2|17=E|32=100|31=10|", "Filled"},
        {"FIXT.1.1", "1128=9|150=H|39=0|17=E2|19=E|", "Busted"},
        {"FIXT.1.1", "1128=9|150=L|39=0|", "StatusReported"},
    };
    for (const auto& row : rows) {
        const std::string text = raw("8", std::string("37=O|11=A|") + row.fields, 1, "LP>US",
                                     "20261120-09:30:00", row.version);
        EXPECT_STREQ(name(event_of(parsed(text), {})), row.expected)
            << row.version << " " << row.fields;
    }
}

TEST(Decode, the_other_messages) {
    struct {
        const char* type;
        const char* fields;
        const char* expected;
    } const rows[] = {
        {"D", "11=A|55=X|", "Sent"},
        {"F", "11=B|41=A|", "CancelRequested"},
        {"G", "11=B|41=A|38=5|", "ReplaceRequested"},
        {"H", "11=A|", "nothing"},
        {"Q", "37=O|17=E|127=B|", "Repudiated"},
        {"9", "11=B|41=A|39=2|434=1|102=0|", "CancelRejected"},
        {"3", "45=7|58=no|", "MessageRejected"},
        {"j", "45=7|372=D|380=3|58=no|", "MessageRejected"},
        {"W", "55=X|268=0|", "nothing"},
        {"X", "268=0|", "nothing"},
        {"0", "", "nothing"},
        {"AE", "571=1|", "nothing"},
    };
    for (const auto& row : rows) {
        const std::string text = raw(row.type, row.fields);
        EXPECT_STREQ(name(event_of(parsed(text), {})), row.expected) << row.type;
    }
}

TEST(Decode, an_order_with_all_that_matters) {
    const std::string text = raw("D", "11=A|55=X|54=5|38=1000|40=D|44=1.25|59=4|110=200|");
    const Message m = parsed(text);
    const auto sent = std::get<Sent>(event_of(m, {}));
    EXPECT_EQ(sent.side, Side::sell);
    EXPECT_EQ(sent.ord_type, OrdType::previously_quoted);
    EXPECT_EQ(sent.tif, Tif::fok);
    EXPECT_EQ(sent.order_qty, 1000_qty);
    EXPECT_EQ(sent.price, 1.25_px);
    EXPECT_EQ(sent.min_qty, 200_qty);
    const std::string market = raw("D", "11=A|55=X|40=1|");
    EXPECT_FALSE(std::get<Sent>(event_of(parsed(market), {})).price.has_value());
}

TEST(Decode, what_is_absent_says_so) {
    const std::string text = raw("8", "11=A|150=F|39=1|17=E|32=5|31=2|");
    const auto fill = std::get<Filled>(event_of(parsed(text), {})).execution;
    EXPECT_EQ(fill.cum_qty, Qty{-1});
    EXPECT_EQ(fill.leaves_qty, Qty{-1});
    EXPECT_EQ(fill.transact_time, kNever);
    EXPECT_FALSE(fill.side.has_value());
}

TEST(Decode, the_trade_date_of_a_fill) {
    struct {
        const char* worked;
        const char* fields;
        std::int32_t days;
    } const rows[] = {
        {"TradeDate wins", "75=20261119|60=20261118-01:00:00|", 20776},
        {"else of TransactTime", "60=20261118-01:00:00|", 20775},
        {"else of SendingTime", "", 20777},
        {"a resend keeps its day", "43=Y|122=20261117-23:59:59|", 20774},
    };
    for (const auto& row : rows) {
        const std::string text =
            raw("8", std::string("11=A|150=F|39=1|17=E|32=5|31=2|") + row.fields);
        EXPECT_EQ(trade_date_of(parsed(text)), row.days) << row.worked;
    }
}

TEST(Decode, an_execution_carried_by_a_report_of_something_else_is_not_lost) {
    const std::string text = raw("8", "37=O|11=A|150=4|39=4|17=E|32=100|31=10|14=100|");
    const Message m = parsed(text);
    const Happening what = event_of(m, {});
    EXPECT_STREQ(name(what), "Canceled");
    const auto fill = carried_fill(m, what);
    ASSERT_TRUE(fill.has_value());
    EXPECT_EQ(fill->execution.last_qty, 100_qty);
    const std::string plain = raw("8", "37=O|11=A|150=4|39=4|17=E|32=0|31=0|14=100|");
    const Message none = parsed(plain);
    EXPECT_FALSE(carried_fill(none, event_of(none, {})).has_value());
}

TEST(Decode, an_lp_whose_exec_type_cannot_be_trusted) {
    const Dialect dialect{.exec_type_style = ExecTypeStyle::ord_status};
    const std::string text = raw("8", "37=O|11=A|150=0|39=2|17=E|32=100|31=10|");
    const Message m = parsed(text);
    EXPECT_STREQ(name(event_of(m, {})), "Acked");
    EXPECT_STREQ(name(event_of(m, dialect)), "Filled");
}

}  // namespace
}  // namespace assay::fix
