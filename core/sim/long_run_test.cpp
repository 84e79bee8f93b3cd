// The log of a long run: its shares, its order, and days that cannot be.
#include "core/sim/long_run.h"

#include <gtest/gtest.h>

namespace assay::sim {
namespace {

LongRun two_lps() {
    LongRun run;
    run.begins = {20'411 * kDay.ns};  // 19 November 2025
    run.orders = 200;
    run.lps = {{"LP_A", .985, 16.5, .50, .010, .5}, {"LP_B", .65, 55, -.25, .15, -.5}};
    return run;
}
std::size_t count(std::string_view text, std::string_view what) {
    std::size_t n = 0;
    for (std::size_t at = text.find(what); at != text.npos; at = text.find(what, at + 1)) ++n;
    return n;
}
std::string log_of(const LongRun& run) {
    FixLog log;
    std::string out;
    const auto ok = write_long_run(run, log, [&](std::string_view more) { out += more; });
    EXPECT_TRUE(ok) << ok.error().text();
    return out;
}

TEST(FixTime, is_that_of_the_civil_calendar) {
    EXPECT_EQ(fix_time(Nanos{0}), "19700101-00:00:00.000000000");
    EXPECT_EQ(fix_time(Nanos{951'782'400'000'000'001}), "20000229-00:00:00.000000001");
    EXPECT_EQ(fix_time(Nanos{1'763'510'399'999'999'999}), "20251118-23:59:59.999999999");
    EXPECT_EQ(fix_time(Nanos{-1}), "19691231-23:59:59.999999999");
}

TEST(FixLog, numbers_each_session_and_its_lengths_and_sums_are_right) {
    FixLog log;
    EXPECT_EQ(log.line(Nanos{0}, "A", "B", "0", ""),
              "19700101-00:00:00.000000000 : 8=FIX.4.4\x01"
              "9=51\x01"
              "35=0\x01"
              "49=A\x01"
              "56=B\x01"
              "34=1\x01"
              "52=19700101-00:00:00.000000000\x01"
              "10=088\x01\n");
    EXPECT_NE(log.line(Nanos{0}, "A", "B", "0", "")
                  .find("\x01"
                        "34=2\x01"),
              std::string::npos);
    EXPECT_NE(log.line(Nanos{0}, "B", "A", "0", "")
                  .find("\x01"
                        "34=1\x01"),
              std::string::npos);
}

TEST(LongRun, shows_each_share_exactly_and_its_lines_are_in_order_of_time) {
    const std::string log = log_of(two_lps());
    EXPECT_EQ(count(log, "35=D"), 400u);
    EXPECT_EQ(count(log, "150=F"), 197u + 130u);  // .985 and .65 of 200
    EXPECT_EQ(count(log, "150=8"), 2u + 30u);
    EXPECT_EQ(count(log, "150=4"), 1u + 40u);
    EXPECT_EQ(count(log, "35=W"), 1u + 2 * 400u) << "each impact comes and goes";
    std::string_view rest = log, before;
    while (!rest.empty()) {
        const std::string_view time = rest.substr(0, 27);
        ASSERT_LE(before, time);
        before = time;
        rest.remove_prefix(rest.find('\n') + 1);
    }
}

TEST(LongRun, a_day_that_cannot_be_says_why) {
    const struct {
        void (*spoil)(LongRun&);
        const char* why;
    } cases[] = {
        {[](LongRun& r) { r.orders = 0; }, "a long run needs at least one order an LP"},
        {[](LongRun& r) { r.lps.clear(); }, "a long run needs at least one LP"},
        {[](LongRun& r) { r.orders = 33'334; },
         "33334 orders of each of 2 LPs, 1.2 s apart, do not fit into a day: at most 33333"},
        {[](LongRun& r) { r.lps[0].reject = .02; },
         "LP_A: fill 0.985 and reject 0.02 must be shares that sum to 1 at most"},
        {[](LongRun& r) { r.lps[1].latency_ms = 0; },
         "LP_B: a latency of 0 ms is not between 0 and 1,000 ms"},
        {[](LongRun& r) { r.lps[1].fill = 0; },
         "LP_B: price improvement -0.25 bps and impact -0.5 bps cannot be shown"},
        {[](LongRun& r) { r.lps[1].impact_bps = 0; },
         "the impacts are net of each other and must sum to 0; they sum to 0.5 bps: add an LP for "
         "the rest of the market"},
    };
    for (const auto& c : cases) {
        LongRun run = two_lps();
        c.spoil(run);
        FixLog log;
        const auto r = write_long_run(run, log, [](std::string_view) { FAIL() << "nothing yet"; });
        ASSERT_FALSE(r) << c.why;
        EXPECT_EQ(r.error().text(), c.why);
    }
}

}  // namespace
}  // namespace assay::sim
