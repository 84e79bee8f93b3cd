// An order ends: its hold, its reject, and what it left unfilled.
#include <algorithm>

#include "core/kernel/kernel.h"
#include "core/kernel/lanes.h"
#include "core/kpi/reject_cost.h"
#include "core/kpi/reject_rate.h"

namespace assay {

using kpi::Dir;

void Kernel::resolve(std::uint32_t chain, Nanos at) {
    Chain& c = blotter_.chain(chain);
    Working* w = blotter_.working_if(c);
    const CellKey key = cells_[c.cell].key;
    const bool ours = c.ours();
    const std::int64_t after = c.resolved_after();
    ReportRow& row = rows_[c.row];
    const bool immediate = c.tif == Tif::ioc || c.tif == Tif::fok;
    if (!c.has(kNoClock) && !ours && after >= 0 && c.why != Term::timed_out && immediate) {
        if (c.has(kInWindow))
            (c.rejected() ? row.hold_reject : row.hold_accept).add(Duration{after});
        if (!c.rejected()) {
            LpState& state = lp_states_[key.lp];
            state.hold.add(Duration{after});
            if (++state.since % 64 == 1)
                state.median_hold =
                    Duration{static_cast<std::int64_t>(state.hold.quantile(0.5).value_or(0))};
        }
    }
    if (w == nullptr || ours) return;
    const bool lp_reject = c.rejected() && c.reject_class != RejectClass::ours;
    if (lp_reject && c.side != Side::none) {
        const Bbo q = quote_at(key.lp, markets_[key.symbol], at);
        if (q.usable()) {
            w->reject_mid2 = q.mid2().nano2;
            w->timers += timers_.push(kRejectLane, {.due = at + kpi::kHorizon[0],
                                                    .order = 0,
                                                    .subject = chain,
                                                    .chain = chain,
                                                    .generation = c.generation,
                                                    .kind = Due::reject_horizon});
        }
    }
    count_last_look(c, Dir::add);
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
        w->timers += timers_.push(kWindowLane, {.due = lot.due,
                                                .order = 0,
                                                .subject = i,
                                                .chain = chain,
                                                .generation = c.generation,
                                                .kind = Due::reject_window});
    }
}

// Whether the LP rejected more when the price had moved our way: counted once both are known, the
// drift at the fixed horizon and how the order ended. Orders that rest say nothing of a last look.
void Kernel::count_last_look(const Chain& c, Dir dir) {
    const Working* w = blotter_.working_if(c);
    const bool immediate = c.tif == Tif::ioc || c.tif == Tif::fok;
    if (w == nullptr || !w->drift || !c.has(kInWindow) || !(immediate || c.rejected())) return;
    const bool silent = c.why == Term::timed_out && c.cum.micro == 0;
    const bool discretionary = silent || (c.rejected() && kpi::is_last_look(c.reject_class));
    if (discretionary || !c.rejected()) rows_[c.row].sums.last_look(*w->drift, discretionary, dir);
}

// A late fill after a time-out, or a replace to more, opened the order again: what its end brought
// is taken back.
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
    Chain ended = before;
    ended.working = c.working;
    count_last_look(ended, Dir::remove);
    if (w->lot != kNoIndex) {  // its window is still open
        Lot& lot = lots_[w->lot];
        if (c.has(kInWindow)) row.sums.unfilled(lot.cost, lot.base, Dir::remove);
        lot.left = Qty{};
        lot.cost = lot.base = 0;
    } else if (w->paid_base != 0 || w->left_out != 0) {
        if (c.has(kInWindow)) {
            row.sums.unfilled(w->paid_cost, w->paid_base, Dir::remove);
            row.sums.offered_at_far += w->left_out;
        }
        if (w->paid_base != 0)
            believe_cost(c.cell, before.sent + Duration{before.term}, w->paid_bps, -1);
        w->paid_cost = w->paid_base = w->left_out = 0;
    }
}

void Kernel::believe_cost(std::uint32_t i, Nanos at, double bps, double dir) {
    Cell& cell = session_cell(i);
    cell.slow.hot.cost_of_unfilled(session_clock(at), bps, dir, slow_half_life());
    if (at >= session_began_)
        cell.fast.hot.cost_of_unfilled(at, bps, dir, fast_half_life());
    else
        cell.frozen.hot.cost_of_unfilled(session_clock(at), bps, dir, slow_half_life());
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
        const Money cost = kpi::reject_cost(side, q, px, tried), base = tried * q;
        lot.left -= q;
        qty -= q;
        lot.cost += cost;
        lot.base += base;
        if (blotter_.chain(lot.chain).has(kInWindow))
            rows_[lot.row].sums.unfilled(cost, base, Dir::add);
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
            const Money cost = kpi::reject_cost(lot.side, lot.left, q.far_touch(lot.side), tried);
            const Money base = tried * lot.left;
            if (c.has(kInWindow)) rows_[lot.row].sums.unfilled(cost, base, Dir::add);
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
            w->paid_cost = lot.cost;
            w->paid_base = lot.base;
            w->paid_bps = bps;
            w->left_out = left_out;
        }
    }
    free_lots_.push_back(i);
}

}  // namespace assay
