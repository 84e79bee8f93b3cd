#include "hosts/desk/histogram.h"

#include <gtest/gtest.h>

namespace assay::desk {
namespace {

TEST(Histogram, a_value_lies_within_the_limits_of_its_bucket) {
    for (std::uint64_t ns = 1; ns < 20'000'000'000; ns += ns / 7 + 1) {
        const std::size_t b = Histogram::bucket(ns);
        ASSERT_LT(b, Histogram::kBuckets - 1);
        const double seconds = static_cast<double>(ns) * 1e-9;
        EXPECT_LE(seconds, Histogram::limit_seconds(b) * (1 + 1e-12)) << ns;
        if (b > 0) {
            EXPECT_GT(seconds, Histogram::limit_seconds(b - 1) * (1 - 1e-12)) << ns;
        }
    }
    EXPECT_EQ(Histogram::bucket(3'600'000'000'000), Histogram::kBuckets - 1);
}

TEST(Histogram, counts_and_sums) {
    Histogram h;
    h.observe(std::chrono::microseconds(3));
    h.observe(std::chrono::microseconds(3));
    h.observe(std::chrono::seconds(-1));  // clocks of two cores
    EXPECT_EQ(h.count(Histogram::bucket(3'000)), 2u);
    EXPECT_EQ(h.count(0), 1u);
    EXPECT_DOUBLE_EQ(h.sum_seconds(), 6e-6);
}

}  // namespace
}  // namespace assay::desk
