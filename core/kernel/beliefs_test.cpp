// What is believed slowly, what fast, and what was frozen when the session opened, so that no
// order counts twice (docs/spec.md 4.1); and how cells join to what a profile weighs.
#include "core/kernel/beliefs.h"

#include <cmath>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "core/estimate/shrink.h"
#include "core/kernel/kernel_testkit.h"
#include "core/units/elementary.h"

namespace assay {
namespace {

using estimate::Measure;
using score::Scored;
using testkit::config_by;
using testkit::Desk;

// `n` orders of 200, of which the first `full` fill, ten seconds apart.
void orders(Desk& d, int n, int full, Duration latency = 15_ms) {
    static int id = 0;
    for (int i = 0; i < n; ++i) {
        d.ioc(fmt::format("{}", ++id), 200_qty, i < full ? 200_qty : 0_qty, 100.02_px, latency);
        d.wait(10_s);
    }
}
void next_morning(Desk& d) {
    d.now = Nanos{(utc_day(d.now) + 1) * kDay.ns + 10 * kHour.ns};
    d.market(100.00_px, 100.02_px);
}
struct Told {
    estimate::Hierarchy slow, frozen;
    Cells cells;
    std::vector<estimate::Beliefs> fast;
};
Told beliefs(const Desk& d, const Config& config) {
    const Kernel* shards[] = {&d.kernel};
    Told t;
    t.cells = cells_of(shards);
    t.slow = estimate::fit(t.cells.slow, config.estimate.m_fallback);
    t.frozen = estimate::fit(t.cells.frozen, config.estimate.m_fallback);
    t.fast = fast_beliefs(t.cells, shards, t.slow, config);
    return t;
}
double weight(const estimate::Leaf& leaf) {
    return leaf.stats.hot.orders.W;
}
const estimate::Believed& fill_of(const std::vector<estimate::Beliefs>& b, std::size_t cell = 0) {
    return b.at(cell)[estimate::index(Measure::fill)];
}

TEST(Beliefs, in_its_first_session_an_lp_has_nothing_frozen_and_leans_on_the_pooled_mean) {
    const Config config = config_by(kByLp, "note4");  // kappa 3, fast never forgets
    Desk d(config);
    d.market(100.00_px, 100.02_px);
    orders(d, 10, 8);
    d.lp = "LP_B";
    orders(d, 10, 2);
    const Told t = beliefs(d, config);
    EXPECT_FALSE(t.cells.any_frozen);
    EXPECT_NEAR(t.slow.pooled_mean[estimate::index(Measure::fill)], 0.5, 1e-4);
    EXPECT_NEAR(fill_of(t.fast, 0).mean, (3 * 0.5 + 8) / 13, 1e-4) << "(3 x .5 + 8) / (3 + 10)";
    EXPECT_NEAR(fill_of(t.fast, 1).mean, (3 * 0.5 + 2) / 13, 1e-4) << "(3 x .5 + 2) / (3 + 10)";
}

// Yesterday 20 of 20 filled; today 1 of 4. Slow knows 24 orders, frozen the 20 of yesterday, and
// fast the 4 of today.
TEST(Beliefs, no_order_counts_both_as_frozen_and_as_fast) {
    const Config config = config_by(kByLp, "note4");
    Desk d(config);
    d.market(100.00_px, 100.02_px);
    orders(d, 20, 20);
    next_morning(d);
    orders(d, 4, 1);
    const Told t = beliefs(d, config);
    ASSERT_TRUE(t.cells.any_frozen);
    EXPECT_NEAR(weight(t.cells.slow[0]), 20 * std::exp2(-1.0 / 5) + 4, 0.02)
        << "a half-life of 5 sessions: yesterday's weigh .8706 each";
    EXPECT_NEAR(weight(t.cells.frozen[0]), 20 * std::exp2(-1.0 / 5), 0.02);
    EXPECT_EQ(t.cells.cell[0]->fast.hot.orders.W, 4);
    const double yesterday = fill_of(t.frozen.leaves).mean;
    EXPECT_GT(yesterday, fill_of(t.slow.leaves).mean) << "yesterday was better than both days";
    EXPECT_NEAR(fill_of(t.fast).mean, (3 * yesterday + 1) / 7, 1e-12) << "(3 m + 1) / (3 + 4)";
}

TEST(Beliefs, a_session_in_which_nothing_was_sent_leaves_the_cell_as_it_stands) {
    const Config config = config_by(kByLp, "note4");
    Desk d(config);
    d.market(100.00_px, 100.02_px);
    orders(d, 20, 10);
    next_morning(d);
    const Told t = beliefs(d, config);
    EXPECT_TRUE(t.cells.any_frozen);
    EXPECT_EQ(weight(t.cells.frozen[0]), weight(t.cells.slow[0]));
    EXPECT_NEAR(fill_of(t.fast).mean, fill_of(t.slow.leaves).mean, 1e-15)
        << "what was fast yesterday is over";
}

// What is known 15 s later fades like the rest: LP_A's order in XYZ of last week weighs half of
// what its order in ABC of today does.
TEST(Beliefs, an_order_of_five_sessions_ago_weighs_half_in_every_measure) {
    const Config config = config_by(kByLp);
    Desk d(config);
    d.market(100.00_px, 100.02_px);
    orders(d, 1, 1);
    d.now = Nanos{d.now.ns + 7 * kDay.ns};
    d.symbol = "ABC";
    d.market(100.00_px, 100.02_px);
    orders(d, 1, 1);
    d.wait(20_s);
    d.tick();
    const Told t = beliefs(d, config);
    for (const Measure m : {Measure::fill, Measure::gain, Measure::markout}) {
        const auto i = estimate::index(m);
        const double then = t.slow.leaves[0][i].weight, now = t.slow.leaves[1][i].weight;
        EXPECT_NEAR(then / now, 0.5, 0.001) << "measure " << i;
    }
}

// Frozen for the session, whatever the session brings: the router's prior moves overnight only.
TEST(Beliefs, the_frozen_prior_does_not_move_during_the_session) {
    const Config config = config_by(kByLp, "note4");
    Desk d(config);
    d.market(100.00_px, 100.02_px);
    orders(d, 20, 15);
    next_morning(d);
    orders(d, 1, 0);
    const estimate::Stats frozen = d.kernel.cells()[0].frozen();
    orders(d, 50, 50);
    EXPECT_EQ(d.kernel.cells()[0].frozen().hot.orders.W, frozen.hot.orders.W);
    EXPECT_EQ(d.kernel.cells()[0].frozen().hot.fill.S1, frozen.hot.fill.S1);
    EXPECT_EQ(d.kernel.cells()[0].fast.hot.orders.W, 51);
    next_morning(d);
    orders(d, 1, 0);
    EXPECT_GT(d.kernel.cells()[0].frozen().hot.orders.W, 60) << "now it knows of yesterday's";
    EXPECT_EQ(d.kernel.cells()[0].fast.hot.orders.W, 1);
}

// Two sessions on one day, as of a market with a pause at noon. What is busted in the second was
// frozen with the first.
TEST(Beliefs, a_bust_in_the_next_session_amends_what_was_frozen_and_no_fast_belief) {
    Desk d(config_by(kByLp, "note4"));
    d.opens(Duration{2 * kHour.ns});
    d.market(100.00_px, 100.02_px);
    orders(d, 2, 2);
    d.ioc("late", 200_qty, 200_qty, 100.02_px);
    d.at(Duration{3 * kHour.ns});
    d.opens(Duration{2 * kHour.ns});
    const Cell& cell = d.kernel.cells()[0];
    ASSERT_NEAR(cell.slow.hot.fill.S1, 3, 0.001);
    EXPECT_EQ(d.bust("late", "E1", "B1"), Verdict::applied);
    EXPECT_NEAR(cell.slow.hot.fill.S1, 2, 0.001);
    EXPECT_NEAR(cell.frozen().hot.fill.S1, 2, 0.001);
    EXPECT_NEAR(cell.frozen().hot.orders.W, 3, 0.001)
        << "the order is still one, of nothing filled";
    EXPECT_EQ(cell.fast.hot.orders.W, 0);
}

TEST(Beliefs, a_bust_after_its_trade_date_is_counted_and_changes_nothing_believed) {
    Desk d(config_by(kByLp, "note4"));
    d.market(100.00_px, 100.02_px);
    orders(d, 3, 3);
    d.ioc("late", 200_qty, 200_qty, 100.02_px);
    const estimate::Stats before = d.kernel.cells()[0].slow;
    d.now = Nanos{(utc_day(d.now) + 1) * kDay.ns};
    d.bust("late", "E1", "B1");
    EXPECT_EQ(d.kernel.blotter().counts().bust_too_late, 1u);
    EXPECT_EQ(d.kernel.cells()[0].slow.hot.fill.S1, before.hot.fill.S1);
}

TEST(Beliefs, fast_forgets_half_in_half_an_hour_and_the_profile_says_how_long) {
    struct {
        Duration half_life;
        double left;
    } const rows[] = {{{1'800'000'000'000}, 0.25}, {{3'600'000'000'000}, 0.5}, {{0}, 1}};
    for (const auto& row : rows) {
        Config config = config_by(kByLp, "balanced");  // kappa 10
        config.profile.fast_half_life = row.half_life;
        Desk d(config);
        d.market(100.00_px, 100.02_px);
        orders(d, 20, 20);
        next_morning(d);
        d.ioc("today", 200_qty, 0_qty, 100.02_px);
        d.wait(Duration{kHour.ns - 15'000'000});
        d.tick();
        const Told t = beliefs(d, config);
        const double m = fill_of(t.frozen.leaves).mean;
        EXPECT_NEAR(fill_of(t.fast).mean, 10 * m / (10 + row.left), 1e-5)
            << "an hour later, half-life " << row.half_life.ns;
    }
}

// note4 follows fill rate and latency fast; rejects stay at what was frozen.
TEST(Beliefs, only_the_kpis_that_the_profile_follows_fast_move) {
    const Config config = config_by(kByLp, "note4");
    Desk d(config);
    d.market(100.00_px, 100.02_px);
    orders(d, 20, 20, 15_ms);
    next_morning(d);
    for (int i = 0; i < 3; ++i) {
        d.send(fmt::format("r{}", i), 200_qty);
        d.wait(40_ms);
        d.reject(fmt::format("r{}", i));
    }
    const Told t = beliefs(d, config);
    const auto moved = [&](Measure m) {
        return t.fast[0][estimate::index(m)].mean - t.frozen.leaves[0][estimate::index(m)].mean;
    };
    EXPECT_LT(moved(Measure::fill), -0.3);
    EXPECT_NEAR(moved(Measure::latency_ms), (3 * 15 + 3 * 40) / 6.0 - 15, 0.01)
        << "(3 x 15 + 3 x 40) / 6 = 27.5 ms";
    EXPECT_EQ(moved(Measure::reject), 0);
    EXPECT_EQ(moved(Measure::gain), 0);
}

// --- from cells to what a profile weighs ---------------------------------------------------------

estimate::Beliefs cell(double weight) {
    estimate::Beliefs b;
    for (estimate::Believed& x : b) x = {0, 0, weight, weight, true};
    return b;
}
void believe(estimate::Beliefs& b, Measure m, double mean, double var) {
    estimate::Believed& x = b[estimate::index(m)];
    x.mean = mean;
    x.var = var;
    x.absent = false;
}

TEST(BeliefsOf, cells_of_30_and_10_orders_at_90_and_50_percent_are_80_percent) {
    estimate::Beliefs big = cell(30), small = cell(10);
    believe(big, Measure::fill, 0.9, 0.0016);
    believe(small, Measure::fill, 0.5, 0.0144);
    const score::Beliefs b = beliefs_of({&big, &small}, *score::find_profile("balanced"), 0, 0);
    const score::Belief& fill = of(b, Scored::fill_rate);
    EXPECT_NEAR(fill.mean, 0.8, 1e-15) << "(30 x .9 + 10 x .5) / 40";
    EXPECT_NEAR(fill.var, 0.0018, 1e-15) << "(900 x .0016 + 100 x .0144) / 1600";
    EXPECT_EQ(fill.n_eff, 40);
    EXPECT_TRUE(of(b, Scored::markout_bps_15s).absent);
    EXPECT_TRUE(of(b, Scored::all_in_cost_bps).absent);
    EXPECT_TRUE(
        of(beliefs_of({}, *score::find_profile("balanced"), 0, 0), Scored::fill_rate).absent);
}

TEST(BeliefsOf, price_improvement_is_net_of_the_cost_of_rejects_unless_that_is_charged_by_itself) {
    struct {
        const char* profile;
        double mean, var;
    } const rows[] = {
        {"note4", 0.3, 0.05}, {"block", 0.3, 0.05}, {"balanced", 0.5, 0.04}, {"all-in", 0.5, 0.04}};
    estimate::Beliefs c = cell(10);
    believe(c, Measure::gain, 0.5, 0.04);
    believe(c, Measure::reject_cost, 0.2, 0.01);
    for (const auto& row : rows) {
        const score::Beliefs b = beliefs_of({&c}, *score::find_profile(row.profile), 0, 0);
        EXPECT_NEAR(of(b, Scored::price_improvement_bps).mean, row.mean, 1e-15) << row.profile;
        EXPECT_NEAR(of(b, Scored::price_improvement_bps).var, row.var, 1e-15) << row.profile;
    }
}

TEST(BeliefsOf, all_in_is_half_of_2_bps_spread_and_3_tenths_of_rejects_and_a_rebate_of_5_tenths) {
    estimate::Beliefs c = cell(10);
    believe(c, Measure::effective, 2, 0.04);
    const score::Profile& p = *score::find_profile("all-in");
    EXPECT_NEAR(of(beliefs_of({&c}, p, -0.5, 0), Scored::all_in_cost_bps).mean, 0.5, 1e-15)
        << "2 / 2 - .5: nothing unfilled, nothing charged";
    believe(c, Measure::reject_cost, 0.3, 0.01);
    const score::Beliefs b = beliefs_of({&c}, p, -0.5, 0);
    EXPECT_NEAR(of(b, Scored::all_in_cost_bps).mean, 0.8, 1e-15) << "2 / 2 + .3 - .5";
    EXPECT_NEAR(of(b, Scored::all_in_cost_bps).var, 0.02, 1e-15) << ".04 / 4 + .01";
}

// ln of a latency around 15 ms with a spread of .5: p50 15 ms, p99 15 e^(2.326 x .5) = 48.0 ms.
TEST(BeliefsOf, p50_and_p99_of_a_log_latency_are_15_and_48_ms) {
    estimate::Beliefs c = cell(10);
    believe(c, Measure::log_latency, std::log(15e6), 0.01);
    const score::Beliefs b = beliefs_of({&c}, *score::find_profile("balanced"), 0, 0.5);
    EXPECT_NEAR(of(b, Scored::latency_p50_ms).mean, 15, 1e-9);
    EXPECT_NEAR(of(b, Scored::latency_p50_ms).var, 0.01 * 225, 1e-9) << "var of ln x, times p50^2";
    EXPECT_NEAR(of(b, Scored::latency_p99_ms).mean, 48.0, 0.05);
}

// Ten orders of variance 4 lean on what all LPs have, 1, with the weight of ten orders.
TEST(LatencySpread, of_11_orders_with_variance_4_among_lps_with_variance_1_is_the_root_of_2_5) {
    estimate::Leaf leaf{"LP_A", "XYZ", "1/1", {}};
    leaf.stats.hot.timed = {11, 11};
    leaf.stats.hot.ln = {11 * 16.5, 11 * 16.5 * 16.5 + 40};
    estimate::Hierarchy h;
    h.within[estimate::index(Measure::log_latency)] = 1;
    const estimate::Leaf leaves[] = {leaf};
    EXPECT_NEAR(log_latency_spread(leaves, {0}, h), std::sqrt(2.5), 1e-9)
        << "(10 x 1 + 10 x 4) / 20";
    EXPECT_NEAR(log_latency_spread(leaves, {}, h), 1, 1e-15) << "no orders: that of all";
}

// --- what routing may believe of an LP that it hardly knows --------------------------------------

score::Beliefs hardly_known(double n_eff) {
    score::Beliefs b;
    const estimate::Beta d{5.39, 0.89};
    score::of(b, Scored::fill_rate) = {d.mean(), d.var(), n_eff, false};
    score::of(b, Scored::reject_rate) = {0.1, 0.01, n_eff, false};
    return b;
}
double fill(const score::Beliefs& b) {
    return score::of(b, Scored::fill_rate).mean;
}

// docs/spec.md 4.4: Beta(5.39, .89), mean .858, q10 .673.
TEST(Careful, a_new_lp_is_its_10_percent_quantile_0_673) {
    EXPECT_NEAR(fill(careful(hardly_known(3), {0.8, 0.9, 0.95})), 0.673, 0.001);
    EXPECT_NEAR(fill(careful(hardly_known(3), {})), 0.673, 0.001) << "without peers too";
}

TEST(Careful, and_never_above_the_median_peer) {
    EXPECT_EQ(fill(careful(hardly_known(3), {0.9, 0.2, 0.5})), 0.5);
    EXPECT_EQ(fill(careful(hardly_known(3), {0.2, 0.9, 0.5, 0.6})), 0.55);
}

TEST(Careful, from_twenty_orders_on_it_stands_for_itself) {
    EXPECT_NEAR(fill(careful(hardly_known(20), {0.5})), 0.858, 0.0005);
    EXPECT_EQ(score::of(careful(hardly_known(3), {0.5}), Scored::reject_rate).mean, 0.1);
}

TEST(Careful, what_is_absent_or_certain_stays) {
    EXPECT_TRUE(score::of(careful({}, {0.5}), Scored::fill_rate).absent);
    score::Beliefs sure = hardly_known(3);
    score::of(sure, Scored::fill_rate) = {1, 0, 3, false};
    EXPECT_EQ(fill(careful(sure, {0.5})), 1);
}

}  // namespace
}  // namespace assay
