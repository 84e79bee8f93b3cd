// Fills, corrections and busts: what counts once, and what cannot be.
#include <algorithm>

#include "core/orders/blotter.h"
#include "core/orders/keys.h"
#include "core/units/bug.h"

namespace assay {

std::uint32_t Blotter::find_fill(std::uint32_t chain, std::uint64_t exec_hash) const {
    const auto key = planted(Bug::fill_by_exec_id_alone)
                         ? exec_hash
                         : exec_key(chain, chains_[chain].generation, exec_hash);
    if (const auto it = by_exec_.find(key); it != by_exec_.end())
        return static_cast<std::uint32_t>(it->second);
    if (const auto it = by_exec_old_.find(key); it != by_exec_old_.end())
        return static_cast<std::uint32_t>(it->second);
    return kNoIndex;
}

void Blotter::name_exec(std::uint64_t key, std::uint32_t generation, std::uint32_t fill) {
    if (by_exec_.size() >= kIndexGeneration) {
        by_exec_old_ = std::move(by_exec_);
        by_exec_ = {};
    }
    by_exec_[key] = std::uint64_t{generation} << 32 | fill;
}

void Blotter::name_fill(std::uint32_t chain, std::uint64_t exec_hash, std::uint32_t fill) {
    const bool alone = planted(Bug::fill_by_exec_id_alone);
    const std::uint32_t generation = chains_[chain].generation;
    name_exec(alone ? exec_hash : exec_key(chain, generation, exec_hash), generation, fill);
}

std::uint8_t Blotter::version_of(const Chain& c, const OrderRef& ref) const {
    const Working* w = working_if(c);
    if (w == nullptr || w->links.size() < 2) return 0;
    // The ClOrdID of the report names the version that traded.
    for (std::size_t i = w->links.size(); i-- > 0;)
        if (w->links[i].cl_ord_id == ref.cl_ord_id) return static_cast<std::uint8_t>(i);
    return w->version;
}

bool Blotter::is_outlier(const Chain& c, const OrderRef& ref, Price px) const {
    if (!c.has(kHasSent)) return false;
    Fill probe;
    probe.version = version_of(c, ref);
    const Bbo route = route_of(c, probe);
    if (!route.usable()) return false;
    const double mid = as_double(route.mid2());
    const double away = as_double(px) / mid - 1.0;
    return away > limits_.outlier || away < -limits_.outlier;
}

void Blotter::recount(Chain& c) {
    c.first_fill = c.last_fill = kNoOffset;
    c.cum = Qty{};
    for (std::uint32_t i = c.fills; i != kNoIndex; i = fills_[i].next) {
        const Fill& f = fills_[i];
        if (f.busted()) continue;
        c.cum += f.qty;
        if (c.first_fill == kNoOffset || f.after < c.first_fill) c.first_fill = f.after;
        if (c.last_fill == kNoOffset || f.after > c.last_fill) c.last_fill = f.after;
    }
}

std::uint32_t Blotter::add_fill(const Event& e, std::uint32_t chain, const Execution& x,
                                std::uint64_t exec_hash) {
    std::uint32_t i;
    if (!free_fills_.empty()) {
        i = free_fills_.back();
        free_fills_.pop_back();
    } else {
        i = static_cast<std::uint32_t>(fills_.size());
        fills_.emplace_back();
    }
    Chain& c = chains_[chain];
    Fill& f = fills_[i];
    f = Fill{};
    f.exec_hash = exec_hash;
    f.qty = x.last_qty;
    f.px = x.last_px;
    f.after = offset(c, e.at);
    f.next = c.fills;
    f.trade_date = x.trade_date;
    f.liquidity = x.liquidity;
    c.fills = i;
    name_fill(chain, exec_hash, i);
    return i;
}

void Blotter::lowered(const Event& e, std::uint32_t chain, Qty by) {
    if (by.micro <= 0) return;
    if (lowered_at_ != e.at) {
        lowered_.clear();
        lowered_at_ = e.at;
    }
    lowered_.push_back({chain, by});
}

Qty Blotter::reached(const Event& e, std::uint32_t chain) const {
    Qty sum = chains_[chain].cum;
    if (lowered_at_ == e.at)
        for (const Lowered& l : lowered_)
            if (l.chain == chain) sum += l.qty;
    return sum;
}

void Blotter::complete(const Event& e, std::uint32_t chain, std::int64_t when) {
    Chain& c = chains_[chain];
    if (!c.has(kHasSent) || c.order_qty.micro <= 0 || reached(e, chain) < c.order_qty) return;
    // What completes at the instant of another end was filled: the other came too late.
    const bool same_instant = c.why != Term::filled && c.term == when;
    if (c.why != Term::none && c.why != Term::unread && !same_instant) return;
    c.why = Term::filled;
    c.term = when;
}

void Blotter::after_fill(const Event& e, std::uint32_t chain, std::int64_t after) {
    Chain& c = chains_[chain];
    c.set(kAccepted);
    respond(c, e.at);
    // A fill after a time-out opens the order again: the sample of the silence is taken back.
    if (c.why == Term::timed_out || c.why == Term::unread) {
        counts_.timeouts_answered += c.why == Term::timed_out;
        c.why = Term::none;
        c.term = kNoOffset;
    }
    complete(e, chain, std::max(c.last_fill, after));
    if (c.order_qty.micro > 0 && reached(e, chain) > c.order_qty && !c.has(kOversold)) {
        c.set(kOversold);
        ++counts_.overfills;
    }
    const bool ended = c.why == Term::canceled || c.why == Term::expired || c.why == Term::rejected;
    if (ended) {
        if (offset(c, e.at) >= c.term) ++counts_.late_fills;
        if (c.why == Term::canceled) ++counts_.fills_after_cancel;
    }
}

bool Blotter::contradicts(const Chain& c, const std::optional<Side>& side) const {
    if (!c.has(kHasSent) || !side || *side == c.side) return false;
    const Working* w = working_if(c);
    return c.side != Side::none || (w != nullptr && w->side_given);
}

// Why an execution cannot be; null where it can.
const char* Blotter::implausible(std::uint32_t chain, const OrderRef& ref, const Execution& x) {
    const char* why = nullptr;
    if (x.last_qty.micro <= 0 || x.last_px.nano <= 0) {
        ++counts_.bad_qty_or_px;
        why = "LastQty(32) and LastPx(31) of an execution must be positive";
    } else if (chain != kNoIndex && contradicts(chains_[chain], x.side)) {
        ++counts_.side_conflicts;
        why = "Side(54) of the execution differs from its order's";
    } else if (chain != kNoIndex && is_outlier(chains_[chain], ref, x.last_px)) {
        ++counts_.outliers;
        why = "LastPx(31) is too far from the mid its order left with";
    }
    counts_.quarantined += why != nullptr;
    return why;
}

Step Blotter::filled(const Event& e, const Filled& m) {
    const Execution& x = m.execution;
    const std::uint32_t known_chain = find(e.session, m.ref);
    if (const char* why = implausible(known_chain, m.ref, x)) {
        if (known_chain != kNoIndex) not_read(chains_[known_chain]);
        return {.verdict = Verdict::quarantined, .chain = known_chain, .reason = why};
    }
    const std::uint64_t hash = text_hash(x.exec_id);
    if (known_chain != kNoIndex) {
        const std::uint32_t f = find_fill(known_chain, hash);
        if (f != kNoIndex && fills_[f].trade_date == x.trade_date) {
            const bool same = fills_[f].qty == x.last_qty && fills_[f].px == x.last_px;
            // A corrected fill differs from its first form and is the same fill.
            if (same || fills_[f].exec_hash != hash || (fills_[f].flags & 2) != 0) {
                ++counts_.dup_exec;
                return {.verdict = Verdict::duplicate, .chain = known_chain};
            }
            ++counts_.exec_conflict;
            return {.verdict = Verdict::conflict,
                    .chain = known_chain,
                    .reason = "ExecID(17) was seen with other quantity or price"};
        }
    }
    Step step = reported(e, m.ref);
    Chain& c = chains_[step.chain];
    if (Working* w = working_if(c)) w->reported_cum = std::max(w->reported_cum, x.cum_qty);
    step.fill = add_fill(e, step.chain, x, hash);
    Fill& f = fills_[step.fill];
    f.version = version_of(c, m.ref);
    // What was said of this fill before it came.
    bool parked = false;
    for (std::size_t i = 0; i < parked_.size();) {
        const Parked& p = parked_[i];
        if (p.chain != step.chain || p.exec_hash != hash) {
            ++i;
            continue;
        }
        if (p.correct != 0) {
            f.qty = p.qty;
            f.px = p.px;
            f.flags |= 2;
            name_fill(step.chain, p.own_hash, step.fill);
            ++counts_.corrects;
        } else {
            f.flags |= kBusted;
            name_fill(step.chain, p.own_hash, step.fill);
            ++counts_.busts;
        }
        parked = true;
        parked_.erase(parked_.begin() + static_cast<std::ptrdiff_t>(i));
    }
    if (parked) {
        const Qty most = std::max(x.last_qty, f.qty);
        lowered(e, step.chain, f.busted() ? most : most - f.qty);
    }
    const std::int64_t after = f.after;
    if (!f.busted()) {
        c.cum += f.qty;
        if (c.first_fill == kNoOffset || f.after < c.first_fill) c.first_fill = f.after;
        if (c.last_fill == kNoOffset || f.after > c.last_fill) c.last_fill = f.after;
    } else {
        step.stillborn = step.fill;  // came and went: it counts as busted only
        step.fill = kNoIndex;
    }
    after_fill(e, step.chain, after);
    return step;
}

Step Blotter::too_late(std::uint64_t forgotten, std::uint64_t exec_hash) {
    const auto generation = static_cast<std::uint32_t>(forgotten >> 32);
    const std::uint64_t key =
        exec_key(static_cast<std::uint32_t>(forgotten), generation, exec_hash);
    if (by_exec_.contains(key) || by_exec_old_.contains(key)) {
        ++counts_.dup_exec;
        return {.verdict = Verdict::duplicate};
    }
    name_exec(key, generation, kNoIndex);
    ++counts_.bust_too_late;
    return {.verdict = Verdict::ignored, .reason = "its order's day is over"};
}

Step Blotter::corrected(const Event& e, const Corrected& m) {
    const Execution& x = m.execution;
    const std::uint64_t own = text_hash(x.exec_id), hash = text_hash(m.exec_ref_id);
    const std::uint32_t known_chain = find(e.session, m.ref);
    if (known_chain == kNoIndex)
        if (const std::uint64_t forgotten = forgotten_order(e.session, m.ref); forgotten != 0)
            return too_late(forgotten, own != hash ? own : mixed(own));
    if (known_chain != kNoIndex && own != hash && find_fill(known_chain, own) != kNoIndex) {
        ++counts_.dup_exec;
        return {.verdict = Verdict::duplicate, .chain = known_chain};
    }
    if (const char* why = implausible(known_chain, m.ref, x))
        return {.verdict = Verdict::quarantined, .chain = known_chain, .reason = why};
    Step step = reported(e, m.ref);
    Chain& c = chains_[step.chain];
    const std::uint32_t i = find_fill(step.chain, hash);
    if (i == kNoIndex) {
        for (const Parked& p : parked_)
            if (p.chain == step.chain && p.own_hash == own && p.exec_hash == hash)
                return {.verdict = Verdict::duplicate, .chain = step.chain};
        if (parked_.size() < limits_.max_parked)
            parked_.push_back({hash, e.at, step.chain, 1, x.last_qty, x.last_px, own});
        ++counts_.busts_parked;
        return step;
    }
    Fill& f = fills_[i];
    name_fill(step.chain, own, i);
    if (f.busted()) {
        // Had it come before the bust, it might have completed the order.
        if (lowered_at_ == e.at) lowered(e, step.chain, x.last_qty - f.qty);
        complete(e, step.chain, f.after);
        return step;
    }
    if (utc_day(e.at) > f.trade_date) {  // its day is closed: later news only hits counters
        ++counts_.bust_too_late;
        return step;
    }
    ++counts_.corrects;
    step.gone = step.fill = i;
    step.gone_qty = f.qty;
    step.gone_px = f.px;
    lowered(e, step.chain, f.qty - x.last_qty);
    f.qty = x.last_qty;
    f.px = x.last_px;
    f.flags |= 2;
    recount(c);
    if (planted(Bug::correction_only_added)) c.cum += step.gone_qty;
    after_fill(e, step.chain, f.after);
    return step;
}

Step Blotter::busted(const Event& e, const Busted& m) {
    const std::uint32_t known_chain = find(e.session, m.ref);
    const std::uint64_t hash = text_hash(m.exec_ref_id), own = text_hash(m.exec_id);
    if (known_chain == kNoIndex)
        if (const std::uint64_t forgotten = forgotten_order(e.session, m.ref); forgotten != 0)
            return too_late(forgotten, own != hash ? own : mixed(own));
    if (known_chain != kNoIndex && own != hash && find_fill(known_chain, own) != kNoIndex) {
        ++counts_.dup_exec;
        return {.verdict = Verdict::duplicate, .chain = known_chain};
    }
    Step step = reported(e, m.ref);
    Chain& c = chains_[step.chain];
    const std::uint32_t i = find_fill(step.chain, hash);
    if (i == kNoIndex) {
        for (const Parked& p : parked_)
            if (p.chain == step.chain && p.exec_hash == hash && p.correct == 0 && p.own_hash == own)
                return {.verdict = Verdict::duplicate, .chain = step.chain};
        if (parked_.size() < limits_.max_parked)
            parked_.push_back({hash, e.at, step.chain, 0, {}, {}, own});
        ++counts_.busts_parked;
        return step;
    }
    Fill& f = fills_[i];
    name_fill(step.chain, own, i);
    if (f.busted()) return step;         // busted again: there is nothing left to take out
    if (utc_day(e.at) > f.trade_date) {  // its day is closed: later news only hits counters
        ++counts_.bust_too_late;
        return step;
    }
    step.gone = i;
    step.gone_qty = f.qty;
    step.gone_px = f.px;
    f.flags |= kBusted;
    lowered(e, step.chain, f.qty);
    recount(c);
    ++counts_.busts;
    return step;
}

Step Blotter::repudiated(const Event& e, const Repudiated& m) {
    ++counts_.repudiated;
    const std::uint32_t i = find(e.session, m.ref);
    if (i != kNoIndex) remember(chains_[i]);
    // A pending bust: only the LP's own bust takes the fill out.
    return {.verdict = i == kNoIndex ? Verdict::ignored : Verdict::applied, .chain = i};
}

Bbo Blotter::route_of(const Chain& c, const Fill& f) const {
    if (f.version != 0)
        if (const Working* w = working_if(c); w != nullptr && f.version < w->versions.size())
            return w->versions[f.version].at_route;
    Bbo q;
    q.at = c.sent;
    q.bid = c.bid;
    q.ask = c.ask;
    q.state = c.route_state;
    return q;
}

Mids& Blotter::mids(Fill& f) {
    if (f.mids == kNoIndex) {
        if (!free_mids_.empty()) {
            f.mids = free_mids_.back();
            free_mids_.pop_back();
            mids_[f.mids] = Mids{};
        } else {
            f.mids = static_cast<std::uint32_t>(mids_.size());
            mids_.emplace_back();
        }
    }
    return mids_[f.mids];
}

}  // namespace assay
