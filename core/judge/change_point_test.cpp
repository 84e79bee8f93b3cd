#include "core/judge/change_point.h"

#include <functional>
#include <gtest/gtest.h>
#include <vector>

#include "core/score/draws.h"
#include "core/units/elementary.h"

namespace assay::judge {
namespace {

using Draw = std::function<double(score::Draws&)>;

Draw filled(double p) {
    return [p](score::Draws& random) { return random.uniform() < p ? 1.0 : 0.0; };
}

std::vector<double> drawn(std::size_t n, const Draw& draw, std::uint64_t seed) {
    score::Draws random({seed, 31});
    std::vector<double> out(n);
    for (double& x : out) x = draw(random);
    return out;
}

// 500 outcomes of baseline and 2,000 after it.
TEST(ChangePoint, honest_lps_are_flagged_in_less_than_one_of_a_hundred) {
    struct {
        const char* what;
        Draw draw;
        double bad;
    } const rows[] = {
        {"fills 90 %", filled(0.9), 1},
        {"fills 50 %", filled(0.5), 1},
        {"fills 99.9 %", filled(0.999), 1},
        {"markouts, normal, bps", [](score::Draws& r) { return r.normal(); }, 1},
        {"markouts with a long bad tail",
         [](score::Draws& r) { return -elementary::exp(0.8 * r.normal()); }, 1},
    };
    for (const auto& r : rows) {
        int flagged = 0;
        for (std::uint64_t seed = 1; seed <= 1000; ++seed)
            flagged += worsening(drawn(2500, r.draw, seed), {.bad_outcome = r.bad}).has_value();
        std::printf("%-30s %d of 1000 flagged\n", r.what, flagged);
        EXPECT_LE(flagged, 10) << r.what << ", seeds 1 to 1000";
    }
}

// An LP should have lost half its share 300 orders after it turned, so the flag must come sooner.
TEST(ChangePoint, a_turn_is_found_within_300_outcomes) {
    struct {
        const char* what;
        Draw before, after;
        int least;  // of 200
    } const rows[] = {
        {"fills 90 %, then 70 %", filled(0.9), filled(0.7), 190},
        {"fills 100 %, then 80 %", filled(1), filled(0.8), 195},
        {"fills 60 %, then 40 %: .4 sd, hard to see", filled(0.6), filled(0.4), 160},
        {"markout 0, then -.5 sd", [](score::Draws& r) { return r.normal(); },
         [](score::Draws& r) { return r.normal() - 0.5; }, 190},
    };
    for (const auto& r : rows) {
        int found = 0;
        double waited = 0;
        for (std::uint64_t seed = 1; seed <= 200; ++seed) {
            auto outcomes = drawn(1500, r.before, seed);
            for (const double x : drawn(300, r.after, seed + 1000)) outcomes.push_back(x);
            const auto change = worsening(outcomes);
            if (!change || change->alarm <= 1500) continue;
            ++found;
            waited += static_cast<double>(change->alarm) - 1500;
            EXPECT_LE(change->since, change->alarm);
            EXPECT_LT(change->after, change->before);
        }
        std::printf("%-42s %d of 200 found, after %.0f outcomes\n", r.what, found, waited / found);
        EXPECT_GE(found, r.least) << r.what << ", seeds 1 to 200";
    }
}

TEST(ChangePoint, says_where_it_began) {
    std::vector<double> outcomes(1000, 1.0);
    outcomes.resize(1200, 0.0);
    const auto change = worsening(outcomes);
    ASSERT_TRUE(change);
    EXPECT_EQ(change->since, 1000u);
    EXPECT_EQ(change->alarm, 1050u)
        << "most 3 less slack .5 + 2 root(.02) = 2.217 a batch; 9 / 2.217";
    EXPECT_EQ(change->before, 1);
    EXPECT_EQ(change->after, 0);
}

TEST(ChangePoint, better_is_no_change_and_few_say_nothing) {
    std::vector<double> better(1000, 0.0);
    better.resize(2000, 1.0);
    EXPECT_FALSE(worsening(better));
    EXPECT_FALSE(worsening({}));
    EXPECT_FALSE(worsening(std::vector<double>(500, 1.0)));
    std::vector<double> once(2000, 1.0);
    once[1500] = 0;
    EXPECT_FALSE(worsening(once)) << "one failure of an LP that never failed";
}

}  // namespace
}  // namespace assay::judge
