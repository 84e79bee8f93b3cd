// What falls due: horizons of fills and rejects, leakage, last look, windows.
#include <algorithm>

#include "core/kernel/kernel.h"
#include "core/kernel/lanes.h"
#include "core/units/bug.h"

namespace assay {

using kpi::Dir;

// Starts the clock of a fill's first horizon; each visit starts it for the next that is not yet
// due.
void Kernel::start_fill(std::uint32_t chain, std::uint32_t fill) {
    const Chain& c = blotter_.chain(chain);
    if (c.side == Side::none) return;
    Fill& f = blotter_.fill(fill);
    f.horizon = 0;
    Working& w = blotter_.work(chain);
    const Nanos at = c.sent + Duration{f.after};
    w.timers += timers_.push(kFillLane, {.due = at + kpi::kHorizon[0],
                                         .order = 0,
                                         .subject = fill,
                                         .chain = chain,
                                         .generation = c.generation,
                                         .kind = Due::fill_horizon});
}

void Kernel::fire_before(Nanos t) {
    firing_before_ = t;
    Timer timer;
    const bool early = planted(Bug::as_of_excludes_equal) && t.ns < INT64_MAX;
    while (timers_.pop_before(early ? t + Duration{1} : t, timer)) {
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
        case Due::fill_horizon:
            fire_fill_horizon(t);
            break;
        case Due::reject_horizon:
            fire_reject_horizon(t);
            break;
        case Due::leakage:
            fire_leakage(t);
            break;
        case Due::last_look:
            fire_last_look(t);
            break;
        case Due::time_out: {
            const Step s = blotter_.timed_out(t.chain, t.due);
            if (s.verdict == Verdict::applied) {
                if (witness_ != nullptr) watch_time_out(t.chain, t.due);
                Event e;
                e.at = t.due;
                order_moved(e, s, blotter_.before());
            }
            break;
        }
        case Due::reject_window:
            break;
    }
    if (c.resolved()) settle(t.chain);
}

void Kernel::fire_fill_horizon(const Timer& t) {
    const Chain& c = blotter_.chain(t.chain);
    Fill& f = blotter_.fill(t.subject);
    if (f.busted()) return;
    const CellKey& key = cells_[c.cell].key;
    SymbolState& s = markets_[key.symbol];
    const Nanos at = c.sent + Duration{f.after};
    Nanos due = t.due;
    // Horizons that are due before the event in hand see the same quote, as none came since, and
    // all but the believed one are sums of integers: they need not wait for each other's turn.
    do {
        if (known(incoming_heard_)) heard_ = std::min(incoming_heard_, due);
        const Bbo q = quote_at(key.lp, s, due);
        if (q.usable()) note_horizon(t.chain, f, f.horizon, due, q);
        ++f.horizon;
        if (f.horizon >= kpi::kHorizons) return;
        due = at + kpi::kHorizon[f.horizon];
    } while (due < firing_before_ && f.horizon != kpi::kHorizon15s);
    Timer next = t;
    next.due = due;
    next.step = f.horizon;
    if (Working* w = blotter_.working_if(c))
        w->timers += timers_.push(static_cast<std::uint16_t>(kFillLane + f.horizon), next);
}

void Kernel::note_horizon(std::uint32_t chain, Fill& f, std::size_t h, Nanos due, const Bbo& q) {
    const Chain& c = blotter_.chain(chain);
    blotter_.mids(f).nano2[h] = q.mid2().nano2;
    if (c.counted && c.has(kInWindow)) count_horizon(row_at(c.row), c, f, f.qty, f.px, h, Dir::add);
    if (h == kpi::kHorizon15s) believe_markout(c, f, f.qty, f.px, Dir::add);
    if (witness_ != nullptr) watch_horizon(chain, f, h, due, q);
}

void Kernel::fire_reject_horizon(const Timer& t) {
    const Chain& c = blotter_.chain(t.chain);
    Working* w = blotter_.working_if(c);
    if (w == nullptr || w->reject_mid2 == 0 || !c.rejected()) return;
    const CellKey& key = cells_[c.cell].key;
    const Bbo q = quote_at(key.lp, markets_[key.symbol], t.due);
    if (q.usable() && c.has(kInWindow))
        row_at(c.row).sums.reject_drifted(
            t.step, kpi::micro_bps({w->reject_mid2}, q.mid2(), c.side), Dir::add);
    if (t.step + 1u < kpi::kHorizons) {
        Timer next = t;
        next.step = static_cast<std::uint8_t>(t.step + 1);
        next.due = t.due - kpi::kHorizon[t.step] + kpi::kHorizon[next.step];
        w->timers += timers_.push(static_cast<std::uint16_t>(kRejectLane + next.step), next);
    }
}

Kernel::ControlSum& Kernel::control_of(SymbolState& s, std::uint8_t place) {
    auto found = std::find_if(s.controls.begin(), s.controls.end(),
                              [&](const ControlSum& one) { return one.at >= place; });
    if (found == s.controls.end() || found->at != place) {
        found = s.controls.emplace(found);
        found->at = place;
    }
    return *found;
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
    if (Working* w = blotter_.working_if(c)) w->leaked = moved;
    // Belief: net of what the price did after everybody else's orders in the same condition.
    const Duration half_life = slow_half_life();
    const Nanos clock = session_clock(t.due);
    const std::uint8_t place = control_index(c.side, c.regime);
    const double x = std::clamp(static_cast<double>(moved) * 1e-6, -15.0, 15.0);
    // First, as it may make room for others among the controls.
    attribute_later(s, t.chain, c.side, q.mid2(), t.due);
    ControlSum& control = control_of(s, place);
    auto mine = std::find_if(control.by_lp.begin(), control.by_lp.end(),
                             [&](const ControlSum::One& o) { return o.lp == key.lp; });
    if (mine == control.by_lp.end()) {
        control.by_lp.push_back({key.lp, kNever, {}});
        mine = control.by_lp.end() - 1;
    }
    // Windows that overlap see the same market move: an order counts for the part of its window
    // that the LP's last order here had not seen (docs/spec.md 4.3: one trial a parent, not a
    // child).
    const double fresh =
        mine->last == kNever
            ? 1.0
            : std::clamp(as_seconds(c.sent - mine->last) / as_seconds(kLeakAfter), 0.0, 1.0);
    mine->last = std::max(mine->last, c.sent);
    if (fresh <= 0) return;
    estimate::LaterMean own = mine->mean, all = control.all;
    const double kept = all.t0 == kNever || own.t0 == kNever || own.t0 >= all.t0
                            ? 1.0
                            : estimate::surviving(all.t0 - own.t0, half_life);
    const double others = all.weights.W - kept * own.weights.W;
    if (others > 1e-9) {
        const double peers = (all.x.S1 - kept * own.x.S1) / others;
        estimate::LaterMean& believed = session_cell(c.cell).slow.leakage;
        const estimate::LaterMean before = believed;
        believed.trial(clock, x - peers, fresh, +1, half_life);
        if (witness_ != nullptr && is_watched(t.chain)) watch_net_leak(before, believed, x, peers);
    } else if (witness_ != nullptr && is_watched(t.chain)) {
        witness_->metric(
            "leakage_bps_15s", "raw leakage - that of the others",
            "absent: no order of another LP in the same symbol, side and condition yet", 0, "");
    }
    control.all.trial(clock, x, fresh, +1, half_life);
    mine->mean.trial(clock, x, fresh, +1, half_life);
}

void Kernel::count_leak(const Chain& c, std::int64_t moved, std::int64_t dir) {
    if (!c.has(kInWindow)) return;
    row_at(c.row).sums.leaked(moved, dir > 0 ? Dir::add : Dir::remove);
    const CellKey& key = cells_[c.cell].key;
    LeakGroup& group = leak_group({c.row, key.lp, key.symbol, c.side, c.regime, 0, 0});
    group.n += dir;
    group.sum += dir * moved;
}

// The order turned out to be our mistake after its leakage had been counted.
void Kernel::forget_leak(std::uint32_t chain) {
    const Chain& c = blotter_.chain(chain);
    Working* w = blotter_.working_if(c);
    if (w == nullptr || !w->leaked) return;
    count_leak(c, *w->leaked, -1);
    w->leaked.reset();
}

void Kernel::fire_last_look(const Timer& t) {
    const Chain& c = blotter_.chain(t.chain);
    Working* w = blotter_.working_if(c);
    if (w == nullptr || c.ours() || w->drift) return;
    const CellKey& key = cells_[c.cell].key;
    const Bbo q = quote_at(key.lp, markets_[key.symbol], t.due);
    if (!q.usable()) return;
    w->drift = kpi::micro_bps(twice_mid(c.bid, c.ask), q.mid2(), c.side);
    if (c.resolved()) count_last_look(c, Dir::add);
}

}  // namespace assay
