#include "core/estimate/shrink.h"

#include <cmath>
#include <gtest/gtest.h>
#include <vector>

#include "core/estimate/testkit.h"

namespace assay::estimate {
namespace {

constexpr FitRule kWorked{.min_children = 4, .phi = 1};

RateFit fit(std::span<const Trials> children, const FitRule& rule) {
    const std::span<const Trials> families[] = {children};
    return fit_rates(families, rule);
}
NormalFit fit(std::span<const Measured> children) {
    const std::span<const Measured> families[] = {children};
    return fit_magnitudes(families);
}

TEST(Rates, worked_kleinman_of_four_lps) {
    const Trials lps[] = {{100, 0.95, {}}, {200, 0.90, {}}, {40, 0.65, {}}, {60, 55.0 / 60, {}}};
    const RateFit f = fit(lps, kWorked);
    ASSERT_FALSE(f.fallback);
    EXPECT_NEAR(f.mu[0], 0.8582, 0.00005) << "mu .8582";
    EXPECT_NEAR(f.strength, 6.28, 0.005) << "M 6.28";
    const double expected[] = {0.9446, 0.8987, 0.6782, 0.9111};
    for (std::size_t i = 0; i < 4; ++i) {
        EXPECT_NEAR(posterior(lps[i].n, lps[i].mean, f.mu[0], f.strength).mean(), expected[i],
                    0.00005)
            << "posteriors .9446 .8987 .6782 .9111";
    }
    const Beta newcomer = posterior(0, 0, f.mu[0], f.strength);
    EXPECT_NEAR(newcomer.a, 5.39, 0.005) << "Beta(5.39, .89)";
    EXPECT_NEAR(newcomer.b, 0.89, 0.005) << "Beta(5.39, .89)";
    EXPECT_NEAR(newcomer.mean(), 0.858, 0.0005) << "mean .858";
    EXPECT_NEAR(quantile(newcomer, 0.10), 0.673, 0.0005) << "q10 .673";
}

TEST(Rates, too_few_children_fall_back_to_ten) {
    const Trials lps[] = {
        {100, 0.95, {}}, {200, 0.90, {}}, {40, 0.65, {}}, {60, 0.9, {}}, {2, 1, {}}};
    const RateFit f = fit(lps, {});
    EXPECT_TRUE(f.fallback);
    EXPECT_NEAR(f.strength, 10, 1e-12);
    const RateFit nobody = fit({}, {});
    EXPECT_TRUE(nobody.fallback);
    EXPECT_EQ(nobody.mu[0], 0.5);
    const Trials all_perfect[] = {{9, 1, {}}, {9, 1, {}}, {9, 1, {}}, {9, 1, {}}, {9, 1, {}}};
    const RateFit perfect = fit(all_perfect, {});
    EXPECT_NEAR(perfect.strength, 10, 1e-12) << "no spread at all says nothing about the spread";
    EXPECT_EQ(perfect.mu[0], 1);
    const Beta b = posterior(3, 1, perfect.mu[0], perfect.strength);
    EXPECT_GT(b.b, 0) << "still a distribution";
}

TEST(Rates, strength_never_passes_a_hundred) {
    std::vector<Trials> same(10, Trials{1000, 0.5, {}});
    EXPECT_NEAR(fit(same, {}).strength, 100, 1e-9);
}

TEST(Rates, kappa_is_how_far_fast_windows_stray_from_what_was_believed) {
    EXPECT_EQ(fast_kappa({}), 10) << "default 10";
    const std::vector<FastWindow> four(4, {{100, 0.9, {}}, 0.9});
    EXPECT_EQ(fast_kappa(four), 10) << "too few windows";
    const std::vector<FastWindow> as_believed(10, {{1000, 0.9, {}}, 0.9});
    EXPECT_NEAR(fast_kappa(as_believed), 50, 1e-9) << "cap 50";
    // Long windows that stray by .1 either way from .5: gamma = .01 / .25, M = 24.
    std::vector<FastWindow> stray;
    for (int i = 0; i < 10; ++i) stray.push_back({{1e9, i % 2 == 0 ? 0.4 : 0.6, {}}, 0.5});
    EXPECT_NEAR(fast_kappa(stray), 24, 1e-6);
    // Windows of 10 orders that stray no more than ten coins do: nothing is between them.
    std::vector<FastWindow> coins;
    const double sd = std::sqrt(0.25 / 10);
    for (int i = 0; i < 10; ++i) coins.push_back({{10, 0.5 + (i % 2 == 0 ? sd : -sd), {}}, 0.5});
    EXPECT_NEAR(fast_kappa(coins), 50, 1e-9);
}

TEST(Rates, phi_is_the_within_variance_over_mu_one_minus_mu) {
    // Fractions between .4 and .6 vary 25 times less than a coin with the same mean would.
    std::vector<Trials> calm(6, Trials{50, 0.5, 0.01});
    EXPECT_NEAR(fit(calm, {}).phi, 0.05, 1e-12) << "0.01 / 0.25 = .04, floor .05";
    calm.assign(6, Trials{50, 0.5, 0.025});
    EXPECT_NEAR(fit(calm, {}).phi, 0.1, 1e-12) << "0.025 / 0.25";
    calm.assign(6, Trials{50, 0.5, 0.2551});
    EXPECT_EQ(fit(calm, {}).phi, 1) << "never more than a coin";
}

TEST(Rates, families_share_gamma_and_keep_their_means) {
    const Trials good[] = {{50, 0.95, {}}, {50, 0.85, {}}, {50, 0.9, {}}};
    const Trials poor[] = {{50, 0.2, {}}, {50, 0.4, {}}, {50, 0.3, {}}};
    const std::span<const Trials> families[] = {good, poor};
    const RateFit f = fit_rates(families);
    ASSERT_FALSE(f.fallback);
    EXPECT_NEAR(f.mu[0], 0.9, 0.001);
    EXPECT_NEAR(f.mu[1], 0.3, 0.001);
    // Equal n: gamma = (Sum S - Sum mu(1-mu)(k-1)) / (Sum mu(1-mu)(k-1)(n-1)), S = 50 x .005, .02.
    const double coin = 2 * (0.09 + 0.21);
    const double gamma = (50 * (0.005 + 0.02) - coin) / (coin * 49);
    EXPECT_NEAR(f.gamma, gamma, 1e-6);
}

TEST(Rates, worked_design_effect) {
    const struct {
        double n, expected;
    } cases[] = {{100, 18.85}, {4, 3.54}, {6, 4.93}};
    for (const auto& c : cases)
        EXPECT_NEAR(design_n(c.n, 22), c.expected, 0.005) << "n=" << c.n << " M=22";
    EXPECT_EQ(design_n(0.5, 22), 0.5);
}

TEST(Rates, worked_inflated_prior) {
    EXPECT_NEAR(inflated_strength(0.86, 0.0012, 22), 17.7, 0.05) << "m=.86 V=.0012 M=22 -> 17.7";
    EXPECT_EQ(inflated_strength(0.5, 10, 22), 0.5) << "never below .5";
}

// LP_B of docs/spec.md 5.4, one cell of one symbol, with two peers: what three levels of borrowing
// with M = 10 leave of its record (docs/decisions/0016).
double borrowed(double n, double record, double pooled) {
    const double of_pair = design_n(n, 10), of_lp = design_n(of_pair, 10);
    const Beta lp = posterior(of_lp, record, pooled, 10);
    const Beta pair = posterior(of_pair, record, lp, 10);
    return posterior(n, record, pair, 10).mean();
}
TEST(Rates, worked_lp_b_of_the_desk_borrows_a_little_from_better_peers) {
    const double fill = (.985 + .65 + .95) / 3, reject = (.012 + .15 + .035) / 3;
    struct Row {
        double orders, fill, reject, score;
    } const rows[] = {
        {10'000, .6500263, .1499895, 45.8514},
        {20'000, .6500131, .1499948, 45.8501},
        {21'000, .6500125, .1499950, 45.8500},
        {1e9, .65, .15, 45.8487},
    };
    for (const Row& r : rows) {
        const double f = borrowed(r.orders, .65, fill), j = borrowed(r.orders, .15, reject);
        EXPECT_NEAR(f, r.fill, 5e-8) << r.orders;
        EXPECT_NEAR(j, r.reject, 5e-8) << r.orders;
        const double score = 4 + 35 * (f - .5) / .5 + 20 * 45.0 / 95 + 35 * (.4 - j) / .4;
        EXPECT_NEAR(score, r.score, 5e-5) << r.orders;
    }
    const auto score = [&](double n) {
        return 4 + 70 * (borrowed(n, .65, fill) - .5) + 180.0 / 19 +
               87.5 * (.4 - borrowed(n, .15, reject));
    };
    EXPECT_GT(score(20'952), 45.85);  // still 45.9 to one decimal
    EXPECT_LT(score(20'953), 45.85);  // and from here 45.8
}

TEST(Rates, cautious_until_twenty_orders) {
    const Beta d{5.39, 0.89};
    EXPECT_NEAR(cautious_rate(d, 3, 0.9), 0.6737, 0.00005) << "10 % quantile of Beta(5.39, .89)";
    EXPECT_EQ(cautious_rate(d, 3, 0.5), 0.5) << "never above the median peer";
    EXPECT_EQ(cautious_rate(d, 20, 0.5), d.mean());
}

TEST(Rates, worked_story_of_kappa_three) {
    EXPECT_NEAR(pseudo_mean(0.985, 3, 1, 1), 0.98875, 1e-12) << "after child 1: .98875";
    EXPECT_NEAR(pseudo_mean(16.5, 3, 15, 1), 16.125, 1e-12) << "after child 1: 16.125 ms";
    EXPECT_NEAR(pseudo_mean(0.985, 3, 1.5, 2), 0.891, 1e-12) << "after child 2: .891";
    EXPECT_NEAR(pseudo_mean(16.5, 3, 55, 2), 20.9, 1e-12) << "after child 2: 20.9 ms";
    const Beta a = posterior(2, 0.75, 0.985, 3);
    EXPECT_NEAR(a.a, 4.455, 1e-12) << "Beta(4.455, .545)";
    EXPECT_NEAR(a.b, 0.545, 1e-12) << "Beta(4.455, .545)";
    EXPECT_NEAR(std::sqrt(a.var()), 0.127, 0.0005) << "sd .127 = 8.9 score points";
    EXPECT_NEAR(std::sqrt(posterior(0, 0, 0.95, 3).var()), 0.109, 0.0005) << "LP_C: sd .109";
}

TEST(Magnitudes, worked_dersimonian_laird) {
    const Measured x[] = {{0.5, 0.04}, {1, 0.09}, {-0.25, 0.25}, {0.8, 0.01}};
    const NormalFit f = fit(x);
    EXPECT_NEAR(f.tau2, 0.0547, 0.00005) << "tau2 .0547";
    EXPECT_NEAR(f.mu[0].mean, 0.655, 0.0005) << "mu .655";
    const double expected[] = {0.566, 0.786, 0.493, 0.778};
    for (std::size_t i = 0; i < 4; ++i) {
        EXPECT_NEAR(posterior(x[i], f.mu[0], f.tau2).mean, expected[i], 0.0005)
            << "posterior .566 .786 .493 .778";
    }
}

TEST(Magnitudes, posterior_carries_the_doubt_of_the_parent) {
    const Normal p = posterior(Measured{2, 1}, Normal{0, 0.5}, 1);
    EXPECT_DOUBLE_EQ(p.mean, 1) << "B = 1/2";
    EXPECT_DOUBLE_EQ(p.var, 1 * 0.5 + 0.25 * 0.5) << "v(1-B) + B^2 Var(parent)";
    EXPECT_EQ(posterior(Measured{2, 1}, Normal{0.3, 0.1}, 0), (Normal{0.3, 0.1}))
        << "no spread between children: all are the parent";
}

TEST(Magnitudes, agreeing_children_have_no_variance_between_them) {
    const Measured x[] = {{0.5, 1}, {0.6, 1}, {0.4, 1}};
    EXPECT_EQ(fit(x).tau2, 0);
    EXPECT_EQ(fit(std::span<const Measured>{}).tau2, 0);
    EXPECT_EQ(fit(std::span<const Measured>{}).mu[0].var, INFINITY);
}

TEST(Magnitudes, pooled_variance_weighs_by_degrees_of_freedom) {
    const Trials c[] = {{3, 0, 1.0}, {5, 0, 4.0}, {1, 0, {}}, {0.5, 0, {}}};
    EXPECT_DOUBLE_EQ(*pooled_variance(c), (2 * 1.0 + 4 * 4.0) / 6);
    EXPECT_FALSE(pooled_variance(std::span(c).subspan(2)));
}

TEST(Magnitudes, winsorised_at_five_robust_deviations) {
    const double v[] = {1, 2, 3, 4, 5, 1000, -1000};
    const Interval limits = winsor_limits(v);
    EXPECT_DOUBLE_EQ(limits.high, 3 + 5 * 1.4826 * 2) << "median 3, median deviation 2";
    EXPECT_DOUBLE_EQ(winsorised(1000, limits), limits.high);
    EXPECT_DOUBLE_EQ(winsorised(-1000, limits), limits.low);
    EXPECT_EQ(winsorised(4, limits), 4);
    const double flat[] = {2, 2, 2, 9};
    EXPECT_EQ(winsorised(9, winsor_limits(flat)), 9) << "no spread, no limit";
    EXPECT_EQ(winsorised(9, winsor_limits({})), 9);
}

// Four LPs at the touch and one that fills 2.00 bps worse, where single orders differ by .5 bps.
TEST(Magnitudes, an_lp_that_is_2_bps_worse_than_four_that_are_alike_stays_where_it_is) {
    const double v[] = {0, 0.01, -0.01, 0.02, -2.00};
    EXPECT_NEAR(winsorised(-2.00, winsor_limits(v)), -0.0741, 1e-4) << "by the spread alone";
    EXPECT_EQ(winsorised(-2.00, winsor_limits(v, kWinsor, 0.5)), -2.00);
    EXPECT_EQ(winsorised(-1'000, winsor_limits(v, kWinsor, 0.5)), -2.50) << "a wrong price";
}

// T11: odd input never makes NaN or infinity.
TEST(Shrink, odd_families_give_finite_beliefs) {
    for (std::uint64_t seed = 1; seed <= 2000; ++seed) {
        testkit::Random random(seed);
        const auto odd = [&](std::initializer_list<double> choices) {
            const std::uint64_t i = random.below(choices.size() + 1);
            return i < choices.size() ? *(choices.begin() + i) : random.uniform();
        };
        std::vector<Trials> rates;
        std::vector<Measured> magnitudes;
        for (std::uint64_t i = 0; i < random.below(9); ++i) {
            rates.push_back({odd({0, 1, 1e-9, 3, 1e9}), odd({0, 1, 1e-300}), {}});
            if (random.uniform() < 0.5) rates.back().variance = odd({0, 0.25});
            magnitudes.push_back({odd({0, -1e9, 1e9}), odd({0, 1e-300, 1e9})});
        }
        const RateFit r = fit(rates, {});
        ASSERT_GT(r.strength, 0) << "seed=" << seed;
        ASSERT_LE(r.strength, 100.0000001) << "seed=" << seed;
        for (const Trials& t : rates) {
            const Beta top = posterior(t.n, t.mean, r.mu[0], r.strength);
            const Beta b = posterior(t.n / r.phi, t.mean, top, r.strength);
            ASSERT_TRUE(std::isfinite(b.a) && b.a > 0) << "seed=" << seed;
            ASSERT_TRUE(std::isfinite(b.b) && b.b > 0) << "seed=" << seed;
            const Interval i = interval(b);
            ASSERT_TRUE(i.low >= 0 && i.high <= 1 && i.low <= i.high) << "seed=" << seed;
        }
        const NormalFit n = fit(magnitudes);
        ASSERT_TRUE(std::isfinite(n.tau2) && n.tau2 >= 0) << "seed=" << seed;
        for (const Measured& m : magnitudes) {
            const Normal p = posterior(m, n.mu[0], n.tau2);
            ASSERT_TRUE(std::isfinite(p.mean) && std::isfinite(p.var) && p.var >= 0) << seed;
        }
    }
}

TEST(Evidence, flags) {
    EXPECT_EQ(evidence(0.9), Evidence::prior);
    EXPECT_EQ(evidence(1), Evidence::low);
    EXPECT_EQ(evidence(9.9), Evidence::low);
    EXPECT_EQ(evidence(10), Evidence::enough);
}

}  // namespace
}  // namespace assay::estimate
