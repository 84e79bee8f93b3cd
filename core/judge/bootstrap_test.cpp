#include "core/judge/bootstrap.h"

#include <gtest/gtest.h>

#include "core/judge/testkit.h"

namespace assay::judge {
namespace {

TEST(Bootstrap, four_blocks_fit_into_every_stretch) {
    struct {
        const char* worked;
        std::size_t n, asked, block;
    } const rows[] = {
        {"1500 parents: 20 as asked", 1500, 20, 20},
        {"80: 20", 80, 20, 20},
        {"79: 79 / 4 = 19", 79, 20, 19},
        {"8: 2", 8, 20, 2},
        {"3: 1", 3, 20, 1},
        {"none asked for: 1", 100, 0, 1},
    };
    for (const auto& r : rows) EXPECT_EQ(block_of(r.n, r.asked), r.block) << r.worked;
}

TEST(Bootstrap, percentile_by_linear_interpolation) {
    struct {
        const char* worked;
        double p, value;
    } const rows[] = {
        {"of 1 2 3 4: 3 * .5 = 1.5: 2.5", 0.5, 2.5},
        {"3 * .95 = 2.85: 3.85", 0.95, 3.85},
        {"the least", 0, 1},
        {"the most", 1, 4},
        {"beyond is the most", 1.5, 4},
    };
    for (const auto& r : rows)
        EXPECT_NEAR(percentile({4, 1, 3, 2}, r.p), r.value, 1e-12) << r.worked;
    EXPECT_EQ(percentile({}, 0.5), 0);
}

TEST(Bootstrap, blocks_never_cross_the_border_of_a_stretch) {
    // Two stretches, one of 0s and one of 1s, as long as each other: every draw has half of each.
    std::vector<double> values(200);
    std::fill(values.begin() + 100, values.end(), 1);
    const Stretch stretches[] = {{0, 100}, {100, 200}};
    const auto inside = bootstrapped_mean(values, stretches, Unit::block, {});
    EXPECT_EQ(inside.mean, 0.5);
    EXPECT_LT(inside.se, 1e-12);
    const Stretch one[] = {{0, 200}};
    EXPECT_GT(bootstrapped_mean(values, one, Unit::block, {}).se, 0.1)
        << "as one stretch the border is crossed";
}

TEST(Bootstrap, is_a_function_of_its_seed_alone) {
    const auto values = made_up_series(300, 0.5, 1);
    const Stretch stretches[] = {{0, 150}, {150, 300}};
    const auto a = bootstrapped_mean(values, stretches, Unit::block, {.seed = 5});
    const auto b = bootstrapped_mean(values, stretches, Unit::block, {.seed = 5});
    const auto c = bootstrapped_mean(values, stretches, Unit::block, {.seed = 6});
    EXPECT_EQ(a.interval.low, b.interval.low);
    EXPECT_EQ(a.p, b.p);
    EXPECT_NE(a.interval.low, c.interval.low);
}

// Neighbours that go together (rho .6: the sd of the mean is twice that of independent values).
// Blocks of 1 do not see that.
TEST(Bootstrap, a_95_per_cent_interval_holds_the_truth_of_series_with_memory) {
    constexpr int kSeries = 300;
    int held = 0, held_by_singles = 0;
    for (std::uint64_t seed = 1; seed <= kSeries; ++seed) {
        const auto values = made_up_series(600, 0.6, seed);
        const Stretch all[] = {{0, 600}};
        const auto holds = [&](std::size_t block) {
            const auto m =
                bootstrapped_mean(values, all, Unit::block, {.block = block, .draws = 400});
            return m.interval.low <= 0 && m.interval.high >= 0 ? 1 : 0;
        };
        held += holds(20);
        held_by_singles += holds(1);
    }
    std::printf("coverage: blocks of 20 %.3f, singles %.3f\n", held / double{kSeries},
                held_by_singles / double{kSeries});
    EXPECT_GE(held, 0.89 * kSeries) << "seeds 1 to 300";
    EXPECT_LE(held, 0.985 * kSeries);
    EXPECT_LT(held_by_singles, 0.80 * kSeries) << "else blocks would not be needed";
}

TEST(Bootstrap, p_is_small_far_from_0_and_even_at_0) {
    const Stretch all[] = {{0, 600}};
    auto values = made_up_series(600, 0, 3);
    for (double& x : values) x += 1;
    EXPECT_NEAR(bootstrapped_mean(values, all, Unit::block, {}).p, 1 / 2001.0, 1e-12);
    int below = 0;
    for (std::uint64_t seed = 1; seed <= 200; ++seed)
        below +=
            bootstrapped_mean(made_up_series(400, 0, seed), all, Unit::block, {.draws = 0}).p < 1
                ? 1
                : 0;
    EXPECT_EQ(below, 0) << "no draws say nothing";
    const Stretch some[] = {{0, 400}};
    for (std::uint64_t seed = 1; seed <= 200; ++seed)
        below +=
            bootstrapped_mean(made_up_series(400, 0, seed), some, Unit::block, {.draws = 300}).p <
            0.5;
    EXPECT_NEAR(below / 200.0, 0.5, 0.12) << "seeds 1 to 200";
}

TEST(Bootstrap, ratios_over_whole_stretchs_and_over_blocks) {
    std::vector<Sums> values;
    std::vector<Stretch> stretches;
    for (std::size_t day = 0; day < 30; ++day) {
        stretches.push_back({values.size(), values.size() + 10, 0});
        for (int i = 0; i < 10; ++i) values.push_back({static_cast<double>(day % 2), 1});
    }
    // Days are constant inside, so only whole days vary.
    const auto spread = [&](Unit unit) {
        std::vector<double> ratios;
        for (const Sums& s : resampled_sums(values, stretches, unit, {.draws = 500}))
            ratios.push_back(s[0] / s[1]);
        const Interval i = percentile_interval(ratios, 0.95);
        return i.high - i.low;
    };
    EXPECT_LT(spread(Unit::block), 1e-12);
    EXPECT_NEAR(spread(Unit::whole_stretch), 2 * 1.96 * std::sqrt(0.25 / 30), 0.08);
}

TEST(Bootstrap, what_is_drawn) {
    const auto equal = [](std::size_t stretches, std::size_t each) {
        std::vector<Stretch> out;
        for (std::size_t i = 0; i < stretches; ++i) out.push_back({i * each, (i + 1) * each, 0});
        return out;
    };
    struct {
        const char* what;
        std::size_t stretches, each;
        Unit unit;
    } const rows[] = {
        {"10 seeds of 1500 parents: blocks", 10, 1500, Unit::block},
        {"500 seeds of one order each: seeds", 500, 1, Unit::whole_stretch},
        {"20 seeds: seeds", 20, 1500, Unit::whole_stretch},
        {"10 seeds of one order: seeds, few as they are", 10, 1, Unit::whole_stretch},
        {"10 seeds of 8 orders: blocks of 2", 10, 8, Unit::block},
        {"one seed: blocks", 1, 5, Unit::block},
    };
    for (const auto& r : rows) EXPECT_EQ(unit_of(equal(r.stretches, r.each)), r.unit) << r.what;
}

TEST(Bootstrap, whole_stretches_come_from_their_own_stratum) {
    // 20 stretches of 0 in one scenario, 20 of 1 in another, of unequal lengths: nothing varies but
    // the lengths, and within a scenario not even the mean.
    std::vector<double> values;
    std::vector<Stretch> stretches;
    for (std::uint32_t i = 0; i < 40; ++i) {
        stretches.push_back({values.size(), values.size() + 5, i / 20});
        values.insert(values.end(), 5, i / 20);
    }
    EXPECT_LT(bootstrapped_mean(values, stretches, Unit::whole_stretch, {}).se, 1e-12);
    for (Stretch& s : stretches) s.stratum = 0;
    EXPECT_NEAR(bootstrapped_mean(values, stretches, Unit::whole_stretch, {}).se,
                0.5 / std::sqrt(40.0), 0.005);
}

// 30 worlds of 50 values, each world with a mean of its own: blocks take the worlds as given and
// are too sure of what another world would be like.
TEST(Bootstrap, whole_stretches_see_what_worlds_differ_in) {
    int by_blocks = 0, by_worlds = 0;
    constexpr int kTimes = 200;
    for (std::uint64_t time = 1; time <= kTimes; ++time) {
        score::Draws random({time, 14});
        std::vector<double> values;
        std::vector<Stretch> worlds;
        for (int w = 0; w < 30; ++w) {
            const double mean = 0.5 * random.normal();
            worlds.push_back({values.size(), values.size() + 50, 0});
            for (int i = 0; i < 50; ++i) values.push_back(mean + random.normal());
        }
        const auto holds = [&](Unit unit) {
            const auto m = bootstrapped_mean(values, worlds, unit, {.draws = 300});
            return m.interval.low <= 0 && 0 <= m.interval.high ? 1 : 0;
        };
        by_blocks += holds(Unit::block);
        by_worlds += holds(Unit::whole_stretch);
    }
    std::printf("coverage of 30 worlds: whole %.3f, blocks %.3f\n", by_worlds / double{kTimes},
                by_blocks / double{kTimes});
    EXPECT_GE(by_worlds, 0.89 * kTimes) << "times 1 to 200";
    EXPECT_LE(by_blocks, 0.70 * kTimes);
}

TEST(Bootstrap, nothing_is_not_certain) {
    const auto nothing = bootstrapped_mean({}, {}, Unit::block, {});
    EXPECT_EQ(nothing.p, 1);
    EXPECT_EQ(nothing.mean, 0);
}

}  // namespace
}  // namespace assay::judge
