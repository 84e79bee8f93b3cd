#include "core/market/outflow.h"

#include <gtest/gtest.h>

namespace assay {
namespace {

constexpr Nanos kNoon{1'772'452'800'000'000'000};

TEST(Outflow, a_hundred_a_second_is_500_in_5_s_with_sd_223_6) {
    Outflow flow;
    EXPECT_FALSE(flow.forecast(kNoon, 5_s));
    for (std::int64_t i = 0; i <= 3'600; ++i)
        flow.traded(kNoon + Duration{i * kSecond.ns}, 100_qty);
    const auto f = flow.forecast(kNoon + Duration{3'600 * kSecond.ns}, 5_s);
    ASSERT_TRUE(f);
    EXPECT_NEAR(f->mean, 500, 1.0);
    EXPECT_NEAR(f->sd, 223.6, 0.5) << "sqrt(5 x 100 x 100)";
}

TEST(Outflow, nine_seconds_say_nothing_and_ten_say_the_rate_so_far) {
    Outflow flow;
    for (std::int64_t i = 0; i < 10; ++i) flow.traded(kNoon + Duration{i * kSecond.ns}, 100_qty);
    EXPECT_FALSE(flow.forecast(kNoon + 9_s, 1_s));
    const auto f = flow.forecast(kNoon + 10_s, 1_s);
    ASSERT_TRUE(f);
    EXPECT_NEAR(f->mean, 100, 1.0) << "10 trades in 10 s";
}

TEST(Outflow, a_half_life_without_a_trade_leaves_a_third_where_all_came_in_the_one_before) {
    Outflow flow;
    for (std::int64_t i = 0; i < 300; ++i) flow.traded(kNoon + Duration{i * kSecond.ns}, 100_qty);
    const auto before = flow.forecast(kNoon + 300_s, 1_s),
               after = flow.forecast(kNoon + 600_s, 1_s);
    ASSERT_TRUE(before && after);
    // What came decays to 1/2, and the time that it is set against grows from 1/2 to 3/4.
    EXPECT_NEAR(after->mean / before->mean, (1.0 / 2) / (3.0 / 2), 1e-6);
}

}  // namespace
}  // namespace assay
