#include "core/route/explore.h"

#include <cmath>
#include <gtest/gtest.h>
#include <vector>

#include "core/route/cont_kukanov.h"
#include "core/route/equalise.h"

namespace assay::route {
namespace {

TEST(Explore, thompson_draws_fall_and_are_right_on_average) {
    const std::vector<double> upper{1, 2, 4, 8}, t{.9, .8, .8, .4}, support{50, 40, 30, 20};
    const FillTail tail{upper, t, support};
    std::vector<double> mean(4);
    for (std::uint64_t n = 0; n < 4'000; ++n) {
        score::Draws draws({n, 1});
        const auto drawn = thompson_tail(tail, draws);
        double before = 1;
        for (std::size_t b = 0; b < 4; ++b) {
            ASSERT_LE(drawn[b], before);
            before = drawn[b];
            mean[b] += drawn[b] / 4'000;
        }
    }
    // The product of independent hazards with these means has these means.
    for (std::size_t b = 0; b < 4; ++b) EXPECT_NEAR(mean[b], t[b], .01) << b;
    score::Draws draws({1});
    EXPECT_EQ(thompson_tail({upper, t, {}}, draws), t) << "nothing is known of its doubt";
}

TEST(Explore, the_budget_is_two_percent_of_what_the_baseline_costs) {
    ExploreLedger ledger;
    const ExploreRules rules;
    EXPECT_TRUE(ledger.allows(100, 2, rules));
    EXPECT_FALSE(ledger.allows(100, 2.001, rules));
    EXPECT_TRUE(ledger.allows(100, -5, rules)) << "what is cheaper is no exploring";
    ledger.book(100, 2);
    EXPECT_FALSE(ledger.allows(100, 2.001, rules));
    EXPECT_TRUE(ledger.allows(100, 2, rules));
    ledger.book(1'000, 0);
    EXPECT_TRUE(ledger.allows(100, 22, rules));
}

TEST(Explore, chances_are_a_softmax_with_a_floor) {
    const std::vector<double> costs{1, 1.5, 30};
    const auto p = propensities(costs, {.temperature_bps = .5});
    // exp(0) : exp(-1) : 0 of 1.36788, into what three floors of 2 % leave.
    EXPECT_NEAR(p[0], .02 + .94 * .731059, 1e-6);
    EXPECT_NEAR(p[1], .02 + .94 * .268941, 1e-6);
    EXPECT_NEAR(p[2], .02, 1e-6);
    EXPECT_NEAR(p[0] + p[1] + p[2], 1, 1e-12);
    EXPECT_EQ(pick(p, .70), 0u);
    EXPECT_EQ(pick(p, .75), 1u);
    EXPECT_EQ(pick(p, .999), 2u);
    EXPECT_EQ(pick(std::vector<double>{0, 1, 0}, .9999999), 1u) << "never one without a chance";
    EXPECT_TRUE(propensities({}, {}).empty());
}

TEST(ContKukanov, one_venue_rests_175_9_of_1000) {
    LimitOrMarket in{.target = 1000,
                     .queue_ahead = 2000,
                     .outflow = {2200, 500.0 * 500.0},
                     .half_spread = 1,
                     .fee = .3,
                     .rebate = .2,
                     .underfill = 4};
    const auto best = limit_or_market(in);
    EXPECT_NEAR(best.all_limit_below, 1.445, 5e-4);
    EXPECT_NEAR(best.all_market_above, 6.055, 5e-4);
    EXPECT_NEAR(best.limit, 175.9, .05);
    EXPECT_NEAR(best.market, 1000 - 175.9, .05);
    in.underfill = 1.4;
    EXPECT_EQ(limit_or_market(in).limit, 1000);
    in.underfill = 6.1;
    EXPECT_EQ(limit_or_market(in).limit, 0);
}

// The least cost over a grid of 10 lots, with sum L <= S or free.
double best_of_grid(const Spray& in) {
    double best = HUGE_VAL;
    for (double a = 0; a <= in.target; a += 10)
        for (double b = 0; b <= in.target; b += 10)
            for (double c = 0; c <= in.target; c += 10) {
                if (in.sum == Spray::Sum::within && a + b + c > in.target) continue;
                best = std::min(best, spray_cost(in, std::vector<double>{a, b, c}));
            }
    return best;
}

TEST(ContKukanov, the_spray_comes_within_one_percent_of_the_best_of_a_grid) {
    for (std::uint64_t seed = 1; seed <= 6; ++seed) {
        score::Draws draws({seed, 0x73707261});
        std::vector<double> samples;
        for (int n = 0; n < 200; ++n)
            for (int i = 0; i < 3; ++i)
                samples.push_back(draws.uniform() < .3 ? 0 : 400 * draws.uniform());
        const std::vector<double> costs{.5, .2, -.3};
        for (const auto sum : {Spray::Sum::within, Spray::Sum::free}) {
            const Spray in{.target = 300,
                           .underfill = 3,
                           .overfill = 2,
                           .costs = costs,
                           .samples = samples,
                           .sum = sum};
            const auto lots = spray(in);
            EXPECT_LE(spray_cost(in, lots), best_of_grid(in) * 1.01) << "seed " << seed;
            if (sum == Spray::Sum::within) {
                EXPECT_LE(lots[0] + lots[1] + lots[2], 300 + 1e-9);
            }
        }
    }
}

TEST(Equalise, delays_of_3_6_and_6_7_ms_and_none) {
    const auto ms = [](double x) { return Duration{static_cast<std::int64_t>(x * 1e6)}; };
    const std::vector<OneWay> to{{ms(4.2), ms(.3)}, {ms(1.1), ms(.1)}, {ms(7.8), ms(.3)}};
    EXPECT_EQ(equalising_delays(to), (std::vector<Duration>{ms(3.6), ms(6.7), ms(0)}));
    // Jitter of .7 against a median of .2: it neither waits nor is waited for.
    const std::vector<OneWay> wild{{ms(4.2), ms(.3)}, {ms(1.1), ms(.1)}, {ms(7.8), ms(.7)}};
    EXPECT_EQ(equalising_delays(wild), (std::vector<Duration>{ms(0), ms(3.1), ms(0)}));
    const std::vector<OneWay> far{{ms(50), ms(.1)}, {ms(1), ms(.1)}};
    EXPECT_EQ(equalising_delays(far)[1], kMostDelay);
    EXPECT_EQ(equalising_delays(far, ms(5))[1], ms(5));
    // Others' jitters of 1 and 2 ns: three medians are 4.5. 4 is in line, 5 is not.
    const auto ns = [](std::int64_t n) { return Duration{n}; };
    for (const auto& [jitter, waits] : {std::pair(4, 10), {5, 0}})
        EXPECT_EQ(equalising_delays(std::vector<OneWay>{
                      {ns(20), ns(2)}, {ns(15), ns(1)}, {ns(10), ns(jitter)}})[2],
                  ns(waits));
    // Whose way is not known.
    EXPECT_EQ(equalising_delays(std::vector<OneWay>{{ms(4), ms(.1)}, {}, {ms(1), ms(.1)}}),
              (std::vector<Duration>{ms(0), ms(0), ms(3)}));
    EXPECT_TRUE(equalising_delays({}).empty());
    EXPECT_EQ(equalising_delays(std::vector<OneWay>{{ms(5), ms(9)}})[0], Duration{});
}

}  // namespace
}  // namespace assay::route
