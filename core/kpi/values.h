// From the sums of a row to the values of the catalog: each ratio is divided here, once.
// Included by catalog.cpp, and by tests that ask for single values.
#pragma once

#include <algorithm>

#include "core/kpi/all_in_cost.h"
#include "core/kpi/catalog.h"
#include "core/kpi/last_look.h"
#include "core/kpi/reversion.h"
#include "core/units/decimal.h"

namespace assay::kpi::value {

// --- how a ratio becomes a value ---------------------------------------------------------------
inline Value absent(Absent why) {
    return {std::nullopt, why};
}
inline Value count(std::int64_t n) {
    return {static_cast<double>(n), Absent::no};
}
inline Value shares(Money micro) {
    return {ratio(micro, 1'000'000), Absent::no};
}
inline Value share(Money part, Money whole, Absent why) {
    return whole == 0 ? absent(why) : Value{ratio(part, whole), Absent::no};
}
// Money (1e-15) over quantity (1e-6): currency a share.
inline Value per_share(Money sum, Money quantity, const RowFacts& r, Absent why) {
    if (r.several_currencies) return absent(Absent::mixed_currency);
    return quantity == 0 ? absent(why) : Value{ratio(sum, quantity) * 1e-9, Absent::no};
}
// Money over money, times `scale`.
inline Value of_money(Money sum, Money base, double scale, const RowFacts& r, Absent why) {
    if (r.several_currencies && !r.exchanged) return absent(Absent::mixed_currency);
    return base == 0 ? absent(why) : Value{ratio(sum, base) * scale, Absent::no};
}
inline Value mean_micro_bps(Money sum, std::int64_t n, Absent why) {
    return n == 0 ? absent(why) : Value{ratio(sum, n) * 1e-6, Absent::no};
}

inline Absent orders_missing(const Sums& s) {
    return s.n_orders == 0 ? Absent::no_orders : Absent::not_measured;
}
inline Absent accepted_missing(const Sums& s) {
    return s.n_orders == 0 ? Absent::no_orders : Absent::none_accepted;
}
inline Absent priced_missing(const Sums& s) {
    return s.n_fills == 0 ? Absent::no_fills : Absent::no_quote;
}
inline Absent horizon_missing(const Sums& s) {
    return s.n_fills == 0 ? Absent::no_fills : Absent::no_horizon;
}

// --- volume ------------------------------------------------------------------------------------
inline Value n_orders(const RowFacts& r) {
    return count(r.sums->n_orders);
}
inline Value n_fills(const RowFacts& r) {
    return count(r.sums->n_fills);
}
template <RejectClass C>
Value n_rejects_of(const RowFacts& r) {
    return count(r.sums->n_rejected[static_cast<std::size_t>(C)]);
}
inline std::int64_t rejects(const Sums& s) {
    std::int64_t n = 0;
    for (const std::int64_t of_class : s.n_rejected) n += of_class;
    return n;
}
inline Value n_rejects(const RowFacts& r) {
    return count(rejects(*r.sums));
}
inline Value n_timeouts(const RowFacts& r) {
    return count(r.sums->n_timeouts);
}
inline Value n_ours(const RowFacts& r) {
    return count(r.sums->n_ours);
}
inline Value n_unreadable(const RowFacts& r) {
    return count(r.sums->n_unreadable);
}
inline Value n_open(const RowFacts& r) {
    return count(r.sums->n_open);
}
inline Value n_fills_unpriced(const RowFacts& r) {
    return count(r.sums->n_fills - r.sums->n_priced);
}
inline Value n_busts(const RowFacts& r) {
    return count(r.sums->n_busts);
}
inline Value filled_qty(const RowFacts& r) {
    return shares(r.sums->filled);
}
inline Value ordered_qty(const RowFacts& r) {
    return shares(r.sums->offered);
}
inline Value vwap(const RowFacts& r) {
    if (r.several_symbols) return absent(Absent::mixed_symbols);
    return per_share(r.sums->notional, r.sums->filled, r, Absent::no_fills);
}

// --- price at route ----------------------------------------------------------------------------
inline Value price_improvement(const RowFacts& r) {
    return per_share(r.sums->q_gain, r.sums->priced_q, r, priced_missing(*r.sums));
}
inline Value price_improvement_bps(const RowFacts& r) {
    return of_money(r.sums->q_gain, r.sums->q_far, 1e4, r, priced_missing(*r.sums));
}
inline Value price_improvement_mid_bps(const RowFacts& r) {
    return of_money(-r.sums->q_es2, r.sums->q_mid2, 1e4, r, priced_missing(*r.sums));
}
inline Value price_improvement_amount(const RowFacts& r) {
    if (r.several_currencies) return absent(Absent::mixed_currency);
    return r.sums->n_priced == 0 ? absent(priced_missing(*r.sums))
                                 : Value{ratio(r.sums->q_gain, 1) * 1e-15, Absent::no};
}
inline Value price_improvement_bps_simple(const RowFacts& r) {
    return mean_micro_bps(r.sums->gain_bps, r.sums->n_priced, priced_missing(*r.sums));
}
// N = F - s QS and 2M = F + N, so the near touch needs no sum of its own.
inline Value price_improvement_near_bps(const RowFacts& r) {
    const Sums& s = *r.sums;
    return of_money(s.q_gain - s.q_spread, s.q_mid2 - s.q_far, 1e4, r, priced_missing(s));
}
inline Value price_improvement_arrival_bps(const RowFacts& r) {
    return of_money(r.sums->arrival_gain2, r.sums->arrival_mid2, 1e4, r, priced_missing(*r.sums));
}
inline Value pi_frequency(const RowFacts& r) {
    return share(r.sums->improved_q, r.sums->priced_q, priced_missing(*r.sums));
}
inline Value pi_share_at(const RowFacts& r) {
    return share(r.sums->at_quote_q, r.sums->priced_q, priced_missing(*r.sums));
}
inline Value pi_share_worse(const RowFacts& r) {
    return share(r.sums->worse_q, r.sums->priced_q, priced_missing(*r.sums));
}
inline Value pi_conditional(const RowFacts& r) {
    const Sums& s = *r.sums;
    return per_share(s.improved_gain, s.improved_q, r,
                     s.priced_q == 0 ? priced_missing(s) : Absent::too_few);
}
inline Value pi_day_sd_bps(const RowFacts& r) {
    return r.pi_day_sd_bps ? Value{r.pi_day_sd_bps, Absent::no} : absent(Absent::too_few);
}
inline Value half_spread_capture(const RowFacts& r) {
    return of_money(r.sums->wide_q_gain, r.sums->wide_q_spread, 2.0, r, priced_missing(*r.sums));
}
inline Value quoted_spread(const RowFacts& r) {
    return per_share(r.sums->q_spread, r.sums->priced_q, r, priced_missing(*r.sums));
}
inline Value quoted_spread_bps(const RowFacts& r) {
    return of_money(r.sums->q_spread, r.sums->q_mid2, 2e4, r, priced_missing(*r.sums));
}
inline Value effective_spread(const RowFacts& r) {
    return per_share(r.sums->q_es2, r.sums->priced_q, r, priced_missing(*r.sums));
}
inline Value effective_spread_bps(const RowFacts& r) {
    return of_money(r.sums->q_es2, r.sums->q_mid2, 2e4, r, priced_missing(*r.sums));
}
inline Value e_over_q(const RowFacts& r) {
    return of_money(r.sums->wide_q_es2, r.sums->wide_q_spread, 1.0, r, priced_missing(*r.sums));
}

// --- price at receipt --------------------------------------------------------------------------
inline Value price_improvement_605(const RowFacts& r) {
    return per_share(r.sums->rcpt_q_gain, r.sums->rcpt_q, r, priced_missing(*r.sums));
}
inline Value price_improvement_605_bps(const RowFacts& r) {
    return of_money(r.sums->rcpt_q_gain, r.sums->rcpt_q_far, 1e4, r, priced_missing(*r.sums));
}
inline Value effective_spread_605_bps(const RowFacts& r) {
    return of_money(r.sums->rcpt_q_es2, r.sums->rcpt_q_mid2, 2e4, r, priced_missing(*r.sums));
}
inline Value effective_spread_605(const RowFacts& r) {
    return per_share(r.sums->rcpt_q_es2, r.sums->rcpt_q, r, priced_missing(*r.sums));
}
inline Value e_over_q_605(const RowFacts& r) {
    return of_money(r.sums->rcpt_wide_q_es2, r.sums->rcpt_q_spread, 1.0, r,
                    priced_missing(*r.sums));
}
inline Value size_improvement(const RowFacts& r) {
    return r.sums->size_displayed == 0 ? absent(Absent::not_measured)
                                       : shares(r.sums->size_improvement);
}
inline Value size_improvement_ratio(const RowFacts& r) {
    return share(r.sums->size_good, r.sums->size_displayed, Absent::not_measured);
}

// --- fills and rejects -------------------------------------------------------------------------
inline Value fill_rate(const RowFacts& r) {
    return share(r.sums->filled_clipped, r.sums->offered, orders_missing(*r.sums));
}
inline Value fill_rate_accepted(const RowFacts& r) {
    return share(r.sums->filled_clipped, r.sums->offered_accepted, accepted_missing(*r.sums));
}
inline Value fill_rate_order(const RowFacts& r) {
    const Sums& s = *r.sums;
    return share(s.fill_fraction, static_cast<Money>(s.n_offered) * 1'000'000'000'000,
                 orders_missing(s));
}
inline Value p_any(const RowFacts& r) {
    return share(r.sums->n_any, r.sums->n_offered, orders_missing(*r.sums));
}
inline Value p_full(const RowFacts& r) {
    return share(r.sums->n_full, r.sums->n_offered, orders_missing(*r.sums));
}
inline Value fill_rate_order_accepted(const RowFacts& r) {
    const Sums& s = *r.sums;
    return share(s.fill_fraction, static_cast<Money>(s.n_accepted) * 1'000'000'000'000,
                 accepted_missing(s));
}
inline Value p_any_accepted(const RowFacts& r) {
    return share(r.sums->n_any, r.sums->n_accepted, accepted_missing(*r.sums));
}
inline Value p_full_accepted(const RowFacts& r) {
    return share(r.sums->n_full, r.sums->n_accepted, accepted_missing(*r.sums));
}
template <RejectClass C>
Value reject_rate_of(const RowFacts& r) {
    return share(r.sums->n_rejected[static_cast<std::size_t>(C)], r.sums->n_orders,
                 Absent::no_orders);
}
inline Value reject_rate(const RowFacts& r) {
    return share(rejects(*r.sums), r.sums->n_orders, Absent::no_orders);
}
inline Value reject_rate_volume(const RowFacts& r) {
    return share(r.sums->rejected_qty, r.sums->offered, orders_missing(*r.sums));
}
inline Value bust_rate(const RowFacts& r) {
    return share(r.sums->busted_qty, r.sums->filled + r.sums->busted_qty, Absent::no_fills);
}
inline std::optional<DriftAsymmetry> asymmetry(const Sums& s) {
    return drift_asymmetry(s.up_rejected, s.up_n, s.down_rejected, s.down_n);
}
inline Value last_look_asymmetry(const RowFacts& r) {
    const auto a = asymmetry(*r.sums);
    return a ? Value{a->difference, Absent::no} : absent(Absent::too_few);
}
inline Value hold_asymmetry(const RowFacts& r) {
    return r.hold_asymmetry_ms
               ? Value{r.hold_asymmetry_ms, Absent::no}
               // A time-out is a reject and no answer that was held.
               : absent(rejects(*r.sums) > 0 ? Absent::too_few : Absent::no_rejects);
}
inline Value last_look_z(const RowFacts& r) {
    const auto a = asymmetry(*r.sums);
    return a && a->z ? Value{a->z, Absent::no} : absent(Absent::too_few);
}

inline Value last_look_p(const RowFacts& r) {
    return r.last_look_p ? Value{r.last_look_p, Absent::no} : absent(Absent::too_few);
}

// --- latency -----------------------------------------------------------------------------------
inline Absent latency_missing(const Sums& s, Latency l) {
    if (s.n_orders == 0) return Absent::no_orders;
    const bool needs_fill =
        l == Latency::first_fill || l == Latency::last_fill || l == Latency::ack_to_fill;
    if (needs_fill && s.n_any == 0) return Absent::no_fills;
    if (l == Latency::reject && rejects(s) == 0) return Absent::no_rejects;
    if (l == Latency::cancel) return Absent::no_cancels;
    if (l == Latency::round_trip && s.n_open == s.n_orders) return Absent::too_few;
    // Some other part was timed, so there is a clock: this part did not happen, or is not kept.
    for (const std::int64_t timed : s.latency_n)
        if (timed > 0) return Absent::not_measured;
    return Absent::no_clock;
}
template <Latency L>
Value latency_mean(const RowFacts& r) {
    const auto i = static_cast<std::size_t>(L);
    const Sums& s = *r.sums;
    if (s.latency_n[i] == 0) return absent(latency_missing(s, L));
    return {ratio(s.latency_sum[i], s.latency_n[i]) * 1e-6, Absent::no};
}
template <Latency L, int Percent>
Value latency_quantile(const RowFacts& r) {
    if (r.latency_quantile == nullptr) return absent(Absent::not_measured);
    const auto ns = r.latency_quantile(r.row, L, Percent / 100.0);
    return ns ? Value{*ns * 1e-6, Absent::no} : absent(latency_missing(*r.sums, L));
}
inline Value latency_size_weighted_fill(const RowFacts& r) {
    const Sums& s = *r.sums;
    if (s.fill_latency_q == 0) return absent(s.n_fills == 0 ? Absent::no_fills : Absent::no_clock);
    return {ratio(s.fill_latency_qty, s.fill_latency_q) * 1e-6, Absent::no};
}

// --- after the fill ----------------------------------------------------------------------------
template <std::size_t H>
Value markout(const RowFacts& r) {
    return of_money(r.sums->after[H].move2, r.sums->after[H].notional, 0.5e4, r,
                    horizon_missing(*r.sums));
}
template <std::size_t H>
Value realized_spread(const RowFacts& r) {
    return per_share(-r.sums->after[H].move2, r.sums->after[H].q, r, horizon_missing(*r.sums));
}
template <std::size_t H>
Value realized_spread_bps(const RowFacts& r) {
    return of_money(-r.sums->after[H].priced_move2, r.sums->after[H].mid2, 2e4, r,
                    horizon_missing(*r.sums));
}
template <std::size_t H>
Value price_impact(const RowFacts& r) {
    return per_share(r.sums->after[H].impact2, r.sums->after[H].priced_q, r,
                     horizon_missing(*r.sums));
}
template <std::size_t H>
Value price_impact_bps(const RowFacts& r) {
    return of_money(r.sums->after[H].impact2, r.sums->after[H].mid2, 2e4, r,
                    horizon_missing(*r.sums));
}
inline Value reversion_bps(const RowFacts& r) {
    return of_money(r.sums->rev_move2, r.sums->rev_mid2, 1e4, r, horizon_missing(*r.sums));
}
inline Value reversion_share(const RowFacts& r) {
    const Sums& s = *r.sums;
    if (r.several_currencies) return absent(Absent::mixed_currency);
    if (s.rev_mid2 == 0) return absent(horizon_missing(s));
    const auto share = reversion_ratio(s.rev_move2, s.rev_impact2, s.rev_tick);
    return share ? Value{share, Absent::no} : absent(Absent::nothing_moved);
}
inline Value leakage_raw_bps_15s(const RowFacts& r) {
    return mean_micro_bps(r.sums->leak, r.sums->leak_n,
                          r.sums->n_orders == 0 ? Absent::no_orders : Absent::no_horizon);
}
inline Value leakage_bps_15s(const RowFacts& r) {
    if (r.net_leakage_bps) return {r.net_leakage_bps, Absent::no};
    if (r.sums->leak_n > 0) return absent(Absent::no_peers);
    return absent(r.sums->n_orders == 0 ? Absent::no_orders : Absent::no_horizon);
}
inline Value leakage_per_lot_bps(const RowFacts& r) {
    if (r.leakage_per_lot) return {r.leakage_per_lot, Absent::no};
    return absent(r.sums->leak_n > 0 ? Absent::no_peers : leakage_bps_15s(r).why);
}
inline Value reject_drift_bps_15s(const RowFacts& r) {
    return mean_micro_bps(r.sums->reject_drift[kHorizon15s], r.sums->reject_drift_n[kHorizon15s],
                          rejects(*r.sums) == 0 ? Absent::no_rejects : Absent::no_horizon);
}

// --- cost --------------------------------------------------------------------------------------
// Some was left unfilled, and no quote tells what any of it cost.
inline bool cost_is_unknown(const Sums& s) {
    return s.n_lots_priced == 0 && s.n_lots_left_out > 0;
}
// 0 only where nothing was left unfilled.
inline Value reject_cost_bps(const RowFacts& r) {
    if (cost_is_unknown(*r.sums)) return absent(Absent::no_lot_price);
    return of_money(r.sums->reject_cost, r.sums->offered_at_far, 1e4, r,
                    r.sums->n_orders == 0 ? Absent::no_orders : Absent::no_quote);
}
inline Value reject_cost_per_rejected_bps(const RowFacts& r) {
    return of_money(r.sums->reject_cost, r.sums->reject_cost_base, 1e4, r,
                    cost_is_unknown(*r.sums) ? Absent::no_lot_price : Absent::no_rejects);
}
inline Value fee_bps(const RowFacts& r) {
    if (r.no_fee_schedule) return absent(Absent::not_measured);
    return of_money(r.sums->fees, r.sums->notional, 1e4, r, Absent::no_fills);
}
inline Value all_in(const RowFacts& r) {
    const Value spread = effective_spread_bps(r);
    if (spread.number && cost_is_unknown(*r.sums)) return absent(Absent::no_lot_price);
    const auto cost = all_in_cost_bps(spread.number, reject_cost_bps(r).number, fee_bps(r).number);
    return cost ? Value{cost, Absent::no} : absent(spread.why);
}

// --- the LP's own quotes -----------------------------------------------------------------------
inline Value own_quote_gain(const RowFacts& r) {
    return per_share(r.sums->own_gain, r.sums->own_q, r, Absent::not_measured);
}
inline Value own_quote_gain_bps(const RowFacts& r) {
    return of_money(r.sums->own_gain, r.sums->own_base, 1e4, r, Absent::not_measured);
}
inline Value own_quote_age_ms(const RowFacts& r) {
    const Sums& s = *r.sums;
    if (s.own_age_n == 0) return absent(Absent::not_measured);
    return {ratio(s.own_age, s.own_age_n) * 1e-6, Absent::no};
}
template <std::int64_t QuotedTime::* Part>
Value quoted_share(const RowFacts& r) {
    return share(r.sums->quoted.*Part, r.sums->quoted.watched, Absent::not_measured);
}
inline Value own_spread(const RowFacts& r) {
    return per_share(r.sums->quoted.spread, r.sums->quoted.two_sided, r, Absent::not_measured);
}

// Sizes are 0 where the feed does not say them.
inline Value own_size(const RowFacts& r) {
    const QuotedTime& q = r.sums->quoted;
    if (q.size2 == 0) return absent(Absent::not_measured);
    return {ratio(q.size2, q.two_sided) * 0.5e-6, Absent::no};
}

}  // namespace assay::kpi::value
