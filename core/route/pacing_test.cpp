#include "core/route/pacing.h"

#include <gtest/gtest.h>

namespace assay::route {
namespace {

TEST(Pacing, the_rest_of_the_window_over_the_rounds_that_are_needed) {
    const Pace pace{.round_gap = 1_s, .round_qty = 20'000_qty};
    const struct {
        const char* worked;
        Qty remaining;
        Duration left;
        double urgency;
        Duration due;
    } cases[] = {
        {"200,000 in 30 min: 10 rounds, 180 s", 200'000_qty, 1800_s, 0, 180_s},
        {"190,000: 10 rounds still", 190'000_qty, 1800_s, 0, 180_s},
        {"half as long when urgent by half", 200'000_qty, 1800_s, .5, 90_s},
        {"urgency 1: the gap", 200'000_qty, 1800_s, 1, 1_s},
        {"5 s left: the gap", 200'000_qty, 5_s, 0, 1_s},
        {"over: the gap", 200'000_qty, Duration{-1}, 0, 1_s},
    };
    for (const auto& c : cases) {
        Pace p = pace;
        p.urgency = c.urgency;
        EXPECT_EQ(until_next_round(p, c.remaining, c.left), c.due) << c.worked;
    }
}

TEST(Pacing, a_round_is_bounded) {
    Pace pace{.round_gap = 1_s, .round_qty = 20'000_qty};
    const auto allowed = [&](Qty remaining, Duration left, Qty traded) {
        return round_allows(pace, remaining, left, cap_allows(pace, traded));
    };
    EXPECT_EQ(allowed(200'000_qty, 1800_s, 0_qty), 20'000_qty);
    EXPECT_EQ(allowed(5'000_qty, 1800_s, 0_qty), 5'000_qty);
    EXPECT_EQ(allowed(70'000_qty, 1_s, 0_qty), 70'000_qty) << "the last one takes all";
    EXPECT_EQ(volume_for(pace, 5'000_qty), 0_qty);
    pace.participation_cap = 0.1;
    EXPECT_EQ(allowed(200'000_qty, 1800_s, 50'000_qty), 5'000_qty) << "10 % of 50,000";
    EXPECT_EQ(allowed(70'000_qty, 1_s, 50'000_qty), 5'000_qty) << "a cap is a cap";
    EXPECT_EQ(allowed(200'000_qty, 1800_s, 0_qty), 0_qty) << "nothing traded";
    EXPECT_EQ(allowed(200'000_qty, 1800_s, Qty{-1}), 0_qty) << "a print turned out to be ours";
    EXPECT_EQ(volume_for(pace, 5'000_qty), 50'000_qty);
    pace.participation_cap = 0.29;
    EXPECT_EQ(cap_allows(pace, 100_qty), 29_qty) << ".29 x 100 is a little less in doubles";
}

TEST(Pacing, probability_of_completion) {
    EXPECT_EQ(completion_probability(0, 1, 0, 0), 1);
    EXPECT_EQ(completion_probability(10, 2, 5, 0), 1);
    EXPECT_EQ(completion_probability(11, 2, 5, 0), 0);
    // 4 rounds of 25 +- 10: N(100, 20); P(>= 120) = Phi(-19.5 / 20).
    EXPECT_NEAR(completion_probability(120, 4, 25, 100), 0.1648, 5e-4);
}

TEST(Pacing, probability_of_completion_by_probes) {
    // Probes of 20 that fill with .5, 5 otherwise; then 30 a round for sure.
    const Probing p{.lots = 20, .mean = 12.5, .full = .5, .then_mean = 30, .then_variance = 0};
    EXPECT_EQ(completion_by_probes(65, 3, p), .5) << "short at once: 5 + 30 + 30; else 20 + 5 + 30";
    EXPECT_EQ(completion_by_probes(55, 3, p), .875) << "5 + 30 + 30, 20 + 5 + 30, 20 + 20 + 20";
    EXPECT_EQ(completion_by_probes(60, 3, p), .625) << "5 + 30 + 30, and 20 + 20 + 20";
    EXPECT_EQ(completion_by_probes(20, 1, p), .5) << "the probe itself";
    Probing at_once = p;
    at_once.at_once = true;
    EXPECT_EQ(completion_by_probes(65, 2, at_once), .5) << "the split needs no round of its own";
    EXPECT_EQ(completion_by_probes(0, 1, p), 1);
}

TEST(Pacing, rounds_that_still_fit) {
    const Pace pace{.round_gap = 1_s, .round_qty = 20'000_qty};
    const Pace three{.round_gap = 1_s, .round_qty = 20'000_qty, .most_rounds = 3};
    const Pace hasty{.round_gap = 60_s, .round_qty = 45'000_qty, .urgency = .37};
    const Pace sure{.round_gap = 100_s, .round_qty = 20'000_qty, .urgency = 1};
    const struct {
        const char* worked;
        const Pace& pace;
        Duration left;
        std::int64_t done;
        Qty mean;
        double rounds;
    } cases[] = {
        {"at 0, 180, ... 1620 s", pace, 1800_s, 0, 20'000_qty, 10},
        {"of three, one is done", three, 1800_s, 1, 20'000_qty, 2},
        {"the one at hand", three, 1800_s, 3, 20'000_qty, 1},
        {"over", pace, Duration{-1}, 0, 20'000_qty, 1},
        {"the last second", pace, 1_s, 0, 20'000_qty, 1},
        {"45,000 each: gaps of 227, 248, 278, 330, 452, and once done 167, 62 s", hasty, 1800_s, 0,
         45'000_qty, 8},
        {"20,000 each: 227, 248, 209, 176, 198, 156, 185, 127, 174, 64 s", hasty, 1800_s, 0,
         20'000_qty, 11},
        {"an even pace beyond the first 64", sure, 10'000_s, 0, 1_qty, 100},
    };
    for (const auto& c : cases)
        EXPECT_EQ(rounds_left(c.pace, 200'000_qty, c.left, c.done, c.mean), c.rounds) << c.worked;
}

}  // namespace
}  // namespace assay::route
