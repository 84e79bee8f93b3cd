#include "core/backtest/what_if.h"

#include <algorithm>
#include <cmath>

namespace assay::backtest {
namespace {

constexpr double kNothing = 1e-9;            // lots
constexpr Duration kLeastRound{20'000'000};  // when nobody was asked
constexpr double kMaxSlipBps = 20;           // prices are the LPs': no limit that binds

double lots(Qty q, Qty lot) {
    return as_double(q) / as_double(lot);
}

// The largest size that is filled with a chance of `u` or more.
double size_at(const route::FillTail& tail, double u) {
    double size = 0;
    for (std::size_t b = 0; b < tail.t.size() && tail.t[b] >= u; ++b) size = tail.upper_lots[b];
    return size;
}

}  // namespace

WhatIf::WhatIf(Rules rules, const std::vector<Contender>& contenders,
               const std::vector<std::string>& lps, const std::vector<LoggedOrder>& orders,
               desk::Desk& hindsight)
    : rules_(rules),
      contenders_(&contenders),
      lps_(&lps),
      orders_(&orders),
      hindsight_(&hindsight),
      seen_(lps),
      world_(lps),
      bandits_(contenders.size() * rules.draws) {
    for (const Contender& c : contenders) {
        tables_.emplace_back();
        for (const std::string& name : c.table)
            if (const auto at = std::find(lps.begin(), lps.end(), name); at != lps.end())
                tables_.back().push_back({static_cast<std::uint32_t>(at - lps.begin())});
    }
}

void WhatIf::push(std::uint32_t path, Nanos at) {
    due_.push({at, ++sequence_, path});
}

void WhatIf::pass(Nanos t, desk::Desk& desk) {
    for (;;) {
        const bool begins = next_order_ < orders_->size() && (*orders_)[next_order_].at < t &&
                            (due_.empty() || (*orders_)[next_order_].at <= due_.top().at);
        if (begins) {
            begin(next_order_++, desk);
            continue;
        }
        if (due_.empty() || due_.top().at >= t) return;
        const Due due = due_.top();
        due_.pop();
        Path& p = paths_[due.path];
        const auto next =
            p.contender == kAsLogged ? step_logged(p, due.at, desk) : step_other(p, due.at, desk);
        if (next)
            push(due.path, *next);
        else
            free_.push_back(due.path);
    }
}

Asked WhatIf::asked(const Path& p) const {
    const LoggedOrder& o = order_of(p);
    const Qty lot = begun_[p.told].lot;
    const Qty left{
        static_cast<std::int64_t>(std::llround(p.left * static_cast<double>(lot.micro)))};
    return {.symbol = o.symbol,
            .side = o.side,
            .lot = lot,
            .qty = left,
            .least = {rules_.probe_lots * lot.micro},
            .kind = o.children.front().kind};
}

void WhatIf::begin(std::uint32_t order, desk::Desk& desk) {
    const LoggedOrder& o = (*orders_)[order];
    const Bbo quote = desk.quote(o.symbol);
    if (!quote.usable() || o.qty <= Qty{}) {
        ++without_quote_;
        return;
    }
    const auto told = static_cast<std::uint32_t>(told_.size());
    Begun b;
    b.mid = quote.mid2();
    b.lot = desk.config().kernel.instruments.of(o.symbol).round_lot;
    Retold r;
    r.order = order;
    r.lots = lots(o.qty, b.lot);
    r.others.resize(contenders_->size());
    told_.push_back(std::move(r));
    begun_.push_back(std::move(b));
    Path p;
    p.told = told;
    p.lots = p.left = told_.back().lots;
    Asked a = asked(p);
    a.believed = desk::Believed::plain;
    world_.look(desk, *hindsight_, contenders_->front().profile.name, a);
    for (const route::Candidate& c : world_.candidates())
        begun_.back().leak.push_back(c.leak_bps_per_lot);
    const auto start = [&](std::uint32_t contender, std::uint32_t draw) {
        p.contender = contender;
        p.draw = draw;
        std::uint32_t at = 0;
        if (free_.empty()) {
            at = static_cast<std::uint32_t>(paths_.size());
            paths_.push_back(p);
        } else {
            at = free_.back();
            free_.pop_back();
            paths_[at] = p;
        }
        push(at, o.at);
    };
    start(kAsLogged, 0);
    for (std::uint32_t c = 0; c < contenders_->size(); ++c)
        for (std::uint32_t d = 0; d < rules_.draws; ++d) start(c, d);
}

double WhatIf::drift(const Path& p, Nanos at, const desk::Desk& desk) const {
    const LoggedOrder& o = order_of(p);
    const double start = as_double(begun_[p.told].mid);
    const Bbo quote = desk.quote(o.symbol);
    const double now = quote.usable() ? as_double(quote.mid2()) : start;
    double moved = 1e4 * sign(o.side) * (now - start) / start;
    if (p.contender == kAsLogged) return moved;
    for (const LoggedChild& c : o.children) {
        if (!known(c.ended) || c.ended > at) continue;
        const auto lp = std::lower_bound(lps_->begin(), lps_->end(), c.lp) - lps_->begin();
        moved -=
            begun_[p.told].leak[static_cast<std::size_t>(lp)] * lots(c.qty, begun_[p.told].lot);
    }
    return moved + p.impact;
}

std::optional<Nanos> WhatIf::step_logged(Path& p, Nanos at, desk::Desk& desk) {
    const LoggedOrder& o = order_of(p);
    if (p.round == o.rounds) {
        finish(p, at, desk);
        return std::nullopt;
    }
    Asked a = asked(p);
    a.believed = desk::Believed::plain;
    const bool priced = world_.look(desk, *hindsight_, contenders_->front().profile.name, a);
    const double moved = drift(p, at, desk), start = as_double(begun_[p.told].mid);
    std::optional<Nanos> next;
    for (const LoggedChild& c : o.children) {
        if (c.round > p.round) {
            next = c.sent;
            break;
        }
        if (c.round < p.round) continue;
        ++p.children;
        const double filled = lots(c.cum, begun_[p.told].lot);
        if (!(filled > 0)) continue;
        const auto lp = std::lower_bound(lps_->begin(), lps_->end(), c.lp) - lps_->begin();
        const route::Candidate* known =
            priced ? &world_.candidates()[static_cast<std::size_t>(lp)] : nullptr;
        const double each = known == nullptr ? 0
                                             : known->half_spread_bps -
                                                   known->price_improvement_bps + known->fee_bps;
        const double px = static_cast<double>(c.notional) / static_cast<double>(c.cum.micro) * 1e-9;
        p.paid += filled * (moved + each);
        p.really_paid += filled * (1e4 * sign(o.side) * (px - start) / start +
                                   (known == nullptr ? 0 : known->fee_bps));
        p.filled += filled;
        p.left = std::max(0.0, p.left - filled);
    }
    ++p.round;
    return next ? *next : std::max(at, o.ended);
}

// Given at least v, the chance of k or more is T(k) / T(v).
double capacity_lots(const route::FillTail& tail, CapacitySeen::Kind kind, double seen, double u) {
    switch (kind) {
        case CapacitySeen::Kind::exact:
            return seen;
        case CapacitySeen::Kind::censored:
            u *= tail.at_least(static_cast<std::int64_t>(std::ceil(seen - kNothing)));
            return u > 0 ? std::max(seen, size_at(tail, u)) : seen;
        case CapacitySeen::Kind::nothing:
            break;
    }
    return size_at(tail, u);
}

double WhatIf::capacity(const Path& p, std::uint32_t lp, const route::FillTail& tail) const {
    const LoggedOrder& o = order_of(p);
    score::Draws draws({rules_.seed, o.number, p.round, lp, p.draw, 0x63617061});
    const double u = draws.uniform();
    for (const LoggedChild& c : o.children)
        if (c.round == p.round && c.lp == (*lps_)[lp] && !c.ours)
            return capacity_lots(tail, c.seen.kind, lots(c.seen.qty, begun_[p.told].lot), u);
    return capacity_lots(tail, CapacitySeen::Kind::nothing, 0, u);
}

route::DecisionInputs WhatIf::inputs(const Path& p, Nanos at) const {
    const LoggedOrder& o = order_of(p);
    const Contender& c = (*contenders_)[p.contender];
    const Qty lot = begun_[p.told].lot, left = asked(p).qty;
    route::DecisionInputs in;
    in.id = sequence_;
    in.parent = o.number;
    in.seed = rules_.seed + p.draw;
    in.round = p.round;
    in.at = at;
    in.symbol = o.symbol;
    in.side = o.side;
    in.policy = c.policy;
    in.profile = c.profile.name;
    in.profile_hash = c.profile.hash();
    in.rank_by = c.profile.rank_by;
    in.max_reject_share = c.profile.max_reject_rate;
    in.factors = route::factors_of(c.profile);
    in.terms.unfilled_bps =
        seen_.half_spread_bps() + kSweepShare * rules_.sweep_bps_per_sqrt_lot * std::sqrt(p.left);
    in.arms = p.arms;
    in.order.lot = lot;
    in.order.remaining = in.order.free = in.order.round_qty = left;
    in.order.min_child = lot;
    in.order.max_child = std::max(left, lot);
    in.order.probe_qty = {rules_.probe_lots * lot.micro};
    in.order.max_slip_bps = kMaxSlipBps;
    in.order.time_left = Duration{(rules_.rounds - p.round) * kSecond.ns};
    in.order.pace.round_qty = left;
    in.order.pace.replan = route::Replan::when_all_answered;
    in.order.pace.most_rounds = rules_.rounds;
    in.order.last = p.last;
    in.quote = seen_.quote();
    in.regime = seen_.regime();
    in.scores = seen_.scores();
    in.static_table = tables_[p.contender];
    for (const route::Candidate& known : seen_.candidates())
        in.candidates.push_back(route::CandidateRecord::of(known, (*lps_)[known.lp.number]));
    if (c.policy == route::PolicyId::bandit)
        in.bandit = bandits_[p.contender * rules_.draws + p.draw];
    return in;
}

std::optional<Nanos> WhatIf::step_other(Path& p, Nanos at, desk::Desk& desk) {
    if (p.left <= kNothing || p.round == rules_.rounds) {
        finish(p, at, desk);
        return std::nullopt;
    }
    const Contender& contender = (*contenders_)[p.contender];
    Asked a = asked(p);
    if (!seen_.look(desk, desk, contender.profile.name, a)) {
        ++p.round;
        return at + kLeastRound;
    }
    const route::DecisionInputs in = inputs(p, at);
    const route::Choice choice = route::decide(in);
    ++decisions_;
    held_ += choice.children.empty();
    a.believed = desk::Believed::plain;
    world_.look(desk, *hindsight_, contender.profile.name, a);
    const double moved = drift(p, at, desk);
    Duration wait = kLeastRound;
    double asked_for = 0, filled = 0, paid = 0, leaked = 0;
    for (const route::PlannedChild& child : choice.children) {
        const route::Candidate& lp = world_.candidates()[child.lp.number];
        const double sent = lots(child.qty, in.order.lot);
        const double given = std::min({sent, p.left, capacity(p, child.lp.number, lp.tail)});
        paid += given * (lp.half_spread_bps - lp.price_improvement_bps + lp.fee_bps);
        leaked += sent * begun_[p.told].leak[child.lp.number];
        asked_for += sent;
        filled += given;
        p.left -= given;
        ++p.children;
        wait = std::max(wait, Duration{std::llround(lp.round_trip_ms * 1e6)});
    }
    if (choice.chances.size() > 1) {
        const route::RoundTerms terms = route::terms_of(in, choice);
        const double all = static_cast<double>(terms.lots);
        bandits_[p.contender * rules_.draws + p.draw].learn(
            choice.plans[choice.chosen], choice.features,
            (terms.leaked + paid + std::max(0.0, all - filled) * terms.unfilled_bps) / all);
    }
    p.arms = choice.arms;
    p.paid += paid + filled * moved;
    p.filled += filled;
    p.impact += leaked;
    p.last = filled >= asked_for - kNothing ? route::LastRound::full
                                            : route::LastRound::short_or_rejected;
    ++p.round;
    return at + wait;
}

void WhatIf::finish(const Path& p, Nanos at, const desk::Desk& desk) {
    const LoggedOrder& o = order_of(p);
    Retold& r = told_[p.told];
    const Bbo quote = desk.quote(o.symbol);
    const double half =
        quote.usable() ? 1e4 * 0.5 * as_double(quote.spread()) / as_double(quote.mid2()) : 0;
    const double sweep =
        p.left * (drift(p, at, desk) + half + rules_.sweep_bps_per_sqrt_lot * std::sqrt(p.left));
    const double cost = (p.paid + sweep) / p.lots, seconds = as_seconds(at - o.at);
    if (p.contender == kAsLogged) {
        r.cost_bps = cost;
        r.paid_bps = (p.really_paid + sweep) / p.lots;
        r.filled_share = p.filled / p.lots;
        r.rounds = o.rounds;
        r.children = p.children;
        r.seconds = seconds;
        return;
    }
    Retold::Other& other = r.others[p.contender];
    const double part = 1.0 / rules_.draws;
    other.cost_bps += part * cost;
    other.filled_share += part * p.filled / p.lots;
    other.rounds += part * p.round;
    other.children += part * p.children;
    other.seconds += part * seconds;
}

}  // namespace assay::backtest
