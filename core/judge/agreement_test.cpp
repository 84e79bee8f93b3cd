#include "core/judge/agreement.h"

#include <cmath>
#include <gtest/gtest.h>

#include "core/score/draws.h"

namespace assay::judge {
namespace {

// Above 0 the score prefers what costs less. Scores of `balanced` weigh how surely and fast an LP
// fills; what a child of 20 lots of a parent of 140 costs in a normal market weighs leakage by all
// that is left, and values small sure fills less: the six of docs/spec.md section 9 come out below
// 0.
TEST(Agreement, sure_and_fast_is_not_cheap_among_the_six) {
    //                                A     B     C     D     E     G
    const std::vector<double> score{74.3, 45.8, 74.2, 46.6, 48.3, 69.0};
    const std::vector<double> cost{1.72, 1.56, 1.76, 1.50, 2.46, 1.48};
    const Snapshot snapshots[] = {{score, cost}};
    const auto found = agreement(snapshots, {});
    ASSERT_TRUE(found);
    EXPECT_NEAR(found->spearman.mean, -9.0 / 35, 1e-12) << "ranks 1 6 2 5 4 3 and 4 3 5 2 6 1";
    // The other way round: the same order as the truth is 1.
    std::vector<double> right;
    for (const double c : cost) right.push_back(100 - 10 * c);
    const Snapshot good[] = {{right, cost}};
    EXPECT_NEAR(agreement(good, {})->spearman.mean, 1, 1e-12);
}

TEST(Agreement, rank_correlation_by_hand) {
    struct {
        const char* worked;
        std::vector<double> a, b;
        std::optional<double> rho, concordance;
    } const rows[] = {
        {"the same order: 1", {1, 2, 3}, {10, 20, 99}, 1, 1},
        {"reversed: -1", {1, 2, 3}, {3, 2, 1}, -1, 0},
        {"1 - 6 * (1 + 1) / (4 * 15) = .8; 5 of 6 pairs", {1, 2, 3, 4}, {2, 1, 3, 4}, 0.8, 5 / 6.0},
        {"ties: ranks 1.5 1.5 3 4 against 1 2 3 4: 4.5 / root(4.5 * 5)",
         {1, 1, 2, 3},
         {1, 2, 3, 4},
         0.948683,
         5.5 / 6},
        {"all ties: nothing to say", {1, 1, 1}, {1, 2, 3}, {}, 0.5},
        {"two are too few", {1, 2}, {1, 2}, {}, 1},
        {"lengths differ", {1, 2, 3}, {1, 2}, {}, {}},
    };
    for (const auto& r : rows) {
        const auto rho = spearman(r.a, r.b), c = concordance(r.a, r.b);
        ASSERT_EQ(rho.has_value(), r.rho.has_value()) << r.worked;
        ASSERT_EQ(c.has_value(), r.concordance.has_value()) << r.worked;
        EXPECT_NEAR(rho.value_or(9), r.rho.value_or(9), 5e-7) << r.worked;
        EXPECT_NEAR(c.value_or(9), r.concordance.value_or(9), 1e-12) << r.worked;
    }
    EXPECT_EQ(mean_ranks(std::vector<double>{5, 1, 5, 9}), (std::vector<double>{2.5, 1, 2.5, 4}));
}

TEST(Agreement, a_high_score_beside_a_low_cost_is_agreement) {
    std::vector<Snapshot> right, noise;
    score::Draws random({4});
    for (int i = 0; i < 60; ++i) {
        Snapshot a, b;
        for (int lp = 0; lp < 6; ++lp) {
            a.true_cost_bps.push_back(lp + 0.3 * random.normal());
            a.score.push_back(90 - 10 * lp + 3 * random.normal());
            b.true_cost_bps.push_back(random.normal());
            b.score.push_back(random.normal());
        }
        right.push_back(a);
        noise.push_back(b);
    }
    const auto good = agreement(right, {}), bad = agreement(noise, {});
    ASSERT_TRUE(good && bad);
    EXPECT_EQ(good->snapshots, 60);
    EXPECT_GT(good->spearman.interval.low, 0.9);
    EXPECT_GT(good->concordance, 0.95);
    EXPECT_NEAR(bad->spearman.mean, 0, 0.18) << "three times .447 / root(60)";
    EXPECT_NEAR(bad->spearman.se, 0.447 / std::sqrt(60), 0.015);
    EXPECT_NEAR(bad->concordance, 0.5, 0.1);
    const Snapshot level{{1, 1, 1}, {1, 2, 3}};
    EXPECT_FALSE(agreement({&level, 1}, {}));
}

TEST(Agreement, forecasts_merge) {
    Forecasts a, b, all;
    for (int i = 0; i < 40; ++i) {
        Forecasts& part = i % 3 == 0 ? a : b;
        for (Forecasts* f : {&part, &all}) {
            f->filled.observe(i / 40.0, i % 2);
            f->in_time.observe(0.9, i % 5 != 0);
            f->latency_ms.observe({10, 20, 40}, i);
            f->latency.observe(i / 40.0);
        }
    }
    a.merge(b);
    EXPECT_EQ(a.filled.n(), 40);
    EXPECT_NEAR(*a.filled.brier(), *all.filled.brier(), 1e-12);
    EXPECT_NEAR(*a.in_time.brier(), *all.in_time.brier(), 1e-12);
    EXPECT_NEAR(*a.latency_ms.mean(1), *all.latency_ms.mean(1), 1e-12);
    EXPECT_EQ(a.latency.counts(), all.latency.counts());
}

}  // namespace
}  // namespace assay::judge
