// From a round to children: the decision, the gate, and what is booked.
#include <algorithm>
#include <cmath>
#include <fmt/format.h>

#include "core/route/router.h"
#include "core/units/bug.h"

namespace assay::route {

// Of the cap's share of what the market traded since the last round, whole lots, or all that is
// left.
Qty Router::cap_left(const Parent& p, const MarketView& view) const {
    const Qty share = cap_allows(p.order.pace, view.traded.volume - p.volume_at_round);
    return share >= p.remaining() ? share : share - Qty{share.micro % p.order.lot.micro};
}

// False: nothing may go now. With a cap that cannot be checked a round of nothing begins, so that
// a decision says so.
bool Router::start_round(Parent& p, const MarketView& view) {
    const Duration left = p.order.ends - view.at;
    const Qty free = p.remaining() - std::min(p.remaining(), exposure(p));
    if (p.order.pace.participation_cap && !view.prints_heard) return free > Qty{};
    const Qty capped = cap_left(p, view);
    const Qty allowed = std::min(free, round_allows(p.order.pace, p.remaining(), left, capped));
    if (allowed <= Qty{}) {
        if (capped <= Qty{}) p.held = Hold::cap_reached;
        return false;
    }
    p.last = p.round == 0    ? LastRound::none
             : p.round_short ? LastRound::short_or_rejected
                             : LastRound::full;
    p.round_short = false;
    p.round_left = allowed;
    // What the cap leaves of a lot counts for the next round, what the round had no use for does
    // not.
    p.volume_at_round = allowed < capped ? view.traded.volume
                                         : p.volume_at_round + volume_for(p.order.pace, allowed);
    p.next_round_at = view.at + until_next_round(p.order.pace, p.remaining(), left);
    return true;
}

DecisionInputs Router::inputs_for(const Parent& p, const MarketView& view, Phase phase) const {
    const ParentOrder& o = p.order;
    const score::Profile& profile = *profile_of(o.profile);
    DecisionInputs in;
    in.parent = o.id;
    in.seed = config_.seed;
    in.round = p.round;
    in.at = view.at;
    in.symbol = o.symbol;
    in.side = o.side;
    in.policy = o.policy;
    in.profile = profile.name;
    in.profile_hash = profile.hash();
    in.rank_by = profile.rank_by;
    in.max_reject_share = profile.max_reject_rate;
    in.factors = factors_of(profile);
    in.terms = config_.terms;
    if (config_.sweep_bps_per_sqrt_lot > 0 && view.quote.usable()) {
        const double left = as_double(p.remaining()) / as_double(o.lot);
        const double half = 0.5 * as_double(view.quote.spread()) / as_double(view.quote.mid2());
        in.terms.unfilled_bps += 1e4 * half + config_.sweep_bps_per_sqrt_lot * std::sqrt(left);
    }
    in.p_min = config_.p_min;
    in.nothing_pays = config_.nothing_pays;
    const Qty out = planted(Bug::rerouted_unchecked) ? Qty{} : exposure(p);
    const Qty free = p.remaining() > out ? p.remaining() - out : Qty{};
    in.order = {
        o.lot,   p.remaining(),  free,   p.round_left,     o.min_child, o.max_child, o.probe_qty,
        o.limit, o.max_slip_bps, o.tick, o.ends - view.at, o.pace,      p.last,      phase};
    in.quote = view.quote;
    in.regime = view.regime;
    in.queue = view.queue;
    in.prints.heard = view.prints_heard;
    if (p.traded_at_start)
        in.prints.since_start = {view.traded.volume - p.traded_at_start->volume,
                                 view.traded.notional - p.traded_at_start->notional};
    in.scores = view.scores;
    in.scores.config_version = config_.version;
    in.ladder = config_.ladder;
    in.explore = config_.explore;
    in.ledger = ledger_;
    in.arms = p.arms;
    in.equalise = config_.equalise;
    auto table = config_.static_tables.find(o.symbol);
    if (table == config_.static_tables.end()) table = config_.static_tables.find("");
    if (table != config_.static_tables.end()) in.static_table = table->second;
    for (const Candidate& c : view.candidates) {
        if (c.lp.number >= config_.lps.size()) continue;  // the gate would refuse it as well
        auto r = CandidateRecord::of(c, config_.lps[c.lp.number]);
        r.breaker = breakers_.state(view.at, c.lp, o.symbol);
        r.fault = breakers_.fault(view.at, c.lp, o.symbol);
        r.breaker_until = breakers_.open_until(view.at, c.lp, o.symbol);
        const auto wait = p.tried.of(c.lp);
        r.cools_until = wait.cools_until;
        r.refills_until = wait.refills_until;
        r.stopped = gate_.stopped(c.lp, o.symbol);
        for (const ChildId id : p.children)
            if (children_.at(id).lp == c.lp) r.in_flight += children_.at(id).exposure();
        if (const auto sent = sent_today_.find(c.lp);
            sent != sent_today_.end() && all_sent_today_ > Qty{})
            r.flow_share = as_double(sent->second) / as_double(all_sent_today_);
        if (c.lp.number < view.one_way.size()) r.one_way = view.one_way[c.lp.number];
        in.candidates.push_back(std::move(r));
    }
    for (const Candidate& c : view.truth)
        if (c.lp.number < config_.lps.size())
            in.truth.push_back(CandidateRecord::of(c, config_.lps[c.lp.number]));
    if (o.policy == PolicyId::bandit) in.bandit = bandit_;
    return in;
}

void Router::plan(Parent& p, const MarketView& view, Outputs& out) {
    for (const Candidate& c : view.candidates) usual_[c.lp] = c.reject_share;
    const Phase phase = p.swept ? Phase::sweeping : Phase::working;
    Decision d;
    d.inputs = inputs_for(p, view, phase);
    d.choice = decide(d.inputs);
    const bool holds = d.choice.children.empty(), said = d.choice.hold == p.held;
    p.held = d.choice.hold;
    if (holds && said) return;
    if (d.choice.hold == Hold::no_prints)
        out.alerts.push_back(
            {view.at, p.order.id, {}, fmt::format("nothing is sent: {}", text(p.held))});
    d.inputs.id = run_ << kChildBits | ++decisions_made_;
    ++p.round;
    if (holds) {
        out.decisions.push_back(std::move(d));
        return;
    }
    p.probing = p.order.policy == PolicyId::probe_then_split &&
                p.last != LastRound::short_or_rejected && phase == Phase::working;
    if (p.first_route_mid.nano2 <= 0) p.first_route_mid = view.quote.mid2();
    p.arms = d.choice.arms;
    book_decision(d);
    send(p, d, view, out);
    // A probe is a round: what it may not take waits for its answer.
    if (p.probing) p.round_left = Qty{};
}

void Router::book_decision(const Decision& d) {
    ledger_.book(d.choice.baseline_cost, d.choice.cost - d.choice.baseline_cost);
    Open open;
    open.outcome.decision = d.inputs.id;
    open.outcome.parent = d.inputs.parent;
    open.terms = terms_of(d.inputs, d.choice);
    if (d.choice.chances.size() > 1 && d.inputs.explore.how != Explore::thompson) {
        open.plan = d.choice.plans[d.choice.chosen];
        open.features = d.choice.features;
    }
    open_[d.inputs.id] = std::move(open);
}

void Router::send(Parent& p, const Decision& d, const MarketView& view, Outputs& out) {
    Open& open = open_.at(d.inputs.id);
    if (const auto day = utc_day(view.at); day != day_) {
        day_ = day;
        sent_today_.clear();
        all_sent_today_ = {};
    }
    for (const PlannedChild& planned : d.choice.children) {
        Child c;
        c.id = {run_ << kChildBits | ++children_made_};
        c.parent = p.order.id;
        c.decision = d.inputs.id;
        c.lp = planned.lp;
        c.side = p.order.side;
        c.kind = planned.kind;
        c.qty = planned.qty;
        c.limit = planned.limit;
        c.sent_at = view.at;
        c.times_out_at = view.at + planned.delay + config_.time_out;
        c.fee_bps = planned.fee_bps;
        c.predicted_lots = planned.predicted_lots;
        c.predicted_full = planned.predicted_full;
        c.predicted_ms = planned.predicted_ms;
        open.outcome.predicted_lots += planned.predicted_lots;
        ChildOutcome result{c.lp,           c.id, c.qty, {}, 0, c.state, {-1}, c.predicted_lots,
                            c.predicted_ms, {}};
        auto refusal = gate_.send(
            {view.at, p.order.id, c.id, c.lp, p.order.symbol, c.side, c.qty, c.limit, view.quote});
        if (refusal && !planted(Bug::gate_after_send)) {
            result.refused = refusal->text;
            out.refusals.push_back(std::move(*refusal));
        } else {
            ++open.waiting;
            p.round_left -= std::min(p.round_left, c.qty);
            p.children.push_back(c.id);
            sent_today_[c.lp] += c.qty;
            all_sent_today_ += c.qty;
            out.intents.push_back({Intent::What::send, c.id, p.order.id, d.inputs.id, c.lp,
                                   p.order.symbol, c.side, c.kind, c.qty, c.limit, planned.delay});
            children_.emplace(c.id, std::move(c));
        }
        open.outcome.children.push_back(std::move(result));
    }
    out.decisions.push_back(d);
    if (open.waiting > 0) return;
    // The gate refused all of it: tried again after the gap, not at every quote.
    p.round_left = Qty{};
    p.next_round_at = view.at + p.order.pace.round_gap;
    out.outcomes.push_back(open.outcome);
    open_.erase(d.inputs.id);
}

}  // namespace assay::route
