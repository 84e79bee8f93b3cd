#include "core/judge/wheel.h"

#include <cmath>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "core/score/draws.h"

namespace assay::judge {
namespace {

TEST(Wheel, parents_needed_by_hand) {
    struct {
        const char* worked;
        WheelPlan plan;
        std::int64_t parents;
    } const rows[] = {
        {"(1.95996 + .84162)^2 * 36 * 4 / .25 = 4520.9", {0.5, 6}, 4521},
        {"half the difference: four times as many, 18083.6", {0.25, 6}, 18084},
        {"a tenth for the challenger: 36 / .25 * (10 + 1.111) * 7.8489 = 12558.2",
         {0.5, 6, 0.1},
         12559},
        {"power .9: (1.95996 + 1.28155)^2 * 576 / 1 = 10.5074 * 576 = 6052.3",
         {0.5, 6, 0.5, 0.05, 0.9},
         6053},
    };
    for (const auto& r : rows) {
        const auto n = parents_needed(r.plan);
        ASSERT_TRUE(n) << r.worked;
        EXPECT_EQ(*n, r.parents) << r.worked;
    }
    const WheelPlan bad[] = {{0, 6},
                             {-1, 6},
                             {0.5, 0},
                             {0.5, 6, 0},
                             {0.5, 6, 1},
                             {0.5, 6, 0.5, 0},
                             {0.5, 6, 0.5, 0.05, 1},
                             {0.5, std::nan("")},
                             {1e-12, 1e8}};
    for (const WheelPlan& plan : bad) EXPECT_FALSE(Wheel::make(plan)) << plan.least_difference_bps;
}

TEST(Wheel, the_hash_keeps_its_word_and_the_share) {
    int challenger = 0, both = 0;
    for (int i = 0; i < 20'000; ++i) {
        const std::string id = fmt::format("P{}", i);
        const Arm arm = arm_of("spring", id, 0.3);
        EXPECT_EQ(arm, arm_of("spring", id, 0.3));
        challenger += arm == Arm::challenger;
        both += arm == Arm::challenger && arm_of("summer", id, 0.3) == Arm::challenger;
    }
    EXPECT_NEAR(challenger / 20'000.0, 0.3, 0.013) << "4 sd";
    EXPECT_NEAR(both / 20'000.0, 0.09, 0.008) << "another wheel is another draw";
    // Written down: an assignment may never change under a desk that is in the middle of a wheel.
    std::string arms;
    for (int i = 0; i < 16; ++i)
        arms += arm_of("spring", fmt::format("P{}", i), 0.5) == Arm::challenger ? 'C' : 'c';
    EXPECT_EQ(arms, "cCccccCcCccCCCcC");
}

struct Ended {
    Verdict verdict;
    std::int64_t parents;
    bool held;  // the interval held the truth at every look
};

Ended spun(double difference, std::uint64_t seed) {
    auto wheel = Wheel::make({0.5, 3});
    score::Draws random({seed, 21});
    bool held = true;
    while (wheel->reading().verdict == Verdict::go_on) {
        const Arm arm = random.uniform() < 0.5 ? Arm::challenger : Arm::current;
        wheel->observe(arm, 2 + 3 * random.normal() + (arm == Arm::challenger ? difference : 0));
        const auto& i = wheel->reading().interval;
        held = held && (!i || (i->low <= difference && difference <= i->high));
    }
    return {wheel->reading().verdict, wheel->reading().current + wheel->reading().challenger, held};
}

// The plan needs 1,131 parents for .5 bps; looked at after every parent, up to 3,393.
TEST(Wheel, looking_all_the_time_raises_no_false_alarms) {
    constexpr int kWheels = 400;
    int alarms = 0, misses = 0;
    for (std::uint64_t seed = 1; seed <= kWheels; ++seed) {
        const Ended e = spun(0, seed);
        alarms += e.verdict != Verdict::nothing_found;
        misses += !e.held;
        EXPECT_TRUE(e.verdict != Verdict::nothing_found || e.parents == 3 * 1131) << seed;
    }
    std::printf("A/A: %d false verdicts of %d wheels\n", alarms, kWheels);
    EXPECT_LE(alarms, 0.05 * kWheels) << "seeds 1 to 400";
    EXPECT_EQ(misses, alarms) << "p below alpha is 0 outside the interval";
}

TEST(Wheel, finds_what_is_there_and_says_which_way) {
    constexpr int kWheels = 200;
    int cheaper = 0, dearer = 0;
    double parents = 0;
    for (std::uint64_t seed = 1; seed <= kWheels; ++seed) {
        const Ended e = spun(-0.5, seed);
        cheaper += e.verdict == Verdict::challenger_cheaper;
        dearer += e.verdict == Verdict::challenger_dearer;
        parents += static_cast<double>(e.parents);
    }
    std::printf("-.5 bps: %d of %d found, after %.0f parents in the mean\n", cheaper, kWheels,
                parents / kWheels);
    EXPECT_GE(cheaper, 0.9 * kWheels);
    EXPECT_EQ(dearer, 0);
    EXPECT_LT(parents / kWheels, 2 * 1131);
    EXPECT_EQ(spun(0.8, 1).verdict, Verdict::challenger_dearer);
}

TEST(Wheel, says_nothing_before_there_is_something_to_say) {
    auto wheel = Wheel::make({0.5, 3});
    EXPECT_FALSE(wheel->reading().difference_bps);
    wheel->observe(Arm::current, 1);
    EXPECT_FALSE(wheel->reading().difference_bps) << "one arm only";
    for (int i = 0; i < 99; ++i) {
        wheel->observe(Arm::challenger, -1000 + i % 2);
        wheel->observe(Arm::current, 1000 + i % 2);
    }
    EXPECT_EQ(wheel->reading().verdict, Verdict::go_on) << "99 in an arm";
    wheel->observe(Arm::challenger, -1000);
    EXPECT_EQ(wheel->reading().verdict, Verdict::challenger_cheaper);
    const auto at = wheel->reading().current;
    wheel->observe(Arm::current, 5);
    EXPECT_EQ(wheel->reading().current, at) << "over is over";
}

}  // namespace
}  // namespace assay::judge
