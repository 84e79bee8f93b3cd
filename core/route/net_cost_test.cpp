#include "core/route/net_cost.h"

#include <cmath>
#include <gtest/gtest.h>
#include <limits>
#include <vector>

#include "core/route/testkit.h"

namespace assay::route {
namespace {

TEST(NetCost, eight_lots_against_a_tail_of_eight) {
    const std::vector<double> upper{1, 2, 3, 4, 5, 6, 7, 8};
    const std::vector<double> t{.95, .9, .85, .8, .6, .6, .5, .4};
    const FillTail tail{upper, t, {}};
    EXPECT_NEAR(tail.expected(8), 5.6, 1e-12);
    EXPECT_EQ(tail.at_least(5), .6);
    EXPECT_EQ(tail.at_least(8), .4);
    EXPECT_EQ(tail.at_least(9), 0);
    Candidate c;
    c.half_spread_bps = 0.9;
    c.leak_bps_per_lot = 0.02;
    c.tail = tail;
    const CostTerms terms{.unfilled_bps = 2.1, .still_open = 1, .remaining_lots = 40};
    const auto costs = unit_costs(c, terms);
    EXPECT_NEAR(net_cost(tail, costs, 8), 16.48, 1e-9) << "5.04 + 6.40 + 5.04";
    EXPECT_NEAR(8 * costs.unsent, 16.80, 1e-9) << "not sending";
}

TEST(NetCost, variance_of_a_sure_tail_is_zero_and_of_a_coin_is_its_own) {
    const std::vector<double> upper{1, 2}, sure{1, 1}, coin{.5, .5};
    EXPECT_EQ((FillTail{upper, sure, {}}.variance(2)), 0);
    EXPECT_DOUBLE_EQ((FillTail{upper, coin, {}}.variance(2)), 1.0) << "2 lots or none: 2^2 / 4";
}

TEST(NetCost, profiles_scale_the_terms) {
    const struct {
        const char* profile;
        double impact, fill, latency, price;
    } cases[] = {
        {"balanced", 1, 1, 1, 1},
        {"block", 1.2, 1.6, .6667, 1},        // 30/25, 40/25, 10/15, 20/20
        {"high-frequency", .6, .6, 4, .5},    // 15/25, 15/25, 60/15, 10/20
        {"best-price", .4, .8, 1.3333, 2.5},  // 10/25, 20/25, 20/15, 50/20
        {"note4", .25, 1.4, 1.3333, .5},      // no impact: 1/4; 35/25, 20/15, 10/20
        {"acme", 1.2, 1.4, 1.3333, .5},
    };
    for (const auto& c : cases) {
        const auto* profile = score::find_profile(c.profile);
        ASSERT_NE(profile, nullptr) << c.profile;
        const CostFactors f = factors_of(*profile);
        EXPECT_NEAR(f.impact, c.impact, 1e-4) << c.profile;
        EXPECT_NEAR(f.fill, c.fill, 1e-4) << c.profile;
        EXPECT_NEAR(f.latency, c.latency, 1e-4) << c.profile;
        EXPECT_NEAR(f.price, c.price, 1e-4) << c.profile;
    }
}

TEST(NetCost, urgency_costs_the_unfilled_lots_of_a_slow_lp) {
    const testkit::Tail tail(.5, 1, 10);
    Candidate slow;
    slow.round_trip_ms = 100;
    slow.tail = tail.view();
    Candidate fast = slow;
    fast.round_trip_ms = 10;
    const CostTerms terms{.unfilled_bps = 2, .urgency_bps_per_ms = .01, .remaining_lots = 10};
    // Half of 10 lots unfilled, each 100 ms at .01 bps a ms: 5; against 0.5.
    EXPECT_NEAR(net_cost(slow.tail, unit_costs(slow, terms), 10) -
                    net_cost(fast.tail, unit_costs(fast, terms), 10),
                4.5, 1e-12);
}

TEST(NetCost, a_plan_costs_its_children_and_what_is_not_sent) {
    const testkit::WorkedExample ex;
    const auto candidates = ex.candidates();
    const auto costs = ex.costs();
    const std::vector<std::int64_t> none{0, 0, 0}, best{1, 9, 30}, all_a{40, 0, 0};
    EXPECT_NEAR(plan_cost(candidates, costs, none, 40), 84, 1e-9) << "40 x 2.1";
    EXPECT_NEAR(plan_cost(candidates, costs, best, 40), 84 - 29.92, 5e-3);
    EXPECT_NEAR(plan_cost(candidates, costs, all_a, 40), 84 + 0.61, 5e-3);
    EXPECT_GT(plan_cost(candidates, costs, best, 40, 1), plan_cost(candidates, costs, best, 40));
}

TEST(Candidate, what_is_not_a_number_never_reaches_a_plan) {
    const testkit::Tail tail(.9, .9, 5);
    Candidate good;
    good.tail = tail.view();
    good.standing = Standing{90, 1, 89};
    EXPECT_TRUE(good.valid());
    const double nan = std::numeric_limits<double>::quiet_NaN();
    const auto spoiled = [&](auto spoil) {
        Candidate c = good;
        spoil(c);
        return c.valid();
    };
    EXPECT_FALSE(spoiled([&](Candidate& c) { c.fee_bps = nan; }));
    EXPECT_FALSE(spoiled([&](Candidate& c) { c.round_trip_ms = HUGE_VAL; }));
    EXPECT_FALSE(spoiled([&](Candidate& c) { c.leak_bps_per_lot = -1e-9; }));
    EXPECT_FALSE(spoiled([&](Candidate& c) { c.reject_share = 1.5; }));
    EXPECT_FALSE(spoiled([&](Candidate& c) { c.standing->lcb = nan; }));
    const std::vector<double> rising{.5, .6, .6, .6, .6}, sizes{2, 1, 3, 4, 5};
    EXPECT_FALSE(spoiled([&](Candidate& c) { c.tail.t = rising; }));
    EXPECT_FALSE(spoiled([&](Candidate& c) { c.tail.upper_lots = sizes; }));
    EXPECT_FALSE(spoiled([&](Candidate& c) { c.tail.t = c.tail.t.first(4); }));
}

}  // namespace
}  // namespace assay::route
