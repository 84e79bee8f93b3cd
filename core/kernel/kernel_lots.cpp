// What orders left unfilled: lots while their windows are open, and what they came to.
#include <algorithm>

#include "core/kernel/kernel.h"
#include "core/kernel/lanes.h"
#include "core/kpi/reject_cost.h"

namespace assay {

using kpi::Dir;

Charge::Parts Charge::parts(Side side) const {
    Parts out;
    Qty rest = size;
    const auto add = [&](Qty q, Price px) {
        out.priced += q;
        out.cost += kpi::reject_cost(side, q, px, tried);
        out.base += tried * q;
        rest -= q;
    };
    for (const Payment& p : paid) add(std::min(rest, p.qty), p.px);
    if (mark.nano != 0)
        add(rest, mark);
    else
        out.left_out = tried * rest;
    return out;
}

// Of the version in force: what an earlier replace took back is not missing. What we took back
// ourselves is nobody's fault.
Qty Kernel::unfilled(const Chain& c) {
    const bool own = c.why == Term::canceled && c.has(kOwnCancel);
    if (!c.resolved() || own || c.ours() || c.side == Side::none || c.offered <= c.cum)
        return Qty{};
    return c.offered - c.cum;
}

// The quote that the version in force was sent at.
Bbo Kernel::route_of_version_in_force(const Chain& c) const {
    Fill probe;
    if (const Working* w = blotter_.working_if(c)) probe.version = w->version;
    return blotter_.route_of(c, probe);
}

void Kernel::open_lot(std::uint32_t chain) {
    const Chain& c = blotter_.chain(chain);
    const Qty size = unfilled(c);
    if (size.micro <= 0 || !c.priced()) return;
    const Bbo route = route_of_version_in_force(c);
    const Nanos opened = c.sent + Duration{c.resolved_after()};
    const Nanos due = opened + config_.estimate.reject_window;
    // Complete until its window was over, or without a quote for its last version: what the rest
    // cost is not known.
    if (due < now_ || !route.usable()) {
        Charge& unknown = new_charge(chain);
        unknown.tried = c.side == Side::buy ? c.ask : c.bid;
        unknown.opened = opened;
        charge(unknown, size);
        return;
    }
    std::uint32_t i;
    if (free_lots_.empty()) {
        i = static_cast<std::uint32_t>(lots_.size());
        lots_.emplace_back();
    } else {
        i = free_lots_.back();
        free_lots_.pop_back();
    }
    Lot& lot = lots_[i];
    lot.chain = chain;
    lot.generation = c.generation;
    lot.symbol = cells_[c.cell].key.symbol;
    lot.side = c.side;
    lot.size = size;
    lot.taken = Qty{};
    lot.tried = route.far_touch(c.side);
    lot.opened = opened;
    lot.due = due;
    lot.paid.clear();
    Working& w = blotter_.work(chain);
    w.lot = i;
    auto& open = markets_[lot.symbol].lots[c.side == Side::buy];
    open.insert(std::find_if(open.begin(), open.end(),
                             [&](std::uint32_t other) { return lots_[other].opened > opened; }),
                i);
    w.timers += timers_.push(kWindowLane, {.due = lot.due,
                                           .order = 0,
                                           .subject = i,
                                           .chain = chain,
                                           .generation = c.generation,
                                           .kind = Due::reject_window});
}

// Its order changed after it had ended.
void Kernel::resize_lot(std::uint32_t chain) {
    const Chain& c = blotter_.chain(chain);
    const Working* w = blotter_.working_if(c);
    if (w != nullptr && w->lot != kNoIndex) {
        lots_[w->lot].size = unfilled(c);
    } else if (const auto it = charges_.find(c.generation); it != charges_.end()) {
        charge(it->second, unfilled(c));
    } else {
        open_lot(chain);
    }
}

// The order goes on: it left nothing unfilled. Shares that its lot took are not given to others.
void Kernel::take_back_lot(std::uint32_t chain) {
    const Chain& c = blotter_.chain(chain);
    if (Working* w = blotter_.working_if(c); w != nullptr && w->lot != kNoIndex) {
        lots_[w->lot].size = Qty{};
        w->lot = kNoIndex;
    }
    if (const auto it = charges_.find(c.generation); it != charges_.end()) {
        charge(it->second, Qty{});
        charges_.erase(it);
    }
}

Charge& Kernel::new_charge(std::uint32_t chain) {
    // Those of forgotten orders are let go: as many as are kept may be made before the next look.
    if (charges_.size() >= charges_swept_at_) {
        boost::unordered::erase_if(charges_, [&](const auto& one) {
            return !blotter_.alive(one.second.chain, one.first);
        });
        charges_swept_at_ = std::max<std::uint64_t>(1024, 2 * charges_.size());
    }
    Charge& made = charges_[blotter_.chain(chain).generation];
    made = Charge{};
    made.chain = chain;
    return made;
}

// Puts what the lot comes to at this size in the place of what it came to before.
void Kernel::charge(Charge& charge, Qty size) {
    const Chain& c = blotter_.chain(charge.chain);
    const auto count = [&](Dir dir) {
        if (!c.has(kInWindow)) return;
        const Charge::Parts p = charge.parts(c.side);
        kpi::Sums& sums = row_at(c.row).sums;
        if (p.priced.micro > 0) sums.unfilled(p.cost, p.base, dir);
        if (p.left_out != 0) sums.left_out(p.left_out, dir);
    };
    count(Dir::remove);
    if (charge.believed) believe_cost(c.cell, charge.opened, charge.bps, -1);
    charge.size = size;
    count(Dir::add);
    const Charge::Parts p = charge.parts(c.side);
    const Qty offered = blotter_.offered(c);
    // The belief counts it per offered share, as of when the order ended.
    charge.believed = p.base != 0 && offered.micro > 0;
    if (witness_ != nullptr && is_watched(charge.chain)) watch_charge(charge, p.cost, offered);
    if (!charge.believed) return;
    charge.bps = 1e4 * static_cast<double>(p.cost) / static_cast<double>(charge.tried * offered);
    believe_cost(c.cell, charge.opened, charge.bps, +1);
}

void Kernel::believe_cost(std::uint32_t i, Nanos at, double bps, double dir) {
    Cell& cell = session_cell(i);
    cell.slow.hot.cost_of_unfilled(session_clock(at), bps, dir, slow_half_life());
    if (at >= session_began_)
        cell.fast.hot.cost_of_unfilled(at, bps, dir, fast_half_life());
    else
        cell.freeze().hot.cost_of_unfilled(session_clock(at), bps, dir, slow_half_life());
}

// A fill pays for what others left unfilled, the oldest lot first, each share once. An order's
// fills of one instant pay the best price first, whichever was told first; what is busted pays
// nothing.
void Kernel::pay_lots(std::uint32_t chain, std::uint32_t fill) {
    const Chain& c = blotter_.chain(chain);
    if (c.side == Side::none) return;
    const auto& open = markets_[cells_[c.cell].key.symbol].lots[c.side == Side::buy];
    if (open.empty()) return;
    const std::int64_t after = blotter_.fill(fill).after;
    const Nanos at = c.sent + Duration{after};
    together_.clear();
    for (std::uint32_t i = c.fills; i != kNoIndex; i = blotter_.fill(i).next)
        if (blotter_.fill(i).after == after) together_.push_back(i);
    for (const std::uint32_t i : together_) unpay_lots(open, c, i);
    std::sort(together_.begin(), together_.end(), [&](std::uint32_t a, std::uint32_t b) {
        const Fill &x = blotter_.fill(a), &y = blotter_.fill(b);
        if (x.px != y.px) return (x.px < y.px) == (c.side == Side::buy);
        return x.exec_hash < y.exec_hash;
    });
    for (const std::uint32_t i : together_) {
        const Fill& f = blotter_.fill(i);
        Qty left = f.busted() ? Qty{} : f.qty;
        for (const std::uint32_t l : open) {
            Lot& lot = lots_[l];
            // Its own late fill does not pay for it, but makes it smaller.
            if (lot.generation == c.generation || at <= lot.opened || at > lot.due) continue;
            const Qty q = std::min(lot.size - lot.taken, left);
            if (q.micro <= 0) continue;
            lot.paid.push_back({i, c.generation, q, f.px});
            lot.taken += q;
            left -= q;
        }
    }
}

// In windows that are still open; what was paid before stays paid.
void Kernel::unpay_lots(const std::vector<std::uint32_t>& open, const Chain& c,
                        std::uint32_t fill) {
    for (const std::uint32_t i : open) {
        Lot& lot = lots_[i];
        std::erase_if(lot.paid, [&](const Payment& p) {
            if (p.fill != fill || p.generation != c.generation) return false;
            lot.taken -= p.qty;
            return true;
        });
    }
}

void Kernel::close_lot(std::uint32_t i) {
    Lot& lot = lots_[i];
    auto& open = markets_[lot.symbol].lots[lot.side == Side::buy];
    open.erase(std::find(open.begin(), open.end(), i));
    free_lots_.push_back(i);
    // The chain may be another order by now: a forgotten order's slot is given away.
    if (!blotter_.alive(lot.chain, lot.generation)) return;
    Working* w = blotter_.working_if(blotter_.chain(lot.chain));
    if (w == nullptr || w->lot != i) return;  // it was taken back
    w->lot = kNoIndex;
    Charge& closed = new_charge(lot.chain);
    closed.tried = lot.tried;
    closed.opened = lot.opened;
    closed.paid = lot.paid;
    const std::uint32_t lp = cells_[blotter_.chain(lot.chain).cell].key.lp;
    const Bbo q = quote_at(lp, markets_[lot.symbol], lot.due);
    if (q.usable()) closed.mark = q.far_touch(lot.side);
    charge(closed, lot.size);
}

}  // namespace assay
