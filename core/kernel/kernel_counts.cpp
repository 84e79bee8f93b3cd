// How an order and its fills enter the sums of a row and the beliefs of a cell.
#include <algorithm>

#include "core/kernel/kernel.h"
#include "core/units/elementary.h"

namespace assay {

using kpi::Dir;
using kpi::Latency;

namespace {

// A duration that may be used: known, and not running backwards.
std::optional<Duration> span(std::int64_t from_sent) {
    if (from_sent == kNoOffset || from_sent < 0) return std::nullopt;
    return Duration{from_sent};
}

}  // namespace

Kernel::SymbolState& Kernel::symbol_state(std::uint32_t id) {
    while (markets_.size() <= id) {
        markets_.emplace_back();
        const auto name = symbols_.name(static_cast<std::uint32_t>(markets_.size() - 1));
        markets_.back().instrument = &config_.instruments.of(name);
    }
    while (lp_states_.size() < lps_.size()) lp_states_.emplace_back();
    return markets_[id];
}

const estimate::Stats& Cell::frozen() const {
    static const estimate::Stats kNone;
    return frozen_ == nullptr ? kNone : *frozen_;
}

estimate::Stats& Cell::freeze() {
    if (frozen_ == nullptr) frozen_ = std::make_unique<estimate::Stats>();
    return *frozen_;
}

std::uint32_t Kernel::cell_of(const CellKey& k) {
    const auto [it, fresh] =
        cell_index_.try_emplace(k.packed(), static_cast<std::uint32_t>(cells_.size()));
    if (fresh) {
        cells_.emplace_back();
        cells_.back().key = k;
        cells_.back().session = session_;
        touch(it->second);
    }
    return it->second;
}

// The cell in the session under way: at its first touch in a new session what is believed slowly is
// frozen, and the fast part starts anew, so that no fill counts twice.
Cell& Kernel::session_cell(std::uint32_t i) {
    Cell& cell = cells_[i];
    touch(i);
    if (cell.session != session_) {
        cell.freeze() = cell.slow;
        cell.fast = estimate::Orders{};
        cell.session = session_;
    }
    return cell;
}

std::uint8_t size_bucket(SizeBy by, Qty order_qty, Side side, const Bbo& route,
                         const Instrument& i) {
    const auto bucket = [](double x, std::array<double, 4> edges) {
        return static_cast<std::uint8_t>(std::upper_bound(edges.begin(), edges.end(), x) -
                                         edges.begin());
    };
    if (i.asset_class == AssetClass::equity && order_qty < i.round_lot) return kSizeOdd;
    const double q = as_double(order_qty);
    switch (by) {
        case SizeBy::displayed: {
            if (!route.usable() || side == Side::none) return kSizeUnknown;
            const double shown = as_double(route.far_size(side));
            if (!(shown > 0)) return kSizeUnknown;
            return bucket(q / shown, {0.5, 1, 2, 5});
        }
        case SizeBy::adv:
            if (!i.adv || i.adv->micro <= 0) return kSizeUnknown;
            return bucket(q / as_double(*i.adv), {0.0001, 0.0005, 0.0025, 0.01});
        case SizeBy::notional:
            if (!route.usable()) return kSizeUnknown;
            return bucket(q * as_double(route.mid2()), {1e4, 5e4, 2e5, 1e6});
    }
    return kSizeUnknown;
}

kpi::OrderFacts Kernel::facts_of(const Chain& c, Qty offered) {
    kpi::OrderFacts f;
    f.offered = offered;
    f.cum = c.cum;
    f.accepted = c.has(kAccepted);
    f.open = !c.resolved();
    f.timed_out = c.why == Term::timed_out;
    f.ours = c.ours();
    f.unread = c.unreadable();
    if (c.rejected()) f.rejected = c.reject_class;
    // Silence counts as the LP's own decision not to trade.
    if (f.timed_out && c.cum.micro == 0) f.rejected = RejectClass::discretionary;
    if (!c.has(kNoClock)) {
        f.latencies[Latency::round_trip] = span(c.resolved_after());
        f.latencies[Latency::command] = span(c.response);
        f.latencies[Latency::gateway] = span(c.gateway);
        f.latencies[Latency::first_fill] = span(c.first_fill);
        f.latencies[Latency::last_fill] = span(c.last_fill);
        if (c.ack != kNoOffset && c.first_fill != kNoOffset && c.first_fill >= c.ack)
            f.latencies[Latency::ack_to_fill] = Duration{c.first_fill - c.ack};
        if (c.rejected()) f.latencies[Latency::reject] = span(c.term);
    }
    f.unfilled_unpriced = unfilled(c).micro > 0 && !c.priced();
    if (c.priced()) f.offered_at_far = (c.side == Side::buy ? c.ask : c.bid) * offered;
    return f;
}

void Kernel::count_order(ReportRow& row, const Chain& c, Qty offered, Dir dir) {
    const kpi::OrderFacts f = facts_of(c, offered);
    row.sums.order(f, dir);
    if (f.ours || f.unread) return;
    ReportRow::Size& size = row.by_size[c.size];
    const int d = static_cast<int>(dir);
    size.offered += d * offered.micro;
    size.filled += d * std::min(c.cum, offered).micro;
    size.n += d;
}

void Kernel::count_latencies(ReportRow& row, const Chain* before, const Chain& now) {
    if (now.has(kNoClock)) return;
    const auto change = [&](estimate::Sketch& sketch, std::int64_t was, std::int64_t is) {
        if (before != nullptr && before->left_out()) was = kNoOffset;
        if (now.left_out()) is = kNoOffset;
        if (was == is) return;
        if (const auto d = span(was)) sketch.remove(*d);
        if (const auto d = span(is)) sketch.add(*d);
    };
    const auto of = [&](std::int64_t Chain::* part) {
        return before == nullptr ? kNoOffset : before->*part;
    };
    change(row.round_trip, before == nullptr ? kNoOffset : before->resolved_after(),
           now.resolved_after());
    change(row.command, of(&Chain::response), now.response);
    change(row.gateway, of(&Chain::gateway), now.gateway);
    change(row.first_fill, of(&Chain::first_fill), now.first_fill);
    change(row.last_fill, of(&Chain::last_fill), now.last_fill);
    const auto ack_to_fill = [](const Chain& c) {
        const bool both = c.ack != kNoOffset && c.first_fill != kNoOffset;
        return both && c.first_fill >= c.ack ? c.first_fill - c.ack : kNoOffset;
    };
    const auto reject = [](const Chain& c) { return c.rejected() ? c.term : kNoOffset; };
    change(row.ack_to_fill, before == nullptr ? kNoOffset : ack_to_fill(*before), ack_to_fill(now));
    change(row.reject, before == nullptr ? kNoOffset : reject(*before), reject(now));
}

void Kernel::count_fill(ReportRow& row, const Chain& c, const Fill& fill, Qty qty, Price px,
                        Dir dir) const {
    const CellKey& key = cells_[c.cell].key;
    kpi::FillFacts f;
    f.side = c.side;
    f.last_qty = qty;
    f.last_px = px;
    f.at_route = blotter_.route_of(c, fill);
    f.pi_eps = pi_eps_;
    f.at_receipt.bid = c.rcpt_bid;
    f.at_receipt.ask = c.rcpt_ask;
    f.at_receipt.state = c.rcpt_state;
    if (c.priced()) f.arrival_mid2 = twice_mid(c.bid, c.ask);
    f.fee = config_.fees.of(lps_.name(key.lp), fill.liquidity, qty, px);
    if (!c.has(kNoClock)) f.since_send = span(fill.after);
    if (const Working* w = blotter_.working_if(c); w != nullptr && w->own_quote.usable()) {
        f.gain_vs_own_quote = kpi::gain_against_own_quote(c.side, px, w->own_quote);
        f.own_quote_age = c.sent - w->own_quote.at;
    }
    row.sums.fill(f, dir);

    if (f.at_route.usable() && c.side != Side::none) {
        const Price far = f.at_route.far_touch(c.side);
        const Money gain = sign(c.side) * ((far - px) * qty);
        const std::int64_t day = utc_day(c.sent);
        ReportRow::Day& d = row.price_improvement_by_day[static_cast<std::int32_t>(day)];
        d.gain += static_cast<int>(dir) * gain;
        d.far += static_cast<int>(dir) * (far * qty);
    }
    if (blotter_.mids_if(fill) == nullptr) return;
    for (std::size_t h = 0; h < kpi::kHorizons; ++h) count_horizon(row, c, fill, qty, px, h, dir);
}

void Kernel::count_horizon(ReportRow& row, const Chain& c, const Fill& f, Qty qty, Price px,
                           std::size_t h, Dir dir) const {
    const auto& mid2 = blotter_.mids_if(f)->nano2;
    if (mid2[h] == 0) return;
    const Bbo route = blotter_.route_of(c, f);
    row.sums.horizon(h, {c.side, qty, px, route, {mid2[h]}}, dir);
    if (h == kpi::kHorizon5m && mid2[kpi::kHorizon15s] != 0 && route.usable())
        row.sums.reversion({c.side,
                            qty,
                            route,
                            {mid2[kpi::kHorizon15s]},
                            {mid2[h]},
                            markets_[cells_[c.cell].key.symbol].instrument->tick},
                           dir);
}

void Kernel::believe_markout(const Chain& c, const Fill& f, Qty qty, Price px, Dir dir) {
    const Mids* mids = blotter_.mids_if(f);
    if (mids == nullptr || mids->nano2[kpi::kHorizon15s] == 0 || c.order_qty.micro <= 0) return;
    const double px2 = 2.0 * static_cast<double>(px.nano);
    const double bps =
        1e4 * sign(c.side) * (static_cast<double>(mids->nano2[kpi::kHorizon15s]) - px2) / px2;
    const double share = static_cast<double>(qty.micro) / static_cast<double>(c.order_qty.micro);
    const Nanos at = c.sent + Duration{f.after} + kpi::kHorizon[kpi::kHorizon15s];
    session_cell(c.cell).slow.markout.trial(session_clock(at), bps, share, static_cast<int>(dir),
                                            slow_half_life());
}

// Shares filled at or better than the touch beyond what was displayed there (docs/spec.md 2.6).
void Kernel::count_size_improvement(ReportRow& row, const Chain& c, const Step* undo,
                                    Dir dir) const {
    if (c.side == Side::none || c.left_out()) return;
    const bool at_receipt = c.rcpt_far_size.micro > 0;
    const Qty displayed = at_receipt ? c.rcpt_far_size : c.far_size;
    if (!(at_receipt || c.priced()) || displayed.micro <= 0) return;
    const Price far = at_receipt ? (c.side == Side::buy ? c.rcpt_ask : c.rcpt_bid)
                                 : (c.side == Side::buy ? c.ask : c.bid);
    Qty good;
    const auto add = [&](Qty q, Price p) {
        if (sign(c.side) * (far - p).nano >= 0) good += q;
    };
    for (std::uint32_t i = c.fills; i != kNoIndex; i = blotter_.fill(i).next) {
        const Fill& f = blotter_.fill(i);
        if (undo != nullptr && i == undo->gone)
            add(undo->gone_qty, undo->gone_px);
        else if (undo != nullptr && i == undo->fill)
            continue;
        else if (!f.busted())
            add(f.qty, f.px);
    }
    row.sums.size_improvement_of(c.offered, good, displayed, dir);
}

void Kernel::count(ReportRow& row, const Chain& c) const {
    if (!c.has(kInWindow)) return;
    for (std::uint32_t i = c.fills; i != kNoIndex; i = blotter_.fill(i).next) {
        const Fill& f = blotter_.fill(i);
        if (!f.busted()) count_fill(row, c, f, f.qty, f.px, Dir::add);
    }
    count_order(row, c, blotter_.offered(c), Dir::add);
    count_latencies(row, nullptr, c);
    if (c.resolved()) count_size_improvement(row, c, nullptr, Dir::add);
}

void Kernel::settle(std::uint32_t chain) {
    Chain& c = blotter_.chain(chain);
    if (!blotter_.settled(c)) return;
    if (!c.counted) {
        count(row_at(c.row), c);
        c.counted = true;
    }
    blotter_.settle(chain, now_);
    let_rows_go();
}

// Of an order that was counted before: takes out what it was and puts in what it is.
void Kernel::recount(const Chain& before, Qty offered_before, const Step& s, std::uint32_t chain) {
    const Chain& c = blotter_.chain(chain);
    if (!c.has(kInWindow)) return;
    ReportRow& row = row_at(c.row);
    if (s.gone != kNoIndex)
        count_fill(row, c, blotter_.fill(s.gone), s.gone_qty, s.gone_px, Dir::remove);
    if (s.fill != kNoIndex) {
        const Fill& f = blotter_.fill(s.fill);
        count_fill(row, c, f, f.qty, f.px, Dir::add);
    }
    count_order(row, before, offered_before, Dir::remove);
    count_order(row, c, blotter_.offered(c), Dir::add);
    count_latencies(row, &before, c);
    if (before.resolved()) count_size_improvement(row, before, &s, Dir::remove);
    if (c.resolved()) count_size_improvement(row, c, nullptr, Dir::add);
}

std::optional<estimate::OrderTrial> Kernel::trial_of(const Chain& c, Qty offered,
                                                     const Step* undo) const {
    if (offered.micro <= 0 || c.left_out()) return std::nullopt;
    estimate::OrderTrial t;
    t.fill_fraction =
        std::min(1.0, static_cast<double>(c.cum.micro) / static_cast<double>(offered.micro));
    t.rejected = c.rejected() || (c.why == Term::timed_out && c.cum.micro == 0);
    if (!c.has(kNoClock)) {
        const bool immediate = c.tif == Tif::ioc || c.tif == Tif::fok;
        // An order that may rest says nothing of its LP by how long it rested.
        const std::int64_t latency = immediate || c.rejected() ? c.resolved_after() : c.first_fill;
        if (const auto d = span(latency)) {
            t.latency_ms = as_ms(*d);
            t.silent = c.why == Term::timed_out;
            t.log_latency =
                elementary::ln(static_cast<double>(std::max<std::int64_t>(d->ns, 1'000)));
        }
    }
    if (!c.priced()) return t;
    Money gain = 0, filled_at_mid2 = 0, effective2 = 0;
    const auto add = [&](const Fill& f, Qty q, Price p) {
        const Bbo route = blotter_.route_of(c, f);
        if (!route.usable()) return;
        gain += sign(c.side) * ((route.far_touch(c.side) - p) * q);
        const PriceDelta twice{2 * p.nano - route.mid2().nano2};
        effective2 += 2 * sign(c.side) * (twice * q);
        filled_at_mid2 += Price{route.mid2().nano2} * q;
    };
    for (std::uint32_t i = c.fills; i != kNoIndex; i = blotter_.fill(i).next) {
        const Fill& f = blotter_.fill(i);
        if (undo != nullptr && i == undo->gone) {
            add(f, undo->gone_qty, undo->gone_px);
        } else if (undo != nullptr && i == undo->fill) {
            continue;
        } else if (!f.busted()) {
            add(f, f.qty, f.px);
        }
    }
    t.priced = true;
    const double base = static_cast<double>((c.side == Side::buy ? c.ask : c.bid) * offered);
    t.gain_bps = 1e4 * static_cast<double>(gain) / base;
    const std::int64_t spread = c.ask.nano - c.bid.nano;
    if (spread > 0)
        t.capture =
            static_cast<double>(gain) / (0.5 * static_cast<double>(PriceDelta{spread} * offered));
    if (filled_at_mid2 != 0)
        t.effective_bps =
            1e4 * static_cast<double>(effective2) / static_cast<double>(filled_at_mid2);
    return t;
}

Foresight::Order Kernel::foreseen(std::uint32_t chain, const Chain& c, Nanos at) const {
    const CellKey& key = cells_[c.cell].key;
    return {chain, c, key.lp, markets_[key.symbol].instrument->round_lot, session_clock(at)};
}

void Kernel::ended(std::uint32_t chain, const std::optional<estimate::OrderTrial>& trial) {
    const Chain& c = blotter_.chain(chain);
    const Foresight::Order order = foreseen(chain, c, c.sent + Duration{c.resolved_after()});
    const Working* w = blotter_.working_if(c);
    foresight_.score(order, trial ? &*trial : nullptr, w != nullptr && w->version != 0,
                     c.has(kInWindow));
    if (!c.unreadable()) observe_capacity(order, +1);
    touch(c.cell);
}

void Kernel::believe(std::uint32_t chain, Nanos at, const estimate::OrderTrial& t, double dir) {
    Cell& cell = session_cell(blotter_.chain(chain).cell);
    if (witness_ != nullptr) watch_belief(chain, cell, t, dir);
    cell.slow.trial(session_clock(at), t, dir, slow_half_life());
    foresight_.improved(foreseen(chain, blotter_.chain(chain), at), t, dir > 0 ? 1 : -1,
                        {session_clock(at), slow_half_life()}, {at, fast_half_life()});
    // What ended before this session opened is no part of its fast evidence, but of what was
    // frozen.
    if (at >= session_began_)
        cell.fast.trial(at, t, dir, fast_half_life());
    else
        cell.freeze().trial(session_clock(at), t, dir, slow_half_life());
}

}  // namespace assay
