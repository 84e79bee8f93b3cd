#include "core/judge/paired.h"

#include <gtest/gtest.h>

#include "core/judge/testkit.h"

namespace assay::judge {
namespace {

TEST(Paired, pairs_go_by_parent_and_a_stretch_is_one_seed_of_one_scenario) {
    const std::vector<Outcome> a = {made_up_outcome(0, 2, 0, 5), made_up_outcome(0, 1, 1, 3),
                                    made_up_outcome(0, 1, 0, 1), made_up_outcome(1, 1, 0, 7)};
    std::vector<Outcome> b = {made_up_outcome(0, 1, 0, 0.5), made_up_outcome(0, 1, 1, 4),
                              made_up_outcome(0, 2, 0, 1), made_up_outcome(1, 1, 0, 7),
                              made_up_outcome(1, 1, 9, 7)};
    const auto d = differences(a, b);
    ASSERT_TRUE(d);
    EXPECT_EQ(d->bps, (std::vector<double>{0.5, -1, 4, 0}));
    EXPECT_EQ(d->left_out, 1) << "parent 9";
    ASSERT_EQ(d->stretches.size(), 3u);
    EXPECT_EQ(d->stretches[0].last, 2u);
    EXPECT_EQ(d->parents[2].seed, 2u);
    const std::vector<Outcome> c = {made_up_outcome(0, 1, 1, 3), made_up_outcome(0, 1, 2, 8),
                                    made_up_outcome(0, 3, 0, 9)};
    EXPECT_EQ(differences(a, c)->bps, std::vector<double>{0}) << "gaps on both sides";
    EXPECT_EQ(differences(a, c)->left_out, 5);
    b[0].shortfall_bps.reset();
    EXPECT_EQ(differences(a, b)->left_out, 2) << "absent is not zero";
    EXPECT_EQ(differences(a, b)->bps.size(), 3u);
}

TEST(Paired, what_cannot_be_paired_is_an_error) {
    const std::vector<Outcome> a = {made_up_outcome(0, 1, 0, 1)};
    const std::vector<Outcome> twice = {made_up_outcome(0, 1, 4, 1), made_up_outcome(0, 1, 4, 2)};
    EXPECT_EQ(differences(a, twice).error().text(),
              "parent 4 of seed 1, scenario 0 stands there twice");
    const std::vector<Outcome> other = {made_up_outcome(0, 2, 0, 1)};
    EXPECT_EQ(paired(a, other, {}).error().text(),
              "no parent with a shortfall stands on both sides");
}

TEST(DieboldMariano, by_hand) {
    // 1 2 3 4: mean 2.5, g0 1.25, g1 (.75 - .25 + .75) / 4 = .3125.
    const std::vector<double> d = {1, 2, 3, 4};
    const Stretch one[] = {{0, 4}}, two[] = {{0, 2}, {2, 4}};
    struct {
        const char* worked;
        std::span<const Stretch> stretches;
        std::optional<int> lags;
        double statistic;
    } const rows[] = {
        {"lag 0: 2.5 / root(1.25 / 4)", one, 0, 4.47214},
        {"lag 1: 1.25 + 2 * .5 * .3125 = 1.5625; 2.5 / root(1.5625 / 4)", one, 1, 4.0},
        {"the rule gives 4 (.04)^(2/9) = 1.96, so lag 1", one, std::nullopt, 4.0},
        {"two stretches: g1 (.75 + .75) / 4 = .375; 2.5 / root(1.625 / 4)", two, 1, 3.92232},
    };
    for (const auto& r : rows) {
        const auto dm = diebold_mariano(d, r.stretches, r.lags);
        ASSERT_TRUE(dm) << r.worked;
        EXPECT_NEAR(dm->statistic, r.statistic, 5e-6) << r.worked;
    }
    EXPECT_NEAR(diebold_mariano(d, one, 1)->p, 6.334e-5, 1e-8);
    EXPECT_FALSE(diebold_mariano(std::vector<double>{2, 2, 2}, std::vector<Stretch>{{0, 3}}));
    EXPECT_FALSE(diebold_mariano(std::vector<double>{2}, std::vector<Stretch>{{0, 1}}));
}

// One order under each of many seeds: there is nothing to block inside a seed, and an interval of
// width 0 would be a lie.
TEST(Paired, one_parent_a_seed) {
    int held = 0, clear = 0;
    for (std::uint64_t time = 1; time <= 300; ++time) {
        std::vector<Outcome> a, b;
        score::Draws random({time, 12});
        for (std::uint64_t seed = 1; seed <= 60; ++seed) {
            a.push_back(made_up_outcome(0, seed, 0, random.normal()));
            b.push_back(made_up_outcome(0, seed, 0, random.normal()));
        }
        const auto p = paired(a, b, {.draws = 400});
        ASSERT_EQ(p->drawn_by, Unit::whole_stretch);
        held += p->bps.interval.low <= 0 && 0 <= p->bps.interval.high;
        clear += p->bps.p < 0.05;
    }
    EXPECT_GE(held, 272) << "times 1 to 300";
    EXPECT_LE(held, 296);
    EXPECT_LE(clear, 30);
}

// 10 seeds of 300 parents; one policy costs .1 bps more than the other, in noise common to both.
TEST(Paired, a_tenth_of_a_basis_point_is_found_in_common_noise) {
    std::vector<Outcome> dear, cheap;
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
        const auto world = made_up_series(300, 0.5, seed);
        const auto own = made_up_series(300, 0.3, seed + 100);
        for (std::uint32_t i = 0; i < 300; ++i) {
            cheap.push_back(made_up_outcome(0, seed, i, 5 * world[i]));
            dear.push_back(made_up_outcome(0, seed, i, 5 * world[i] + 0.1 + 0.5 * own[i]));
        }
    }
    const auto p = paired(dear, cheap, {});
    ASSERT_TRUE(p);
    EXPECT_EQ(p->n, 3000);
    EXPECT_EQ(p->worlds, 10);
    EXPECT_GE(p->worlds_above, 8);
    EXPECT_NEAR(p->bps.mean, 0.1, 0.03);
    EXPECT_GT(p->bps.interval.low, 0);
    EXPECT_LT(p->bps.interval.high, 0.16);
    EXPECT_LT(p->bps.p, 0.01);
    EXPECT_LT(p->check->p, 0.01);
    // The two standard errors agree: they estimate the same thing in two ways.
    const double check_se = p->bps.mean / p->check->statistic;
    EXPECT_NEAR(p->bps.se / check_se, 1, 0.15);
    const auto mirrored = paired(cheap, dear, {});
    EXPECT_NEAR(mirrored->bps.mean, -p->bps.mean, 1e-12);
    EXPECT_NEAR(mirrored->bps.interval.high, -p->bps.interval.low, 1e-3);
}

}  // namespace
}  // namespace assay::judge
