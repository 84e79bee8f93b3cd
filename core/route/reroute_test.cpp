#include "core/route/reroute.h"

#include <gtest/gtest.h>

namespace assay::route {
namespace {

TEST(Tried, a_reject_cools_down_twice_as_long_each_time) {
    Tried tried;
    const RerouteRules rules;
    Nanos at{0};
    for (const std::int64_t ms : {250, 500, 1'000, 2'000}) {
        tried.rejected({1}, at, rules);
        EXPECT_EQ(tried.of({1}).cools_until, at + Duration{ms * kMillisecond.ns});
        at = tried.of({1}).cools_until;
    }
    EXPECT_EQ(tried.of({2}).cools_until, kNever) << "the others are not concerned";
    for (int i = 0; i < 100; ++i) tried.rejected({1}, at, rules);
    EXPECT_GT(tried.of({1}).cools_until, at) << "no overflow";
}

TEST(Tried, a_short_fill_waits_for_the_refill_unless_it_replenishes) {
    Tried tried;
    tried.came_short({1}, Nanos{0}, Refill::depletes, {});
    tried.came_short({2}, Nanos{0}, Refill::replenishes, {});
    EXPECT_EQ(tried.of({1}).refills_until, Nanos{} + 500_ms);
    EXPECT_EQ(tried.of({2}).refills_until, kNever);
    tried.rejected({3}, Nanos{0}, {});
    EXPECT_EQ(tried.next_return(Nanos{0}), Nanos{} + 250_ms);
    EXPECT_EQ(tried.next_return(Nanos{} + 250_ms), Nanos{} + 500_ms);
    EXPECT_EQ(tried.next_return(Nanos{} + 500_ms), kNever);
}

}  // namespace
}  // namespace assay::route
