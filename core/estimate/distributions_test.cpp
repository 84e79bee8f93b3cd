#include "core/estimate/distributions.h"

#include <cmath>
#include <gtest/gtest.h>

namespace assay::estimate {
namespace {

TEST(NormalDistribution, cdf_agrees_with_erfc_to_1e_13) {
    for (double z = -38; z <= 38; z += 0.0137) {
        const auto truth =
            static_cast<double>(0.5L * std::erfc(-static_cast<long double>(z) / std::sqrt(2.0L)));
        EXPECT_NEAR(normal_cdf(z), truth, 1e-15);
        if (truth > 1e-300) {
            EXPECT_NEAR(normal_cdf(z) / truth, 1, 1e-12) << "z=" << z;
        }
    }
}

TEST(NormalDistribution, quantile_inverts_the_cdf) {
    for (int i = 1; i < 100'000; ++i) {
        const double p = i * 1e-5;
        const double z = normal_quantile(p);
        EXPECT_NEAR(normal_cdf(z), p, 4e-15 + 1e-14 * p) << "p=" << p;
    }
    for (const double p : {1e-300, 1e-100, 1e-30, 1e-12, 1e-6}) {
        EXPECT_NEAR(normal_cdf(normal_quantile(p)) / p, 1, 1e-11) << "p=" << p;
    }
    EXPECT_NEAR(normal_quantile(0.95), 1.6448536269514722, 1e-14);
    EXPECT_NEAR(normal_quantile(0.975), 1.9599639845400545, 1e-14);
    EXPECT_EQ(normal_quantile(0.5), 0);
    EXPECT_EQ(normal_quantile(0), -INFINITY);
    EXPECT_EQ(normal_quantile(1), INFINITY);
    EXPECT_TRUE(std::isnan(normal_quantile(-0.1)));
    EXPECT_TRUE(std::isnan(normal_quantile(1.1)));
}

TEST(LnGamma, agrees_with_lgamma) {
    for (double x = 0.003; x < 400; x *= 1.013) {
        const auto truth = static_cast<double>(std::lgamma(static_cast<long double>(x)));
        EXPECT_NEAR(ln_gamma(x), truth, 2e-14 * std::max(1.0, std::fabs(truth))) << "x=" << x;
    }
}

TEST(BetaDistribution, closed_forms) {
    struct {
        const char* worked;
        Beta d;
        double x, p;
    } cases[] = {
        {"Beta(1,1) is uniform: .3", {1, 1}, 0.3, 0.3},
        {"Beta(3,1): .7^3 = .343", {3, 1}, 0.7, 0.343},
        {"Beta(1,4): 1 - .9^4 = .3439", {1, 4}, 0.1, 0.3439},
        {"Beta(2,2): 3 x^2 - 2 x^3 at .25 = .15625", {2, 2}, 0.25, 0.15625},
        {"Beta(.5,.5) at .5 = .5", {0.5, 0.5}, 0.5, 0.5},
        {"Beta(.5,.5) at .25: 2/pi asin(.5) = 1/3", {0.5, 0.5}, 0.25, 1.0 / 3},
        {"below 0", {2, 3}, -1, 0},
        {"above 1", {2, 3}, 2, 1},
    };
    for (const auto& c : cases) EXPECT_NEAR(cdf(c.d, c.x), c.p, 1e-14) << c.worked;
}

TEST(BetaDistribution, quantile_inverts_the_cdf) {
    for (const double a : {0.05, 0.5, 1.0, 4.455, 17.0, 985.0, 40'000.0}) {
        for (const double b : {0.05, 0.545, 1.0, 3.0, 120.0, 15'000.0}) {
            for (const double p : {0.001, 0.05, 0.10, 0.5, 0.9, 0.95, 0.999}) {
                const Beta d{a, b};
                const double x = quantile(d, p);
                EXPECT_GE(x, 0);
                EXPECT_LE(x, 1);
                // Next to 1 the last digit of x itself is worth more than the tolerance.
                if (x > 1 - 1e-8) continue;
                EXPECT_NEAR(cdf(d, x), p, 1e-9) << a << " " << b << " p=" << p << " x=" << x;
            }
        }
    }
    EXPECT_EQ(quantile(Beta{2, 3}, 0), 0);
    EXPECT_EQ(quantile(Beta{2, 3}, 1), 1);
}

TEST(Interval, equal_tailed_90_percent) {
    const Interval u = interval(Beta{1, 1});
    EXPECT_NEAR(u.low, 0.05, 1e-14);
    EXPECT_NEAR(u.high, 0.95, 1e-14);
    const Interval n = interval(Normal{1, 4});
    EXPECT_NEAR(n.low, 1 - 2 * 1.6448536269514722, 1e-13);
    EXPECT_NEAR(n.high, 1 + 2 * 1.6448536269514722, 1e-13);
}

}  // namespace
}  // namespace assay::estimate
