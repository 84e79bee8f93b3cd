#include "core/kpi/sums.h"

#include <algorithm>
#include <cmath>

#include "core/kpi/fill_rate.h"
#include "core/kpi/last_look.h"
#include "core/kpi/markout.h"
#include "core/kpi/price_improvement.h"
#include "core/kpi/reject_rate.h"
#include "core/kpi/reversion.h"
#include "core/kpi/size_improvement.h"
#include "core/kpi/spread.h"
#include "core/market/instrument.h"
#include "core/units/bug.h"

namespace assay::kpi {

namespace {

// +1 or -1: what a count changes by, and what a sum is multiplied with.
constexpr std::int64_t unit(Dir dir) {
    return static_cast<std::int64_t>(dir);
}

constexpr Money times(Qty q, PriceDelta d) {
    return d * q;
}
constexpr Money times(Qty q, TwiceMid m) {
    return static_cast<Money>(m.nano2) * q.micro;
}

void add_route(Sums& s, const FillFacts& f, Money d) {
    const Price far = f.at_route.far_touch(f.side);
    const TwiceMid mid2 = f.at_route.mid2();
    const PriceDelta spread = f.at_route.spread();
    const Side side = planted(Bug::sells_not_signed) ? Side::buy : f.side;
    const PriceDelta gain = price_improvement(side, f.last_px, far);
    const PriceDelta effective = effective_spread(f.side, f.last_px, mid2);
    const Money q = d * f.last_qty.micro;
    s.n_priced += static_cast<std::int64_t>(d);
    s.priced_q += q;
    s.q_gain += d * times(f.last_qty, gain);
    s.q_far += d * (far * f.last_qty);
    s.q_es2 += d * times(f.last_qty, effective);
    s.q_mid2 += d * times(f.last_qty, mid2);
    s.q_spread += d * times(f.last_qty, spread);
    s.gain_bps += d * std::llround(1e6 * improvement_bps(gain, far));
    if (spread.nano > 0) {
        s.wide_q_es2 += d * times(f.last_qty, effective);
        s.wide_q_spread += d * times(f.last_qty, spread);
        s.wide_q_gain += d * times(f.last_qty, gain);
    }
    switch (against_quote(gain, f.pi_eps)) {
        case AgainstQuote::improved:
            s.improved_q += q;
            s.improved_gain += d * times(f.last_qty, gain);
            break;
        case AgainstQuote::at_quote:
            s.at_quote_q += q;
            break;
        case AgainstQuote::worse:
            s.worse_q += q;
            break;
    }
}

void add_receipt(Sums& s, const FillFacts& f, Money d) {
    const Price far = f.at_receipt.far_touch(f.side);
    const TwiceMid mid2 = f.at_receipt.mid2();
    s.rcpt_q += d * f.last_qty.micro;
    s.rcpt_q_gain += d * times(f.last_qty, price_improvement(f.side, f.last_px, far));
    s.rcpt_q_far += d * (far * f.last_qty);
    const Money effective = d * times(f.last_qty, effective_spread(f.side, f.last_px, mid2));
    s.rcpt_q_es2 += effective;
    if (f.at_receipt.spread().nano > 0) s.rcpt_wide_q_es2 += effective;
    s.rcpt_q_mid2 += d * times(f.last_qty, mid2);
    s.rcpt_q_spread += d * times(f.last_qty, f.at_receipt.spread());
}

void add_own_quote(Sums& s, const FillFacts& f, PriceDelta gain, Money d) {
    const Price own{f.last_px.nano + sign(f.side) * gain.nano};
    s.own_q += d * f.last_qty.micro;
    s.own_gain += d * times(f.last_qty, gain);
    s.own_base += d * (own * f.last_qty);
    if (f.own_quote_age) {
        s.own_age_n += static_cast<std::int64_t>(d);
        s.own_age += d * f.own_quote_age->ns;
    }
}

}  // namespace

std::int64_t micro_bps(TwiceMid from, TwiceMid to, Side side) {
    const Money num = static_cast<Money>(sign(side)) * (to.nano2 - from.nano2) * 10'000'000'000;
    const Money size = num < 0 ? -num : num;
    const Money rounded = (2 * size + from.nano2) / (2 * static_cast<Money>(from.nano2));
    const auto clipped = static_cast<std::int64_t>(std::min<Money>(rounded, INT64_MAX));
    return num < 0 ? -clipped : clipped;
}

void Sums::order(const OrderFacts& f, Dir dir) {
    const std::int64_t n = unit(dir);
    if (f.unread) {
        n_unreadable += n;
        return;
    }
    if (f.ours || (f.rejected && !counts_against_lp(*f.rejected))) {
        n_ours += n;
        return;
    }
    const Money d = n;
    n_orders += n;
    if (f.open) n_open += n;
    if (f.timed_out) n_timeouts += n;
    if (f.rejected) {
        n_rejected[static_cast<std::size_t>(*f.rejected)] += n;
        rejected_qty += d * f.offered.micro;
    }
    if (f.offered.micro > 0) {
        n_offered += n;
        if (filled_any(f.cum)) n_any += n;
        if (filled_full(f.cum, f.offered)) n_full += n;
        offered += d * f.offered.micro;
        if (f.accepted) {
            n_accepted += n;
            offered_accepted += d * f.offered.micro;
        }
        filled_clipped += d * filled_of_offered(f.cum, f.offered).micro;
        fill_fraction += d * fill_fraction_pico(f.cum, f.offered);
    }
    for (std::size_t i = 0; i < kLatencies; ++i) {
        if (const auto& part = f.latencies.part[i]) {
            latency_sum[i] += d * part->ns;
            latency_n[i] += n;
        }
    }
    if (f.offered_at_far) offered_at_far += d * *f.offered_at_far;
    if (f.unfilled_unpriced) n_lots_left_out += n;
}

void Sums::fill(const FillFacts& f, Dir dir) {
    const Money d = unit(dir);
    n_fills += unit(dir);
    filled += d * f.last_qty.micro;
    notional += d * (f.last_px * f.last_qty);
    fees += d * f.fee;
    if (f.fee > 0) fees_paid += d * f.fee;
    if (f.since_send) {
        fill_latency_qty += d * f.since_send->ns * f.last_qty.micro;
        fill_latency_q += d * f.last_qty.micro;
    }
    if (f.side == Side::none) return;  // no direction: nothing is better or worse
    if (f.at_route.usable()) add_route(*this, f, d);
    if (f.at_receipt.usable()) add_receipt(*this, f, d);
    if (f.arrival_mid2.nano2 > 0) {
        arrival_gain2 +=
            d * times(f.last_qty, twice_improvement_on_mid(f.side, f.last_px, f.arrival_mid2));
        arrival_mid2 += d * times(f.last_qty, f.arrival_mid2);
    }
    if (f.gain_vs_own_quote) add_own_quote(*this, f, *f.gain_vs_own_quote, d);
}

void Sums::bust(Qty last_qty) {
    ++n_busts;
    busted_qty += last_qty.micro;
}

void Sums::horizon(std::size_t h, const HorizonFacts& f, Dir dir) {
    if (f.side == Side::none) return;
    const Money d = unit(dir);
    const Money move2 = times(f.last_qty, twice_markout(f.side, f.last_px, f.mid2));
    AtHorizon& sum = after[h];
    sum.q += d * f.last_qty.micro;
    sum.move2 += d * move2;
    sum.notional += d * (f.last_px * f.last_qty);
    if (!f.at_route.usable()) return;
    const TwiceMid route = f.at_route.mid2();
    sum.priced_q += d * f.last_qty.micro;
    sum.priced_move2 += d * move2;
    sum.impact2 += d * times(f.last_qty, price_impact(f.side, route, f.mid2));
    sum.mid2 += d * times(f.last_qty, route);
}

void Sums::reversion(const ReversionFacts& f, Dir dir) {
    if (f.side == Side::none || !f.at_route.usable()) return;
    const Money d = unit(dir);
    rev_move2 += d * times(f.last_qty, twice_reversion(f.side, f.mid2_15s, f.mid2_5m));
    rev_impact2 += d * times(f.last_qty, price_impact(f.side, f.at_route.mid2(), f.mid2_15s));
    rev_mid2 += d * times(f.last_qty, f.at_route.mid2());
    rev_tick += d * times(f.last_qty, f.tick);
}

void Sums::size_improvement_of(Qty order_qty, Qty good_qty, Qty displayed, Dir dir) {
    const Qty expected = size_expected(order_qty, displayed);
    if (expected.micro <= 0) return;  // nothing was shown: no measure
    const Money d = unit(dir);
    size_improvement += d * kpi::size_improvement(good_qty, displayed).micro;
    size_displayed += d * expected.micro;
    size_good += d * good_qty.micro;
}

void Sums::reject_drifted(std::size_t h, std::int64_t moved_micro_bps, Dir dir) {
    reject_drift_n[h] += unit(dir);
    reject_drift[h] += static_cast<Money>(unit(dir)) * moved_micro_bps;
}

void Sums::leaked(std::int64_t moved_micro_bps, Dir dir) {
    leak_n += unit(dir);
    leak += static_cast<Money>(unit(dir)) * moved_micro_bps;
}

void Sums::unfilled(Money cost, Money at, Dir dir) {
    const Money d = unit(dir);
    reject_cost += d * cost;
    reject_cost_base += d * at;
    n_lots_priced += unit(dir);
}

void Sums::left_out(Money at, Dir dir) {
    offered_at_far -= static_cast<Money>(unit(dir)) * at;
    n_lots_left_out += unit(dir);
}

void Sums::last_look(std::int64_t moved_micro_bps, bool rejected, Dir dir) {
    const std::int64_t n = unit(dir);
    switch (drift_of(moved_micro_bps)) {
        case Drift::up:
            up_n += n;
            if (rejected) up_rejected += n;
            break;
        case Drift::down:
            down_n += n;
            if (rejected) down_rejected += n;
            break;
        case Drift::flat:
            break;
    }
}

void Sums::quoted_for(const QuotedTime& t, Dir dir) {
    if (dir == Dir::add)
        quoted += t;
    else
        quoted -= t;
}

void Sums::exchange(std::int64_t rate) {
    const auto each = [&](auto&... sum) { ((sum = exchanged(sum, rate)), ...); };
    each(notional, fees, fees_paid, q_gain, q_far, q_es2, q_mid2, q_spread, wide_q_es2,
         wide_q_spread, wide_q_gain, improved_gain, arrival_gain2, arrival_mid2);
    each(rcpt_q_gain, rcpt_q_far, rcpt_q_es2, rcpt_q_mid2, rcpt_q_spread, rcpt_wide_q_es2);
    for (AtHorizon& sum : after)
        each(sum.move2, sum.notional, sum.priced_move2, sum.impact2, sum.mid2);
    each(rev_move2, rev_impact2, rev_mid2, rev_tick, reject_cost, reject_cost_base, offered_at_far,
         own_gain, own_base, quoted.spread);
}

Sums& Sums::operator+=(const Sums& other) {
    pairwise(*this, other, [](auto& mine, const auto& theirs) { mine += theirs; });
    return *this;
}

}  // namespace assay::kpi
