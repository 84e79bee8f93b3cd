#include "core/estimate/predict.h"

#include <cmath>
#include <gtest/gtest.h>
#include <vector>

namespace assay::estimate {
namespace {

TEST(FillForecast, worked_tail_of_eight_lots) {
    const std::vector<double> upper = {1, 2, 3, 4, 5, 6, 7, 8};
    const std::vector<double> t = {.95, .9, .85, .8, .6, .6, .5, .4};
    const FillForecast f(upper, t);
    EXPECT_DOUBLE_EQ(f.at_least(5), 0.6) << "P(>= 5) = .6";
    EXPECT_DOUBLE_EQ(f.full(8), 0.4) << "P(full) = .4";
    EXPECT_NEAR(f.expected(8), 5.6, 1e-12) << "E = 5.6 of 8";
    EXPECT_NEAR(f.expected(2.5), 0.95 + 0.9 + 0.5 * 0.85, 1e-12) << "half of the third lot";
    EXPECT_EQ(f.at_least(0), 1);
    EXPECT_EQ(f.at_least(8.5), 0) << "beyond what was seen nothing is promised";
    EXPECT_NEAR(f.expected(100), 5.6, 1e-12);
    EXPECT_EQ(f.expected(0), 0);
}

TEST(LastLook, worked_reject_probability) {
    EXPECT_NEAR(reject_probability(0.6, 1.2, 0.080), 0.039, 0.0005)
        << "theta .6, sigma 1.2 -> 3.9 %";
    EXPECT_NEAR(reject_probability(0.6, 3.0, 0.080), 0.24, 0.005) << "theta .6, sigma 3 -> 24 %";
    EXPECT_NEAR(reject_probability(0, 1, 1, 0.1), 0.55, 1e-15) << "r0 = .1 and a coin";
}

TEST(LastLook, fit_is_the_inverse) {
    for (const double theta : {-0.5, 0.0, 0.3, 0.6, 2.0}) {
        for (const double r0 : {0.0, 0.02, 0.3}) {
            const double p = reject_probability(theta, 1.2, 0.08, r0);
            EXPECT_NEAR(*fitted_theta_bps(p, 1.2, 0.08, r0), theta, 1e-7) << theta << " " << r0;
        }
    }
    EXPECT_FALSE(fitted_theta_bps(0.02, 1.2, 0.08, 0.02)) << "no more rejects than r0";
    EXPECT_FALSE(fitted_theta_bps(1.0, 1.2, 0.08));
}

TEST(LatencyForecast, mean_of_a_log_normal) {
    const Normal ln_ns{std::log(15e6), 0.16};
    EXPECT_NEAR(expected_latency_ns(ln_ns) * 1e-6, 15 * std::exp(0.08), 1e-9)
        << "15 e^.08 = 16.249 ms";
    EXPECT_FALSE(forecast_latency({}, ln_ns));
    Sketch s;
    for (int i = 1; i <= 100; ++i) s.add(Duration{i * 1'000'000});
    const auto f = forecast_latency(s, ln_ns);
    ASSERT_TRUE(f);
    EXPECT_NEAR(f->p50_ns * 1e-6, 50, 0.5);
    EXPECT_NEAR(f->p90_ns * 1e-6, 90, 0.9);
    EXPECT_NEAR(f->p99_ns * 1e-6, 99, 0.99);
}

}  // namespace
}  // namespace assay::estimate
