#include "hosts/cli/numbers.h"

#include <cmath>
#include <cstdlib>
#include <gtest/gtest.h>
#include <limits>

namespace assay::cli {
namespace {

TEST(Numbers, for_programs_the_shortest_text_that_reads_back) {
    struct {
        double x;
        const char* text;
    } const cases[] = {{0.1, "0.1"},
                       {0.1 + 0.2, "0.30000000000000004"},
                       {5.0, "5"},
                       {-0.0, "0"},
                       {1e15, "1000000000000000"},
                       {4120400.5, "4120400.5"},
                       {-0.84, "-0.84"},
                       {1e300, "1e+300"},
                       {std::nan(""), "null"},
                       {std::numeric_limits<double>::infinity(), "null"}};
    for (const auto& c : cases) {
        EXPECT_EQ(shortest(c.x), c.text);
        if (!std::isfinite(c.x)) continue;
        EXPECT_EQ(std::strtod(shortest(c.x).c_str(), nullptr), c.x);
    }
}

TEST(Numbers, thousands_stand_apart) {
    EXPECT_EQ(grouped(std::int64_t{0}), "0");
    EXPECT_EQ(grouped(std::int64_t{999}), "999");
    EXPECT_EQ(grouped(std::int64_t{1000}), "1,000");
    EXPECT_EQ(grouped(std::int64_t{-1234567}), "-1,234,567");
    EXPECT_EQ(grouped(1234.5), "1,234.5");
    EXPECT_EQ(grouped(-0.001), "0");
    EXPECT_EQ(grouped(100.0), "100");
}

TEST(Numbers, a_number_that_rounds_to_zero_has_no_sign) {
    EXPECT_EQ(with_decimals(-0.004, 2), "0.00");
    EXPECT_EQ(with_decimals(-0.005001, 2), "-0.01");
}

TEST(Numbers, in_a_table_the_unit_decides) {
    kpi::Entry entry{};
    entry.good = kpi::Good::higher;
    struct {
        const char* unit;
        double x;
        const char* text;
    } const cases[] = {{"bps", 0.5, "+0.50"},
                       {"bps", -0.25, "-0.25"},
                       {"bps", 0.001, "0.00"},
                       {"share of 1", .985, "98.5"},
                       {"count", 18452, "18,452"},
                       {"ms", 14.25, "14.2"},
                       {"currency/share", 100.0125, "100.01250"}};
    for (const auto& c : cases) {
        entry.unit = c.unit;
        EXPECT_EQ(in_table(c.x, entry, 1), c.text) << c.unit;
    }
    entry.unit = "bps";
    entry.good = kpi::Good::lower;
    EXPECT_EQ(in_table(1.21, entry, 1), "1.21") << "a cost has no plus";
}

TEST(Numbers, times_and_bytes_in_words) {
    EXPECT_EQ(utc_time(1754141401123456000), "2025-08-02 13:30:01.123456");
    EXPECT_EQ(utc_time(0), "1970-01-01 00:00:00");
    EXPECT_EQ(utc_time(-1), "1969-12-31 23:59:59.999999999");
    EXPECT_EQ(utc_time(951782400000000000), "2000-02-29 00:00:00");
    EXPECT_EQ(bytes_in_words(0), "0 bytes");
    EXPECT_EQ(bytes_in_words(999), "999 bytes");
    EXPECT_EQ(bytes_in_words(12'345'678), "12.3 MB");
    EXPECT_EQ(bytes_in_words(999'999), "1.0 MB");
}

}  // namespace
}  // namespace assay::cli
