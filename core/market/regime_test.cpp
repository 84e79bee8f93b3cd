#include "core/market/regime.h"

#include <cmath>
#include <gtest/gtest.h>

#include "core/units/archive.h"

namespace assay {
namespace {

TEST(Volatility, num_4_32_den_3_0_and_a_return_of_1_5_bps_in_2_s_is_1_1455) {
    Volatility v;
    v.num = 4.32;
    v.den = 3.0;
    v.fold(1.5, 2.0, {});
    EXPECT_NEAR(v.sigma(), 1.1455, 0.00005);
}

TEST(Volatility, samples_no_more_often_than_the_grid) {
    Volatility v;
    const RegimeRules rules;
    EXPECT_FALSE(v.observe({0}, 100.0, rules));
    EXPECT_FALSE(v.observe({999'999'999}, 101.0, rules))
        << "too early: neither taken nor a new start";
    EXPECT_TRUE(v.observe({1'000'000'000}, 100.01, rules));
    EXPECT_NEAR(v.sigma(), 1e4 * std::log(100.01 / 100.0), 1e-9);
}

TEST(Volatility, takes_no_return_across_a_halt) {
    Volatility v;
    const RegimeRules rules;
    v.observe({0}, 100.0, rules);
    EXPECT_FALSE(v.observe({61'000'000'000}, 150.0, rules));
    EXPECT_EQ(v.sigma(), 0.0);
    EXPECT_TRUE(v.observe({62'000'000'000}, 150.0, rules));
    EXPECT_EQ(v.sigma(), 0.0);
    EXPECT_GT(v.den, 0.0);
}

TEST(Volatility, takes_returns_from_one_second_to_sixty_both_included) {
    struct {
        std::int64_t ns;
        bool taken;
    } const rows[] = {{999'999'999, false},
                      {1'000'000'000, true},
                      {60'000'000'000, true},
                      {60'000'000'001, false}};
    for (const auto& row : rows) {
        Volatility v;
        v.observe({0}, 100.0, {});
        EXPECT_EQ(v.observe({row.ns}, 100.01, {}), row.taken) << row.ns << " ns";
        EXPECT_EQ(v.den > 0, row.taken) << row.ns << " ns";
    }
}

TEST(LogQuantiles, are_right_to_a_bucket_of_a_quarter_octave) {
    LogQuantiles q;
    EXPECT_EQ(q.quantile(0.5), 0.0);
    q.observe(0);
    q.observe(-1);
    EXPECT_EQ(q.count(), 0.0);
    for (int i = 1; i <= 1000; ++i) q.observe(i / 100.0);
    for (const double p : {0.1, 0.3, 0.5, 0.85, 0.95})
        EXPECT_NEAR(q.quantile(p) / (10 * p), 1.0, 0.10) << p;
}

Bbo quote(std::int64_t second, double mid, double half_spread = 0.01) {
    Bbo q;
    q.at = {second * 1'000'000'000};
    q.bid = {std::llround((mid - half_spread) * 1e9)};
    q.ask = {std::llround((mid + half_spread) * 1e9)};
    q.state = state_of(q.bid, q.ask);
    return q;
}

// A market whose mid steps up and down by `bps` each second.
class Market {
  public:
    explicit Market(RegimeRules rules = {}) : rules_(rules) {}
    Regime run(int seconds, double bps, double half_spread = 0.01) {
        for (int i = 0; i < seconds; ++i, ++second_)
            gauge_.observe(
                quote(second_, 100.0 * (1 + (second_ % 2 == 0 ? 0 : bps * 1e-4)), half_spread),
                rules_);
        return now();
    }
    Regime now() const { return gauge_.regime({second_ * 1'000'000'000}); }
    std::int64_t second() const { return second_; }
    RegimeGauge& gauge() { return gauge_; }

  private:
    RegimeRules rules_;
    RegimeGauge gauge_;
    std::int64_t second_{};
};

TEST(RegimeGauge, is_normal_until_enough_was_seen) {
    Market m;
    EXPECT_EQ(m.now(), Regime::normal);
    EXPECT_EQ(m.run(10, 50), Regime::normal);
}

TEST(RegimeGauge, an_even_market_is_normal) {
    Market m;
    EXPECT_EQ(m.run(3'000, 1.0), Regime::normal);
}

TEST(RegimeGauge, becomes_stressed_only_after_five_seconds_and_not_for_ever) {
    Market m;
    m.run(3'000, 1.0);
    EXPECT_EQ(m.run(3, 20.0), Regime::normal) << "three seconds are a flicker";
    EXPECT_EQ(m.run(12, 20.0), Regime::stressed);
    EXPECT_NE(m.run(1'500, 1.0), Regime::stressed);
}

TEST(RegimeGauge, a_wide_spread_is_stress_too) {
    Market m;
    m.run(3'000, 1.0);
    EXPECT_EQ(m.run(10, 1.0, 0.05), Regime::stressed);
}

// A usual spread of 2.2 bps stands in the quarter octave from 2 to 2.378 bps, which reads 2.181; a
// spread is wide beyond the whole of it: 1.19 x 2.181 = 2.595 bps.
TEST(RegimeGauge, a_spread_is_wide_from_2_595_bps_where_2_2_is_usual) {
    struct {
        double bps;
        Regime regime;
    } const rows[] = {{2.2, Regime::normal}, {2.59, Regime::normal}, {2.60, Regime::stressed}};
    for (const auto& row : rows) {
        Market m;
        m.run(3'000, 1.0, 0.011);
        EXPECT_EQ(m.run(10, 1.0, row.bps / 200), row.regime) << row.bps << " bps";
    }
}

TEST(RegimeGauge, a_state_is_left_after_five_seconds_of_another_sharp) {
    struct {
        int samples;  // a second apart: n of them span n - 1 seconds
        Regime regime;
    } const rows[] = {{5, Regime::normal}, {6, Regime::stressed}};
    for (const auto& row : rows) {
        Market m;
        m.run(3'000, 1.0);
        EXPECT_EQ(m.run(row.samples, 1.0, 0.05), row.regime) << row.samples - 1 << " s";
        if (row.regime == Regime::normal) continue;
        EXPECT_EQ(m.run(5, 1.0), Regime::stressed) << "4 s of the usual spread again";
        EXPECT_EQ(m.run(1, 1.0), Regime::normal) << "5 s: its volatility never was unusual";
    }
}

TEST(RegimeGauge, judges_from_its_thirtieth_sample) {
    struct {
        int before;  // quotes; the first one makes no return
        Regime regime;
    } const rows[] = {{29, Regime::normal}, {30, Regime::stressed}};
    for (const auto& row : rows) {
        RegimeRules rules;
        rules.hold = {0};
        Market m(rules);
        m.run(row.before, 1.0);
        EXPECT_EQ(m.run(1, 1.0, 0.05), row.regime) << "sample " << row.before;
    }
}

// A lively half hour of 2 bps a second, then a quiet one of half a bps.
TEST(RegimeGauge, a_quiet_half_hour_after_a_lively_one_is_calm) {
    Market m;
    EXPECT_EQ(m.run(1'800, 2.0), Regime::normal);
    EXPECT_EQ(m.run(300, 0.5), Regime::calm);
}

// Volatility against what is usual: stressed beyond the 85 % quantile and 10 %, not before.
TEST(RegimeGauge, a_jump_is_stress_from_ten_percent_past_the_85_percent_quantile) {
    struct {
        double of_border;
        Regime regime;
    } const rows[] = {{0.998, Regime::normal}, {1.002, Regime::stressed}};
    for (const auto& row : rows) {
        RegimeRules rules;
        rules.hold = {0};
        RegimeGauge gauge;
        // The same series beside it. Within its first half hour what is usual is the sample before.
        Volatility v;
        LogQuantiles relation;
        double mid = 100.0;
        std::int64_t s = 0;
        const auto step = [&](double bps) {
            mid *= std::exp(bps * 1e-4);
            const double usual = v.sigma();
            gauge.observe(quote(s, mid), rules);
            if (v.observe({s * 1'000'000'000}, mid, rules) && usual > 0)
                relation.observe(v.sigma() / usual);
            ++s;
        };
        for (int i = 0; i < 400; ++i) step((i % 2 == 0 ? 1 : -1) * (0.5 + (i * 7 % 11) * 0.3));
        const double border = relation.quantile(rules.stressed_quantile) * 1.1;
        const double wanted = row.of_border * border * v.sigma();
        const double d = std::exp2(-1.0 / 60);
        step(std::sqrt(wanted * wanted * (v.den * d + 1) - v.num * d));
        EXPECT_EQ(gauge.regime({s * 1'000'000'000}), row.regime)
            << row.of_border << " of the border, x = " << row.of_border * border;
        step(v.sigma());
        EXPECT_EQ(gauge.regime({s * 1'000'000'000}), row.regime)
            << "x = 1 is neither 10 % above the quantile nor 10 % below it: as it was";
    }
}

TEST(RegimeGauge, is_stressed_for_ten_seconds_after_a_halt) {
    Market m;
    m.run(100, 1.0);
    const Nanos resumed{m.second() * 1'000'000'000};
    m.gauge().resumed_after_halt(resumed);
    EXPECT_EQ(m.gauge().regime(resumed), Regime::stressed);
    EXPECT_EQ(m.gauge().regime(resumed + Duration{9'999'999'999}), Regime::stressed);
    EXPECT_EQ(m.gauge().regime(resumed + 10_s), Regime::normal);
}

TEST(RegimeGauge, quotes_that_are_no_benchmark_do_not_move_it) {
    Market m;
    m.run(100, 1.0);
    const double sigma = m.gauge().sigma();
    Bbo crossed = quote(m.second() + 5, 100.0);
    std::swap(crossed.bid, crossed.ask);
    crossed.state = QuoteState::crossed;
    m.gauge().observe(crossed, {});
    EXPECT_EQ(m.gauge().sigma(), sigma);
}

TEST(RegimeGauge, hysteresis_keeps_a_state_within_ten_percent_of_its_threshold) {
    // The same market, once with and once without: at the border the one without changes more
    // often.
    const auto changes = [](double hysteresis) {
        RegimeRules rules;
        rules.hysteresis = hysteresis;
        rules.hold = {0};
        RegimeGauge gauge;
        int n = 0;
        Regime before = Regime::normal;
        std::uint64_t x = 7;
        for (std::int64_t s = 0; s < 20'000; ++s) {
            x = x * 6364136223846793005ull + 1442695040888963407ull;
            gauge.observe(quote(s, 100.0 + static_cast<double>(x >> 60) * 0.002), rules);
            const Regime now = gauge.regime({s * 1'000'000'000});
            n += now != before;
            before = now;
        }
        return n;
    };
    EXPECT_LT(changes(0.10), changes(0.0));
    EXPECT_GT(changes(0.0), 0);
}

TEST(RegimeGauge, saved_and_loaded_goes_on_the_same) {
    Market a;
    a.run(500, 2.0);
    std::string bytes;
    Saver saver(bytes);
    saver(a.gauge());
    RegimeGauge b;
    Loader loader(bytes);
    loader(b);
    ASSERT_TRUE(loader.ok() && loader.at_end());
    for (std::int64_t s = 500; s < 700; ++s) {
        a.gauge().observe(quote(s, s % 3 == 0 ? 100.05 : 100.0), {});
        b.observe(quote(s, s % 3 == 0 ? 100.05 : 100.0), {});
    }
    std::string left, right;
    Saver{left}(a.gauge());
    Saver{right}(b);
    EXPECT_EQ(left, right);
}

}  // namespace
}  // namespace assay
