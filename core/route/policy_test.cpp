#include "core/route/policy.h"

#include <cmath>
#include <gtest/gtest.h>
#include <map>
#include <set>

#include "core/route/bandit.h"
#include "core/route/testkit.h"

namespace assay::route {
namespace {

// The worked candidates of docs/spec.md 7a: scores and deviations of A, C and D at z = 1.
struct Table {
    testkit::WorkedExample ex;
    std::vector<Candidate> candidates = ex.candidates();
    std::vector<UnitCosts> costs = ex.costs();
    std::vector<LpId> table{{2}, {0}};

    Table() {
        candidates[0].standing = Standing{85.0, 8.9, 76.1};
        candidates[1].standing = Standing{88.2, 7.6, 80.6};
        candidates[2].standing = Standing{84.0, 6.0, 78.0};
        candidates[0].round_trip_ms = 16.5;
        candidates[1].round_trip_ms = 25;
        candidates[2].round_trip_ms = 20;
    }
    Table(const Table&) = delete;
    Round round(std::int64_t lots = 40) const {
        Round r;
        r.candidates = candidates;
        r.costs = costs;
        r.static_table = table;
        r.rules = {.lots = lots, .p_min = 0.3};
        r.terms = ex.terms;
        r.rank_by = score::RankBy::lcb;
        r.seed = 7;
        r.parent = 3;
        r.probe_lots = 5;
        return r;
    }
};
std::int64_t sum(const Plan& plan) {
    std::int64_t lots = 0;
    for (const auto& s : plan) lots += s.lots;
    return lots;
}

TEST(Policy, the_order_by_lcb_is_c_d_a_and_by_score_c_a_d) {
    const Table t;
    EXPECT_EQ(ranked(t.round(), score::RankBy::lcb), (std::vector<std::uint32_t>{1, 2, 0}));
    EXPECT_EQ(ranked(t.round(), score::RankBy::composite), (std::vector<std::uint32_t>{1, 0, 2}));
}

TEST(Policy, ties_go_by_round_trip_then_by_name_and_no_score_is_last) {
    Table t;
    for (auto& c : t.candidates) c.standing = Standing{80, 1, 79};
    EXPECT_EQ(ranked(t.round(), score::RankBy::lcb), (std::vector<std::uint32_t>{0, 2, 1}));
    for (auto& c : t.candidates) c.round_trip_ms = 1;
    EXPECT_EQ(ranked(t.round(), score::RankBy::lcb), (std::vector<std::uint32_t>{0, 1, 2}));
    t.candidates[0].standing.reset();
    EXPECT_EQ(ranked(t.round(), score::RankBy::lcb), (std::vector<std::uint32_t>{1, 2, 0}));
}

TEST(Policy, primary_never_sends_more_than_the_first_fills_with_p_min) {
    const Table t;
    // B: .70 * .98^(k-1) >= .3 up to k = 42.
    EXPECT_EQ(primary(t.round(60)), (Plan{{1, 42}}));
    EXPECT_EQ(primary(t.round(40)), (Plan{{1, 40}}));
    Round small = t.round(40);
    small.rules.p_min = 0.71;  // B and C cannot: the next best is A
    EXPECT_EQ(primary(small), (Plan{{0, 5}})) << ".95 * .93^4 = .7106";
    small.rules.p_min = 0.96;
    EXPECT_TRUE(primary(small).empty());
}

// 60 lots to three, of which none may be below 25: two of 30. Lots of one have always fewer.
TEST(Policy, equal_parts_below_the_least_child_are_fewer_and_larger) {
    const Table t;
    Round r = t.round(60);
    r.rules.p_min = 1e-9;  // no cap
    EXPECT_EQ(uniform(r), (Plan{{0, 20}, {1, 20}, {2, 20}}));
    r.rules.min_lots = 25;
    EXPECT_EQ(uniform(r), (Plan{{0, 30}, {1, 30}}));
    r.rules.min_lots = 20;
    EXPECT_EQ(uniform(r), (Plan{{0, 20}, {1, 20}, {2, 20}}));
    r.rules.lots = 10;  // the last of it goes as it is
    EXPECT_EQ(uniform(r), (Plan{{0, 10}}));
    EXPECT_EQ(sum(score_split(r)), 10);
}

TEST(Policy, probes_while_it_fills_and_splits_after_that) {
    const Table t;
    Round r = t.round();
    EXPECT_EQ(probe_then_split(r), (Plan{{1, 5}}));
    r.last = LastRound::full;
    EXPECT_EQ(probe_then_split(r), (Plan{{1, 5}}));
    r.last = LastRound::short_or_rejected;
    EXPECT_EQ(probe_then_split(r), split(r));
    EXPECT_EQ(sum(split(r)), 40);
}

TEST(Policy, score_split_is_in_proportion) {
    const Table t;
    // 40 lots by 85.0 : 88.2 : 84.0 of 257.2: 13.219, 13.717, 13.064.
    EXPECT_EQ(score_split(t.round()), (Plan{{0, 13}, {1, 14}, {2, 13}}));
}

TEST(Policy, the_others_do_what_they_say) {
    const Table t;
    EXPECT_EQ(uniform(t.round()), (Plan{{0, 14}, {1, 13}, {2, 13}}));
    EXPECT_EQ(static_table(t.round(10))[0].candidate, 2u) << "the table's first";
    std::set<std::uint32_t> turn;
    std::map<std::uint32_t, int> drawn;
    for (std::uint64_t n = 0; n < 3000; ++n) {
        Round r = t.round(10);
        r.number = n;
        if (n < 3) turn.insert(round_robin(r)[0].candidate);
        ++drawn[random_lp(r)[0].candidate];
        EXPECT_EQ(random_lp(r), random_lp(r)) << "drawn by its key alone";
    }
    EXPECT_EQ(turn.size(), 3u);
    for (const auto& [lp, n] : drawn) EXPECT_NEAR(n, 1000, 110) << "four deviations";
}

TEST(Policy, the_oracle_plans_with_the_truth) {
    const Table t;
    Round r = t.round();
    EXPECT_TRUE(oracle(r).empty()) << "nobody knows it";
    // What is true of C is what is believed of A, and the other way round.
    const std::vector<Candidate> truth{t.candidates[2], t.candidates[1], t.candidates[0]};
    const std::vector<UnitCosts> costs{t.costs[2], t.costs[1], t.costs[0]};
    r.truth = truth;
    r.true_costs = costs;
    r.rules.p_min = 0;
    EXPECT_EQ(oracle(r), (Plan{{0, 30}, {1, 9}, {2, 1}}));
}

TEST(Policy, a_split_told_one_part_of_the_truth_plans_with_that_part_alone) {
    const Table t;
    Round r = t.round();
    r.rules.p_min = 0;
    for (const auto plan : {split_true_price, split_true_leakage, split_true_capacity})
        EXPECT_TRUE(plan(r).empty()) << "nobody knows it";
    std::vector<Candidate> truth = t.candidates;
    std::vector<UnitCosts> costs = t.costs;
    r.truth = truth;
    r.true_costs = costs;
    const Plan believed = split(r);
    for (const auto plan : {split_true_price, split_true_leakage, split_true_capacity})
        EXPECT_EQ(plan(r), believed) << "what is believed is true";
    // The first of the split becomes too dear by one part: only who is told that leaves it out.
    const auto first = believed.front().candidate;
    const auto sent = [&](Plan (*plan)(const Round&)) {
        for (const Share& s : plan(r))
            if (s.candidate == first) return s.lots;
        return std::int64_t{0};
    };
    costs[first].leak = 100;
    r.true_costs = costs;
    EXPECT_EQ(sent(split_true_leakage), 0);
    EXPECT_GT(sent(split_true_price), 0);
    costs = t.costs;
    costs[first].filled = 100;
    r.true_costs = costs;
    EXPECT_EQ(sent(split_true_price), 0);
    EXPECT_GT(sent(split_true_capacity), 0);
    truth[first].tail = {};
    r.truth = truth;
    EXPECT_EQ(sent(split_true_capacity), 0);
    EXPECT_GT(sent(split_true_leakage), 0);
}

TEST(Policy, rests_only_what_is_worth_the_wait) {
    const Table t;
    Round r = t.round();
    EXPECT_EQ(limit_or_market(r), split(r)) << "nothing is known of the queue";
    r.queue = {.ahead_lots = 5, .outflow_mean_lots = 500, .outflow_sd_lots = 50, .rebate_bps = .2};
    const Plan rests = limit_or_market(r);
    ASSERT_FALSE(rests.empty());
    EXPECT_EQ(rests.back().kind, ChildKind::rest);
    EXPECT_EQ(rests.back().candidate, 1u) << "with the leader";
    EXPECT_LE(sum(rests), 40);
    r.queue.ahead_lots = 10'000;
    for (const auto& s : limit_or_market(r)) EXPECT_EQ(s.kind, ChildKind::take);
}

TEST(Policy, the_table_names_each_once_in_order) {
    std::set<std::string_view> names;
    for (std::size_t i = 0; i < policies().size(); ++i) {
        const Policy& p = policies()[i];
        EXPECT_EQ(static_cast<std::size_t>(p.id), i);
        EXPECT_TRUE(names.insert(p.name).second);
        EXPECT_EQ(policy_named(p.name), p.id);
        EXPECT_FALSE(p.says.empty());
        const Table t;
        for (const auto& s : p.plan(t.round())) EXPECT_GT(s.lots, 0) << p.name;
        EXPECT_LE(sum(p.plan(t.round())), 40) << p.name;
        Round nobody;
        nobody.rules.lots = 40;
        EXPECT_TRUE(p.plan(nobody).empty()) << p.name;
    }
    EXPECT_FALSE(policy_named("bandits"));
}

TEST(Bandit, learns_which_plan_is_dearer_than_it_looks_and_forgets_it_again) {
    const Table t;
    Round r = t.round();
    Bandit bandit;
    const auto plans = menu(r);
    const auto believes = [&](const MenuPlan& p) {
        return bandit.expected(p.name, features_of(r, p));
    };
    const MenuPlan& split_plan = plans[0];
    const double model = features_of(r, split_plan).back();
    EXPECT_DOUBLE_EQ(believes(split_plan), model) << "until it has been tried";
    for (int n = 0; n < 300; ++n)
        bandit.learn(split_plan.name, features_of(r, split_plan), model + 5);
    EXPECT_NEAR(believes(split_plan), model + 5, .5);
    r.bandit = &bandit;
    int split_chosen = 0;
    for (r.number = 0; r.number < 500; ++r.number) {
        const MenuChoice c = choose_plan(r, {});
        EXPECT_EQ(c.chosen, choose_plan(r, {}).chosen);
        split_chosen += c.plans[c.chosen].name == "split";
    }
    EXPECT_LT(split_chosen, 500 * 5 / 100) << "a floor of 2 % remains";
    EXPECT_GT(split_chosen, 0);
    for (int n = 0; n < 3000; ++n) bandit.learn(split_plan.name, features_of(r, split_plan), model);
    EXPECT_NEAR(believes(split_plan), model, .05);
    const double before = believes(split_plan);
    bandit.learn("split", {1, 1, 1, 1, NAN}, 1);
    bandit.learn("split", {1, 1, 1, 1, 1}, HUGE_VAL);
    EXPECT_EQ(believes(split_plan), before) << "what is no number teaches nothing";
}

}  // namespace
}  // namespace assay::route
