#include "core/judge/off_policy.h"

#include <gtest/gtest.h>

#include "core/judge/testkit.h"

namespace assay::judge {
namespace {

LoggedParent parent(double cost, std::vector<LoggedDecision> decisions, std::int64_t day = 0) {
    return {day, cost, std::move(decisions)};
}

// docs/spec.md 8.1.
TEST(OffPolicy, the_worked_example) {
    const std::vector<LoggedParent> log = {
        parent(1, {{.25, .5, 1.2, 1.1}}), parent(3, {{.5, .25, 2.5, 1.4}}),
        parent(2, {{.4, .4, 2.2, 1.3}}), parent(.5, {{.2, .8, 1, .9}})};
    const Weighted w = weighted(log, Question::whole_parent);
    EXPECT_NEAR(*w.ips, 1.875, 1e-12) << "(2 + 1.5 + 2 + 2) / 4";
    EXPECT_NEAR(*w.snips, 1.0, 1e-12) << "7.5 / 7.5";
    EXPECT_NEAR(*w.dr, 0.5875, 1e-12);
    EXPECT_NEAR(w.ess, 2.65, 5e-3) << "56.25 / 21.25";
    EXPECT_NEAR(*w.logged, 1.625, 1e-12);
    EXPECT_EQ(w.clipped_mass, 0);
    const OffPolicy refused = off_policy(log, Question::whole_parent, {});
    EXPECT_EQ(refused.refused, Refusal::few);
    EXPECT_EQ(refused.why, "the effective sample size is 2.6, and 200 are needed");
    EXPECT_FALSE(refused.best());
}

TEST(OffPolicy, a_parents_weight_is_the_product_of_its_ratios) {
    // Ratios 2 and .5, then 4 and 10: weights 1 and 40, clipped to 20.
    const std::vector<LoggedParent> log = {parent(3, {{.25, .5, {}, {}}, {.5, .25, {}, {}}}),
                                           parent(1, {{.2, .8, {}, {}}, {.1, 1, {}, {}}})};
    const Weighted whole = weighted(log, Question::whole_parent);
    EXPECT_EQ(whole.samples, 2);
    EXPECT_NEAR(*whole.ips, (1 * 3 + 20 * 1) / 2.0, 1e-12);
    EXPECT_NEAR(*whole.snips, 23 / 21.0, 1e-12);
    EXPECT_NEAR(whole.clipped_mass, 20 / 41.0, 1e-12);
    EXPECT_NEAR(whole.ess, 41 * 41 / 1601.0, 1e-9) << "of the weights before they are clipped";
    EXPECT_FALSE(whole.dr) << "no model";
    const Weighted once = weighted(log, Question::deviate_once);
    EXPECT_EQ(once.samples, 4);
    EXPECT_NEAR(*once.ips, (2 * 3 + .5 * 3 + 4 * 1 + 10 * 1) / 4, 1e-12);
    EXPECT_STREQ(text(Question::deviate_once), "deviate once");
}

TEST(OffPolicy, doubly_robust_over_two_decisions) {
    // V1 + w1 (V2 - Q1) + w1 w2 (c - Q2) = 1.5 + 2 (1.8 - 1.6) + 1 (3 - 2) = 2.9.
    const std::vector<LoggedParent> log = {parent(3, {{.25, .5, 1.6, 1.5}, {.5, .25, 2, 1.8}})};
    EXPECT_NEAR(*weighted(log, Question::whole_parent).dr, 2.9, 1e-12);
    const std::vector<LoggedParent> half = {parent(3, {{.25, .5, 1.6, 1.5}, {.5, .25, {}, {}}})};
    EXPECT_FALSE(weighted(half, Question::whole_parent).dr) << "a model in all or in none";
}

// Five contexts, three plans; the policy that logged is a softmax with a floor, the other prefers
// another plan. The model is wrong by .1 in one plan.
struct World {
    static constexpr int kContexts = 5, kPlans = 3;
    static double cost(int x, int a) { return 0.6 + 0.3 * a + 0.15 * x - 0.2 * x * (a == 2); }
    static double model(int x, int a) { return cost(x, a) + (a == 2 ? 0.25 : 0.05); }
    static double logged(int, int a) { return a == 0 ? 0.60 : a == 1 ? 0.30 : 0.10; }
    static double target(int x, int a) {
        const int best = x >= 3 ? 2 : 0;
        return a == best ? 0.8 : 0.1;
    }
    static double truth() {
        double sum = 0;
        for (int x = 0; x < kContexts; ++x)
            for (int a = 0; a < kPlans; ++a) sum += target(x, a) * cost(x, a) / kContexts;
        return sum;
    }
    static double direct() {
        double sum = 0;
        for (int x = 0; x < kContexts; ++x)
            for (int a = 0; a < kPlans; ++a) sum += target(x, a) * model(x, a) / kContexts;
        return sum;
    }
    static std::vector<LoggedParent> log(int n, std::uint64_t seed) {
        score::Draws random({seed, 8});
        std::vector<LoggedParent> out;
        for (int i = 0; i < n; ++i) {
            const int x = static_cast<int>(random.uniform() * kContexts);
            const double u = random.uniform();
            const int a = u < .6 ? 0 : u < .9 ? 1 : 2;
            double of_target = 0;
            for (int b = 0; b < kPlans; ++b) of_target += target(x, b) * model(x, b);
            out.push_back(parent(cost(x, a) + random.normal(),
                                 {{logged(x, a), target(x, a), model(x, a), of_target}}, i / 20));
        }
        return out;
    }
};

// 300 logs of 1,000 parents: all three estimates find the truth that the model misses, and the
// doubly robust interval holds it.
TEST(OffPolicy, finds_the_truth_where_the_model_alone_does_not) {
    constexpr int kLogs = 300;
    double sum[3] = {}, squares[3] = {}, ess = 0;
    int held = 0;
    for (std::uint64_t seed = 1; seed <= kLogs; ++seed) {
        const auto log = World::log(1000, seed);
        const OffPolicy o = off_policy(log, Question::whole_parent, {.draws = 300, .seed = seed});
        ASSERT_FALSE(o.refused) << o.why;
        EXPECT_EQ(o.resampled, Unit::whole_stretch) << "50 days";
        const double values[] = {o.ips->value, o.snips->value, o.dr->value};
        for (int k = 0; k < 3; ++k) {
            sum[k] += values[k];
            squares[k] += std::pow(values[k] - World::truth(), 2);
        }
        ess += o.plain.ess / 1000;
        const Interval& i = o.dr->interval;
        held += i.low <= World::truth() && World::truth() <= i.high ? 1 : 0;
    }
    const char* names[] = {"IPS", "SNIPS", "DR"};
    std::printf("truth %.4f, direct model %.4f, ESS/n %.3f, DR coverage %.3f\n", World::truth(),
                World::direct(), ess / kLogs, held / double{kLogs});
    for (int k = 0; k < 3; ++k) {
        const double rmse = std::sqrt(squares[k] / kLogs);
        std::printf("  %-5s mean %.4f RMSE %.4f\n", names[k], sum[k] / kLogs, rmse);
        EXPECT_NEAR(sum[k] / kLogs, World::truth(), 3 * rmse / std::sqrt(double{kLogs}))
            << names[k] << ", seeds 1 to 300";
    }
    EXPECT_GT(World::direct() - World::truth(), 0.1);
    EXPECT_LT(squares[2], squares[0]) << "the model spares variance, wrong as it is";
    EXPECT_GE(held, 0.91 * kLogs);
    EXPECT_LE(held, 0.985 * kLogs);
}

TEST(OffPolicy, refuses_what_the_log_cannot_carry) {
    const auto good = World::log(1000, 1);
    const char* kBad =
        "a logged propensity is not within (0, 1], the other policy's not within [0, 1], or a cost "
        "is no number";
    struct {
        const char* what;
        std::vector<LoggedParent> log;
        std::optional<Refusal> refusal;
        const char* why;
    } rows[] = {
        {"as logged", good, {}, ""},
        {"nothing", {}, Refusal::no_parents, "there are no parents"},
        {"6 % without", good, Refusal::no_propensity,
         "60 of 1000 parents have decisions without a propensity, and at most 5 % may"},
        {"5 % without", good, {}, ""},
        {"a propensity of 0", good, Refusal::bad_numbers, kBad},
        {"a cost that is no number", good, Refusal::bad_numbers, kBad},
        {"a model that is none", good, Refusal::bad_numbers, kBad},
        {"199 alike, the rest never", good, Refusal::few,
         "the effective sample size is 199.0, and 200 are needed"},
        {"a parent without decisions", good, {}, ""},
        {"6 % could not be drawn", good, Refusal::outside,
         "6.0 % of what it would send had no chance in the log, and at most 5 % may: the log "
         "cannot show what was never tried"},
        {"5 % could not be drawn", good, {}, ""},
    };
    for (int i = 0; i < 60; ++i) rows[2].log[i].decisions[0].logged.reset();
    for (int i = 0; i < 50; ++i) rows[3].log[i].decisions[0].logged.reset();
    rows[4].log[7].decisions[0].logged = 0;
    rows[5].log[7].cost_bps = std::nan("");
    rows[6].log[7].decisions[0].of_plan = INFINITY;
    for (int i = 0; i < 1000; ++i) {
        rows[7].log[i].decisions[0].logged = 0.5;
        rows[7].log[i].decisions[0].target = i < 199 ? 0.5 : 0;
    }
    rows[8].log[0].decisions.clear();
    for (auto& p : rows[9].log) p.decisions[0].outside = 0.06;
    for (int i = 0; i < 50; ++i) rows[10].log[i].decisions[0].outside = 1;
    for (const auto& r : rows) {
        const OffPolicy o = off_policy(r.log, Question::whole_parent, {.draws = 50});
        EXPECT_EQ(o.refused, r.refusal) << r.what;
        EXPECT_EQ(o.why, r.why) << r.what;
        EXPECT_EQ(o.best().has_value(), !r.refusal) << r.what;
    }
    std::vector<LoggedParent> rare;  // 210 of 20,000 alike: enough of them, but too small a part
    for (int i = 0; i < 20'000; ++i) rare.push_back(parent(1, {{.5, i < 210 ? .5 : 0, {}, {}, 0}}));
    const OffPolicy o = off_policy(rare, Question::whole_parent, {.draws = 50});
    EXPECT_EQ(o.refused, Refusal::little_overlap);
    EXPECT_EQ(o.why,
              "the effective sample size is 1.05 % of 20000, and 2 % are needed: the two policies "
              "seldom choose alike");
}

// Parents of a day share a shock; drawn by days, the interval is as wide as that makes it.
TEST(OffPolicy, days_are_drawn_whole_where_there_are_enough) {
    const auto log = [](int days) {
        score::Draws random({static_cast<std::uint64_t>(days), 3});
        std::vector<LoggedParent> out;
        for (int d = 0; d < days; ++d) {
            const double shock = random.normal();
            for (int i = 0; i < 1200 / days; ++i)
                out.push_back(parent(shock, {{.5, .5, {}, {}}}, d));
        }
        return out;
    };
    const OffPolicy many = off_policy(log(40), Question::whole_parent, {});
    EXPECT_EQ(many.resampled, Unit::whole_stretch);
    EXPECT_GT(many.snips->interval.high - many.snips->interval.low, 0.3);
    const OffPolicy few = off_policy(log(4), Question::whole_parent, {});
    EXPECT_EQ(few.resampled, Unit::block);
    EXPECT_NEAR(few.snips->difference, 0, 1e-12) << "the same policy as was logged";
}

TEST(OffPolicy, a_replay_and_a_log_must_agree) {
    const auto with = [](double low, double high) {
        OffPolicy o;
        o.snips = Estimated{.difference_interval = {low, high}};
        return o;
    };
    EXPECT_EQ(concluded({-.3, -.1}, with(-.5, -.2)), Conclusion::cheaper);
    EXPECT_EQ(concluded({.1, .3}, with(.2, .5)), Conclusion::dearer);
    EXPECT_EQ(concluded({-.3, -.1}, with(.2, .5)), Conclusion::disagree);
    EXPECT_EQ(concluded({-.3, .1}, with(-.5, -.2)), Conclusion::no_clear_difference);
    EXPECT_EQ(concluded({-.3, -.1}, with(-.5, .2)), Conclusion::no_clear_difference);
    EXPECT_EQ(concluded({-.3, -.1}, {}), Conclusion::refused);
}

}  // namespace
}  // namespace assay::judge
