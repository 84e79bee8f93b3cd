#include "core/estimate/capacity.h"

#include <cmath>
#include <gtest/gtest.h>

#include "core/estimate/testkit.h"
#include "core/units/archive.h"

namespace assay::estimate {
namespace {

// (sent, filled): (10,10)(10,4)(10,0)(6,6)(20,12)(8,3).
Capacity six_orders(const CapacityGrid& grid, double w = 1) {
    Capacity c;
    c.observe_censored(grid, 10, w);
    c.observe_exact(grid, 4, w);
    c.observe_exact(grid, 0, w);
    c.observe_censored(grid, 6, w);
    c.observe_exact(grid, 12, w);
    c.observe_exact(grid, 3, w);
    return c;
}
double at(const std::vector<double>& t, int k) {
    return t[static_cast<std::size_t>(k - 1)];
}

TEST(Capacity, worked_kaplan_meier_without_prior) {
    const CapacityGrid grid = lot_grid(20);
    const auto t = tail(hazard(six_orders(grid), grid.prior, 1, 0));
    EXPECT_NEAR(at(t, 1), 5.0 / 6, 1e-15) << "T(1) = 5/6";
    EXPECT_NEAR(at(t, 4), 0.6667, 0.00005) << "T(4) = .6667";
    EXPECT_NEAR(at(t, 5), 0.5, 1e-15) << "T(5) = .5";
    EXPECT_EQ(at(t, 13), 0) << "T(13) = 0: one observation at risk and it ended";
}

TEST(Capacity, worked_kaplan_meier_with_prior_and_wilson) {
    const CapacityGrid grid = lot_grid(20);  // g_0 = .3, g_k = .03
    const Capacity seen = six_orders(grid);
    const auto t = tail(hazard(seen, grid.prior, 1));
    const auto n = support(seen, 20, 1);
    struct {
        const char* worked;
        int k;
        double t, u, n;
    } cases[] = {
        {"T(1) = .7727, U = .8731, n = 11", 1, 0.7727, 0.8731, 11},
        {"T(4) = .6635, U = .7870, n = 11", 4, 0.6635, 0.7870, 11},
        {"T(5) = .5787, U = .7148, n = 11", 5, 0.5787, 0.7148, 11},
        {"T(10) = .5207, U = .6695, n = 10", 10, 0.5207, 0.6695, 10},
        {"T(13) = .4001, U = .5654, n = 9", 13, 0.4001, 0.5654, 9},
    };
    const auto lifted = optimistic(t, n);
    for (const auto& c : cases) {
        EXPECT_NEAR(at(t, c.k), c.t, 0.00005) << c.worked;
        EXPECT_EQ(at(n, c.k), c.n) << c.worked;
        EXPECT_NEAR(wilson_upper(at(t, c.k), at(n, c.k)), c.u, 0.00005) << c.worked;
        EXPECT_NEAR(at(lifted, c.k), c.u, 0.00005) << c.worked << " (running minimum)";
    }
}

TEST(Capacity, weights_count_as_of_now) {
    const CapacityGrid grid = lot_grid(20);
    const double w = std::ldexp(1.0, 300);
    const auto plain = tail(hazard(six_orders(grid), grid.prior, 1));
    EXPECT_EQ(tail(hazard(six_orders(grid, w), grid.prior, w)), plain);
    Capacity scaled = six_orders(grid, w);
    scaled.scale(1 / w);
    EXPECT_EQ(scaled, six_orders(grid));
    // One half-life on, evidence weighs half against the prior: h_0 = (.5 + 1.5) / (3 + 5).
    EXPECT_DOUBLE_EQ(hazard(six_orders(grid), grid.prior, 2)[0], 0.25);
}

TEST(Capacity, pooled_hazard_is_events_plus_a_over_at_risk_plus_one) {
    const CapacityGrid grid = lot_grid(20);
    Capacity both = six_orders(grid);
    both.merge(six_orders(grid));
    const auto g = pooled_hazard(both, grid, 1);
    EXPECT_NEAR(g[0], (2 + 0.30) / (12 + 1), 1e-15) << "two rejects of twelve";
    EXPECT_NEAR(g[1], 0.03 / (10 + 1), 1e-15) << "nobody stopped at one lot";
    EXPECT_NEAR(g[19], 0.03, 1e-15) << "nobody at risk: the prior";
}

TEST(Capacity, removed_is_never_observed) {
    const CapacityGrid grid = lot_grid(20);
    Capacity c = six_orders(grid);
    c.observe_exact(grid, 7, 0.3);
    c.observe_censored(grid, 9, 0.7);
    c.remove_exact(grid, 7, 0.3);
    c.remove_censored(grid, 9, 0.7);
    EXPECT_EQ(c, six_orders(grid));
    for (int i = 0; i < 3; ++i) c.remove_exact(grid, 4);
    EXPECT_GE(c.exact[4], 0);
}

TEST(Capacity, nonsense_is_ignored) {
    const CapacityGrid grid = lot_grid(5);
    Capacity c;
    c.observe_exact(grid, -1);
    c.observe_exact(grid, NAN);
    c.observe_exact(grid, 1, 0);
    c.observe_censored(grid, 0);
    c.observe_censored(grid, 3, NAN);
    EXPECT_TRUE(c.empty());
    EXPECT_EQ(tail(hazard(c, grid.prior, 1, 0)), std::vector<double>(5, 1.0))
        << "no data, no event";
    c.observe_exact(grid, 100);  // beyond the grid: has outlived every cell
    EXPECT_EQ(tail(hazard(c, grid.prior, 1, 0)).back(), 1);
}

TEST(Capacity, log_grid_has_48_points_from_a_hundredth_to_a_hundred) {
    const CapacityGrid g = log_grid(10);
    ASSERT_EQ(g.upper.size(), 48u);
    EXPECT_NEAR(g.upper.front(), 0.01, 1e-15);
    EXPECT_NEAR(g.upper.back(), 100, 1e-10);
    EXPECT_NEAR(g.upper[10] / g.upper[9], std::pow(10'000.0, 1.0 / 47), 1e-12);
    EXPECT_EQ(g.prior.front(), 0.30);
    const double lots = (g.upper[30] - g.upper[29]) * 10;
    EXPECT_NEAR(g.prior[30], 1 - std::pow(0.97, lots), 1e-14) << "1 - (1 - .03)^dk";
}

TEST(Capacity, the_tail_finds_the_truth_it_was_censored_from) {
    const std::uint64_t seed = 5;
    testkit::Random random(seed);
    const CapacityGrid grid = log_grid(10);
    Capacity c;
    for (int i = 0; i < 40'000; ++i) {  // zero with 20 %, else exponential with mean 2 (in ref)
        const double capacity = random.uniform() < 0.2 ? 0 : 2 * random.exponential();
        const double sent = 0.05 + 6 * random.uniform();
        if (capacity < sent)
            c.observe_exact(grid, capacity);
        else
            c.observe_censored(grid, sent);
    }
    const auto t = tail(hazard(c, grid.prior, 1));
    for (std::size_t b = 0; grid.upper[b] < 4.5; ++b) {  // beyond 6 nothing was sent
        EXPECT_NEAR(t[b], 0.8 * std::exp(-grid.upper[b] / 2), 0.02)
            << "seed=" << seed << " x=" << grid.upper[b];
    }
}

// Six LPs that take nothing with their own chance, else 1 + a geometric number of lots: 2,000
// censored answers of each, then 20,000 forecasts whether an order fills in full, beside the
// truth's.
TEST(Capacity, brier_of_what_it_forecasts_within_2_percent_of_the_true_models) {
    const CapacityGrid grid = lot_grid(80);
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
        testkit::Random random(seed);
        struct Lp {
            double none, ratio;
            Capacity seen;
        };
        std::vector<Lp> lps;
        for (int i = 0; i < 6; ++i)
            lps.push_back({.1 + .6 * random.uniform(), 1 - 1 / (3 + 50 * random.uniform()), {}});
        const auto draw = [&](const Lp& lp) {
            return random.uniform() < lp.none
                       ? 0
                       : 1 + std::floor(std::log(random.uniform()) / std::log(lp.ratio));
        };
        const auto size = [&] {
            return static_cast<std::size_t>(random.uniform() *
                                            static_cast<double>(grid.upper.size()));
        };
        Capacity all;
        for (Lp& lp : lps) {
            for (int i = 0; i < 2'000; ++i) {
                const double sent = grid.upper[size()], capacity = draw(lp);
                if (capacity < sent)
                    lp.seen.observe_exact(grid, capacity);
                else
                    lp.seen.observe_censored(grid, sent);
            }
            all.merge(lp.seen);
        }
        const auto prior = pooled_hazard(all, grid, 1);
        double believed = 0, known = 0;
        for (const Lp& lp : lps) {
            const auto t = tail(hazard(lp.seen, prior, 1));
            for (int i = 0; i < 20'000; ++i) {
                const std::size_t b = size();
                const double full = draw(lp) >= grid.upper[b] ? 1 : 0;
                const double truth = (1 - lp.none) * std::pow(lp.ratio, grid.upper[b] - 1);
                believed += std::pow(full - t[b], 2);
                known += std::pow(full - truth, 2);
            }
        }
        std::printf("seed %d: Brier %.4f, of the true model %.4f: %+.2f %%\n",
                    static_cast<int>(seed), believed / 120'000, known / 120'000,
                    100 * (believed / known - 1));
        EXPECT_LT(believed, 1.02 * known) << "seed " << seed;
    }
}

TEST(Capacity, tails_fall_and_optimism_never_lowers) {
    for (std::uint64_t seed = 1; seed <= 100; ++seed) {
        testkit::Random random(seed);
        const CapacityGrid grid = seed % 2 ? lot_grid(30) : log_grid(10);
        Capacity c;
        for (std::uint64_t i = 0; i < random.below(20); ++i) {
            if (random.uniform() < 0.5)
                c.observe_exact(grid, 12 * random.uniform());
            else
                c.observe_censored(grid, 12 * random.uniform());
        }
        const auto t = tail(hazard(c, grid.prior, 1));
        const auto up = optimistic(t, support(c, t.size(), 1));
        for (std::size_t b = 0; b < t.size(); ++b) {
            EXPECT_GE(t[b], 0) << seed;
            EXPECT_GE(up[b], t[b]) << seed;
            EXPECT_LE(up[b], b ? up[b - 1] : 1) << seed;
            EXPECT_LE(t[b], b ? t[b - 1] : 1) << seed;
        }
    }
}

TEST(Capacities, one_curve_for_each_tif_and_limit) {
    const CapacityGrid grid = lot_grid(5);
    Capacities all, more;
    all.at({TifClass::resting, LimitClass::inside}).observe_exact(grid, 1);
    all.at({TifClass::ioc, LimitClass::at}).observe_exact(grid, 2);
    all.at({TifClass::ioc, LimitClass::at}).observe_exact(grid, 2);
    more.at({TifClass::ioc, LimitClass::at}).observe_exact(grid, 2);
    more.at({TifClass::fok, LimitClass::market}).observe_censored(grid, 2);
    all.merge(more);
    ASSERT_EQ(all.curves().size(), 3u);
    EXPECT_EQ(all.curves()[0].key, (CapacityKey{TifClass::ioc, LimitClass::at})) << "by key";
    EXPECT_EQ(all.find({TifClass::ioc, LimitClass::at})->exact[2], 3);
    EXPECT_EQ(all.find({TifClass::ioc, LimitClass::through}), nullptr);
}

TEST(Capacities, save_and_load) {
    const CapacityGrid grid = log_grid(10);
    Capacities all, back;
    all.at({TifClass::resting, LimitClass::inside}).observe_exact(grid, 0.5, 0.25);
    all.at({TifClass::ioc, LimitClass::at}).observe_censored(grid, 2);
    std::string bytes;
    Saver save(bytes);
    save(all);
    Loader load(bytes);
    load(back);
    EXPECT_TRUE(load.ok() && load.at_end());
    EXPECT_EQ(back, all);
    Loader cut(std::string_view(bytes).substr(0, bytes.size() - 1));
    cut(back);
    EXPECT_FALSE(cut.ok());
}

}  // namespace
}  // namespace assay::estimate
