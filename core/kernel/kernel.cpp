#include "core/kernel/kernel.h"

#include <algorithm>

#include "core/units/elementary.h"

namespace assay {
namespace {

using kpi::Dir;

// Lanes of Timers: one for each fixed wait.
constexpr std::uint16_t kFillLane = 0;     // + horizon
constexpr std::uint16_t kRejectLane = 9;   // + horizon
constexpr std::uint16_t kLeakLane = 18, kTimeoutEquityLane = 19, kTimeoutFxLane = 20,
                        kWindowLane = 21, kOwnTimeLane = Timers::kLanes;
constexpr Duration kLeakAfter{15'000'000'000};
constexpr Duration kLeastHold{50'000'000};

std::size_t control_index(Side side, std::uint8_t regime) {
    return static_cast<std::size_t>(sign(side) + 1) * 3 + std::min<std::size_t>(regime, 2);
}

}  // namespace

const char* size_name(SizeBy by, std::uint8_t bucket) {
    static constexpr const char* kDisplayed[] = {"<0.5x", "0.5-1x", "1-2x", "2-5x", ">=5x"};
    static constexpr const char* kAdv[] = {"<0.01%", "0.01-0.05%", "0.05-0.25%", "0.25-1%", ">=1%"};
    static constexpr const char* kNotional[] = {"<10k", "10-50k", "50-200k", "200k-1m", ">=1m"};
    if (bucket == kSizeOdd) return "odd lot";
    if (bucket >= kSizeUnknown) return "unknown";
    return by == SizeBy::displayed ? kDisplayed[bucket] : by == SizeBy::adv ? kAdv[bucket] : kNotional[bucket];
}

Kernel::Kernel(const Config& config)
    : config_(config),
      blotter_({config.orders.max_closed, 100'000, config.orders.min_expo, config.orders.outlier}),
      foresight_(slow_half_life()) {
    rules_.stale_after = config.quotes.stale_after;
    rules_.locked_valid = config.quotes.locked_valid;
    rules_.last_ok_when_crossed = config.quotes.crossed == CrossedPolicy::last_ok;
    rules_.always_composite = config.quotes.benchmark == Benchmark::composite;
    rules_.composite_if_no_market = config.quotes.benchmark == Benchmark::automatic;
    const RegimeConfig& r = config.regime;
    regime_rules_ = {r.vol_time, r.grid, r.calm_quantile, r.stressed_quantile, r.spread_quantile,
                     r.hysteresis, r.hold};
}

// Each kind of event goes to the room it concerns.
struct Kernel::Visit {
    Kernel& k;
    const Event& e;
    Verdict operator()(std::monostate) const { return Verdict::applied; }
    Verdict operator()(const Tick&) const { return Verdict::applied; }
    Verdict operator()(const Quote& m) const { return k.quote_event(e, m), Verdict::applied; }
    Verdict operator()(const SessionOpened& m) const { return k.session_opened(e, m), Verdict::applied; }
    Verdict operator()(const SessionClosed&) const { return k.session_closed(e), Verdict::applied; }
    Verdict operator()(const Halted&) const {
        k.symbol_state(k.symbols_.id(e.symbol)).market.halt(true);
        return Verdict::applied;
    }
    Verdict operator()(const Resumed&) const {
        SymbolState& s = k.symbol_state(k.symbols_.id(e.symbol));
        s.market.halt(false);
        s.gauge.resumed_after_halt(e.at);
        return Verdict::applied;
    }
    template <class M>
    Verdict operator()(const M& m) const { return k.order_event(e, m); }
};

Verdict Kernel::apply(const Event& e) {
    ++counts_.events;
    if (e.at > now_) {
        incoming_heard_ = e.source_heard;
        fire_before(e.at);
        now_ = e.at;
        if (floor_div(e.at.ns, kDay.ns) != day_) roll_day(e.at);
    } else if (e.at < now_) {
        ++counts_.time_backwards;
    }
    if (known(e.source_heard)) heard_ = e.source_heard;

    return std::visit(Visit{*this, e}, e.what);
}

void Kernel::finish() {
    // Past every timer there can be: one after the other may still be made by those that fire.
    fire_before(Nanos{INT64_MAX});
    for (std::uint32_t i = 0; i < markets_.size(); ++i) account_quoting(markets_[i], i, now_);
}

// --- orders ------------------------------------------------------------------------------------

template <class M>
Verdict Kernel::order_event(const Event& e, const M& m) {
    Step s;
    Bbo route;
    if constexpr (std::is_same_v<M, Sent> || std::is_same_v<M, ReplaceRequested>)
        route = quote_at(lps_.id(e.lp), symbol_state(symbols_.id(e.symbol)), e.at);

    if constexpr (std::is_same_v<M, Sent>) s = blotter_.sent(e, m, route);
    else if constexpr (std::is_same_v<M, CancelRequested>) s = blotter_.cancel_requested(e, m);
    else if constexpr (std::is_same_v<M, ReplaceRequested>) s = blotter_.replace_requested(e, m, route);
    else if constexpr (std::is_same_v<M, Repudiated>) s = blotter_.repudiated(e, m);
    else if constexpr (std::is_same_v<M, AckedByGateway>) s = blotter_.acked_by_gateway(e, m);
    else if constexpr (std::is_same_v<M, Acked>) s = blotter_.acked(e, m);
    else if constexpr (std::is_same_v<M, Filled>) s = blotter_.filled(e, m);
    else if constexpr (std::is_same_v<M, Corrected>) s = blotter_.corrected(e, m);
    else if constexpr (std::is_same_v<M, Busted>) s = blotter_.busted(e, m);
    else if constexpr (std::is_same_v<M, Replaced>) s = blotter_.replaced(e, m);
    else if constexpr (std::is_same_v<M, PendingCancel>) s = blotter_.pending_cancel(e, m);
    else if constexpr (std::is_same_v<M, PendingReplace>) s = blotter_.pending_replace(e, m);
    else if constexpr (std::is_same_v<M, CancelRejected>) s = blotter_.cancel_rejected(e, m);
    else if constexpr (std::is_same_v<M, Canceled>) s = blotter_.canceled(e, m);
    else if constexpr (std::is_same_v<M, Expired>) s = blotter_.expired(e, m);
    else if constexpr (std::is_same_v<M, DoneForDay>) s = blotter_.done_for_day(e, m);
    else if constexpr (std::is_same_v<M, Rejected>) s = blotter_.rejected(e, m);
    else if constexpr (std::is_same_v<M, Restated>) s = blotter_.restated(e, m);
    else if constexpr (std::is_same_v<M, StatusReported>) s = blotter_.status_reported(e, m);
    else s = blotter_.message_rejected(e, m);

    if (witness_ != nullptr) watch_step(e, m.ref, s);
    switch (s.verdict) {
        case Verdict::duplicate: ++counts_.duplicate; return s.verdict;
        case Verdict::quarantined:
        case Verdict::conflict:
            ++counts_.dead;
            refusal_ = s.reason;
            return s.verdict;
        case Verdict::ignored:
        case Verdict::headless: return s.verdict;
        case Verdict::applied: break;
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
                auto& sums = rows_[c.row].sums;
                sums.latency_sum[static_cast<std::size_t>(kpi::Latency::cancel)] += (e.at - w->cancel_sent).ns;
                ++sums.latency_n[static_cast<std::size_t>(kpi::Latency::cancel)];
            }
        }
        order_moved(e, s, blotter_.before());
    }
    return s.verdict;
}

void Kernel::order_opened(const Event& e, const Sent& m, std::uint32_t chain, const Bbo& route) {
    ++counts_.orders;
    const std::uint32_t lp = lps_.id(e.lp), symbol = symbols_.id(e.symbol);
    SymbolState& s = symbol_state(symbol);
    Chain& c = blotter_.chain(chain);
    c.size = size_bucket(m, route, *s.instrument);
    c.regime = static_cast<std::uint8_t>(config_.regime.told_apart ? s.gauge.regime(e.at) : Regime::normal);
    c.hour = static_cast<std::uint8_t>(floor_div(e.at.ns, kHour.ns) - floor_div(e.at.ns, kDay.ns) * 24);
    c.cell = cell_of({lp, symbol, c.size, c.regime});
    const std::uint32_t by = config_.by;
    RowKey key;
    if ((by & kByLp) != 0) key.lp = lp;
    if ((by & kBySymbol) != 0) key.symbol = symbol;
    if ((by & kBySize) != 0) key.size = c.size;
    if ((by & kByRegime) != 0) key.regime = c.regime;
    if ((by & kByHour) != 0) key.hour = c.hour;
    if ((by & kBySide) != 0) key.side = static_cast<std::int8_t>(m.side == Side::none ? 2 : sign(m.side));
    Cell& cell = cells_[c.cell];
    if ((by & (kByHour | kBySide)) != 0) {
        c.row = row_of(key);
    } else {
        if (cell.row == kNoIndex) cell.row = row_of(key);
        c.row = cell.row;
    }
    if (e.at >= config_.since && e.at < config_.until) c.set(kInWindow);
    if (!route.usable()) ++counts_.no_benchmark;

    Working& w = blotter_.work(chain);
    const auto later = [&](std::uint16_t lane, Due kind, Duration wait) {
        w.timers += timers_.push(lane, {.due = e.at + wait, .order = 0, .subject = chain, .chain = chain,
                                        .generation = c.generation, .kind = kind});
    };
    if (m.side != Side::none && route.usable()) {
        later(kLeakLane, Due::leakage, kLeakAfter);
        const LpState& state = lp_states_[lp];
        later(kOwnTimeLane, Due::last_look, std::max(kLeastHold, state.median_hold));
    }
    const bool fx = s.instrument->asset_class == AssetClass::fx;
    later(fx ? kTimeoutFxLane : kTimeoutEquityLane, Due::time_out,
          fx ? config_.orders.timeout_fx : config_.orders.timeout_equity);

    foresight_.sent(foreseen(chain, c, e.at), m, route);

    // What came before its order is counted now.
    for (std::uint32_t f = c.fills; f != kNoIndex; f = blotter_.fill(f).next) {
        const Fill& fill = blotter_.fill(f);
        if (fill.busted()) continue;
        count_fill(chain, fill, fill.qty, fill.px, Dir::add);
        start_fill(chain, f);
    }
    if (c.response != kNoOffset) quote_at_receipt(c);
    const Qty offered = blotter_.offered(c);
    count_order(c, offered, Dir::add);
    count_latencies(nullptr, c);
    if (c.resolved()) {
        count_size_improvement(c, nullptr, Dir::add);
        const auto t = trial_of(c, offered, nullptr);
        ended(chain, t);
        if (t) believe(chain, c.sent + Duration{c.resolved_after()}, *t, +1);
        resolve(chain, e.at);
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
        count_fill(s.chain, f, s.gone_qty, s.gone_px, Dir::remove);
        if (f.busted() && c.has(kInWindow)) rows_[c.row].sums.bust(s.gone_qty);
    }
    if (s.fill != kNoIndex) {
        const Fill& f = blotter_.fill(s.fill);
        count_fill(s.chain, f, f.qty, f.px, Dir::add);
        if (s.gone == kNoIndex) start_fill(s.chain, s.fill);
    }
    const Qty offered = blotter_.offered(c);
    const bool changed = s.fill != kNoIndex || s.gone != kNoIndex || offered != offered_before ||
                         before.why != c.why || before.term != c.term || before.flags != c.flags ||
                         before.response != c.response || before.ack != c.ack ||
                         before.gateway != c.gateway || before.order_qty != c.order_qty;
    if (!changed) return;
    count_order(before, offered_before, Dir::remove);
    count_order(c, offered, Dir::add);
    count_latencies(&before, c);
    const bool was_resolved = before.resolved(), is_resolved = c.resolved();
    if (was_resolved) {
        count_size_improvement(before, &s, Dir::remove);
        const Nanos at = before.sent + Duration{before.resolved_after()};
        foresight_.observe(foreseen(s.chain, before, at), -1);
        if (const auto t = trial_of(before, offered_before, &s)) believe(s.chain, at, *t, -1);
    }
    if (is_resolved) {
        count_size_improvement(c, nullptr, Dir::add);
        const auto t = trial_of(c, offered, nullptr);
        ended(s.chain, t);
        if (t) believe(s.chain, c.sent + Duration{c.resolved_after()}, *t, +1);
    }
    // A fill after a time-out takes back what the silence brought, even where it ends the order.
    const bool reopened = was_resolved && (!is_resolved || (before.why == Term::timed_out && c.why != before.why));
    if (reopened) unresolve(s.chain, before);
    if (s.fill != kNoIndex && s.gone == kNoIndex) {
        const Fill& f = blotter_.fill(s.fill);
        pay_lots(e, cells_[c.cell].key.symbol, c.side, f.qty, f.px);
    }
    if (is_resolved && (!was_resolved || reopened)) resolve(s.chain, e.at);
    if (is_resolved) blotter_.settle(s.chain, now_);
}

// Starts the clock of a fill's first horizon; each horizon starts the next.
void Kernel::start_fill(std::uint32_t chain, std::uint32_t fill) {
    const Chain& c = blotter_.chain(chain);
    if (c.side == Side::none) return;
    Fill& f = blotter_.fill(fill);
    f.horizon = 0;
    Working& w = blotter_.work(chain);
    const Nanos at = c.sent + Duration{f.after};
    w.timers += timers_.push(kFillLane, {.due = at + kpi::kHorizon[0], .order = 0, .subject = fill,
                                         .chain = chain, .generation = c.generation,
                                         .kind = Due::fill_horizon});
}

void Kernel::resolve(std::uint32_t chain, Nanos at) {
    Chain& c = blotter_.chain(chain);
    Working* w = blotter_.working_if(c);
    const CellKey key = cells_[c.cell].key;
    const bool ours = c.ours();
    const std::int64_t after = c.resolved_after();
    ReportRow& row = rows_[c.row];
    const bool immediate = c.tif == Tif::ioc || c.tif == Tif::fok;
    if (!c.has(kNoClock) && !ours && after >= 0 && c.why != Term::timed_out && immediate) {
        if (c.has(kInWindow)) (c.rejected() ? row.hold_reject : row.hold_accept).add(Duration{after});
        if (!c.rejected()) {
            LpState& state = lp_states_[key.lp];
            state.hold.add(Duration{after});
            if (++state.since % 64 == 1)
                state.median_hold = Duration{static_cast<std::int64_t>(state.hold.quantile(0.5).value_or(0))};
        }
    }
    if (w == nullptr || ours) return;
    const bool lp_reject = c.rejected() && c.reject_class != RejectClass::ours;
    if (lp_reject && c.side != Side::none) {
        const Bbo q = quote_at(key.lp, markets_[key.symbol], at);
        if (q.usable()) {
            w->reject_mid2 = q.mid2().nano2;
            w->timers += timers_.push(kRejectLane, {.due = at + kpi::kHorizon[0], .order = 0,
                                                    .subject = chain, .chain = chain,
                                                    .generation = c.generation,
                                                    .kind = Due::reject_horizon});
        }
    }
    if (w->drift && c.has(kInWindow)) {
        const bool discretionary = c.rejected() && c.reject_class == RejectClass::discretionary;
        if (discretionary || !c.rejected()) row.sums.last_look(*w->drift, discretionary, Dir::add);
    }
    // What is left unfilled costs what the market makes of it, unless we took it back ourselves.
    // Only of the version in force: what an earlier replace took back is not missing.
    const bool own = c.why == Term::canceled && c.has(kOwnCancel);
    if (c.offered > c.cum && !own && c.side != Side::none) {
        const Bbo route = w->versions.empty() ? Bbo{} : w->versions[w->version].at_route;
        if (!route.usable()) return;
        std::uint32_t i;
        if (free_lots_.empty()) {
            i = static_cast<std::uint32_t>(lots_.size());
            lots_.emplace_back();
        } else {
            i = free_lots_.back();
            free_lots_.pop_back();
        }
        Lot& lot = lots_[i];
        lot = Lot{};
        lot.chain = chain;
        lot.generation = c.generation;
        lot.row = c.row;
        lot.cell = c.cell;
        lot.symbol = key.symbol;
        lot.side = c.side;
        lot.left = c.offered - c.cum;
        lot.bid = route.bid;
        lot.ask = route.ask;
        lot.opened = c.sent + Duration{after};
        lot.due = lot.opened + config_.estimate.reject_window;
        w->lot = i;
        markets_[key.symbol].lots[c.side == Side::buy].push_back(i);
        w->timers += timers_.push(kWindowLane, {.due = lot.due, .order = 0, .subject = i, .chain = chain,
                                                .generation = c.generation, .kind = Due::reject_window});
    }
}

// A late fill or a bust opened the order again: what its end brought is taken back.
void Kernel::unresolve(std::uint32_t chain, const Chain& before) {
    Chain& c = blotter_.chain(chain);
    ReportRow& row = rows_[c.row];
    const bool immediate = c.tif == Tif::ioc || c.tif == Tif::fok;
    const std::int64_t after = before.resolved_after();
    if (!c.has(kNoClock) && after >= 0 && before.why != Term::timed_out && immediate) {
        if (c.has(kInWindow))
            (before.rejected() ? row.hold_reject : row.hold_accept).remove(Duration{after});
        if (!before.rejected()) lp_states_[cells_[c.cell].key.lp].hold.remove(Duration{after});
    }
    Working* w = blotter_.working_if(c);
    if (w == nullptr) return;
    if (w->lot != kNoIndex) {  // its window is still open
        Lot& lot = lots_[w->lot];
        if (c.has(kInWindow)) row.sums.unfilled(lot.q, lot.cost, lot.base, Dir::remove);
        lot.q = lot.left = Qty{};
        lot.cost = lot.base = 0;
    } else if (w->paid_base != 0 || w->left_out != 0) {
        if (c.has(kInWindow)) {
            row.sums.unfilled(w->paid_q, w->paid_cost, w->paid_base, Dir::remove);
            row.sums.offered_at_far += w->left_out;
        }
        if (w->paid_base != 0) believe_cost(c.cell, before.sent + Duration{before.term}, w->paid_bps, -1);
        w->paid_q = Qty{};
        w->paid_cost = w->paid_base = w->left_out = 0;
    }
}

void Kernel::believe_cost(std::uint32_t i, Nanos at, double bps, double dir) {
    Cell& cell = session_cell(i);
    cell.slow.hot.cost_of_unfilled(session_clock(at), bps, dir, slow_half_life());
    cell.fast.cost_of_unfilled(at, bps, dir, fast_half_life());
}

void Kernel::pay_lots(const Event& e, std::uint32_t symbol, Side side, Qty qty, Price px) {
    if (side == Side::none) return;
    auto& open = markets_[symbol].lots[side == Side::buy];
    for (const std::uint32_t i : open) {
        if (qty.micro <= 0) return;
        Lot& lot = lots_[i];
        if (lot.left.micro <= 0 || e.at <= lot.opened || e.at > lot.due) continue;
        const Qty q = std::min(lot.left, qty);
        const Price tried = side == Side::buy ? lot.ask : lot.bid;
        const Money cost = sign(side) * ((px - tried) * q), base = tried * q;
        lot.left -= q;
        qty -= q;
        lot.q += q;
        lot.cost += cost;
        lot.base += base;
        if (blotter_.chain(lot.chain).has(kInWindow)) rows_[lot.row].sums.unfilled(q, cost, base, Dir::add);
    }
}

void Kernel::close_lot(std::uint32_t i) {
    Lot& lot = lots_[i];
    auto& open = markets_[lot.symbol].lots[lot.side == Side::buy];
    open.erase(std::find(open.begin(), open.end(), i));
    const Chain& c = blotter_.chain(lot.chain);
    Money left_out = 0;
    if (lot.left.micro > 0) {
        const Bbo q = quote_at(cells_[lot.cell].key.lp, markets_[lot.symbol], lot.due);
        if (q.usable()) {
            const Price tried = lot.side == Side::buy ? lot.ask : lot.bid;
            const Money cost = sign(lot.side) * ((q.far_touch(lot.side) - tried) * lot.left);
            const Money base = tried * lot.left;
            if (c.has(kInWindow)) rows_[lot.row].sums.unfilled(lot.left, cost, base, Dir::add);
            lot.q += lot.left;
            lot.cost += cost;
            lot.base += base;
        } else {
            // What it would have cost is not known: left out above and below the line.
            left_out = (lot.side == Side::buy ? lot.ask : lot.bid) * lot.left;
            if (c.has(kInWindow)) rows_[lot.row].sums.offered_at_far -= left_out;
        }
    }
    // The belief counts it per offered share, as of when the order ended.
    const Qty offered = blotter_.offered(c);
    double bps = 0;
    if (lot.base != 0 && offered.micro > 0) {
        const Price tried = lot.side == Side::buy ? lot.ask : lot.bid;
        bps = 1e4 * static_cast<double>(lot.cost) / static_cast<double>(tried * offered);
        believe_cost(lot.cell, lot.opened, bps, +1);
    }
    // The chain may be another order by now: a forgotten order's slot is given away.
    if (blotter_.alive(lot.chain, lot.generation)) {
        if (Working* w = blotter_.working_if(c)) {
            w->lot = kNoIndex;
            w->paid_q = lot.q;
            w->paid_cost = lot.cost;
            w->paid_base = lot.base;
            w->paid_bps = bps;
            w->left_out = left_out;
        }
    }
    free_lots_.push_back(i);
}

// --- time --------------------------------------------------------------------------------------

void Kernel::fire_before(Nanos t) {
    Timer timer;
    while (timers_.pop_before(t, timer)) {
        // The host tells every shard when the source was silent for too long. It did not since the
        // last event, so between that and this one the source was heard all the time.
        if (known(incoming_heard_)) heard_ = std::min(incoming_heard_, timer.due);
        if (timer.due > now_) {
            now_ = timer.due;
            if (floor_div(now_.ns, kDay.ns) != day_) roll_day(now_);
        }
        fire(timer);
    }
}

void Kernel::fire(const Timer& t) {
    if (t.kind == Due::reject_window) {
        const bool alive = blotter_.alive(t.chain, t.generation);
        close_lot(t.subject);
        if (!alive) return;
    } else if (!blotter_.alive(t.chain, t.generation)) {
        return;
    }
    Chain& c = blotter_.chain(t.chain);
    Working* w = blotter_.working_if(c);
    if (w != nullptr && w->timers > 0) --w->timers;
    switch (t.kind) {
        case Due::fill_horizon: fire_fill_horizon(t); break;
        case Due::reject_horizon: fire_reject_horizon(t); break;
        case Due::leakage: fire_leakage(t); break;
        case Due::last_look: fire_last_look(t); break;
        case Due::time_out: {
            const Step s = blotter_.timed_out(t.chain, t.due);
            if (s.verdict == Verdict::applied) {
                Event e;
                e.at = t.due;
                order_moved(e, s, blotter_.before());
            }
            break;
        }
        case Due::reject_window: break;
    }
    if (c.resolved()) blotter_.settle(t.chain, now_);
}

void Kernel::fire_fill_horizon(const Timer& t) {
    const Chain& c = blotter_.chain(t.chain);
    Fill& f = blotter_.fill(t.subject);
    if (f.busted()) return;
    const std::size_t h = f.horizon;
    const CellKey& key = cells_[c.cell].key;
    SymbolState& s = markets_[key.symbol];
    const Bbo q = quote_at(key.lp, s, t.due);
    ++f.horizon;
    if (q.usable()) {
        const std::int64_t mid2 = q.mid2().nano2;
        Mids& mids = blotter_.mids(f);
        mids.nano2[h] = mid2;
        const Bbo route = blotter_.route_of(c, f);
        if (c.has(kInWindow)) {
            kpi::Sums& sums = rows_[c.row].sums;
            sums.horizon(h, {c.side, f.qty, f.px, route, {mid2}}, Dir::add);
            if (h == kpi::kHorizon5m && mids.nano2[kpi::kHorizon15s] != 0 && route.usable())
                sums.reversion({c.side, f.qty, route, {mids.nano2[kpi::kHorizon15s]}, {mid2}}, Dir::add);
        }
        if (h == kpi::kHorizon15s && c.order_qty.micro > 0) {
            const double px2 = 2.0 * static_cast<double>(f.px.nano);
            const double bps = 1e4 * sign(c.side) * (static_cast<double>(mid2) - px2) / px2;
            const double share = static_cast<double>(f.qty.micro) / static_cast<double>(c.order_qty.micro);
            session_cell(c.cell).slow.markout.trial(session_clock(t.due), bps, share, +1, slow_half_life());
        }
        if (witness_ != nullptr) watch_horizon(t.chain, f, h, t.due, q);
    }
    if (f.horizon < kpi::kHorizons) {
        const Nanos at = c.sent + Duration{f.after};
        Timer next = t;
        next.due = at + kpi::kHorizon[f.horizon];
        next.step = f.horizon;
        if (Working* w = blotter_.working_if(c))
            w->timers += timers_.push(static_cast<std::uint16_t>(kFillLane + f.horizon), next);
    }
}

void Kernel::fire_reject_horizon(const Timer& t) {
    const Chain& c = blotter_.chain(t.chain);
    Working* w = blotter_.working_if(c);
    if (w == nullptr || w->reject_mid2 == 0 || !c.rejected()) return;
    const CellKey& key = cells_[c.cell].key;
    const Bbo q = quote_at(key.lp, markets_[key.symbol], t.due);
    if (q.usable() && c.has(kInWindow))
        rows_[c.row].sums.reject_drifted(
            t.step, kpi::micro_bps({w->reject_mid2}, q.mid2(), c.side), Dir::add);
    if (t.step + 1u < kpi::kHorizons) {
        Timer next = t;
        next.step = static_cast<std::uint8_t>(t.step + 1);
        next.due = t.due - kpi::kHorizon[t.step] + kpi::kHorizon[next.step];
        w->timers += timers_.push(static_cast<std::uint16_t>(kRejectLane + next.step), next);
    }
}

void Kernel::fire_leakage(const Timer& t) {
    const Chain& c = blotter_.chain(t.chain);
    if (c.ours()) return;
    const CellKey& key = cells_[c.cell].key;
    SymbolState& s = markets_[key.symbol];
    const Bbo q = quote_at(key.lp, s, t.due);
    if (!q.usable()) return;
    const std::int64_t moved = kpi::micro_bps(twice_mid(c.bid, c.ask), q.mid2(), c.side);
    if (witness_ != nullptr) watch_leak(t.chain, t.due, q, moved);
    count_leak(c, moved, +1);
    // Belief: net of what the price did after everybody else's orders in the same condition.
    const Duration half_life = slow_half_life();
    const Nanos clock = session_clock(t.due);
    ControlSum& control = s.controls[control_index(c.side, c.regime)];
    const double x = std::clamp(static_cast<double>(moved) * 1e-6, -15.0, 15.0);
    auto mine = std::find_if(control.by_lp.begin(), control.by_lp.end(),
                             [&](const ControlSum::One& o) { return o.lp == key.lp; });
    if (mine == control.by_lp.end()) {
        control.by_lp.push_back({key.lp, kNever, {}});
        mine = control.by_lp.end() - 1;
    }
    // Windows that overlap see the same market move: an order counts for the part of its window that
    // the LP's last order here had not seen (docs/spec.md 4.3: one trial a parent, not a child).
    const double fresh = mine->last == kNever ? 1.0
                         : std::clamp(as_seconds(c.sent - mine->last) / as_seconds(kLeakAfter), 0.0, 1.0);
    mine->last = std::max(mine->last, c.sent);
    if (fresh <= 0) return;
    estimate::LaterMean own = mine->mean, all = control.all;
    const double kept = all.t0 == kNever || own.t0 == kNever || own.t0 >= all.t0
                            ? 1.0 : estimate::surviving(all.t0 - own.t0, half_life);
    const double others = all.weights.W - kept * own.weights.W;
    if (others > 1e-9) {
        const double peers = (all.x.S1 - kept * own.x.S1) / others;
        session_cell(c.cell).slow.leakage.trial(clock, x - peers, fresh, +1, half_life);
    }
    control.all.trial(clock, x, fresh, +1, half_life);
    mine->mean.trial(clock, x, fresh, +1, half_life);
}

void Kernel::count_leak(const Chain& c, std::int64_t moved, std::int64_t dir) {
    if (!c.has(kInWindow)) return;
    rows_[c.row].sums.leaked(moved, dir > 0 ? Dir::add : Dir::remove);
    const CellKey& key = cells_[c.cell].key;
    const std::uint64_t packed_key = std::uint64_t{c.row} << 40 | std::uint64_t{key.lp} << 24 |
                                     std::uint64_t{key.symbol} << 4 |
                                     static_cast<std::uint64_t>(control_index(c.side, c.regime));
    const auto [it, fresh] = leak_index_.try_emplace(packed_key, static_cast<std::uint32_t>(leaks_.size()));
    if (fresh) leaks_.push_back({c.row, key.lp, key.symbol, c.side, c.regime, 0, 0, 0});
    LeakGroup& group = leaks_[it->second];
    group.n += dir;
    group.sum += dir * moved;
}

void Kernel::fire_last_look(const Timer& t) {
    const Chain& c = blotter_.chain(t.chain);
    Working* w = blotter_.working_if(c);
    if (w == nullptr || c.ours() || w->drift) return;
    const CellKey& key = cells_[c.cell].key;
    const Bbo q = quote_at(key.lp, markets_[key.symbol], t.due);
    if (!q.usable()) return;
    w->drift = kpi::micro_bps(twice_mid(c.bid, c.ask), q.mid2(), c.side);
    const bool immediate = c.tif == Tif::ioc || c.tif == Tif::fok;
    if (!immediate && !c.rejected()) return;  // orders that rest say nothing of a last look
    if (c.resolved() && c.has(kInWindow)) {
        const bool discretionary = c.rejected() && c.reject_class == RejectClass::discretionary;
        if (discretionary || !c.rejected()) rows_[c.row].sums.last_look(*w->drift, discretionary, Dir::add);
    }
}

// --- market ------------------------------------------------------------------------------------

void Kernel::quote_event(const Event& e, const Quote& q) {
    ++counts_.quotes;
    const std::uint32_t symbol = symbols_.id(e.symbol);
    SymbolState& s = symbol_state(symbol);
    if (e.lp.empty()) {
        s.market.market_quote(e.at, q.bid, q.ask, q.bid_size, q.ask_size);
        const Bbo& now = s.market.raw();
        counts_.crossed_quotes += now.state == QuoteState::crossed;
        counts_.locked_quotes += now.state == QuoteState::locked;
        counts_.onesided_quotes += now.state == QuoteState::onesided;
        s.gauge.observe(now, regime_rules_);
        return;
    }
    account_quoting(s, symbol, e.at);
    s.market.lp_quote(lps_.id(e.lp), e.at, q.bid, q.ask, q.bid_size, q.ask_size);
    if (s.quoting_since == kNever) s.quoting_since = e.at;
    if (!s.market.has_market()) {
        const Bbo best = s.market.benchmark(kNoIndex, e.at, heard_, rules_);
        if (best.usable()) s.gauge.observe(best, regime_rules_);
    }
}

// Integrates each LP's own quotes from the last change to `until`.
void Kernel::account_quoting(SymbolState& s, std::uint32_t symbol, Nanos until) {
    if (s.quoting_since == kNever || until <= s.quoting_since) return;
    const Duration held = until - s.quoting_since;
    s.quoting_since = until;
    if ((config_.by & ~(kByLp | kBySymbol)) != 0) return;  // a quote has no size, side or hour
    QuoteRules plain = rules_;
    plain.always_composite = true;
    for (const std::uint32_t lp : s.market.quoting()) {
        const Bbo others = s.market.benchmark(lp, until, heard_, plain);
        RowKey key;
        if ((config_.by & kByLp) != 0) key.lp = lp;
        if ((config_.by & kBySymbol) != 0) key.symbol = symbol;
        rows_[row_of(key)].sums.quoted_for(kpi::quoted_time(*s.market.own(lp), others, held), Dir::add);
    }
}

void Kernel::session_opened(const Event& e, const SessionOpened& m) {
    SymbolState& s = symbol_state(symbols_.id(e.symbol));
    s.opens = e.at;
    s.closes = m.closes;
    s.session_closed = false;
    if (calendar_ && e.at <= session_closes_) return;  // another symbol of the same session
    calendar_ = true;
    ++session_;
    session_closes_ = known(m.closes) ? m.closes : e.at + kDay;
}

void Kernel::session_closed(const Event& e) {
    SymbolState& s = symbol_state(symbols_.id(e.symbol));
    s.closing = s.market.benchmark(kNoIndex, e.at, heard_, rules_);
    s.closes = e.at;
    s.session_closed = true;
}

Bbo Kernel::quote_at(std::uint32_t lp, SymbolState& s, Nanos at) const {
    if (s.market.halted()) return {};
    // A horizon past the close takes the last valid quote of the session it began in.
    if (s.session_closed && at >= s.closes) return s.closing;
    return s.market.benchmark(lp, at, heard_, rules_);
}

void Kernel::quote_at_receipt(Chain& c) {
    // When the LP had it: half of its command latency after it left (docs/spec.md section 2).
    if (c.response < 0 || c.has(kNoClock)) return;
    const CellKey& key = cells_[c.cell].key;
    const Bbo q = markets_[key.symbol].market.as_of(key.lp, c.sent + Duration{c.response / 2}, heard_, rules_);
    c.rcpt_bid = q.bid;
    c.rcpt_ask = q.ask;
    c.rcpt_state = q.state;
}

void Kernel::roll_day(Nanos at) {
    const bool first = day_ == INT64_MIN;
    day_ = floor_div(at.ns, kDay.ns);
    if (!first) blotter_.forget_before(at);
    if (!calendar_) ++session_;
}

Nanos Kernel::session_clock(Nanos at) const {
    // Weekdays since 1970-01-05, a Monday, and how much of this one has passed. At the weekend the
    // clock stands still. The same for every shard, whatever it has seen (docs/decisions/0013).
    const std::int64_t day = utc_day(at), since_monday = day - 4;
    const std::int64_t week = floor_div(since_monday, 7), weekday = since_monday - week * 7;
    const std::int64_t whole = week * 5 + std::min<std::int64_t>(weekday, 5);
    return {whole * kDay.ns + (weekday < 5 ? at.ns - day * kDay.ns : 0)};
}

Duration Kernel::slow_half_life() const {
    return {static_cast<std::int64_t>(config_.estimate.slow_half_life_sessions * static_cast<double>(kDay.ns))};
}
Duration Kernel::fast_half_life() const { return config_.profile.fast_half_life; }

}  // namespace assay
