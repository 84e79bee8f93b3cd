#include "core/backtest/logged_plans.h"

#include <cmath>
#include <gtest/gtest.h>

#include "core/backtest/backtest_testkit.h"

namespace assay::backtest {
namespace {

const score::Profile& balanced() {
    return *score::find_profile("balanced");
}
Contender of(route::PolicyId policy) {
    return {std::string(route::policy(policy).name), policy, balanced(), {}};
}

// Hot: every plan has nearly the same chance, so that a short log says something of all of them.
route::ExploreRules drawn(bool a_parent, double temperature = 20) {
    return {.how = route::Explore::menu,
            .temperature_bps = temperature,
            .budget = 1e9,
            .a_parent = a_parent};
}

testkit::Day day(std::uint64_t parents, const route::ExploreRules& explore, std::uint64_t seed) {
    return testkit::traded(
        testkit::config_of(testkit::small_world(parents, 100), route::PolicyId::split, explore),
        seed);
}

TEST(LoggedPlans, chances_are_those_of_the_log_and_weights_are_one_in_the_mean) {
    for (const bool a_parent : {false, true}) {
        const testkit::Day d = day(150, drawn(a_parent), 7);
        const auto logged = d.logged();
        for (const auto policy : {route::PolicyId::split, route::PolicyId::uniform}) {
            const PlansOfLog plans = plans_of(logged, of(policy), {});
            ASSERT_EQ(plans.impossible, "");
            ASSERT_EQ(plans.parents.size(), d.parents.size());
            // A first decision meets every plan with its chance: E[target / logged] = 1.
            double sum = 0, squares = 0;
            for (const auto& p : plans.parents) {
                ASSERT_TRUE(p.decisions[0].logged);
                const double w = p.decisions[0].target / *p.decisions[0].logged;
                sum += w;
                squares += w * w;
                EXPECT_EQ(p.decisions[0].outside, 0);
            }
            const double n = static_cast<double>(plans.parents.size());
            const double se = std::sqrt(squares / n / n);
            EXPECT_NEAR(sum / n, 1, 3.5 * se) << route::policy(policy).name << " seed 7";
        }
    }
}

// Drawn anew by each decision a weight is a product over all rounds, drawn once a parent it is one
// ratio: that is what makes a log of parents with several rounds worth anything.
TEST(LoggedPlans, one_draw_a_parent_keeps_the_weights_of_parents_few_and_small) {
    const testkit::Day each = day(150, drawn(false), 7), once = day(150, drawn(true), 7);
    const Contender split = of(route::PolicyId::split);
    const auto product =
        judge::weighted(plans_of(each.logged(), split, {}).parents, judge::Question::whole_parent);
    const auto ratio =
        judge::weighted(plans_of(once.logged(), split, {}).parents, judge::Question::whole_parent);
    EXPECT_GT(ratio.ess, 2 * product.ess);
    EXPECT_GT(ratio.ess, 10);
}

TEST(LoggedPlans, without_a_menu_there_is_no_propensity_and_that_is_refused) {
    const testkit::Day d = day(20, {}, 3);
    const auto logged = d.logged();
    for (const auto& l : logged)
        for (const auto* decision : l.decisions)
            if (decision->choice.step <= route::Step::last_good &&
                decision->inputs.order.phase == route::Phase::working) {
                EXPECT_FALSE(has_chances(*decision));
            }
    const auto answer =
        judge::off_policy(plans_of(logged, of(route::PolicyId::uniform), {}).parents,
                          judge::Question::whole_parent, {.draws = 50});
    EXPECT_EQ(answer.refused, judge::Refusal::no_propensity);
}

TEST(LoggedPlans, a_plan_that_was_never_on_the_menu_is_refused_as_never_tried) {
    const testkit::Day d = day(60, drawn(true), 3);
    const auto plans = plans_of(d.logged(), of(route::PolicyId::round_robin), {});
    const auto answer =
        judge::off_policy(plans.parents, judge::Question::whole_parent, {.draws = 50});
    EXPECT_EQ(answer.refused, judge::Refusal::outside) << answer.why;
}

TEST(LoggedPlans, scores_of_another_profile_must_be_known_where_they_matter) {
    const testkit::Day d = day(20, drawn(true), 3);
    const score::Profile& block = *score::find_profile("block");
    Contender primary = of(route::PolicyId::primary), split = of(route::PolicyId::split);
    primary.profile = split.profile = block;
    EXPECT_NE(plans_of(d.logged(), primary, {}).impossible, "");
    EXPECT_EQ(plans_of(d.logged(), split, {}).impossible, "") << "the split goes by costs";
    const Standings same = [](const route::DecisionInputs& in) {
        std::vector<std::optional<route::Standing>> s;
        for (const auto& c : in.candidates) s.push_back(c.known.standing);
        return s;
    };
    EXPECT_EQ(plans_of(d.logged(), primary, same).impossible, "");
}

// A known truth: a day routed by drawn plans says what another policy would have cost, and that
// policy really routes the same parents in the same worlds. Uniform, since what it does depends on
// no belief: a policy that learns would have learnt other things from trading by itself.
TEST(LoggedPlans, the_estimate_covers_what_the_other_policy_really_costs) {
    constexpr std::uint64_t kParents = 500;
    double snips = 0, dr = 0, truths = 0, variance = 0, logged = 0;
    for (const std::uint64_t seed : {1u, 2u, 3u}) {
        const testkit::Day d = day(kParents, drawn(true), seed);
        const testkit::Day other = testkit::traded(
            testkit::config_of(testkit::small_world(kParents, 100), route::PolicyId::uniform, {}),
            seed);
        double mean = 0, squares = 0;
        const double n = static_cast<double>(other.parents.size());
        for (const auto& p : other.parents) {
            mean += p.shortfall_bps / n;
            squares += p.shortfall_bps * p.shortfall_bps / n;
        }
        const auto w =
            judge::weighted(plans_of(d.logged(), of(route::PolicyId::uniform), {}).parents,
                            judge::Question::whole_parent);
        ASSERT_TRUE(w.snips && w.dr) << seed;
        EXPECT_LT(w.outside, 0.001) << seed;
        EXPECT_GT(w.ess, 40) << seed;
        snips += *w.snips / 3;
        dr += *w.dr / 3;
        truths += mean / 3;
        logged += *w.logged / 3;
        // Of a mean of as many samples as the weights are worth, and of the truth's own.
        variance += (squares - mean * mean) * (1 / w.ess + 1 / n) / 9;
    }
    EXPECT_NEAR(snips, truths, 1.96 * std::sqrt(variance));
    EXPECT_NEAR(dr, truths, 1.96 * std::sqrt(variance));
    EXPECT_GT(std::abs(logged - truths), 0.01) << "else what was done would have said it too";
}

}  // namespace
}  // namespace assay::backtest
