#include "core/estimate/censored.h"

#include <cmath>
#include <gtest/gtest.h>
#include <random>
#include <vector>

#include "core/estimate/cell.h"
#include "core/estimate/hierarchy.h"

namespace assay::estimate {
namespace {

constexpr double kLeast = 0.01;

TEST(Censored, without_silence_it_is_the_plain_mean) {
    const CensoredFit f = fit_censored(10, {3.0, 0.25}, 0, 99, kLeast);
    EXPECT_EQ(f.normal.mean, 3.0);
    EXPECT_EQ(f.normal.var, 0.25);
    EXPECT_EQ(f.information, 1);
}

// Half of a normal cut off at its own mean: E[X | X < mu] = mu - sd sqrt(2/pi), variance
// sd^2 (1 - 2/pi); and one that waited at the mean says 2/pi of it.
TEST(Censored, half_cut_off_at_the_mean_gives_mean_and_sd_back) {
    constexpr double kPi = 3.14159265358979;
    const Normal seen{5 - std::sqrt(2 / kPi), 1 - 2 / kPi};
    const CensoredFit f = fit_censored(500, seen, 500, 5.0, kLeast);
    EXPECT_NEAR(f.normal.mean, 5, 1e-6);
    EXPECT_NEAR(f.normal.var, 1, 1e-6);
    EXPECT_NEAR(f.information, 2 / kPi, 1e-6) << "lambda (lambda - z) at z = 0";
}

TEST(Censored, drawn_latencies_cut_at_a_time_out_lose_their_bias) {
    constexpr std::uint64_t kSeed = 11;
    std::mt19937_64 random(kSeed);
    std::normal_distribution<double> ln(18.0, 0.8);
    const double cut = 18.8;  // the slowest 16 %
    double n = 0, sum = 0, squares = 0, silent = 0;
    for (int i = 0; i < 20'000; ++i) {
        const double x = ln(random);
        if (x > cut) {
            silent += 1;
            continue;
        }
        n += 1;
        sum += x;
        squares += x * x;
    }
    const double mean = sum / n;
    const CensoredFit f = fit_censored(n, {mean, squares / n - mean * mean}, silent, cut, kLeast);
    EXPECT_NEAR(f.normal.mean, 18.0, 0.02) << "seed " << kSeed;
    EXPECT_NEAR(std::sqrt(f.normal.var), 0.8, 0.02) << "seed " << kSeed;
    EXPECT_LT((n * mean + silent * cut) / (n + silent), 17.95) << "as exact values: too fast";
}

TEST(Censored, expected_beyond_the_mean_is_0_7979_sd_above_it) {
    EXPECT_NEAR(expected_beyond({5, 4}, 5), 5 + 2 * 0.7979, 1e-3);
    EXPECT_NEAR(expected_beyond({5, 4}, 105), 105.04, 1e-3) << "far out: sd^2 / distance more";
    EXPECT_NEAR(expected_beyond({5, 4}, -95), 5, 1e-9);
}

TEST(Censored, nothing_runs_away) {
    for (const double threshold : {-50.0, 0.0, 17.0, 60.0, 1e6})
        for (const double silent : {1e-9, 1.0, 1e6}) {
            const CensoredFit f = fit_censored(1, {17, 0}, silent, threshold, kLeast);
            EXPECT_TRUE(std::isfinite(f.normal.mean) && std::isfinite(f.normal.var))
                << threshold << " " << silent;
            EXPECT_GE(f.normal.mean, 17) << threshold << " " << silent;
            EXPECT_TRUE(f.information >= 0 && f.information <= 1);
        }
}

// The same through a cell: an LP that is silent every fifth time is believed slower than the time
// it was given, and taking the silence back (a late fill) leaves nothing of it.
TEST(Censored, time_outs_of_a_cell_are_bounds_and_can_be_taken_back) {
    const Duration half_life{kDay.ns};
    const auto order = [](double ms, bool silent) {
        OrderTrial t;
        t.latency_ms = ms;
        t.log_latency = std::log(ms * 1e6);
        t.silent = silent;
        return t;
    };
    Stats s, answered;
    Nanos at{};
    for (int i = 0; i < 40; ++i) {
        at = at + Duration{1'000'000'000};
        const OrderTrial t = i % 5 == 4 ? order(1000, true) : order(300 + 10 * i, false);
        s.trial(at, t, +1, half_life);
        if (!t.silent) answered.trial(at, t, +1, half_life);
    }
    answered.bring(at, half_life);
    const Evidenced with = evidenced(s, Measure::log_latency);
    const Evidenced plain = evidenced(answered, Measure::log_latency);
    EXPECT_GT(with.mean, plain.mean);
    EXPECT_GT(with.mean, s.hot.timed.mean(s.hot.ln)) << "slower than 1 s counted as 1 s";
    EXPECT_GT(with.variance, plain.variance);
    EXPECT_NEAR(s.hot.timed.mean(s.hot.ms), evidenced(s, Measure::latency_ms).mean, 1e-12)
        << "the plain mean of the note-compatible profiles takes the wait as it is";
    EXPECT_LT(with.n_eff, 40);
    EXPECT_GT(with.n_eff, plain.n_eff);
    for (int i = 4; i < 40; i += 5)
        s.trial(Nanos{} + Duration{(i + 1) * 1'000'000'000LL}, order(1000, true), -1, half_life);
    EXPECT_NEAR(evidenced(s, Measure::log_latency).mean, plain.mean, 1e-9);
}

}  // namespace
}  // namespace assay::estimate
