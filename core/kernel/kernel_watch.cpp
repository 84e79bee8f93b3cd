// What the kernel tells of the order that `assay explain` asks about.
#include <algorithm>
#include <fmt/format.h>

#include "core/kernel/kernel.h"
#include "core/units/decimal.h"

namespace assay {
namespace {

const char* text(Verdict v) {
    switch (v) {
        case Verdict::applied:
            return "applied";
        case Verdict::duplicate:
            return "duplicate: counted before";
        case Verdict::headless:
            return "waiting: its order was not seen";
        case Verdict::conflict:
            return "dead letter: same ExecID, other content";
        case Verdict::quarantined:
            return "dead letter: impossible values";
        case Verdict::ignored:
            return "applied: changes nothing";
    }
    return "?";
}

double number(Price p) {
    return as_double(p);
}

}  // namespace

void Kernel::watch_step(const Event& e, const OrderRef& ref, const Step& s) {
    if (witness_->looks_at_everything()) return witness_->message(e, {});
    const bool ours = s.chain != kNoIndex && is_watched(s.chain);
    if (!witness_->wants(ref) && !ours) return;
    if (s.chain != kNoIndex) {
        watched_ = s.chain;
        watched_generation_ = blotter_.chain(s.chain).generation;
    }
    witness_->message(e, s.verdict == Verdict::applied || s.reason[0] == '\0'
                             ? std::string_view(text(s.verdict))
                             : std::string_view(s.reason));
    if (s.verdict != Verdict::applied || s.chain == kNoIndex) return;
    const Chain& c = blotter_.chain(s.chain);
    if (s.opened) {
        Bbo route;
        route.at = c.sent;
        route.bid = c.bid;
        route.ask = c.ask;
        route.state = c.route_state;
        const SymbolState& m = symbol_state(symbols_.id(e.symbol));
        if (known(m.market.raw().at)) route.at = m.market.raw().at;
        witness_->quote("the quote it left with", e.at, route);
    }
    if (s.fill == kNoIndex || s.gone != kNoIndex) return;
    const Fill& f = blotter_.fill(s.fill);
    const Bbo q = blotter_.route_of(c, f);
    const int sg = sign(c.side);
    const double p = number(f.px);
    if (!q.usable() || sg == 0) {
        witness_->metric("price_improvement", "s x (far touch at route - p)",
                         fmt::format("absent: the quote at route is {}", assay::text(q.state)), 0,
                         "");
        return;
    }
    const double far = number(q.far_touch(c.side)), mid = as_double(q.mid2());
    witness_->metric(
        "price_improvement", "s x (far touch at route - p)",
        fmt::format("{:+d} x ({} - {})", sg, to_text(q.far_touch(c.side)), to_text(f.px)),
        sg * (far - p), "per share");
    witness_->metric("price_improvement_bps", "1e4 x improvement / far touch",
                     fmt::format("1e4 x {:.6g} / {}", sg * (far - p), to_text(q.far_touch(c.side))),
                     1e4 * sg * (far - p) / far, "bps");
    witness_->metric(
        "effective_spread_bps", "1e4 x 2 s (p - M) / M",
        fmt::format("1e4 x 2 x {:+d} x ({} - {:.10g}) / {:.10g}", sg, to_text(f.px), mid, mid),
        1e4 * 2 * sg * (p - mid) / mid, "bps");
    if (!c.has(kNoClock))
        witness_->metric("latency_first_fill", "t_fill - t_send", fmt::format("{} ns", f.after),
                         static_cast<double>(f.after) * 1e-6, "ms");
}

void Kernel::watch_horizon(std::uint32_t chain, const Fill& f, std::size_t h, Nanos due,
                           const Bbo& q) {
    if (!is_watched(chain)) return;
    const Chain& c = blotter_.chain(chain);
    witness_->quote(fmt::format("the quote {} after the fill", kpi::kHorizonName[h]), due, q);
    const double mid = as_double(q.mid2()), p = number(f.px);
    witness_->metric(fmt::format("markout_bps_{}", kpi::kHorizonName[h]), "1e4 s (M(t+h) - p) / p",
                     fmt::format("1e4 x {:+d} x ({:.10g} - {}) / {}", sign(c.side), mid,
                                 to_text(f.px), to_text(f.px)),
                     1e4 * sign(c.side) * (mid - p) / p, "bps");
}

void Kernel::watch_leak(std::uint32_t chain, Nanos due, const Bbo& q, std::int64_t moved) {
    if (!is_watched(chain)) return;
    const Chain& c = blotter_.chain(chain);
    witness_->quote("the quote 15s after the order left", due, q);
    const double from = as_double(twice_mid(c.bid, c.ask));
    witness_->metric("leakage_raw_bps_15s", "1e4 s (M(t_send+15s) - M(t_send)) / M(t_send)",
                     fmt::format("1e4 x {:+d} x ({:.10g} - {:.10g}) / {:.10g}", sign(c.side),
                                 as_double(q.mid2()), from, from),
                     static_cast<double>(moved) * 1e-6, "bps");
}

void Kernel::watch_belief(std::uint32_t chain, const Cell& cell, const estimate::OrderTrial& t,
                          double dir) {
    if (!is_watched(chain)) return;
    const auto tell = [&](std::string_view horizon, const estimate::Hot& was, Nanos at,
                          Duration half_life) {
        estimate::Hot before = was, after = was;
        before.weigh(std::max(at, before.t0), half_life);
        after.trial(at, t, dir, half_life);
        const auto one = [&](std::string_view name, double b, double a, std::string_view unit) {
            witness_->changed(fmt::format("{}, {}", name, horizon), b, a, unit);
        };
        one("orders behind it", before.orders.W, after.orders.W, "orders");
        one("fill rate", before.orders.mean(before.fill), after.orders.mean(after.fill), "");
        one("reject rate", before.orders.W > 0 ? before.reject / before.orders.W : 0,
            after.orders.W > 0 ? after.reject / after.orders.W : 0, "");
        if (t.latency_ms)
            one("latency", before.timed.mean(before.ms), after.timed.mean(after.ms), "ms");
        if (t.priced)
            one("price improvement per offered share", before.quoted.mean(before.gain),
                after.quoted.mean(after.gain), "bps");
    };
    tell("slow (5 sessions)", cell.slow.hot, session_clock(now_), slow_half_life());
    tell("fast (this session)", cell.fast.hot, now_, fast_half_life());
}

}  // namespace assay
