#include "core/units/elementary.h"

#include <cmath>
#include <gtest/gtest.h>
#include <limits>

namespace assay::elementary {
namespace {

// Weyl sequence: points spread evenly over [low, high], the same in every run.
double point(int i, double low, double high) {
    const double f = i * 0.61803398874989484820;
    return low + (high - low) * (f - std::floor(f));
}

TEST(Elementary, exp2_is_within_1e_15_of_long_double_over_its_whole_range) {
    double worst = 0;
    for (int i = 0; i < 200'000; ++i) {
        const double y = point(i, -1020, 1020);
        const long double truth = std::exp2(static_cast<long double>(y));
        worst = std::max(worst, static_cast<double>(std::fabs(exp2(y) / truth - 1)));
    }
    EXPECT_LT(worst, 1e-15);
}

TEST(Elementary, decay_factors_between_0_and_60_half_lives_are_within_1e_15) {
    double worst = 0;
    for (int i = 0; i < 200'000; ++i) {
        const double y = point(i, -60, 0);
        const long double truth = std::exp2(static_cast<long double>(y));
        worst = std::max(worst, static_cast<double>(std::fabs(exp2(y) / truth - 1)));
    }
    EXPECT_LT(worst, 1e-15);
}

TEST(Elementary, whole_powers_of_two_are_exact) {
    for (int e = -1074; e <= 1023; ++e) EXPECT_EQ(exp2(e), std::ldexp(1.0, e)) << "2^" << e;
}

TEST(Elementary, exp_is_within_1e_15_of_long_double) {
    double worst = 0;
    for (int i = 0; i < 200'000; ++i) {
        const double x = point(i, -700, 700);
        const long double truth = std::exp(static_cast<long double>(x));
        worst = std::max(worst, static_cast<double>(std::fabs(exp(x) / truth - 1)));
    }
    EXPECT_LT(worst, 1e-15);
}

TEST(Elementary, ln_is_within_1e_15_of_long_double) {
    double worst = 0;
    for (int i = 0; i < 200'000; ++i) {
        const double x = std::exp2(point(i, -1070, 1020));
        const long double truth = std::log(static_cast<long double>(x));
        const auto miss = static_cast<double>(std::fabs(ln(x) - truth));
        worst = std::max(worst, miss / std::max(1.0, std::fabs(static_cast<double>(truth))));
        const double near_one = 1 + point(i, -0.4, 0.4);
        const long double small = std::log(static_cast<long double>(near_one));
        worst = std::max(worst, static_cast<double>(std::fabs(ln(near_one) / small - 1)));
    }
    EXPECT_LT(worst, 1e-15);
}

TEST(Elementary, edges) {
    const double inf = std::numeric_limits<double>::infinity();
    const double nan = std::numeric_limits<double>::quiet_NaN();
    EXPECT_EQ(exp2(0), 1);
    EXPECT_EQ(exp(0), 1);
    EXPECT_EQ(ln(1), 0);
    EXPECT_EQ(exp2(-5000), 0);
    EXPECT_EQ(exp2(5000), inf);
    EXPECT_EQ(exp2(1024), inf);
    EXPECT_EQ(exp2(-inf), 0);
    EXPECT_EQ(exp(-inf), 0);
    EXPECT_EQ(exp(inf), inf);
    EXPECT_EQ(ln(0), -inf);
    EXPECT_EQ(ln(inf), inf);
    EXPECT_TRUE(std::isnan(ln(-1)));
    EXPECT_TRUE(std::isnan(ln(nan)));
    EXPECT_TRUE(std::isnan(exp(nan)));
    EXPECT_TRUE(std::isnan(exp2(nan)));
    EXPECT_NEAR(ln(5e-324), -744.4400719213812, 1e-12);
}

}  // namespace
}  // namespace assay::elementary
