#include "core/route/decision.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/format.h>

namespace assay::route {

const char* text(Hold h) {
    constexpr std::array<const char*, 8> kNames = {
        "",
        "the quote cannot be used",
        "no LP is eligible",
        "no lot is worth sending",
        "nothing is free to send",
        "its participation cap cannot be checked: no trade of the market was ever seen",
        "its share of what the market traded is used up",
        "nothing can be had at its limit"};
    return kNames[static_cast<std::size_t>(h)];
}

std::optional<Price> MarketPrints::vwap() const {
    if (since_start.volume <= Qty{}) return std::nullopt;
    return Price{static_cast<std::int64_t>(since_start.notional / since_start.volume.micro)};
}

namespace {

std::int64_t lots(Qty q, Qty lot) {
    return q.micro / lot.micro;
}

// The reason that stands in the way, with the step's own demand for a score.
std::optional<Exclusion> excluded(const DecisionInputs& in, const CandidateRecord& r) {
    const LpId lp = r.known.lp;
    if (r.known.permission == Permission::disabled) return Exclusion{lp, Reason::disabled};
    if (!r.stopped.empty()) return Exclusion{lp, Reason::stopped};
    if (r.breaker == BreakerState::open)
        return Exclusion{lp, Reason::breaker_open, r.breaker_until};
    if (r.in_flight > Qty{}) return Exclusion{lp, Reason::in_flight};
    if (r.cools_until > in.at) return Exclusion{lp, Reason::cooling_down, r.cools_until};
    if (r.refills_until > in.at) return Exclusion{lp, Reason::depleted, r.refills_until};
    if (!r.view().valid()) return Exclusion{lp, Reason::not_valid};
    if (r.known.reject_share > in.max_reject_share)
        return Exclusion{lp, Reason::rejects_too_much, kNever, r.known.reject_share};
    return std::nullopt;
}

// The LPs a plan may use, their costs, and those that get a probe besides it.
struct Table {
    std::vector<const CandidateRecord*> records;
    std::vector<Candidate> candidates;
    std::vector<UnitCosts> costs;
    std::vector<Candidate> truth;
    std::vector<UnitCosts> true_costs;
    std::vector<const CandidateRecord*> probes;
};

Step eligible(const DecisionInputs& in, Choice& choice, Table& table) {
    std::vector<const CandidateRecord*> permitted;
    for (const auto& r : in.candidates) {
        auto out = excluded(in, r);
        if (!out && permitted.size() == kMostCandidates)
            out = Exclusion{r.known.lp, Reason::too_many};
        if (!out) {
            permitted.push_back(&r);
            continue;
        }
        choice.exclusions.push_back(*out);
        if (known(out->until) && (!known(choice.retry_at) || out->until < choice.retry_at))
            choice.retry_at = out->until;
    }
    Footing footing{in.scores, 0, 0, permitted.size()};
    for (const auto* r : permitted) {
        footing.scored += r->known.standing.has_value();
        footing.in_table += std::find(in.static_table.begin(), in.static_table.end(),
                                      r->known.lp) != in.static_table.end();
    }
    const Step step = step_for(in.at, footing, in.ladder);
    const bool by_score = step == Step::live || step == Step::last_good;
    for (const auto* r : permitted) {
        const bool thin = r->known.n_eff < in.explore.least_n_eff &&
                          in.explore.how != Explore::off && r->flow_share < in.explore.probe_share;
        if (r->breaker == BreakerState::half_open || (by_score && thin)) {
            table.probes.push_back(r);
        } else if (by_score && !r->known.standing) {
            choice.exclusions.push_back({r->known.lp, Reason::no_score});
        } else {
            table.records.push_back(r);
        }
    }
    return step;
}

void price(const DecisionInputs& in, const CostTerms& terms, Table& table) {
    for (const CandidateRecord* r : table.records) {
        const Candidate c = r->view();
        table.candidates.push_back(c);
        table.costs.push_back(unit_costs(c, terms, in.factors));
        // The truth in step; an LP of which nobody knows it takes nothing.
        Candidate known = c;
        known.tail = {};
        for (const auto& t : in.truth)
            if (t.known.lp == c.lp && t.view().valid()) known = t.view();
        if (in.truth.empty()) continue;
        table.truth.push_back(known);
        table.true_costs.push_back(unit_costs(known, terms, in.factors));
    }
}

// An order that takes goes out where the far touch is within its limit: children that cannot fill
// would only spoil what is known of LPs. One that may rest needs the near touch within it.
bool within_limit(const DecisionInputs& in, PolicyId policy) {
    if (!in.order.limit) return true;
    const Price touch = policy == PolicyId::limit_or_market ? in.quote.near_touch(in.side)
                                                            : in.quote.far_touch(in.side);
    return sign(in.side) * (touch - *in.order.limit).nano <= 0;
}

PolicyId policy_on(Step step, PolicyId own) {
    return step == Step::static_table ? PolicyId::static_table
           : step == Step::equal      ? PolicyId::uniform
                                      : own;
}

Price limit_price(const DecisionInputs& in, ChildKind kind) {
    const int s = sign(in.side);
    Price p = in.quote.near_touch(in.side);
    if (kind == ChildKind::take) {
        const Price far = in.quote.far_touch(in.side);
        const double slip = as_double(far) * in.order.max_slip_bps * 1e5;  // bps of nano units
        p = far + PriceDelta{s * static_cast<std::int64_t>(slip)};
    }
    if (in.order.limit && s * (p - *in.order.limit).nano > 0) p = *in.order.limit;
    // To the tick that is less eager.
    if (in.order.tick.nano > 0) {
        const std::int64_t tick = in.order.tick.nano;
        const std::int64_t down = floor_div(p.nano, tick) * tick;
        p = Price{s > 0 || down == p.nano ? down : down + tick};
    }
    return p;
}

void add_child(const DecisionInputs& in, const Candidate& c, const UnitCosts& costs,
               const Share& share, Choice& choice) {
    PlannedChild child;
    child.lp = c.lp;
    child.kind = share.kind;
    child.qty = Qty{share.lots * in.order.lot.micro};
    child.limit = limit_price(in, share.kind);
    child.predicted_lots = c.tail.expected(share.lots);
    child.predicted_full = c.tail.at_least(share.lots);
    child.predicted_ms = c.round_trip_ms;
    child.cost = net_cost(c.tail, costs, share.lots);
    child.fee_bps = c.fee_bps;
    choice.children.push_back(child);
}

// The policy's plan by what is believed, and by each of seven draws from it: one of the eight, all
// equally likely. Drawn by the parent, so that it follows one belief for all of its rounds
// (docs/spec.md 7f).
MenuChoice by_drawn_beliefs(const DecisionInputs& in, const Policy& policy, const Round& round) {
    MenuChoice choice;
    const auto offer = [&](std::string name, Plan plan) {
        if (plan.empty()) return;
        const double cost = cost_of(round, plan);
        choice.plans.push_back({std::move(name), std::move(plan), cost});
    };
    offer(std::string(policy.name), policy.plan(round));
    const std::uint64_t round_number =
        in.explore.a_parent ? 0 : static_cast<std::uint64_t>(in.round) + 1;
    std::vector<Candidate> candidates(round.candidates.begin(), round.candidates.end());
    std::vector<std::vector<double>> tails(candidates.size());
    Round drawn = round;
    drawn.candidates = candidates;
    for (std::uint64_t k = 1; k < kMostPlans; ++k) {
        for (std::size_t i = 0; i < candidates.size(); ++i) {
            score::Draws draws(
                {in.seed, in.parent, round_number, k, candidates[i].lp.number, 0x74686f6d});
            tails[i] = thompson_tail(round.candidates[i].tail, draws);
            candidates[i].tail.t = tails[i];
        }
        offer(fmt::format("drawn {}", k), policy.plan(drawn));
    }
    if (choice.plans.empty()) return choice;
    choice.chances.assign(choice.plans.size(), 1 / static_cast<double>(choice.plans.size()));
    score::Draws draws({round.seed, round.parent, round.number, 0x706c616e});
    choice.drawn = draws.uniform();
    return choice;
}

// The policy's plan, or one of those that are explored with the chance that it had. `as`: the one
// to take in place of the one drawn.
Plan planned(const DecisionInputs& in, const Round& round, std::optional<std::uint32_t> as,
             Choice& choice) {
    const Policy& p = policy(choice.policy);
    choice.plans = {std::string(p.name)};
    choice.chances = {1};
    const bool bandit = p.id == PolicyId::bandit, by_score = choice.step <= Step::last_good;
    const bool by_menu = in.explore.how == Explore::menu && by_score;
    const bool by_draws = in.explore.how == Explore::thompson && by_score && !bandit;
    if (!bandit && !by_menu && !by_draws) return p.plan(round);
    Round with = round;
    if (!bandit) with.bandit = nullptr;
    MenuChoice drawn = by_draws ? by_drawn_beliefs(in, p, round) : choose_plan(with, in.explore);
    if (drawn.plans.empty()) return {};
    // The baseline is what would be done without exploring: the policy's own plan, or the plan
    // that is believed to be the cheapest.
    auto own = static_cast<std::size_t>(
        std::max_element(drawn.chances.begin(), drawn.chances.end()) - drawn.chances.begin());
    if (Plan plan = p.id == PolicyId::bandit ? Plan{} : p.plan(round); !plan.empty()) {
        own = 0;
        while (own < drawn.plans.size() && drawn.plans[own].plan != plan) ++own;
        if (own == drawn.plans.size()) {
            const double cost = cost_of(round, plan);
            drawn.plans.push_back({std::string(p.name), std::move(plan), cost});
            drawn.chances.push_back(0);
        }
    }
    // What the budget does not allow has no chance: it goes to the baseline, and is logged so.
    choice.baseline_cost = drawn.plans[own].cost;
    for (std::size_t i = 0; i < drawn.plans.size(); ++i) {
        const double more = drawn.plans[i].cost - choice.baseline_cost;
        if (i == own || in.ledger.allows(choice.baseline_cost, more, in.explore)) continue;
        drawn.chances[own] += drawn.chances[i];
        drawn.chances[i] = 0;
    }
    if (in.explore.a_parent && !in.arms.empty()) follow(in.arms, drawn.plans, drawn.chances);
    drawn.chosen = as && *as < drawn.plans.size() ? *as : pick(drawn.chances, drawn.drawn);
    choice.plans.clear();
    for (const auto& plan : drawn.plans) choice.plans.emplace_back(plan.name);
    choice.chances = drawn.chances;
    choice.chosen = static_cast<std::uint32_t>(drawn.chosen);
    if (in.explore.a_parent)
        for (std::size_t i = 0; i < drawn.plans.size(); ++i)
            if (drawn.chances[i] > 0 && drawn.plans[i].plan == drawn.plans[drawn.chosen].plan)
                choice.arms.push_back({std::string(drawn.plans[i].name), drawn.chances[i]});
    // A bandit learns of plans that are found again by their names.
    if (!by_draws) choice.features = features_of(round, drawn.plans[drawn.chosen]);
    return drawn.plans[drawn.chosen].plan;
}

void rank(const Round& round, Choice& choice) {
    using score::RankBy;
    for (const auto i : ranked(round, round.rank_by))
        choice.ranking.push_back(round.candidates[i].lp);
    const auto other = round.rank_by == RankBy::lcb ? RankBy::composite : RankBy::lcb;
    const auto leader = ranked(round, other);
    if (!leader.empty() && round.candidates[leader[0]].lp != choice.ranking[0])
        choice.other_leader = round.candidates[leader[0]].lp;
}

// A probe of the smallest size to each LP that is on trial, out of what the round may send.
void add_probes(const DecisionInputs& in, const CostTerms& terms, const Table& table,
                AllocationRules& rules, Choice& choice) {
    for (const auto* r : table.probes) {
        const std::int64_t size = std::max<std::int64_t>(1, rules.min_lots);
        if (rules.lots < size) return;
        const Candidate c = r->view();
        add_child(in, c, unit_costs(c, terms, in.factors), {0, size}, choice);
        rules.lots -= size;
    }
}

void equalise(const DecisionInputs& in, Choice& choice) {
    if (in.equalise == Equalise::off) return;
    std::vector<OneWay> ways;
    for (const auto& child : choice.children)
        for (const auto& r : in.candidates)
            if (r.known.lp == child.lp) ways.push_back(r.one_way);
    const auto delays = equalising_delays(ways);
    for (std::size_t i = 0; i < choice.children.size(); ++i) choice.children[i].delay = delays[i];
}

Round round_of(const DecisionInputs& in, const Table& table, const AllocationRules& rules,
               const CostTerms& terms) {
    Round round;
    round.candidates = table.candidates;
    round.costs = table.costs;
    round.truth = table.truth;
    round.true_costs = table.true_costs;
    round.static_table = in.static_table;
    round.rules = rules;
    round.terms = terms;
    round.queue = in.queue;
    round.rank_by = in.rank_by;
    round.last = in.order.last;
    round.seed = in.seed;
    round.parent = in.parent;
    round.number = static_cast<std::uint64_t>(in.round);
    round.probe_lots = std::max<std::int64_t>(1, lots(in.order.probe_qty, in.order.lot));
    round.bandit = &in.bandit;
    return round;
}

// What is less than a lot goes with the largest child, once everything else does.
void add_odd_rest(const DecisionInputs& in, Choice& choice) {
    Qty sent;
    for (const auto& c : choice.children) sent += c.qty;
    const Qty most = std::min(in.order.free, in.order.round_qty), rest = most - sent;
    if (rest <= Qty{} || rest >= in.order.lot || most != in.order.free) return;
    const auto largest =
        std::max_element(choice.children.begin(), choice.children.end(),
                         [](const auto& a, const auto& b) { return a.qty < b.qty; });
    if (largest != choice.children.end()) largest->qty += rest;
}

// Of this plan again and again, until the window is over. A plan for the rest of a round stands for
// a whole one.
double completion_of(const DecisionInputs& in, double expected_lots, double variance) {
    const RoundOrder& o = in.order;
    const double whole = as_double(std::min(o.pace.round_qty, o.remaining));
    const double times = o.round_qty > Qty{} ? std::max(1.0, whole / as_double(o.round_qty)) : 1.0;
    const double mean = times * expected_lots, lot = static_cast<double>(o.lot.micro);
    const double rounds =
        rounds_left(o.pace, o.remaining, o.time_left, in.round, Qty{std::llround(mean * lot)});
    return completion_probability(as_double(o.remaining) / as_double(o.lot), rounds, mean,
                                  times * times * variance);
}

// A probe stands for itself, and for the split after the first that comes short.
double completion_of(const DecisionInputs& in, const Round& round, const Plan& plan,
                     const Choice& choice) {
    const bool probes = choice.policy == PolicyId::probe_then_split && plan.size() == 1 &&
                        in.order.last != LastRound::short_or_rejected &&
                        in.order.phase == Phase::working;
    if (!probes) return completion_of(in, choice.expected_lots, variance_of_lots(round, plan));
    const RoundOrder& o = in.order;
    const Plan then = split(round);
    const FillTail& tail = round.candidates[plan[0].candidate].tail;
    const double mean = expected_lots(round, then), lot = static_cast<double>(o.lot.micro);
    // As many as there will be while probes fill.
    const double rounds = rounds_left(o.pace, o.remaining, o.time_left, in.round,
                                      Qty{std::llround(choice.expected_lots * lot)});
    return completion_by_probes(
        as_double(o.remaining) / as_double(o.lot), rounds,
        {static_cast<double>(plan[0].lots), choice.expected_lots, tail.at_least(plan[0].lots), mean,
         variance_of_lots(round, then), !o.pace.most_rounds});
}

Choice decided(const DecisionInputs& in, std::optional<std::uint32_t> as) {
    Choice choice;
    Table table;
    choice.step = eligible(in, choice, table);
    choice.policy = policy_on(choice.step, in.policy);
    const Qty most = std::min(in.order.free, in.order.round_qty);
    if (in.order.pace.participation_cap && !in.prints.heard) {
        choice.hold = Hold::no_prints;
        return choice;
    }
    if (choice.step == Step::hold || (table.records.empty() && table.probes.empty())) {
        choice.hold = Hold::nobody;
        return choice;
    }
    if (most <= Qty{}) choice.hold = Hold::nothing_to_send;
    if (!in.quote.usable())
        choice.hold = Hold::no_quote;
    else if (!within_limit(in, choice.policy))
        choice.hold = Hold::off_market;
    if (choice.hold != Hold::none) return choice;

    CostTerms terms = in.terms;
    // Time is over: a lot that is not done costs more than any other term, and size is no object.
    if (in.order.phase == Phase::sweeping) terms.unfilled_bps = 1e4;
    terms.remaining_lots = as_double(in.order.remaining) / as_double(in.order.lot);
    price(in, terms, table);
    // An order below one lot is sent as if it were one, and cut to its size below.
    AllocationRules rules{
        .lots = std::max<std::int64_t>(1, lots(most, in.order.lot)),
        .min_lots = std::max<std::int64_t>(1, lots(in.order.min_child, in.order.lot)),
        .max_lots = std::max<std::int64_t>(1, lots(in.order.max_child, in.order.lot)),
        .p_min = in.p_min,
        .nothing_pays = in.nothing_pays,
        .probe_lots = std::max<std::int64_t>(1, lots(in.order.min_child, in.order.lot))};
    if (in.order.phase == Phase::sweeping) {
        rules.nothing_pays = WhenNothingPays::probe;
        rules.probe_lots = std::min(rules.lots, rules.max_lots);
        rules.p_min = 0;
    } else {
        add_probes(in, terms, table, rules, choice);
    }
    const Round round = round_of(in, table, rules, terms);
    if (!table.candidates.empty()) {
        rank(round, choice);
        Plan plan;
        if (rules.lots > 0)
            plan = in.order.phase == Phase::sweeping && choice.step <= Step::last_good
                       ? split(round)
                       : planned(in, round, as, choice);
        for (const Share& share : plan)
            add_child(in, table.candidates[share.candidate], table.costs[share.candidate], share,
                      choice);
        choice.cost = cost_of(round, plan);
        if (choice.plans.size() <= 1) choice.baseline_cost = choice.cost;
        choice.expected_lots = expected_lots(round, plan);
        choice.completion = completion_of(in, round, plan, choice);
    }
    if (choice.children.empty()) {
        choice.hold = Hold::nothing_pays;
        return choice;
    }
    if (most < in.order.lot) {
        choice.children.resize(1);
        choice.children[0].qty = most;
    } else {
        add_odd_rest(in, choice);
    }
    equalise(in, choice);
    return choice;
}

}  // namespace

Choice decide(const DecisionInputs& in) {
    return decided(in, std::nullopt);
}

Choice decide_as(const DecisionInputs& in, std::uint32_t plan) {
    return decided(in, plan);
}

RoundTerms terms_of(const DecisionInputs& in, const Choice& choice) {
    RoundTerms t;
    t.mid = in.quote.mid2();
    t.lots =
        std::max<std::int64_t>(1, lots(std::min(in.order.free, in.order.round_qty), in.order.lot));
    t.unfilled_bps = in.terms.unfilled_bps * in.factors.fill;
    const double left = as_double(in.order.remaining) / as_double(in.order.lot);
    for (const PlannedChild& c : choice.children)
        for (const CandidateRecord& r : in.candidates)
            if (r.known.lp == c.lp)
                t.leaked += as_double(c.qty) / as_double(in.order.lot) * r.known.leak_bps_per_lot *
                            in.factors.impact * in.terms.still_open * left;
    return t;
}

std::optional<double> cost_a_lot(const DecisionOutcome& outcome, const RoundTerms& terms, Side side,
                                 Qty lot) {
    if (terms.lots <= 0 || terms.mid.nano2 <= 0) return std::nullopt;
    const double mid = as_double(terms.mid), all = static_cast<double>(terms.lots);
    double cost = terms.leaked;
    for (const ChildOutcome& o : outcome.children) {
        if (o.filled <= Qty{}) continue;
        const double px =
            static_cast<double>(o.notional) / static_cast<double>(o.filled.micro) * 1e-9;
        cost += 1e4 * sign(side) * (px - mid) / mid * as_double(o.filled) / as_double(lot);
    }
    return (cost + std::max(0.0, all - outcome.filled_lots) * terms.unfilled_bps) / all;
}

}  // namespace assay::route
