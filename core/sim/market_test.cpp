#include "core/sim/market.h"

#include <cmath>
#include <gtest/gtest.h>
#include <vector>

namespace assay::sim {
namespace {

struct Moments {
    double n{}, sum{}, squares{};
    void add(double x) {
        n += 1;
        sum += x;
        squares += x * x;
    }
    double mean() const { return sum / n; }
    double variance() const { return squares / n - mean() * mean(); }
};

TEST(PricePath, variance_grows_with_time_whatever_the_instants) {
    MarketConfig config;
    config.jumps_per_second = 0;
    for (const std::uint64_t seed : {1ull, 2ull}) {
        PricePath path(config, 0, Luck(seed));
        Moments whole, tenth, last_half;
        for (int i = 0; i < 20'000; ++i) {
            const double before = path.bps_at(1);
            path.advance(Regime::normal);
            ASSERT_EQ(path.bps_at(0), before) << "the path is one line";
            whole.add(path.bps_at(1) - path.bps_at(0));
            tenth.add(path.bps_at(.1) - path.bps_at(0));
            last_half.add(path.bps_at(1) - path.bps_at(.5));
        }
        // 1.2 bps per square root of a second; the variance of a variance of n draws is 2 / n.
        const double in_all = 1.2 * 1.2 * .25;
        const double tolerance = 4 * std::sqrt(2.0 / 20'000);
        EXPECT_NEAR(whole.variance() / in_all, 1, tolerance) << "seed " << seed;
        // Between the finest instants the path is straight: a tenth has a little less.
        EXPECT_NEAR(tenth.variance() / (.1 * in_all), 1, tolerance + .03) << "seed " << seed;
        EXPECT_NEAR(last_half.variance() / (.5 * in_all), 1, tolerance) << "seed " << seed;
    }
}

TEST(PricePath, does_not_depend_on_what_was_asked_before) {
    const MarketConfig config;
    PricePath asked(config, 3, Luck(9)), quiet(config, 3, Luck(9));
    for (int i = 0; i < 50; ++i) {
        asked.advance(Regime::stressed);
        quiet.advance(Regime::stressed);
        for (int k = 0; k <= 64; ++k) asked.bps_at(k / 64.0);
        EXPECT_EQ(asked.bps_at(.3), quiet.bps_at(.3));
    }
}

TEST(PricePath, jumps_come_at_their_rate) {
    MarketConfig config;
    config.sigma = {1e-9, 1e-9, 1e-9};
    PricePath path(config, 0, Luck(5));
    Moments jump;
    double last = 0;
    constexpr int kSeconds = 400'000;
    for (int i = 0; i < 4 * kSeconds; ++i) {
        path.advance(Regime::calm);
        const double now = path.bps_at(0);
        if (std::abs(now - last) > 1e-3) jump.add(now - last);
        last = now;
    }
    const double expected = kSeconds / 900.0;
    EXPECT_NEAR(jump.n, expected, 4 * std::sqrt(expected));
    EXPECT_NEAR(std::sqrt(jump.variance()), 8, 8 * 4 / std::sqrt(2 * expected));
}

TEST(Market, conditions_take_their_share_and_carry_their_spread) {
    const MarketConfig config;
    const LeakageConfig leakage;
    Market market(config, leakage, 0, Luck(11));
    std::array<double, 3> seen{};
    constexpr int kParents = 40'000;
    Nanos now{};
    double switches = 0;
    for (std::uint64_t i = 0; i < kParents; ++i) {
        const Regime before = market.regime();
        market.parent(i);
        switches += before != market.regime();
        market.tick(now = now + config.quote_every);
        const Bbo& q = market.quote(now);
        const auto r = static_cast<std::size_t>(market.regime());
        ++seen[r];
        const double spread = as_double(q.spread()) / as_double(q.mid2()) * 1e4;
        ASSERT_NEAR(spread, config.spread_bps[r], 0.011) << "rounded to ticks of 0.01 bps";
    }
    // A condition that is drawn stays for 1 / .08 parents: so many fewer independent ones.
    const double n = kParents * .08 / 2;
    for (std::size_t r = 0; r < 3; ++r) {
        const double p = config.stationary[r];
        EXPECT_NEAR(seen[r] / kParents, p, 4 * std::sqrt(p * (1 - p) / n)) << r;
    }
    // .08 x P(another one) = .08 x (1 - .35^2 - .50^2 - .15^2) = .0484
    EXPECT_NEAR(switches / kParents, .0484, 4 * std::sqrt(.0484 / kParents));
}

TEST(Market, sizes_are_lognormal_lots) {
    const MarketConfig config;
    const LeakageConfig leakage;
    Market market(config, leakage, 0, Luck(12));
    Moments ln;
    Nanos now{};
    for (int i = 0; i < 20'000; ++i) {
        market.tick(now = now + config.quote_every);
        const Bbo& q = market.quote(now);
        ASSERT_EQ(q.bid_size.micro % config.lot.micro, 0);
        ln.add(std::log(as_double(q.bid_size) / 100));
    }
    EXPECT_NEAR(std::exp(ln.mean()), 40, 40 * 4 * .5 / std::sqrt(20'000.0) + .2);
    EXPECT_NEAR(std::sqrt(ln.variance()), .5, .02);
}

TEST(Market, what_is_leaked) {
    struct {
        const char* worked;
        LeakModel model;
        double lots, bps;
    } const rows[] = {
        {"linear: .004 x 30 lots", LeakModel::linear, 30, .12},
        {"concave: .004 x sqrt(20 x 20 lots), as linear", LeakModel::concave, 20, .08},
        {"concave: .004 x sqrt(20 x 80 lots) = half of linear", LeakModel::concave, 80, .16},
        {"on fills: .004 x 10 lots filled", LeakModel::on_fills, 10, .04},
        {"nothing sent", LeakModel::concave, 0, 0},
    };
    for (const auto& r : rows)
        EXPECT_NEAR(leaked_bps({.model = r.model}, .004, r.lots), r.bps, 1e-12) << r.worked;
}

TEST(Market, a_part_of_it_fades) {
    MarketConfig config;
    config.sigma = {1e-9, 1e-9, 1e-9};
    config.jumps_per_second = 0;
    const LeakageConfig leakage{.permanent_share = .25, .half_life = Duration{1'000'000'000}};
    Market market(config, leakage, 0, Luck(1));
    Nanos now{};
    market.tick(now);
    market.move(8);
    EXPECT_NEAR(market.mid_bps(now), 8, 1e-6) << "2 to stay and 6 to fade";
    for (int i = 0; i < 4; ++i) market.tick(now = now + config.quote_every);
    EXPECT_NEAR(market.mid_bps(now), 2 + 3, 1e-6) << "a second later";
    for (int i = 0; i < 400; ++i) market.tick(now = now + config.quote_every);
    EXPECT_NEAR(market.mid_bps(now), 2, 1e-6);
}

TEST(Market, drift_is_even_and_stays) {
    MarketConfig config;
    config.sigma = {1e-9, 1e-9, 1e-9};
    config.jumps_per_second = 0;
    const LeakageConfig leakage;
    Market market(config, leakage, 0, Luck(1));
    Nanos now{};
    market.tick(now);
    market.drift(-4, now, now + 2_s);
    for (int i = 0; i < 4; ++i) market.tick(now = now + config.quote_every);
    EXPECT_NEAR(market.mid_bps(now), -2, 1e-6) << "half of the time";
    for (int i = 0; i < 40; ++i) market.tick(now = now + config.quote_every);
    EXPECT_NEAR(market.mid_bps(now), -4, 1e-6);
}

}  // namespace
}  // namespace assay::sim
