#include "core/route/decision.h"

#include <cmath>
#include <gtest/gtest.h>
#include <limits>

#include "core/route/decision_words.h"
#include "core/route/router_testkit.h"
#include "core/score/draws.h"

namespace assay::route {
namespace {

using namespace testkit;

DecisionInputs inputs(const Desk& desk) {
    DecisionInputs in;
    in.id = in.parent = 1;
    in.seed = 7;
    in.at = kTen;
    in.symbol = "ACME";
    in.side = Side::sell;
    in.policy = PolicyId::split;
    in.terms = desk.config.terms;
    in.order.lot = 100_qty;
    in.order.remaining = in.order.free = 170'000_qty;
    in.order.round_qty = 45'000_qty;
    in.order.min_child = 100_qty;
    in.order.max_child = 30'000_qty;
    in.order.probe_qty = 20'000_qty;
    in.order.time_left = 1800_s;
    in.order.pace.round_qty = 45'000_qty;
    in.quote = desk.view(kTen).quote;
    in.scores = desk.view(kTen).scores;
    for (const auto& c : desk.candidates)
        in.candidates.push_back(CandidateRecord::of(c, desk.config.lps[c.lp.number]));
    return in;
}
Reason only_reason(const Choice& c) {
    EXPECT_EQ(c.exclusions.size(), 1u);
    return c.exclusions.empty() ? Reason::too_many : c.exclusions[0].reason;
}

// A plan for the rest of a round is no sign that all rounds will be as small.
TEST(Decision, the_chance_to_be_done_in_time_is_of_whole_rounds) {
    const Desk desk;
    DecisionInputs in = inputs(desk);
    in.order.pace.round_gap = 60_s;
    const Choice whole = decide(in);
    EXPECT_GT(whole.completion, .3);
    in.order.round_qty = 5'000_qty;
    const Choice rest = decide(in);
    EXPECT_GE(rest.completion, whole.completion) << "a small child fills more surely";
    EXPECT_LE(rest.expected_lots, 50);
    in.order.time_left = 100_s;
    EXPECT_LT(decide(in).completion, .01) << "no time for four rounds";
}

TEST(Decision, leaves_out_with_a_reason) {
    const struct {
        Reason reason;
        const char* says;
        void (*spoil)(CandidateRecord&);
    } cases[] = {
        {Reason::disabled, "it is disabled",
         [](CandidateRecord& r) { r.known.permission = Permission::disabled; }},
        {Reason::stopped, "LP_A was stopped by ann",
         [](CandidateRecord& r) { r.stopped = "LP_A was stopped by ann"; }},
        {Reason::breaker_open, "its breaker is open (it took back a fill) for another 30000 ms",
         [](CandidateRecord& r) {
             r.breaker = BreakerState::open;
             r.fault = Fault::bust;
             r.breaker_until = kTen + 30_s;
         }},
        {Reason::cooling_down, "asked again in 250 ms",
         [](CandidateRecord& r) { r.cools_until = kTen + 250_ms; }},
        {Reason::depleted, "it has just given all it had, and is asked again in 500 ms",
         [](CandidateRecord& r) { r.refills_until = kTen + 500_ms; }},
        {Reason::in_flight, "20,000 of this order are still there",
         [](CandidateRecord& r) { r.in_flight = 20'000_qty; }},
        {Reason::rejects_too_much, "it rejects 30.0 % of orders; the profile allows 25.0 %",
         [](CandidateRecord& r) { r.known.reject_share = .3; }},
        {Reason::no_score, "it has no score", [](CandidateRecord& r) { r.known.standing.reset(); }},
        {Reason::not_valid, "no number",
         [](CandidateRecord& r) { r.known.fee_bps = std::numeric_limits<double>::quiet_NaN(); }},
    };
    for (const auto& c : cases) {
        Desk desk;
        Decision d;
        d.inputs = inputs(desk);
        d.inputs.max_reject_share = .25;
        c.spoil(d.inputs.candidates[0]);
        d.choice = decide(d.inputs);
        EXPECT_EQ(only_reason(d.choice), c.reason) << c.says;
        const std::string words = decision_words(d);
        EXPECT_NE(words.find(c.says), std::string::npos) << words;
        for (const auto& child : d.choice.children) EXPECT_NE(child.lp, LpId{0}) << c.says;
    }
}

TEST(Decision, the_ladder_shows_on_every_decision) {
    Desk desk;
    DecisionInputs in = inputs(desk);
    EXPECT_EQ(decide(in).step, Step::live);
    in.at = kTen + 61_s;
    EXPECT_EQ(decide(in).step, Step::last_good);
    in.at = kTen + 1801_s;
    in.static_table = {{2}, {0}};
    Choice c = decide(in);
    EXPECT_EQ(c.step, Step::static_table);
    EXPECT_EQ(c.policy, PolicyId::static_table);
    ASSERT_EQ(c.children.size(), 1u);
    EXPECT_EQ(c.children[0].lp, LpId{2});
    in.static_table.clear();
    c = decide(in);
    EXPECT_EQ(c.step, Step::equal);
    ASSERT_EQ(c.children.size(), 3u);
    EXPECT_EQ(c.children[0].qty, 15'000_qty);
    for (auto& r : in.candidates) r.known.permission = Permission::disabled;
    c = decide(in);
    EXPECT_EQ(c.step, Step::hold);
    EXPECT_EQ(c.hold, Hold::nobody);
    EXPECT_TRUE(c.children.empty());
}

TEST(Decision, an_unusable_quote_sends_nothing) {
    Desk desk;
    for (const auto state :
         {QuoteState::stale, QuoteState::crossed, QuoteState::onesided, QuoteState::none}) {
        DecisionInputs in = inputs(desk);
        in.quote.state = state;
        EXPECT_EQ(decide(in).hold, Hold::no_quote) << text(state);
    }
    DecisionInputs in = inputs(desk);
    in.order.free = 0_qty;
    EXPECT_EQ(decide(in).hold, Hold::nothing_to_send);
}

TEST(Decision, a_limit_off_the_market_waits_for_the_market) {
    Desk desk;
    DecisionInputs in = inputs(desk);
    const int s = sign(in.side);
    const Price far = in.quote.far_touch(in.side), near = in.quote.near_touch(in.side);
    in.order.limit = far;
    EXPECT_EQ(decide(in).hold, Hold::none);
    in.order.limit = far - PriceDelta{s * 1'000'000};
    EXPECT_EQ(decide(in).hold, Hold::off_market) << "a tenth of a cent short of the far touch";
    in.policy = PolicyId::limit_or_market;
    EXPECT_EQ(decide(in).hold, Hold::none) << "it may rest between the touches";
    in.order.limit = near - PriceDelta{s * 1'000'000};
    EXPECT_EQ(decide(in).hold, Hold::off_market) << "and not behind them";
}

TEST(Decision, odd_lots_go_with_the_last_of_the_order) {
    Desk desk;
    DecisionInputs in = inputs(desk);
    in.order.remaining = in.order.free = 12'037_qty;
    Qty all;
    for (const auto& c : decide(in).children) all += c.qty;
    EXPECT_EQ(all, 12'037_qty);
    in.order.remaining = in.order.free = 37_qty;
    const auto few = decide(in).children;
    ASSERT_EQ(few.size(), 1u);
    EXPECT_EQ(few[0].qty, 37_qty);
}

TEST(Decision, limit_prices_stay_within_slip_tick_and_the_parents_own) {
    Desk desk;
    DecisionInputs in = inputs(desk);
    in.order.max_slip_bps = 2;
    EXPECT_EQ(decide(in).children[0].limit, 49.980002_px) << "49.99 less 2 bps";
    in.order.tick = 0.01_dpx;
    EXPECT_EQ(decide(in).children[0].limit, 49.99_px) << "a seller's tick is rounded up";
    in.order.tick = {};
    in.order.limit = 49.985_px;
    EXPECT_EQ(decide(in).children[0].limit, 49.985_px) << "its own, short of 2 bps";
    in = inputs(desk);
    in.side = Side::buy;
    in.order.max_slip_bps = 2;
    in.order.tick = 0.01_dpx;
    EXPECT_EQ(decide(in).children[0].limit, 50.02_px) << "50.020002";
}

TEST(Decision, a_half_open_lp_gets_a_probe_of_the_smallest_size) {
    Desk desk;
    DecisionInputs in = inputs(desk);
    in.candidates[0].breaker = BreakerState::half_open;
    in.order.min_child = 200_qty;
    const Choice c = decide(in);
    ASSERT_GE(c.children.size(), 2u);
    EXPECT_EQ(c.children[0].lp, LpId{0});
    EXPECT_EQ(c.children[0].qty, 200_qty);
    Qty all;
    for (const auto& child : c.children) all += child.qty;
    EXPECT_LE(all, 45'000_qty);
}

TEST(Decision, says_when_score_and_lcb_disagree) {
    Desk desk;
    Decision d;
    d.inputs = inputs(desk);
    d.inputs.candidates[0].known.standing = Standing{85.0, 8.9, 76.1};
    d.inputs.candidates[1].known.standing = Standing{84.0, 6.0, 78.0};
    d.inputs.candidates[2].known.standing = Standing{88.2, 7.6, 80.6};
    d.choice = decide(d.inputs);
    EXPECT_EQ(d.choice.ranking, (std::vector<LpId>{{2}, {1}, {0}})) << "80.6, 78.0, 76.1";
    EXPECT_FALSE(d.choice.other_leader);
    d.inputs.candidates[0].known.standing = Standing{90.0, 8.9, 76.1};
    d.choice = decide(d.inputs);
    EXPECT_EQ(d.choice.other_leader, LpId{0});
    EXPECT_NE(decision_words(d).find("By score alone it would be LP_A"), std::string::npos);
}

TEST(Decision, logs_the_chance_of_the_plan_it_drew) {
    Desk desk;
    DecisionInputs in = inputs(desk);
    in.explore.how = Explore::menu;
    in.explore.budget = 10;
    std::vector<int> drawn(kMostPlans);
    Choice c;
    for (in.round = 0; in.round < 2'000; ++in.round) {
        c = decide(in);
        ASSERT_EQ(c.plans.size(), c.chances.size());
        ++drawn[c.chosen];
    }
    double sum = 0;
    for (std::size_t i = 0; i < c.chances.size(); ++i) {
        EXPECT_GE(c.chances[i], .02 - 1e-12);
        // Four standard deviations of a count.
        EXPECT_NEAR(drawn[i] / 2'000.0, c.chances[i],
                    4 * std::sqrt(c.chances[i] * (1 - c.chances[i]) / 2'000))
            << c.plans[i];
        sum += c.chances[i];
    }
    EXPECT_NEAR(sum, 1, 1e-12);
    // Without budget what costs more has no chance, and the policy's own plan has it instead.
    in.explore.budget = 0;
    for (in.round = 0; in.round < 50; ++in.round) {
        const Choice own = decide(in);
        EXPECT_LE(own.cost, own.baseline_cost + 1e-9);
        EXPECT_EQ(own.plans[0], "split");
        EXPECT_NEAR(own.chances[0], 1, 1e-12) << "nothing is cheaper than the split";
    }
}

TEST(Decision, what_a_parent_began_with_is_kept_and_the_chances_say_so) {
    Desk desk;
    DecisionInputs in = inputs(desk);
    in.explore = {.how = Explore::menu, .temperature_bps = 20, .budget = 1e9};
    const Choice first = decide(in);
    ASSERT_GT(first.plans.size(), 2u);
    ASSERT_FALSE(first.arms.empty());
    double began = 0;
    for (const Arm& arm : first.arms) began += arm.chance;
    EXPECT_LT(began, 1) << "others could have been drawn";
    // The next rounds: whatever the seed, one of the same plans, and its chances sum to 1.
    in.arms = first.arms;
    for (std::uint64_t seed = 1; seed <= 50; ++seed) {
        in.seed = seed;
        const Choice next = decide(in);
        double sum = 0;
        for (std::size_t i = 0; i < next.plans.size(); ++i) {
            const bool its_own =
                std::any_of(first.arms.begin(), first.arms.end(),
                            [&](const Arm& arm) { return arm.plan == next.plans[i]; });
            EXPECT_EQ(next.chances[i] > 0, its_own) << next.plans[i];
            sum += next.chances[i];
        }
        EXPECT_NEAR(sum, 1, 1e-12);
        EXPECT_GT(next.chances[next.chosen], 0);
    }
    // Drawn anew by each decision: all of the menu again.
    in.explore.a_parent = false;
    const Choice anew = decide(in);
    EXPECT_GT(
        std::count_if(anew.chances.begin(), anew.chances.end(), [](double c) { return c > 0; }),
        static_cast<std::ptrdiff_t>(first.arms.size()));
    EXPECT_TRUE(anew.arms.empty());
    // As if another had been drawn: what it would have sent.
    for (std::uint32_t i = 0; i < anew.plans.size(); ++i) EXPECT_EQ(decide_as(in, i).chosen, i);
    // Of plans that are on the menu no more nothing is kept.
    in.explore.a_parent = true;
    in.arms = {{"gone", 1}};
    EXPECT_EQ(decide(in).chances, anew.chances);
}

TEST(Decision, beliefs_drawn_for_a_parent_are_one_in_eight_each_and_are_kept) {
    Desk desk;
    DecisionInputs in = inputs(desk);
    in.explore = {.how = Explore::thompson, .budget = 1e9};
    for (CandidateRecord& c : in.candidates) c.support.assign(c.t.size(), 3);  // hardly known
    std::map<std::string, int> drawn;
    std::size_t different = 0;
    for (std::uint64_t parent = 1; parent <= 400; ++parent) {
        in.parent = parent;
        in.arms.clear();
        in.round = 0;
        const Choice first = decide(in);
        ASSERT_EQ(first.plans.size(), 8u);
        EXPECT_EQ(first.plans[0], "split") << "what is believed is one of them";
        for (const double c : first.chances) EXPECT_NEAR(c, 1.0 / 8, 1e-12);
        ++drawn[first.plans[first.chosen]];
        different += decide_as(in, 0).cost != decide_as(in, 1).cost;
        // The next round follows one of the beliefs that sent the same.
        in.arms = first.arms;
        in.round = 1;
        const Choice next = decide(in);
        EXPECT_TRUE(std::any_of(first.arms.begin(), first.arms.end(), [&](const Arm& arm) {
            return arm.plan == next.plans[next.chosen];
        }));
    }
    EXPECT_GT(different, 100u);
    for (const auto& [plan, times] : drawn)
        EXPECT_NEAR(times / 400.0, 1.0 / 8, 4 * std::sqrt(.125 * .875 / 400)) << plan;
    // What is beyond the budget has no chance.
    in.arms.clear();
    in.explore.budget = 0;
    const Choice own = decide(in);
    EXPECT_LE(own.cost, own.baseline_cost + 1e-9);
    double sum = 0;
    for (const double c : own.chances) sum += c;
    EXPECT_NEAR(sum, 1, 1e-12);
}

TEST(Decision, a_round_costs_what_it_paid_what_it_did_not_get_and_what_it_leaked) {
    Desk desk;
    DecisionInputs in = inputs(desk);
    in.quote.bid = 99.99_px;
    in.quote.ask = 100.01_px;
    in.terms.unfilled_bps = 6;
    in.order.free = in.order.round_qty = 10'000_qty;  // 100 lots
    in.order.remaining = 20'000_qty;
    Choice choice;
    choice.children.resize(1);
    choice.children[0].lp = in.candidates[0].known.lp;
    choice.children[0].qty = 8'000_qty;
    in.candidates[0].known.leak_bps_per_lot = 0.002;
    const RoundTerms terms = terms_of(in, choice);
    EXPECT_EQ(terms.lots, 100);
    // 80 lots x .002 x phi .5 x 200 lots left = 16 bps x lots.
    EXPECT_NEAR(terms.leaked, 16, 1e-9);
    DecisionOutcome outcome;
    outcome.filled_lots = 50;
    outcome.children.resize(1);
    outcome.children[0].filled = 5'000_qty;
    const Price px = in.side == Side::buy ? 100.02_px : 99.98_px;
    outcome.children[0].notional = px * 5'000_qty;
    // 50 lots at 2 bps, 50 of 100 not filled at 6: (100 + 300 + 16) / 100.
    EXPECT_NEAR(*cost_a_lot(outcome, terms, in.side, in.order.lot), 4.16, 1e-9);
    EXPECT_FALSE(cost_a_lot(outcome, {}, in.side, in.order.lot));
}

TEST(Decision, decided_again_from_its_bytes_it_is_the_same_in_500_random_cases) {
    for (std::uint64_t seed = 1; seed <= 500; ++seed) {
        score::Draws draws({seed, 0x64656369});
        Desk desk;
        Decision d;
        DecisionInputs& in = d.inputs = inputs(desk);
        in.seed = seed;
        in.round = static_cast<std::int64_t>(20 * draws.uniform());
        in.policy = static_cast<PolicyId>(static_cast<int>(11 * draws.uniform()));
        in.explore.how = static_cast<Explore>(static_cast<int>(4 * draws.uniform()));
        in.order.free = in.order.remaining =
            Qty{static_cast<std::int64_t>(1 + 2e11 * draws.uniform())};
        in.order.last = static_cast<LastRound>(static_cast<int>(3 * draws.uniform()));
        in.side = draws.uniform() < .5 ? Side::buy : Side::sell;
        if (draws.uniform() < .2) in.scores.state = BoardState::missing;
        if (draws.uniform() < .3) in.queue = {50, 100, 40, .2};
        if (draws.uniform() < .3) in.equalise = Equalise::on;
        for (auto& r : in.candidates) {
            r.known.standing = Standing{100 * draws.uniform(), 5, 90 * draws.uniform()};
            r.known.leak_bps_per_lot = .02 * draws.uniform();
            r.one_way = {Duration{static_cast<std::int64_t>(1e7 * draws.uniform())}, {1000}};
            for (std::size_t k = 0; k < r.t.size(); ++k) r.support.push_back(30 * draws.uniform());
            if (draws.uniform() < .1) r.known.n_eff = 2;
            if (draws.uniform() < .1) r.breaker = BreakerState::half_open;
        }
        if (draws.uniform() < .5) in.truth = in.candidates;
        in.bandit.learn("split", {1, 3, 2, .4, 1}, 3 * draws.uniform());
        d.choice = decide(in);
        const auto back = Decision::from_bytes(d.bytes());
        ASSERT_TRUE(back) << "seed " << seed;
        ASSERT_EQ(bytes_of(decide(back->inputs)), bytes_of(d.choice)) << "seed " << seed;
        ASSERT_EQ(back->bytes(), d.bytes()) << "seed " << seed;
        Qty all;
        for (const auto& c : d.choice.children) all += c.qty;
        ASSERT_LE(all, std::min(in.order.free, in.order.round_qty)) << "seed " << seed;
        ASSERT_FALSE(decision_words(d).empty());
    }
    EXPECT_FALSE(Decision::from_bytes(""));
    Desk desk;
    Decision d;
    d.inputs = inputs(desk);
    const std::string bytes = d.bytes();
    EXPECT_FALSE(Decision::from_bytes(bytes.substr(0, bytes.size() - 1)));
    EXPECT_FALSE(Decision::from_bytes(bytes + "x"));
    EXPECT_NE(Decision::from_bytes("\x04" + bytes.substr(1)).error().text().find("version 4"),
              std::string::npos);
}

TEST(Decision, damaged_bytes_are_refused_or_at_least_harmless) {
    Desk desk;
    Decision d;
    d.inputs = inputs(desk);
    d.choice = decide(d.inputs);
    d.outcome = DecisionOutcome{1, 1, {ChildOutcome{}}, 1, 1};
    const std::string bytes = d.bytes();
    int refused = 0;
    for (std::uint64_t n = 0; n < 2'000; ++n) {
        score::Draws draws({n, 0x666c6970});
        std::string damaged = bytes;
        const auto at = static_cast<std::size_t>(
            draws.uniform() * static_cast<double>(std::min(bytes.size(), std::size_t{1'200})));
        damaged[at] = static_cast<char>(draws.bits());
        const auto back = Decision::from_bytes(damaged);
        if (!back) {
            ++refused;
            continue;
        }
        EXPECT_FALSE(decision_words(*back).empty());
    }
    EXPECT_GT(refused, 0);
}

TEST(DecisionWords, tell_the_story_of_a_split_past_the_depleted_leader) {
    Desk desk;
    Decision d;
    d.inputs = inputs(desk);
    d.inputs.candidates[0].known.standing = Standing{85.0, 9, 76};
    d.inputs.candidates[0].refills_until = kTen + 400_ms;
    d.choice = decide(d.inputs);
    d.outcome = DecisionOutcome{1, 1, {}, 300, 250};
    ChildOutcome half;
    half.lp = {2};
    half.qty = 15'000_qty;
    half.filled = 10'000_qty;
    half.state = ChildState::canceled;
    half.took = Duration{20'500'000};
    d.outcome->children = {half};
    const std::string words = decision_words(d);
    for (const char* part :
         {"sell ACME of 170,000 left", "to LP_C and", "live scores, split", "second LP_D",
          "Left out: LP_A (85.0): it has just given all it had, and is asked again in 400 ms.",
          "Happened: LP_D filled 10,000 of 15,000, first answer after 20.5 ms (canceled).",
          "LP_D counts as empty", "In all 25,000, expected were 30,000."})
        EXPECT_NE(words.find(part), std::string::npos) << part << "\n" << words;
}

}  // namespace
}  // namespace assay::route
