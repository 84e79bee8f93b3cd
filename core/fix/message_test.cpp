#include "core/fix/message.h"

#include <gtest/gtest.h>
#include <string>

#include "core/fix/message_testkit.h"
#include "core/fix/parties.h"

namespace assay::fix {
namespace {

using testkit::parsed;
using testkit::raw;

TEST(Message, an_execution_report_as_typed_fields) {
    const std::string text = raw("8",
                                 "37=O1|11=C1|41=C0|17=E1|20=0|150=F|39=1|55=XYZ|54=1|38=1000|"
                                 "32=600|31=100.015|14=600|151=400|6=100.015|44=100.02|40=2|59=3|"
                                 "60=20261120-09:30:00.015250|75=20261120|30=XLP|851=2|"
                                 "58=done|10=123|");
    const Message m = parsed(text);
    EXPECT_EQ(m.begin_string, "FIX.4.4");
    EXPECT_EQ(m.msg_type, "8");
    EXPECT_EQ(m.sender_comp_id, "US");
    EXPECT_EQ(m.cl_ord_id, "C1");
    EXPECT_EQ(m.orig_cl_ord_id, "C0");
    EXPECT_EQ(m.last_qty, 600_qty);
    EXPECT_EQ(m.last_px, 100.015_px);
    EXPECT_EQ(m.leaves_qty, 400_qty);
    EXPECT_EQ(m.exec_type, 'F');
    EXPECT_EQ(m.text, "done");
    EXPECT_EQ(m.trade_date, 20777);  // 2026-11-20
    EXPECT_EQ(m.transact_time.ns - m.trade_date * kDay.ns, 34'200'015'250'000);
    EXPECT_TRUE(m.has(32));
    EXPECT_FALSE(m.has(378));
    EXPECT_FALSE(m.has(999'999));
    EXPECT_EQ(m.unknown_tags, 0);
}

TEST(Message, the_last_delimiter_may_be_missing_and_unknown_tags_are_counted) {
    const std::string text = raw("D", "11=A|55=X|3000=x|5001=y|20000=z|10=1");
    const Message m = parsed(text);
    EXPECT_EQ(m.unknown_tags, 1);
    EXPECT_EQ(m.custom_tags, 2);
}

TEST(Message, each_malformed_kind_with_its_error) {
    const std::string px40(40, '9');
    struct {
        const char* what;
        const char* type;
        std::string body;
        ParseCode code;
        std::uint32_t tag;
    } const rows[] = {
        {"good", "D", "11=A|38=100|44=1.5|", ParseCode::none, 0},
        {"tag 0", "0", "0=HI|", ParseCode::tag_zero, 0},
        {"tag -1", "0", "-1=HI|", ParseCode::tag_not_a_number, 0},
        {"leading zero", "0", "058=HI|", ParseCode::tag_not_a_number, 0},
        {"no tag", "0", "=HI|", ParseCode::tag_not_a_number, 0},
        {"tag 2^31 - 1", "0", "2147483647=HI|", ParseCode::none, 0},
        {"tag 2^31", "0", "2147483648=HI|", ParseCode::tag_too_large, 0},
        {"tag of 30 digits", "0", "111111111111111111111111111111=HI|", ParseCode::tag_too_large,
         0},
        {"no equals sign", "0", "58|", ParseCode::no_equals_sign, 0},
        {"a word", "0", "hello|", ParseCode::tag_not_a_number, 0},
        {"cut within a tag", "0", "58", ParseCode::no_equals_sign, 0},
        {"empty value", "D", "11=|", ParseCode::empty_value, 11},
        {"empty value of a field we do not read", "0", "112=|", ParseCode::empty_value, 112},
        {"empty value of an agreed field", "D", "11=A|6000=|38=5|", ParseCode::none, 0},
        {"14h", "D", "11=ID|21=1|40=1|40=2|54=1|", ParseCode::repeated_tag, 40},
        {"repeated header", "D", "11=ID|49=ME|", ParseCode::repeated_tag, 49},
        {"1e5", "D", "11=A|44=1e5|", ParseCode::bad_number, 44},
        {"NaN", "8", "37=O|39=1|31=NaN|", ParseCode::bad_number, 31},
        {"40 digits", "D", "11=A|44=" + px40 + "|", ParseCode::bad_number, 44},
        {"40 digits of quantity", "D", "11=A|38=" + px40 + "|", ParseCode::bad_number, 38},
        {"locale comma", "D", "11=A|44=1,5|", ParseCode::bad_number, 44},
        {"eight characters, one no digit", "D", "11=A|44=123,4567|", ParseCode::bad_number, 44},
        {"two points", "D", "11=A|44=1.2.3|", ParseCode::bad_number, 44},
        {"a letter behind the point", "D", "11=A|38=1.2x|", ParseCode::bad_number, 38},
        {"14f: a plus sign", "D", "11=A|38=+200.00|", ParseCode::bad_number, 38},
        {"a point alone", "D", "11=A|38=.|", ParseCode::bad_number, 38},
        {"a minus alone", "D", "11=A|44=-|", ParseCode::bad_number, 44},
        {"minus plus", "D", "11=A|44=-+1|", ParseCode::bad_number, 44},
        {"blank", "D", "11=A|44= 1|", ParseCode::bad_number, 44},
        {"-0 and .5 and 5.", "8", "37=O|39=0|44=-0|14=.5|38=5.|", ParseCode::none, 0},
        {"finer than 1e-9", "D", "11=A|44=1.0000000001|", ParseCode::bad_number, 44},
        {"zeros beyond 1e-9", "D", "11=A|44=1.500000000000|", ParseCode::none, 0},
        {"AvgPx may have any decimals", "8", "37=O|39=0|6=1.33333333333333|", ParseCode::none, 0},
        {"AvgPx must be a number", "8", "37=O|39=0|6=1.33333333x|", ParseCode::bad_number, 6},
        {"side of two characters", "D", "11=A|54=12|", ParseCode::bad_character, 54},
        {"PossDup neither Y nor N", "0", "43=1|", ParseCode::bad_character, 43},
        {"month 13", "D", "11=A|60=20261320-09:30:00|", ParseCode::bad_time, 60},
        {"hour 24", "D", "11=A|60=20261120-24:30:00|", ParseCode::bad_time, 60},
        {"a leap second", "D", "11=A|60=20161231-23:59:60|", ParseCode::none, 0},
        {"no fraction after the point", "D", "11=A|60=20261120-09:30:00.|", ParseCode::bad_time,
         60},
        {"MsgSeqNum of 19 digits", "0", "45=1000000000000000000|", ParseCode::bad_number, 45},
        {"14i", "D", "11=ID|386=3|336=PRE-OPEN|336=AFTER-HOURS|60=20261120-09:30:00|",
         ParseCode::group_count, 386},
        {"group as counted", "D", "11=ID|386=2|336=PRE-OPEN|336=AFTER-HOURS|", ParseCode::none, 0},
        {"group of none", "D", "11=ID|386=0|", ParseCode::none, 0},
        {"10^9 entries", "X", "268=1000000000|279=0|269=0|", ParseCode::group_count, 268},
        {"10^9 parties", "8", "37=O|39=0|453=1000000000|448=A|", ParseCode::group_count, 453},
        {"10^9 of a group we do not read", "8", "37=O|39=0|382=1000000000|375=A|",
         ParseCode::group_count, 382},
        {"a count that is no number", "8", "37=O|39=0|382=x|375=A|", ParseCode::bad_number, 382},
        {"nested groups", "8", "37=O|39=0|453=2|448=A|802=2|523=a|523=b|448=B|802=1|523=c|",
         ParseCode::none, 0},
        {"nested group short", "8", "37=O|39=0|453=2|448=A|802=2|523=a|448=B|802=1|523=c|",
         ParseCode::group_count, 802},
        {"data with delimiters", "D", "11=A|95=9|96=a|38=NaN||38=7|", ParseCode::none, 0},
        {"data over more than 64 bytes", "D",
         "11=A|95=75|96=" + std::string(60, '|') + "38=NaN|" + std::string(8, '|') + "|38=7|",
         ParseCode::none, 0},
        {"data too long", "D", "11=A|95=900|96=ab|", ParseCode::data_length, 96},
        {"data too short", "D", "11=A|95=1|96=ab|", ParseCode::data_length, 96},
        {"signature: 93 stands for 89", "D", "11=A|93=3|89=a|b|", ParseCode::none, 0},
        {"14b: D without ClOrdID", "D", "54=1|", ParseCode::missing_field, 11},
        {"a type we read, with a symbol of its own", "D", "11=A|55=Y|", ParseCode::repeated_tag,
         55},
        {"an order of nothing, as recorded days hold", "D", "11=A|38=0|", ParseCode::none, 0},
        {"an order of less than nothing", "D", "11=A|38=-100|", ParseCode::negative, 38},
        {"an order of the least there is", "D", "11=A|38=0.000001|", ParseCode::none, 0},
        {"an order in cash", "D", "11=A|152=5000|", ParseCode::none, 0},
        {"CumQty below 0", "8", "37=O|39=0|14=-1|", ParseCode::negative, 14},
        {"LeavesQty below 0", "8", "37=O|39=0|14=0|151=-5|", ParseCode::negative, 151},
        {"a rejected order of 0 is told as it was sent", "8", "37=O|39=8|38=0|14=0|151=0|",
         ParseCode::none, 0},
        {"F without the order", "F", "11=A|", ParseCode::missing_field, 41},
        {"8 without any id", "8", "39=0|", ParseCode::missing_field, 11},
        {"8 without status", "8", "11=A|", ParseCode::missing_field, 39},
        {"fill without price", "8", "11=A|39=1|17=E|32=5|", ParseCode::missing_field, 31},
        {"fill without ExecID", "8", "11=A|39=1|32=5|31=1|", ParseCode::missing_field, 17},
        {"trade without quantity", "8", "11=A|39=1|150=F|17=E|31=1|", ParseCode::missing_field, 32},
        {"bust of nothing", "8", "11=A|39=1|150=H|17=E|", ParseCode::missing_field, 19},
        {"snapshot without symbol", "W", "268=0|", ParseCode::missing_field, 55},
        {"a type we do not read: its body is its own", "E", "11=A|11=B|73=5|", ParseCode::none, 0},
        {"and its text may break lines", "B", "148=News|58=a|more\nlines|", ParseCode::none, 0},
    };
    for (const auto& row : rows) {
        const bool order = row.type == std::string("D");
        const std::string text = raw(row.type, (order ? "55=X|" : "") + row.body);
        Message m;
        const ParseError error = parse(text, '|', m);
        EXPECT_EQ(error.code, row.code) << row.what << ": " << fix::text(error.code);
        EXPECT_EQ(error.tag, row.tag) << row.what;
        if (error) {
            EXPECT_LE(error.offset, text.size()) << row.what;
        }
    }
}

TEST(Message, an_impossible_quantity_has_its_offset) {
    Message m;
    const std::string text = raw("D", "11=A|55=X|38=-100|59=3|");
    const ParseError error = parse(text, '|', m);
    EXPECT_EQ(error.code, ParseCode::negative);
    EXPECT_EQ(text.substr(error.offset, 7), "38=-100");
}

TEST(Message, a_missing_header_field_has_its_tag) {
    struct {
        const char* text;
        std::uint32_t tag;
    } const rows[] = {
        {"8=FIX.4.4|35=D|49=A|56=B|34=1|52=20261120-09:30:00|11=A|", 55},
        {"35=0|49=A|56=B|34=1|52=20261120-09:30:00|", 8},
        {"8=FIX.4.4|49=A|56=B|34=1|52=20261120-09:30:00|", 35},
        {"8=FIX.4.4|35=0|56=B|34=1|52=20261120-09:30:00|", 49},
        {"8=FIX.4.4|35=0|49=A|34=1|52=20261120-09:30:00|", 56},
        {"8=FIX.4.4|35=0|49=A|56=B|52=20261120-09:30:00|", 34},
        {"8=FIX.4.4|35=0|49=A|56=B|34=1|", 52},
        {"", 8},
    };
    for (const auto& row : rows) {
        Message m;
        const ParseError error = parse(row.text, '|', m);
        EXPECT_EQ(error.code, ParseCode::missing_field) << row.text;
        EXPECT_EQ(error.tag, row.tag) << row.text;
    }
}

TEST(Message, an_error_says_where_the_field_starts) {
    const std::string text = raw("D", "11=A|44=1e5|");
    Message m;
    EXPECT_EQ(parse(text, '|', m).offset, text.find("44="));
}

TEST(Message, fields_in_groups_do_not_overwrite_the_body) {
    const std::string book =
        raw("X", "268=2|279=0|269=0|55=AAA|15=USD|58=x|279=1|269=1|55=BBB|58=y|");
    const Message x = parsed(book);
    EXPECT_TRUE(x.symbol.empty());
    EXPECT_TRUE(x.text.empty());
    EXPECT_EQ(x.md_entry_count, 2u);

    const std::string legs = raw("8", "37=O|11=A|39=0|55=TOP|555=2|600=L1|624=1|600=L2|624=2|");
    EXPECT_EQ(parsed(legs).symbol, "TOP");
}

TEST(Message, a_party_is_found_by_its_role) {
    const std::string text =
        raw("8", "37=O|39=0|453=3|448=DESK|447=D|452=11|448=BANK|447=D|452=1|802=1|523=x|448=C|");
    const Message m = parsed(text);
    EXPECT_EQ(party_with_role(m, 1), "BANK");
    EXPECT_EQ(party_with_role(m, 11), "DESK");
    EXPECT_EQ(party_with_role(m, 12), "");
}

TEST(Message, a_message_cut_at_any_byte_is_an_error_or_a_message_never_more) {
    const std::string whole =
        raw("8", "37=O1|11=C1|17=E1|150=F|39=1|32=600|31=100.015|95=3|96=a|b|");
    for (std::size_t cut = 0; cut <= whole.size(); ++cut) {
        const std::string copy = whole.substr(0, cut);  // its own allocation: ASan sees overreads
        Message m;
        const ParseError error = parse(copy, '|', m);
        if (error) {
            EXPECT_LE(error.offset, cut);
        }
    }
}

}  // namespace
}  // namespace assay::fix
