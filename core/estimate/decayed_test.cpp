#include "core/estimate/decayed.h"

#include <cmath>
#include <gtest/gtest.h>
#include <limits>
#include <vector>

#include "core/estimate/testkit.h"

namespace assay::estimate {
namespace {

constexpr Duration kHalfHour{1'800'000'000'000};

// The worked example of orders is in cell_test.cpp; this is the same of single numbers.
TEST(Decayed, worked_example_of_a_fill_600_s_later) {
    Decayed d{.t0 = Nanos{0}, .W = 10, .W2 = 10, .S1 = 9.85, .S2 = 9.85};
    d.observe(Nanos{600'000'000'000}, 0.5, 1, kHalfHour);
    EXPECT_NEAR(d.W, 8.937, 0.0005) << "W = 10 x .7937 + 1 = 8.937";
    EXPECT_NEAR(*d.mean(), 0.9307, 0.00005) << "mean = (9.85 x .7937 + .5) / 8.937 = .9307";
    EXPECT_NEAR(d.n_eff(), 10.94, 0.005) << "n_eff = 8.937^2 / 7.300 = 10.94";
}

TEST(Decayed, undecayed_is_plain_mean_and_variance) {
    Decayed d;
    for (const double x : {2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0}) {
        d.observe(Nanos{static_cast<std::int64_t>(x * 1e18)}, x, 1, kUndecayed);
    }
    EXPECT_DOUBLE_EQ(*d.mean(), 5);
    EXPECT_DOUBLE_EQ(d.n_eff(), 8);
    EXPECT_NEAR(*d.variance(), 32.0 / 7, 1e-14);
}

TEST(Decayed, absent_is_not_zero) {
    const double nan = std::numeric_limits<double>::quiet_NaN();
    struct {
        const char* what;
        double x, w;
    } ignored[] = {{"NaN value", nan, 1},  {"infinite value", INFINITY, 1},
                   {"zero weight", 1, 0},  {"weight < 0", 1, -1},
                   {"NaN weight", 1, nan}, {"infinite weight", 1, INFINITY}};
    for (const auto& c : ignored) {
        Decayed d;
        d.observe(Nanos{5}, c.x, c.w, kHalfHour);
        EXPECT_EQ(d, Decayed{}) << c.what;
        EXPECT_FALSE(d.mean()) << c.what;
    }
    Decayed one;
    one.observe(Nanos{5}, 3, 1, kHalfHour);
    EXPECT_DOUBLE_EQ(*one.mean(), 3);
    EXPECT_FALSE(one.variance()) << "one observation has no spread";
}

TEST(Decayed, a_large_offset_does_not_eat_the_variance) {
    Decayed d;
    for (int i = 0; i < 1000; ++i) d.observe(Nanos{i}, 1e9 + i % 2, 1, kUndecayed);
    EXPECT_NEAR(*d.variance(), 0.25 * 1000 / 999, 1e-9);
}

struct Seen {
    Nanos at;
    double x, w;
};
std::vector<Seen> random_day(testkit::Random& random, int n) {
    std::vector<Seen> day;
    for (int i = 0; i < n; ++i) {
        const auto at = static_cast<std::int64_t>(random.uniform() * 8e12);
        day.push_back({Nanos{at}, 100 + 5 * random.normal(), 0.5 + random.uniform()});
    }
    return day;
}

void expect_same(const Decayed& a, const Decayed& b, double tolerance, std::uint64_t seed) {
    ASSERT_EQ(a.t0, b.t0) << "seed=" << seed;
    EXPECT_NEAR(a.W / b.W, 1, tolerance) << "seed=" << seed;
    EXPECT_NEAR(*a.mean() / *b.mean(), 1, tolerance) << "seed=" << seed;
    EXPECT_NEAR(a.n_eff() / b.n_eff(), 1, tolerance) << "seed=" << seed;
    if (a.variance()) {
        EXPECT_NEAR(*a.variance() / *b.variance(), 1, tolerance * 1e3) << "seed=" << seed;
    }
}

TEST(Decayed, order_of_arrival_does_not_matter) {
    for (std::uint64_t seed = 1; seed <= 200; ++seed) {
        testkit::Random random(seed);
        std::vector<Seen> day = random_day(random, 30);
        Decayed a, b;
        for (const Seen& s : day) a.observe(s.at, s.x, s.w, kHalfHour);
        for (auto s = day.rbegin(); s != day.rend(); ++s) b.observe(s->at, s->x, s->w, kHalfHour);
        expect_same(a, b, 1e-12, seed);
    }
}

TEST(Decayed, sixty_half_lives_are_forgotten) {
    Decayed d;
    d.observe(Nanos{0}, 1, 1e9, kHalfHour);
    const Nanos later{kHalfHour.ns * 60 + 1'000'000'000};
    Decayed late = d;
    late.observe(later, 5, 1, kHalfHour);
    EXPECT_DOUBLE_EQ(*late.mean(), 5) << "a gap of more than 60 half-lives starts anew";
    EXPECT_EQ(late.W, 1);
    const Decayed before = late;
    late.observe(Nanos{0}, 1, 1e9, kHalfHour);
    EXPECT_EQ(late, before) << "what comes more than 60 half-lives late is not counted";
}

TEST(ForwardClock, weights_double_every_half_life_and_rebase_is_exact) {
    ForwardClock clock{kHalfHour, Nanos{0}};
    EXPECT_EQ(clock.weight(Nanos{0}), 1);
    EXPECT_EQ(clock.weight(Nanos{kHalfHour.ns * 3}), 8);
    EXPECT_EQ(clock.rebase(Nanos{kHalfHour.ns * 500}), 1) << "exponent 500: not yet";
    const Nanos at{kHalfHour.ns * 501 + 12'345};
    const double before = clock.weight(at);
    const double factor = clock.rebase(at);
    EXPECT_EQ(factor, std::ldexp(1.0, -501));
    EXPECT_NEAR(clock.weight(at) / (before * factor), 1, 1e-14);
    EXPECT_EQ(clock.weight(Nanos{kHalfHour.ns * 501}), 1);
    ForwardClock never{kUndecayed, Nanos{0}};
    EXPECT_EQ(never.weight(Nanos{INT64_MAX}), 1);
    EXPECT_EQ(never.rebase(Nanos{INT64_MAX}), 1);
}

}  // namespace
}  // namespace assay::estimate
