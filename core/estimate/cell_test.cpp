// The sums behind every belief: an order counts once, fades with time, and can be taken out again.
#include "core/estimate/cell.h"

#include <cmath>
#include <gtest/gtest.h>
#include <vector>

#include "core/estimate/hierarchy.h"
#include "core/estimate/testkit.h"

namespace assay::estimate {
namespace {

constexpr Duration kHalfHour{1'800'000'000'000};
constexpr Nanos at_second(std::int64_t s) {
    return {s * 1'000'000'000};
}
OrderTrial filled(double fraction) {
    OrderTrial t;
    t.fill_fraction = fraction;
    return t;
}

TEST(Hot, ten_orders_at_98_5_percent_and_one_half_filled_600_s_later_are_93_07_percent) {
    Hot h;
    h.t0 = at_second(0);
    h.orders = {10, 10};
    h.fill = {9.85, 9.85};
    h.trial(at_second(600), filled(0.5), +1, kHalfHour);
    EXPECT_NEAR(surviving(Duration{600'000'000'000}, kHalfHour), 0.7937, 0.00005) << "d = .7937";
    Stats s;
    s.hot = h;
    const Evidenced fill = evidenced(s, Measure::fill);
    EXPECT_NEAR(fill.weight, 8.937, 0.0005) << "W = 10 x .7937 + 1 = 8.937";
    EXPECT_NEAR(fill.mean, 0.9307, 0.00005) << "mean = (9.85 x .7937 + .5) / 8.937 = .9307";
    EXPECT_NEAR(fill.n_eff, 10.94, 0.005) << "n_eff = 8.937^2 / (10 x .7937^2 + 1) = 10.94";
}

TEST(Hot, an_order_counts_for_what_is_known_of_it_and_for_nothing_else) {
    struct {
        const char* order;
        bool clock, quote, fill;
        double orders, timed, quoted, traded;
    } const rows[] = {
        {"filled, with clock and quote", true, true, true, 1, 1, 1, 1},
        {"rejected, with clock and quote", true, true, false, 1, 1, 1, 0},
        {"filled, no capture clock", false, true, true, 1, 0, 1, 1},
        {"filled, no usable quote at route", true, false, true, 1, 1, 0, 0},
        {"nothing known but that it was sent", false, false, false, 1, 0, 0, 0},
    };
    for (const auto& row : rows) {
        OrderTrial t = filled(row.fill ? 1 : 0);
        t.rejected = !row.fill;
        if (row.clock) t.latency_ms = 15;
        t.priced = row.quote;
        if (row.fill) t.effective_bps = 1.25;
        Hot h;
        h.trial(at_second(0), t, +1, kHalfHour);
        EXPECT_EQ(h.orders.W, row.orders) << row.order;
        EXPECT_EQ(h.timed.W, row.timed) << row.order;
        EXPECT_EQ(h.quoted.W, row.quoted) << row.order;
        EXPECT_EQ(h.traded.W, row.traded) << row.order;
        EXPECT_EQ(h.reject, row.fill ? 0 : 1) << row.order;
    }
}

// A full fill that is told late, after an order of the same cell that filled nothing.
TEST(Hot, what_comes_late_weighs_what_would_be_left_of_it) {
    struct {
        std::int64_t late_s;
        double weight, mean;
    } const rows[] = {{0, 1, 0.5}, {1'800, 0.5, 1.0 / 3}, {3'600, 0.25, 0.2}, {180'000, 0, 0}};
    for (const auto& row : rows) {
        Hot h;
        h.trial(at_second(200'000), filled(0), +1, kHalfHour);
        h.trial(at_second(200'000 - row.late_s), filled(1), +1, kHalfHour);
        EXPECT_NEAR(h.orders.W, 1 + row.weight, 1e-12) << row.late_s << " s late";
        EXPECT_NEAR(h.orders.mean(h.fill), row.mean, 1e-12) << row.late_s << " s late";
        EXPECT_EQ(h.t0, at_second(200'000)) << "time does not run back";
    }
}

TEST(Hot, latencies_2_4_4_4_5_5_7_9_ms_have_mean_5_and_variance_32_over_7) {
    Hot h;
    std::int64_t s = 0;
    for (const double ms : {2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0}) {
        OrderTrial t = filled(1);
        t.latency_ms = ms;
        h.trial(at_second(s += 100'000), t, +1, kUndecayed);
    }
    EXPECT_DOUBLE_EQ(h.timed.mean(h.ms), 5);
    EXPECT_DOUBLE_EQ(h.timed.n_eff(), 8) << "undecayed: each counts in full";
    EXPECT_NEAR(h.timed.variance(h.ms), 32.0 / 7, 1e-12);
}

TEST(Hot, one_order_has_no_variance_and_none_has_no_mean) {
    Hot h;
    EXPECT_EQ(h.orders.mean(h.fill), 0);
    EXPECT_EQ(h.orders.n_eff(), 0);
    h.trial(at_second(0), filled(0.4), +1, kHalfHour);
    EXPECT_EQ(h.orders.variance(h.fill), 0) << "n_eff = 1";
}

// What an order left unfilled is priced when its window is over, and lowers all offered shares.
TEST(Hot, the_cost_of_one_of_two_orders_2_4_bps_is_1_2_bps_per_offered_share) {
    Hot h;
    h.cost_of_unfilled(at_second(0), 7, +1, kHalfHour);
    EXPECT_EQ(h.reject_cost.S1, 0) << "no order, no cost";
    OrderTrial t = filled(0);
    t.priced = true;
    h.trial(at_second(0), t, +1, kHalfHour);
    h.trial(at_second(0), t, +1, kHalfHour);
    h.cost_of_unfilled(at_second(0), 2.4, +1, kHalfHour);
    Stats s;
    s.hot = h;
    EXPECT_NEAR(evidenced(s, Measure::reject_cost).mean, 1.2, 1e-15);
    h.cost_of_unfilled(at_second(0), 2.4, -1, kHalfHour);
    EXPECT_NEAR(h.reject_cost.S1, 0, 1e-15);
}

struct Made {
    Nanos at;
    OrderTrial trial;
};
std::vector<Made> random_orders(testkit::Random& random, int n) {
    std::vector<Made> day;
    for (int i = 0; i < n; ++i) {
        OrderTrial t = filled(random.uniform());
        t.rejected = random.uniform() < 0.2;
        if (random.uniform() < 0.9) t.latency_ms = 5 + 10 * random.uniform();
        t.priced = random.uniform() < 0.8;
        t.gain_bps = random.normal();
        t.effective_bps = 1 + random.uniform();
        day.push_back({Nanos{static_cast<std::int64_t>(random.uniform() * 8e12)}, t});
    }
    return day;
}
std::vector<double> numbers_of(Hot h, Nanos at) {
    h.weigh(at, kHalfHour);
    std::vector<double> out{h.reject};
    for (const Weights* w : {&h.orders, &h.timed, &h.quoted, &h.traded})
        out.insert(out.end(), {w->W, w->W2});
    for (const Moments* m : {&h.fill, &h.ms, &h.gain, &h.effective})
        out.insert(out.end(), {m->S1, m->S2});
    return out;
}
void expect_same(const Hot& a, const Hot& b, double tolerance, std::uint64_t seed) {
    const Nanos at = std::max(a.t0, b.t0);
    const auto x = numbers_of(a, at), y = numbers_of(b, at);
    for (std::size_t i = 0; i < x.size(); ++i)
        EXPECT_NEAR(x[i], y[i], tolerance * (1 + std::fabs(y[i]))) << "seed=" << seed << " #" << i;
}

// T4: a bust leaves what would have been without the fill, to 1e-12 relative.
TEST(Hot, taken_out_is_never_seen_to_1e_12) {
    for (std::uint64_t seed = 1; seed <= 200; ++seed) {
        testkit::Random random(seed);
        const std::vector<Made> day = random_orders(random, 40);
        Hot busted, never;
        for (std::size_t i = 0; i < day.size(); ++i) {
            busted.trial(day[i].at, day[i].trial, +1, kHalfHour);
            if (i % 4 != 1) never.trial(day[i].at, day[i].trial, +1, kHalfHour);
        }
        for (std::size_t i = 1; i < day.size(); i += 4)
            busted.trial(day[i].at, day[i].trial, -1, kHalfHour);
        expect_same(busted, never, 1e-12, seed);
    }
}

TEST(Hot, taking_everything_out_leaves_no_orders) {
    for (std::uint64_t seed = 1; seed <= 200; ++seed) {
        testkit::Random random(seed);
        const std::vector<Made> day = random_orders(random, 7);
        Hot h;
        for (const Made& m : day) h.trial(m.at, m.trial, +1, kHalfHour);
        for (const Made& m : day) h.trial(m.at, m.trial, -1, kHalfHour);
        EXPECT_EQ(h.orders.W, 0) << "seed=" << seed << ": rounding is no evidence";
        EXPECT_EQ(h.orders.n_eff(), 0) << "seed=" << seed;
    }
}

// T5: what three shards saw is what one would have seen.
TEST(Hot, three_shards_merged_are_one_stream) {
    for (std::uint64_t seed = 1; seed <= 200; ++seed) {
        testkit::Random random(seed);
        const std::vector<Made> day = random_orders(random, 60);
        Hot whole, shard[3], sum;
        for (std::size_t i = 0; i < day.size(); ++i) {
            whole.trial(day[i].at, day[i].trial, +1, kHalfHour);
            shard[i % 3].trial(day[i].at, day[i].trial, +1, kHalfHour);
        }
        for (const Hot& s : shard) sum.merge(s, kHalfHour);
        expect_same(sum, whole, 2e-14, seed);
    }
}

TEST(Hot, after_a_hundred_half_lives_only_what_is_new_counts) {
    Hot h;
    for (int i = 0; i < 1'000; ++i) h.trial(at_second(0), filled(0), +1, kHalfHour);
    h.trial(at_second(100 * 1'800), filled(0.75), +1, kHalfHour);
    EXPECT_NEAR(h.orders.mean(h.fill), 0.75, 1e-15);
    EXPECT_NEAR(h.orders.n_eff(), 1, 1e-15);
    h.trial(Nanos{INT64_MAX / 2}, filled(0.5), +1, kHalfHour);
    EXPECT_EQ(h.orders.mean(h.fill), 0.5) << "nor does a gap of centuries make a NaN";
}

// The markout of an order of 1,000 of which 600 filled at +2.375 bps, and 200 at +1.875 bps.
TEST(LaterMean, fills_of_600_and_200_at_2_375_and_1_875_bps_are_2_25_bps) {
    LaterMean m;
    m.trial(at_second(15), 2.375, 0.6, +1, kHalfHour);
    m.trial(at_second(15), 1.875, 0.2, +1, kHalfHour);
    EXPECT_NEAR(m.weights.mean(m.x), 2.25, 1e-15) << "(.6 x 2.375 + .2 x 1.875) / .8";
    EXPECT_NEAR(m.weights.n_eff(), 1.6, 1e-12) << ".8^2 / (.36 + .04)";
    m.trial(at_second(15), 1.875, 0.2, -1, kHalfHour);
    EXPECT_NEAR(m.weights.mean(m.x), 2.375, 1e-15) << "the second was busted";
}

TEST(LaterMean, late_decayed_and_merged_like_the_orders) {
    LaterMean one, two, whole;
    one.trial(at_second(0), 4, 1, +1, kHalfHour);
    two.trial(at_second(1'800), 1, 1, +1, kHalfHour);
    whole.trial(at_second(1'800), 1, 1, +1, kHalfHour);
    whole.trial(at_second(0), 4, 1, +1, kHalfHour);
    EXPECT_DOUBLE_EQ(whole.weights.mean(whole.x), 2) << "(1 x 1 + .5 x 4) / 1.5";
    LaterMean forward = one, backward = two;
    forward.merge(two, kHalfHour);
    backward.merge(one, kHalfHour);
    for (const LaterMean& m : {forward, backward}) {
        EXPECT_DOUBLE_EQ(m.weights.W, 1.5);
        EXPECT_DOUBLE_EQ(m.weights.mean(m.x), 2);
        EXPECT_EQ(m.t0, at_second(1'800));
    }
}

}  // namespace
}  // namespace assay::estimate
