#include "hosts/desk/clock_skew.h"

#include <gtest/gtest.h>

namespace assay::desk {
namespace {

TEST(ClockSkew, is_the_median_of_the_last_messages_so_that_a_pause_does_not_show) {
    ClockSkew skew;
    EXPECT_FALSE(skew.median());
    // Five seconds ahead of us; every third message came a minute late.
    for (int i = 0; i < 30; ++i)
        skew.seen({1'000'000'000'000 + (i % 3 == 0 ? 60'000'000'000 : 0)}, {1'005'000'000'000});
    EXPECT_EQ(skew.median()->ns, -5'000'000'000);
    for (std::size_t i = 0; i < ClockSkew::kLast; ++i) skew.seen({2'000}, {1'000});
    EXPECT_EQ(skew.median()->ns, 1'000) << "what was before is forgotten";
}

}  // namespace
}  // namespace assay::desk
