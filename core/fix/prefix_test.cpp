#include "core/fix/prefix.h"

#include <gtest/gtest.h>

namespace assay::fix {
namespace {

// 2013-10-08 14:00:00 UTC is 1381240800.
constexpr std::int64_t kAt = 1'381'240'800;
constexpr std::int64_t kNs = 1'000'000'000;

TEST(ParseUtcTimestamp, good_and_bad) {
    struct Row {
        const char* text;
        std::int64_t ns;
    };
    const Row good[] = {
        {"20131008-14:00:00", kAt * kNs},
        {"20131008-14:00:00.164", kAt * kNs + 164'000'000},
        {"20131008-14:00:00.164205", kAt * kNs + 164'205'000},
        {"20131008-14:00:00.164205999", kAt * kNs + 164'205'999},
        {"20131008-14:00:00.164205999123", kAt * kNs + 164'205'999},
        {"19700101-00:00:00", 0},
        {"20000229-00:00:00", 951'782'400 * kNs},
        {"20161231-23:59:60", 1'483'228'800 * kNs},  // the leap second is the first of 2017
        {"22611231-23:59:59", 9'214'646'399 * kNs},
    };
    for (const Row& row : good) {
        const auto at = parse_utc_timestamp(row.text);
        ASSERT_TRUE(at) << row.text;
        EXPECT_EQ(at->ns, row.ns) << row.text;
    }
    for (const char* bad :
         {"", "20131008", "20131008-14:00", "20131008-14:00:00.", "20131008 14:00:00",
          "20131008-24:00:00", "20131008-14:60:00", "20131008-14:00:61", "20130229-00:00:00",
          "19000229-00:00:00", "20131308-00:00:00", "20130008-00:00:00", "20130100-00:00:00",
          "20131008-14:00:00,164", "20131008-14:00:00.16x", "20131008-14:00:00Z",
          "2013100x-14:00:00", "99991231-23:59:59", "20131008-14:00:00.1234567890123"})
        EXPECT_FALSE(parse_utc_timestamp(bad)) << bad;
}

TEST(ParseUtcDate, good_and_bad) {
    EXPECT_EQ(parse_utc_date("19700101"), 0);
    EXPECT_EQ(parse_utc_date("20131008"), 15'986);  // 1381240800 / 86400
    EXPECT_EQ(parse_utc_date("20000301"), 11'017);
    for (const char* bad : {"", "2013108", "20131032", "20130431", "201310080", "2013-10-08"})
        EXPECT_FALSE(parse_utc_date(bad)) << bad;
}

TEST(ParsePrefixTime, the_usual_forms) {
    constexpr std::int64_t kMs = kAt * kNs + 164'000'000;
    struct Row {
        const char* prefix;
        std::int64_t ns;
        bool date, zone;
        int digits;
    };
    const Row rows[] = {
        {"20131008-14:00:00.164 : ", kMs, true, false, 3},
        {"20131008-14:00:00.164205 : ", kMs + 205'000, true, false, 6},
        {"20131008-14:00:00.164205999 : ", kMs + 205'999, true, false, 9},
        {"<20131008-14:00:00, FIX.4.4:A->B, incoming>\n  (", kAt * kNs, true, false, 0},
        {"2013-10-08T14:00:00.164Z ", kMs, true, true, 3},
        {"2013-10-08T16:00:00.164+02:00 in ", kMs, true, true, 3},
        {"2013-10-08T08:30:00.164-0530 in ", kMs, true, true, 3},
        {"2013-10-08T16:00:00+02 in ", kAt * kNs, true, true, 0},
        {"2013-10-08 14:00:00 UTC in ", kAt * kNs, true, true, 0},
        {"2013-10-08 14:00:00,164 INFO [fix] - ", kMs, true, false, 3},
        {"2013-10-08 14:00:00.1640|DEBUG|Client|", kMs, true, false, 4},
        {"[2013/10/08 14:00:00.164] ", kMs, true, false, 3},
        {"10/08/13 14:00:00\tlog\tKLS\t12/24/09 10:33:26\n\t", kAt * kNs, true, false, 0},
        {"10/08/2013 14:00:00 ", kAt * kNs, true, false, 0},
        {"[08/Oct/2013:14:00:00 +0000] ", kAt * kNs, true, true, 0},
        {"08-Oct-2013 14:00:00.164 ", kMs, true, false, 3},
        {"1381240800 ", kAt * kNs, true, true, 0},
        {"1381240800.164205 ", kMs + 205'000, true, true, 6},
        {"{\"ts\":1381240800164,\"m\":\"", kMs, true, true, 3},
        {"1381240800164205 ", kMs + 205'000, true, true, 6},
        {"1381240800164205999 ", kMs + 205'999, true, true, 9},
        {"(12:01:03.56100) OUT ", 43'263 * kNs + 561'000'000, false, false, 5},
        {"00:12:42 GATE Message ", 762 * kNs, false, false, 0},
        {"Oct  8 14:00:00 host fix[12]: ", 50'400 * kNs, false, false, 0},
        {"session 12: 14:00:00.5 in ", 50'400 * kNs + 500'000'000, false, false, 1},
    };
    for (const Row& row : rows) {
        const PrefixTime time = parse_prefix_time(row.prefix);
        ASSERT_TRUE(time.at) << row.prefix;
        EXPECT_EQ(time.at->ns, row.ns) << row.prefix;
        EXPECT_EQ(time.has_date, row.date) << row.prefix;
        EXPECT_EQ(time.has_zone, row.zone) << row.prefix;
        EXPECT_EQ(time.fraction_digits, row.digits) << row.prefix;
    }
    for (const char* none : {"", "IN ", "order 12345 of 99999999 ", "20131308-14:00:00 ",
                             "25:00:00 ", "12345678901 ", "946684799 "})
        EXPECT_FALSE(parse_prefix_time(none).at) << none;
}

Nanos utc(const char* text) {
    return *parse_utc_timestamp(text);
}

TEST(PrefixClock, zone_is_decided_by_the_first_message_and_kept) {
    PrefixClock clock;
    // Tokyo: +9 h. The log is 230 ms behind SendingTime.
    EXPECT_EQ(clock.capture_time("2013-10-08 23:00:00,230 ", utc("20131008-14:00:00.000")),
              utc("20131008-14:00:00.230"));
    EXPECT_EQ(clock.zone_offset(), Duration{9 * kHour.ns});
    // SendingTime an hour off changes nothing.
    EXPECT_EQ(clock.capture_time("2013-10-08 23:00:01,000 ", utc("20131008-15:00:01")),
              utc("20131008-14:00:01"));
    EXPECT_EQ(clock.capture_time("2013-10-08 23:00:02,000 ", std::nullopt),
              utc("20131008-14:00:02"));
    EXPECT_EQ(clock.capture_time("no time ", utc("20131008-14:00:03")), std::nullopt);
}

TEST(PrefixClock, offsets_of_quarter_hours) {
    struct Row {
        const char* prefix;
        std::int64_t minutes;
    };
    const Row rows[] = {{"2013-10-08 14:00:05 ", 0},    {"2013-10-08 19:45:01 ", 345},
                        {"2013-10-08 10:00:00 ", -240}, {"2013-10-08 13:59:59 ", 0},
                        {"2013-10-08 14:07:29 ", 0},    {"2013-10-09 03:00:00 ", 780}};
    for (const Row& row : rows) {
        PrefixClock clock;
        clock.capture_time(row.prefix, utc("20131008-14:00:00"));
        EXPECT_EQ(clock.zone_offset(), Duration{row.minutes * kMinute.ns}) << row.prefix;
    }
    PrefixClock clock;  // five days apart is no zone
    EXPECT_EQ(clock.capture_time("2013-10-13 14:00:00 ", utc("20131008-14:00:00")), std::nullopt);
    EXPECT_EQ(clock.zone_offset(), std::nullopt);
}

TEST(PrefixClock, a_stated_zone_needs_no_sending_time) {
    PrefixClock clock;
    EXPECT_EQ(clock.capture_time("2013-10-08T16:00:00.164+02:00 ", std::nullopt),
              utc("20131008-14:00:00.164"));
    EXPECT_EQ(clock.zone_offset(), std::nullopt);
}

TEST(PrefixClock, a_time_alone_takes_the_nearest_date) {
    PrefixClock clock;
    EXPECT_EQ(clock.capture_time("(12:01:03.56100) ", utc("20110110-01:01:03")),
              utc("20110110-01:01:03.561"));
    EXPECT_EQ(clock.zone_offset(), Duration{11 * kHour.ns});
    // Over midnight, both ways.
    PrefixClock utc_clock;
    EXPECT_EQ(utc_clock.capture_time("00:00:00.010 ", utc("20131008-23:59:59.990")),
              utc("20131009-00:00:00.010"));
    EXPECT_EQ(utc_clock.capture_time("23:59:59.995 ", utc("20131009-00:00:00.001")),
              utc("20131008-23:59:59.995"));
    // Without SendingTime: nearest to the capture time before.
    EXPECT_EQ(utc_clock.capture_time("00:00:01 ", std::nullopt), utc("20131009-00:00:01"));
    PrefixClock undecided;
    EXPECT_EQ(undecided.capture_time("00:00:01 ", std::nullopt), std::nullopt);
}

TEST(PrefixClock, a_prefix_that_begins_as_the_last_one_is_still_read_to_its_end) {
    const std::string_view rest[] = {
        "14:00:00.164 : ",
        "14:00:01 and more text",
        "23:59:59.1234567891 ",
        "14:00:60.5 [main] ",
        "24:00:00.000 text",
        "1x:00:00 and so on",
        " 14:00:02.5 two blanks",
        "14:00:03,250 comma",
        "14:00:04.000+02:00 zone",
        "14:00:05.000 UTC zone",
        "14:00:06.",
        "14:00:07.12",
        "14:00:0",
    };
    for (const std::string_view head : {"20131008-", "2013-10-08 ", "INFO 20131008-", "[10/08/13 ",
                                        "v1.2 2013-10-08T", "a longer word 20131008-"}) {
        PrefixClock clock;
        const std::optional<Nanos> sent = utc("20131008-14:00:00");
        ASSERT_TRUE(clock.capture_time(std::string(head) + "14:00:00.000 : ", sent)) << head;
        for (const std::string_view tail : rest) {
            const std::string prefix = std::string(head) + std::string(tail);
            PrefixClock other;  // in UTC as well, but without a prefix that begins so
            ASSERT_TRUE(other.capture_time("14:00:00.000 ", sent));
            EXPECT_EQ(clock.capture_time(prefix, sent), other.capture_time(prefix, sent)) << prefix;
        }
    }
}

}  // namespace
}  // namespace assay::fix
