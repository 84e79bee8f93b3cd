#include "core/fix/encode.h"

#include <algorithm>
#include <gtest/gtest.h>

#include "core/fix/book.h"
#include "core/fix/frame.h"
#include "core/fix/message.h"
#include "core/units/decimal.h"

namespace assay::fix {
namespace {

constexpr Nanos kAt{1'772'461'801'123'456'789};  // 2026-03-02 14:30:01.123456789 UTC
const Header kHeader{.sender_comp_id = "DESK",
                     .target_comp_id = "LP_A",
                     .msg_seq_num = 7,
                     .sending_time = kAt,
                     .orig_sending_time = kNever};

std::string shown(std::string_view bytes) {
    std::string text(bytes);
    std::replace(text.begin(), text.end(), '\x01', '|');
    return text;
}

// One frame, good under the strict rules, and all of the bytes.
Message read_back(std::string_view bytes) {
    Framer framer;
    const Step step = framer.step(bytes, Input::last);
    EXPECT_EQ(step.kind, Step::Kind::frame) << shown(bytes);
    EXPECT_EQ(framer.frame().verdict, Verdict::good) << shown(bytes);
    EXPECT_EQ(step.consumed, bytes.size());
    Message m;
    EXPECT_FALSE(parse(bytes, '\x01', m)) << shown(bytes);
    return m;
}

TEST(Encode, a_new_order_as_it_stands_on_the_wire) {
    Encoder encoder;
    const NewOrderSingle order{.cl_ord_id = "P1-0-0",
                               .symbol = "ACME",
                               .side = Side::sell,
                               .order_qty = 20000_qty,
                               .price = 100.0150_px,
                               .time_in_force = '3',
                               .min_qty = {-1},
                               .transact_time = kAt};
    // Length and sum were worked out apart from the encoder.
    EXPECT_EQ(
        shown(encoder.write(kHeader, order)),
        "8=FIX.4.4|9=140|35=D|34=7|49=DESK|52=20260302-14:30:01.123456|56=LP_A|11=P1-0-0|"
        "21=1|55=ACME|54=2|60=20260302-14:30:01.123456|38=20000|40=2|44=100.015|59=3|10=248|");
    const Message m = read_back(encoder.write(kHeader, order));
    EXPECT_EQ(m.msg_type, "D");
    EXPECT_EQ(m.cl_ord_id, "P1-0-0");
    EXPECT_EQ(m.order_qty, 20000_qty);
    EXPECT_EQ(m.price, 100.015_px);
    EXPECT_EQ(m.time_in_force, '3');
    EXPECT_EQ(m.sending_time.ns, kAt.ns / 1000 * 1000);
    EXPECT_FALSE(m.has(110));
}

TEST(Encode, every_report_is_read_back) {
    Encoder encoder;
    Header again = kHeader;
    again.orig_sending_time = kAt - 5_s;
    const Message fill = read_back(encoder.write(again, ExecutionReport{.order_id = "O1",
                                                                        .cl_ord_id = "P1",
                                                                        .orig_cl_ord_id = {},
                                                                        .exec_id = "X9",
                                                                        .exec_ref_id = {},
                                                                        .symbol = "ACME",
                                                                        .exec_type = 'F',
                                                                        .ord_status = '1',
                                                                        .side = Side::buy,
                                                                        .order_qty = 500_qty,
                                                                        .last_qty = 200_qty,
                                                                        .last_px = 99.98_px,
                                                                        .cum_qty = 200_qty,
                                                                        .leaves_qty = 300_qty,
                                                                        .avg_px = 99.98_px,
                                                                        .ord_rej_reason = -1,
                                                                        .text = {},
                                                                        .transact_time = kAt}));
    EXPECT_EQ(fill.poss_dup_flag, 'Y');
    EXPECT_EQ(fill.orig_sending_time.ns, (kAt - 5_s).ns / 1000 * 1000);
    EXPECT_EQ(fill.last_qty, 200_qty);
    EXPECT_EQ(fill.last_px, 99.98_px);
    EXPECT_EQ(fill.leaves_qty, 300_qty);
    EXPECT_EQ(fill.side, '1');
    EXPECT_FALSE(fill.has(103));
    EXPECT_FALSE(fill.has(19));

    const Message no = read_back(encoder.write(kHeader, OrderCancelReject{.order_id = "O1",
                                                                          .cl_ord_id = "P1C",
                                                                          .orig_cl_ord_id = "P1",
                                                                          .ord_status = '2',
                                                                          .cxl_rej_reason = 0,
                                                                          .text = "too late",
                                                                          .transact_time = kAt}));
    EXPECT_EQ(no.msg_type, "9");
    EXPECT_TRUE(no.has(102));
    EXPECT_EQ(no.cxl_rej_reason, 0);
    EXPECT_EQ(no.text, "too late");

    const Message cancel =
        read_back(encoder.write(kHeader, OrderCancelRequest{.cl_ord_id = "P1C",
                                                            .orig_cl_ord_id = "P1",
                                                            .symbol = "ACME",
                                                            .side = Side::buy,
                                                            .order_qty = 500_qty,
                                                            .transact_time = kAt}));
    EXPECT_EQ(cancel.msg_type, "F");
    EXPECT_EQ(cancel.orig_cl_ord_id, "P1");

    const Message w = read_back(encoder.write(kHeader, MarketDataSnapshot{.symbol = "ACME",
                                                                          .bid = 99.99_px,
                                                                          .ask = 100.01_px,
                                                                          .bid_size = 300_qty,
                                                                          .ask_size = 1200_qty}));
    Book book;
    MdEntryReader reader(w);
    for (MdEntry entry; reader.next(entry);) book.apply(entry);
    EXPECT_EQ(book.quote().bid, 99.99_px);
    EXPECT_EQ(book.quote().ask, 100.01_px);
    EXPECT_EQ(book.quote().ask_size, 1200_qty);
}

TEST(Encode, dates_and_decimals) {
    struct {
        const char* worked;
        std::int64_t ns;
    } const times[] = {
        {"19700101-00:00:00.000000000", 0},
        {"20000229-00:00:00.000000001", 951'782'400'000'000'001},  // a leap day of a century
        {"20240229-23:59:59.999999999", 1'709'251'199'999'999'999},
        {"21000301-00:00:00.000000000", 4'107'542'400'000'000'000},  // 2100 has none
    };
    for (const auto& t : times) {
        std::string out;
        append_utc_timestamp(out, {t.ns}, Fraction::nanos);
        EXPECT_EQ(out, t.worked);
    }
    for (const std::int64_t v : {0ll, 1ll, -1ll, 10ll, 1'000'000ll, -1'500'000ll, 123'456'789ll}) {
        std::string out;
        append_scaled(out, v, 6);
        EXPECT_EQ(out, format_scaled(v, 6));
    }
}

TEST(Encode, the_buffer_is_used_again) {
    Encoder encoder;
    const MarketDataSnapshot quote{"ACME", 99.99_px, 100.01_px, 300_qty, 300_qty};
    const char* first = encoder.write(kHeader, quote).data();
    for (int i = 0; i < 1000; ++i) EXPECT_EQ(encoder.write(kHeader, quote).data(), first);
}

}  // namespace
}  // namespace assay::fix
