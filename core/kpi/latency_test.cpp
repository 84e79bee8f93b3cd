#include "core/kpi/latency.h"

#include <gtest/gtest.h>

namespace assay::kpi {
namespace {

constexpr Nanos kSent{1'700'000'000'000'000'000};
constexpr Nanos after(Duration d) {
    return kSent + d;
}

// docs/spec.md 1.6: send 0, ack 4.0, 600@15, 200@22, remainder canceled 22.4 ms.
TEST(Latency, parts_of_the_worked_order) {
    OrderTimes t;
    t.sent = kSent;
    t.acked = t.first_response = after(4_ms);
    t.first_fill = after(15_ms);
    t.last_fill = after(22_ms);
    t.terminal = after(22'400_us);
    const Latencies parts = latencies_of(t);
    struct {
        Latency part;
        double ms;
    } cases[] = {
        {Latency::command, 4.0},    {Latency::ack_to_fill, 11.0}, {Latency::first_fill, 15.0},
        {Latency::last_fill, 22.0}, {Latency::round_trip, 22.4},
    };
    for (const auto& c : cases) {
        ASSERT_TRUE(parts[c.part]) << text(c.part);
        EXPECT_DOUBLE_EQ(as_ms(*parts[c.part]), c.ms) << text(c.part);
    }
    EXPECT_FALSE(parts[Latency::reject]);
    EXPECT_FALSE(parts[Latency::gateway]);
    EXPECT_FALSE(parts[Latency::cancel]);
    EXPECT_FALSE(clock_went_back(t));
}

TEST(Latency, size_weighted_fill_is_16_75_ms) {
    const TimedFill fills[] = {{600_qty, 15_ms}, {200_qty, 22_ms}};
    EXPECT_DOUBLE_EQ(*size_weighted_fill_ms(fills), 16.75);
    EXPECT_FALSE(size_weighted_fill_ms({}));
}

TEST(Latency, an_ack_after_the_fill_leaves_ack_to_fill_absent_without_alarm) {
    OrderTimes t;
    t.sent = kSent;
    t.first_fill = t.last_fill = t.first_response = after(3_ms);
    t.acked = after(5_ms);
    EXPECT_FALSE(latencies_of(t)[Latency::ack_to_fill]);
    EXPECT_EQ(latencies_of(t)[Latency::command], 3_ms);
    EXPECT_FALSE(clock_went_back(t));
}

TEST(Latency, negative_parts_are_absent_and_raise_the_alarm) {
    OrderTimes t;
    t.sent = kSent;
    t.rejected = t.terminal = t.first_response = kSent - Duration{1};
    EXPECT_FALSE(latencies_of(t)[Latency::reject]);
    EXPECT_FALSE(latencies_of(t)[Latency::round_trip]);
    EXPECT_TRUE(clock_went_back(t));
    OrderTimes cancel;
    cancel.cancel_sent = kSent;
    cancel.cancel_answered = kSent - Duration{1};
    EXPECT_TRUE(clock_went_back(cancel));
}

TEST(Latency, nothing_known_is_all_absent) {
    for (const auto& part : latencies_of(OrderTimes{}).part) EXPECT_FALSE(part);
    EXPECT_FALSE(clock_went_back(OrderTimes{}));
}

}  // namespace
}  // namespace assay::kpi
