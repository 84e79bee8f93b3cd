#include "core/kernel/kernel.h"

#include <algorithm>
#include <cmath>

#include "core/kernel/lanes.h"
#include "core/kpi/last_look.h"
#include "core/units/bug.h"

namespace assay {

using kpi::Dir;

const char* size_name(SizeBy by, std::uint8_t bucket) {
    static constexpr const char* kDisplayed[] = {"<0.5x", "0.5-1x", "1-2x", "2-5x", ">=5x"};
    static constexpr const char* kAdv[] = {"<0.01%", "0.01-0.05%", "0.05-0.25%", "0.25-1%", ">=1%"};
    static constexpr const char* kNotional[] = {"<10k", "10-50k", "50-200k", "200k-1m", ">=1m"};
    if (bucket == kSizeOdd) return "odd lot";
    if (bucket >= kSizeUnknown) return "unknown";
    return by == SizeBy::displayed ? kDisplayed[bucket]
           : by == SizeBy::adv     ? kAdv[bucket]
                                   : kNotional[bucket];
}

QuoteRules quote_rules(const Config& config) {
    QuoteRules rules;
    rules.stale_after = config.quotes.stale_after;
    rules.locked_valid = config.quotes.locked_valid;
    rules.last_ok_when_crossed = config.quotes.crossed == CrossedPolicy::last_ok;
    rules.outlier_factor = config.quotes.outlier_factor;
    rules.always_composite = config.quotes.benchmark == Benchmark::composite;
    rules.composite_if_no_market = config.quotes.benchmark == Benchmark::automatic;
    return rules;
}

RegimeRules regime_rules(const Config& config) {
    const RegimeConfig& r = config.regime;
    return {r.vol_time,        r.grid,       r.calm_quantile, r.stressed_quantile,
            r.spread_quantile, r.hysteresis, r.hold};
}

Kernel::Kernel(const Config& config)
    : config_(config),
      blotter_({config.orders.max_closed, 100'000, config.orders.min_expo, config.orders.outlier,
                config.orders.keep_settled}),
      foresight_(config.estimate.capacity_half_life) {
    pi_eps_.nano = std::llround(config.estimate.pi_eps * 1e9);
    rules_ = quote_rules(config);
    regime_rules_ = regime_rules(config);
}

// Each kind of event goes to the room it concerns.
struct Kernel::Visit {
    Kernel& k;
    const Event& e;
    Verdict operator()(std::monostate) const { return Verdict::applied; }
    Verdict operator()(const Tick&) const { return Verdict::applied; }
    Verdict operator()(const Quote& m) const { return k.quote_event(e, m), Verdict::applied; }
    // Scores are held against quotes; what the market trades is for who paces orders by it.
    Verdict operator()(const MarketTraded&) const { return Verdict::applied; }
    Verdict operator()(const SessionOpened& m) const {
        return k.session_opened(e, m), Verdict::applied;
    }
    Verdict operator()(const SessionClosed&) const { return k.session_closed(e), Verdict::applied; }
    Verdict operator()(const Halted&) const {
        k.symbol_state(k.symbol_of(e)).market.halt(true, e.at);
        return Verdict::applied;
    }
    Verdict operator()(const Resumed&) const {
        SymbolState& s = k.symbol_state(k.symbol_of(e));
        s.market.halt(false, e.at);
        s.gauge.resumed_after_halt(e.at);
        return Verdict::applied;
    }
    template <class M>
    Verdict operator()(const M& m) const {
        return k.order_event(e, m);
    }
};

Verdict Kernel::apply(const Event& e) {
    ++counts_.events;
    if (e.at > now_) {
        incoming_heard_ = e.source_heard;
        fire_before(e.at);
        now_ = e.at;
        if (floor_div(e.at.ns, kDay.ns) != day_) roll_day(e.at);
        if (config_.orders.keep_settled.ns > 0) forget_settled();
    } else if (e.at < now_) {
        ++counts_.time_backwards;
    }
    if (known(e.source_heard)) heard_ = e.source_heard;

    return std::visit(Visit{*this, e}, e.what);
}

void Kernel::finish() {
    // Past every timer there can be: one after the other may still be made by those that fire.
    // LPs were watched until the last event, not until the last horizon.
    for (std::uint32_t i = 0; i < markets_.size(); ++i) account_quoting(markets_[i], i, now_);
    fire_before(Nanos{INT64_MAX});
}

template <class M>
Verdict Kernel::order_event(const Event& e, const M& m) {
    Step s;
    Bbo route;
    if constexpr (std::is_same_v<M, Sent> || std::is_same_v<M, ReplaceRequested>)
        route = quote_at(lp_of(e), symbol_state(symbol_of(e)), e.at);

    if constexpr (std::is_same_v<M, Sent>)
        s = blotter_.sent(e, m, route);
    else if constexpr (std::is_same_v<M, CancelRequested>)
        s = blotter_.cancel_requested(e, m);
    else if constexpr (std::is_same_v<M, ReplaceRequested>)
        s = blotter_.replace_requested(e, m, route);
    else if constexpr (std::is_same_v<M, Repudiated>)
        s = blotter_.repudiated(e, m);
    else if constexpr (std::is_same_v<M, AckedByGateway>)
        s = blotter_.acked_by_gateway(e, m);
    else if constexpr (std::is_same_v<M, Acked>)
        s = blotter_.acked(e, m);
    else if constexpr (std::is_same_v<M, Filled>)
        s = blotter_.filled(e, m);
    else if constexpr (std::is_same_v<M, Corrected>)
        s = blotter_.corrected(e, m);
    else if constexpr (std::is_same_v<M, Busted>)
        s = blotter_.busted(e, m);
    else if constexpr (std::is_same_v<M, Replaced>)
        s = blotter_.replaced(e, m);
    else if constexpr (std::is_same_v<M, PendingCancel>)
        s = blotter_.pending_cancel(e, m);
    else if constexpr (std::is_same_v<M, PendingReplace>)
        s = blotter_.pending_replace(e, m);
    else if constexpr (std::is_same_v<M, CancelRejected>)
        s = blotter_.cancel_rejected(e, m);
    else if constexpr (std::is_same_v<M, Canceled>)
        s = blotter_.canceled(e, m);
    else if constexpr (std::is_same_v<M, Expired>)
        s = blotter_.expired(e, m);
    else if constexpr (std::is_same_v<M, DoneForDay>)
        s = blotter_.done_for_day(e, m);
    else if constexpr (std::is_same_v<M, Rejected>)
        s = blotter_.rejected(e, m);
    else if constexpr (std::is_same_v<M, Restated>)
        s = blotter_.restated(e, m);
    else if constexpr (std::is_same_v<M, StatusReported>)
        s = blotter_.status_reported(e, m);
    else if constexpr (std::is_same_v<M, Unread>)
        s = blotter_.unread(e, m);
    else
        s = blotter_.message_rejected(e, m);

    if (witness_ != nullptr) watch_step(e, m.ref, s, route);
    switch (s.verdict) {
        case Verdict::duplicate:
            ++counts_.duplicate;
            return s.verdict;
        case Verdict::quarantined:
        case Verdict::conflict:
            ++counts_.dead;
            refusal_ = s.reason;
            return s.verdict;
        case Verdict::ignored:
        case Verdict::headless:
            return s.verdict;
        case Verdict::applied:
            break;
    }
    if (s.chain == kNoIndex) return s.verdict;
    if constexpr (std::is_same_v<M, Sent>) {
        order_opened(e, m, s.chain, route);
    } else {
        if constexpr (std::is_same_v<M, Canceled>) {
            const Chain& c = blotter_.chain(s.chain);
            const Working* w = blotter_.working_if(c);
            if (w != nullptr && known(w->cancel_sent) && e.capture_clock && c.row != kNoIndex &&
                c.has(kInWindow) && e.at >= w->cancel_sent && blotter_.before().why == Term::none) {
                kpi::Sums& sums = row_at(c.row).sums;
                row_at(c.row).cancel.add(e.at - w->cancel_sent);
                sums.latency_sum[static_cast<std::size_t>(kpi::Latency::cancel)] +=
                    (e.at - w->cancel_sent).ns;
                ++sums.latency_n[static_cast<std::size_t>(kpi::Latency::cancel)];
            }
        }
        order_moved(e, s, blotter_.before());
    }
    return s.verdict;
}

void Kernel::order_opened(const Event& e, const Sent& m, std::uint32_t chain, const Bbo& route) {
    ++counts_.orders;
    const std::uint32_t lp = lp_of(e), symbol = symbol_of(e);
    SymbolState& s = symbol_state(symbol);
    Chain& c = blotter_.chain(chain);
    c.size = size_bucket(config_.size_by, m.order_qty, m.side, route, *s.instrument);
    c.regime = static_cast<std::uint8_t>(config_.regime.told_apart ? s.gauge.regime(e.at)
                                                                   : Regime::normal);
    c.hour = (floor_div(e.at.ns, kHour.ns) - floor_div(e.at.ns, kDay.ns) * 24) & 31;
    c.cell = cell_of({lp, symbol, c.size, c.regime});
    const std::uint32_t by = config_.by;
    RowKey key;
    if ((by & kByLp) != 0) key.lp = lp;
    if ((by & kBySymbol) != 0) key.symbol = symbol;
    if ((by & kBySize) != 0) key.size = c.size;
    if ((by & kByRegime) != 0) key.regime = c.regime;
    if ((by & kByHour) != 0) key.hour = c.hour;
    if ((by & kBySide) != 0)
        key.side = static_cast<std::int8_t>(m.side == Side::none ? 2 : sign(m.side));
    if ((by & kByMinute) != 0)
        key.minute = static_cast<std::int32_t>(floor_div(e.at.ns, kMinute.ns));
    key.currency = config_.instruments.rates.number(s.instrument->currency);
    Cell& cell = cells_[c.cell];
    if ((by & (kByHour | kBySide | kByMinute)) != 0) {
        c.row = row_of(key);
        if ((by & kByMinute) != 0) ++rows_[c.row].orders;
    } else {
        if (cell.row == kNoIndex) cell.row = row_of(key);
        c.row = cell.row;
    }
    if (e.at >= config_.since && e.at < config_.until) c.set(kInWindow);
    if (!route.usable()) ++counts_.no_benchmark;

    Working& w = blotter_.work(chain);
    if (const Bbo* own = s.market.own(lp)) w.own_quote = *own;
    const auto later = [&](std::uint16_t lane, Due kind, Duration wait) {
        w.timers += timers_.push(lane, {.due = e.at + wait,
                                        .order = 0,
                                        .subject = chain,
                                        .chain = chain,
                                        .generation = c.generation,
                                        .kind = kind});
    };
    if (m.side != Side::none && route.usable()) {
        later(kLeakLane, Due::leakage, kLeakAfter);
        show(s, chain, c, lp);
        const LpState& state = lp_states_[lp];
        later(kOwnTimeLane, Due::last_look, kpi::drift_horizon(state.median_hold));
    }
    const bool fx = s.instrument->asset_class == AssetClass::fx;
    later(fx ? kTimeoutFxLane : kTimeoutEquityLane, Due::time_out,
          fx ? config_.orders.timeout_fx : config_.orders.timeout_equity);

    foresight_.sent(foreseen(chain, c, e.at), m, route);

    if (c.response != kNoOffset) quote_at_receipt(c);
    // What came before its order is counted now.
    for (std::uint32_t f = c.fills; f != kNoIndex; f = blotter_.fill(f).next) {
        const Fill& fill = blotter_.fill(f);
        if (!fill.busted()) start_fill(chain, f);
    }
    const Qty offered = blotter_.offered(c);
    if (c.resolved()) {
        const auto t = trial_of(c, offered, nullptr);
        ended(chain, t);
        if (t) believe(chain, c.sent + Duration{c.resolved_after()}, *t, +1);
        resolve(chain, e.at);
        if (witness_ != nullptr) watch_end(chain);
    }
}

void Kernel::order_moved(const Event& e, const Step& s, const Chain& was) {
    Chain& c = blotter_.chain(s.chain);
    if (!c.has(kHasSent) || c.row == kNoIndex) return;
    // A copy: beliefs are taken back as of the state before.
    const Chain before = was;
    const Qty offered_before = blotter_.offered_before();
    if (before.response == kNoOffset && c.response != kNoOffset) quote_at_receipt(c);

    if (s.gone != kNoIndex) {
        const Fill& f = blotter_.fill(s.gone);
        believe_markout(c, f, s.gone_qty, s.gone_px, Dir::remove);
        if (f.busted() && c.has(kInWindow)) row_at(c.row).sums.bust(s.gone_qty);
    }
    if (s.fill != kNoIndex) {
        const Fill& f = blotter_.fill(s.fill);
        if (s.gone == kNoIndex)
            start_fill(s.chain, s.fill);
        else
            believe_markout(c, f, f.qty, f.px, Dir::add);
    }
    if (s.stillborn != kNoIndex && c.has(kInWindow))
        row_at(c.row).sums.bust(blotter_.fill(s.stillborn).qty);
    if (c.counted) recount(before, offered_before, s, s.chain);
    const Qty offered = blotter_.offered(c);
    const bool changed = s.fill != kNoIndex || s.gone != kNoIndex || offered != offered_before ||
                         before.why != c.why || before.term != c.term || before.flags != c.flags ||
                         before.response != c.response || before.ack != c.ack ||
                         before.gateway != c.gateway || before.order_qty != c.order_qty;
    if (!changed) return;
    const bool was_resolved = before.resolved(), is_resolved = c.resolved();
    if (was_resolved) {
        const Nanos at = before.sent + Duration{before.resolved_after()};
        if (!before.unreadable()) observe_capacity(foreseen(s.chain, before, at), -1);
        touch(c.cell);
        const Nanos taken_at = planted(Bug::bust_at_wrong_weight) ? e.at : at;
        if (const auto t = trial_of(before, offered_before, &s)) believe(s.chain, taken_at, *t, -1);
    }
    if (is_resolved) {
        const auto t = trial_of(c, offered, nullptr);
        ended(s.chain, t);
        if (t) believe(s.chain, c.sent + Duration{c.resolved_after()}, *t, +1);
    }
    // A fill after a time-out takes back what the silence brought, even where it ends the order.
    const bool reopened =
        was_resolved && (!is_resolved || (c.why != before.why && (before.why == Term::timed_out ||
                                                                  before.why == Term::unread)));
    if (reopened) unresolve(s.chain, before);
    if (const std::uint32_t f = s.fill != kNoIndex ? s.fill : s.gone; f != kNoIndex)
        pay_lots(s.chain, f);
    if (is_resolved && (!was_resolved || reopened))
        resolve(s.chain, e.at);
    else if (is_resolved)
        changed_after_end(s.chain, before, e.at);
    if (c.ours() && !before.ours()) forget_leak(s.chain);
    if (witness_ != nullptr && is_resolved) watch_end(s.chain);
    if (is_resolved) settle(s.chain);
}

}  // namespace assay
