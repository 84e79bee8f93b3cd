#include "hosts/desk/capture_clock.h"

#include <gtest/gtest.h>
#include <thread>

namespace assay::desk {
namespace {

TEST(CaptureClock, a_step_of_an_hour_moves_no_duration_and_is_told_once) {
    for (const Duration step : {kHour, Duration{-kHour.ns}}) {
        Duration stepped{};
        CaptureClock clock([&] { return utc_now() + stepped; });
        const Nanos before = clock.now();
        EXPECT_FALSE(clock.look());
        stepped = step;
        const auto moved = clock.look();
        ASSERT_TRUE(moved);
        EXPECT_LT(std::abs(moved->ns - step.ns), kMinute.ns);
        EXPECT_FALSE(clock.look()) << "told twice";
        EXPECT_LT(std::abs(clock.offset().ns - step.ns), kMinute.ns);
        // Time goes on: neither an hour on, nor at a standstill until the hour is over.
        const Nanos after = clock.now();
        EXPECT_LT(after - before, kMinute);
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
        EXPECT_GE(clock.now() - after, Duration{2'000'000});
        stepped = {};
        EXPECT_TRUE(clock.look()) << "the step back";
    }
}

TEST(CaptureClock, small_differences_are_no_step) {
    Duration stepped{};
    CaptureClock clock([&] { return utc_now() + stepped; });
    stepped = {5'000'000};
    EXPECT_FALSE(clock.look());
}

TEST(CaptureClock, a_start_with_a_clock_behind_the_journal_goes_on_behind_it_and_does_not_stand) {
    CaptureClock clock;
    const Nanos journal = utc_now() + kHour;
    clock.not_before(journal);
    const Nanos first = clock.now();
    EXPECT_GT(first, journal);
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
    EXPECT_GE(clock.now() - first, Duration{2'000'000});
    EXPECT_LT(clock.offset().ns, -kMinute.ns);
}

}  // namespace
}  // namespace assay::desk
