// What the kernel tells of the order that `assay explain` asks about.
#include <algorithm>
#include <fmt/format.h>
#include <limits>

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

// Zero without a sign: 1e4 x -0 puzzles whoever checks by hand.
double plain(double x) {
    return x + 0.0;
}

constexpr double kNothing = std::numeric_limits<double>::quiet_NaN();

}  // namespace

void Kernel::watch_step(const Event& e, const OrderRef& ref, const Step& s, const Bbo& route) {
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
    if (s.opened) witness_->quote("the quote it left with", e.at, route);
    if (std::holds_alternative<Replaced>(e.what)) {
        const Working* w = blotter_.working_if(c);
        if (w != nullptr && w->version > 0)
            witness_->quote("the quote the replace left with", w->versions[w->version].sent,
                            w->versions[w->version].at_route);
    }
    if (s.fill != kNoIndex) watch_fill(c, blotter_.fill(s.fill));
    // The first answer of any kind; before() is of this step where it was a report.
    if (!s.opened && !c.has(kNoClock) && c.response != kNoOffset &&
        blotter_.before().generation == c.generation && blotter_.before().response == kNoOffset) {
        witness_->of_order();
        witness_->metric("latency_cmd", "t_first_answer - t_send", fmt::format("{} ns", c.response),
                         static_cast<double>(c.response) * 1e-6, "ms");
    }
}

// What a fill measures at once. Of one that was corrected all is told anew, what its horizons say
// too.
void Kernel::watch_fill(const Chain& c, const Fill& f) {
    if (!c.has(kNoClock)) {
        const bool first = f.after == c.first_fill;
        witness_->metric(first ? "latency_first_fill" : "latency_later_fill", "t_fill - t_send",
                         fmt::format("{} ns", f.after), static_cast<double>(f.after) * 1e-6, "ms");
    }
    const std::string_view lp = lps_.name(cells_[c.cell].key.lp);
    if (!config_.fees.empty()) {
        // Money counts 1e-15 of the currency.
        const double fee =
            1e-15 * static_cast<double>(config_.fees.of(lp, f.liquidity, f.qty, f.px));
        const double value = number(f.px) * as_double(f.qty);
        witness_->metric(
            "fee_bps", "1e4 x fee / (p q)",
            fmt::format("1e4 x {:.6g} / ({} x {})", plain(fee), to_text(f.px), to_text(f.qty)),
            value > 0 ? plain(1e4 * fee / value) : 0, "bps");
    }
    const Bbo q = blotter_.route_of(c, f);
    const int sg = sign(c.side);
    const double p = number(f.px);
    if (!q.usable() || sg == 0) {
        witness_->metric(
            "price_improvement", "s x (far touch at route - p)",
            sg == 0 ? "absent: the order has no side"
                    : fmt::format("absent: the quote at route is {}", assay::text(q.state)),
            0, "");
    } else {
        const double far = number(q.far_touch(c.side)), mid = as_double(q.mid2());
        const double gain = plain(sg * as_double(q.far_touch(c.side) - f.px));
        const double spread = as_double(q.spread());
        witness_->metric(
            "price_improvement", "s x (far touch at route - p)",
            fmt::format("{:+d} x ({} - {})", sg, to_text(q.far_touch(c.side)), to_text(f.px)), gain,
            "per share");
        witness_->metric("price_improvement_bps", "1e4 x improvement / far touch",
                         fmt::format("1e4 x {:.6g} / {}", gain, to_text(q.far_touch(c.side))),
                         plain(1e4 * gain / far), "bps");
        witness_->metric(
            "effective_spread_bps", "1e4 x 2 s (p - M) / M",
            fmt::format("1e4 x 2 x {:+d} x ({} - {:.10g}) / {:.10g}", sg, to_text(f.px), mid, mid),
            plain(1e4 * 2 * sg * (p - mid) / mid), "bps");
        witness_->metric(
            "quoted_spread_bps", "1e4 x (ask - bid) / M",
            fmt::format("1e4 x ({} - {}) / {:.10g}", to_text(q.ask), to_text(q.bid), mid),
            1e4 * spread / mid, "bps");
        if (spread > 0)
            witness_->metric("e_over_q", "2 s (p - M) / (ask - bid)",
                             fmt::format("2 x {:+d} x ({} - {:.10g}) / ({} - {})", sg,
                                         to_text(f.px), mid, to_text(q.ask), to_text(q.bid)),
                             plain(2 * sg * (p - mid) / spread), "of 1");
        else
            witness_->metric("e_over_q", "2 s (p - M) / (ask - bid)",
                             "absent: the quote at route is locked", 0, "");
    }
    const Mids* mids = blotter_.mids_if(f);
    for (std::size_t h = 0; mids != nullptr && h < kpi::kHorizons; ++h)
        if (mids->nano2[h] != 0) watch_after_fill(c, f, h, {mids->nano2[h]});
}

void Kernel::watch_horizon(std::uint32_t chain, const Fill& f, std::size_t h, Nanos due,
                           const Bbo& q) {
    if (!is_watched(chain)) return;
    witness_->quote(fmt::format("the quote {} after the fill", kpi::kHorizonName[h]), due, q);
    watch_after_fill(blotter_.chain(chain), f, h, q.mid2());
}

void Kernel::watch_after_fill(const Chain& c, const Fill& f, std::size_t h, TwiceMid mid2) {
    const double mid = as_double(mid2), p = number(f.px);
    const int sg = sign(c.side);
    const std::string_view name = kpi::kHorizonName[h];
    witness_->metric(
        fmt::format("markout_bps_{}", name), "1e4 s (M(t+h) - p) / p",
        fmt::format("1e4 x {:+d} x ({:.10g} - {}) / {}", sg, mid, to_text(f.px), to_text(f.px)),
        plain(1e4 * sg * (mid - p) / p), "bps");
    const Bbo route = blotter_.route_of(c, f);
    if (!route.usable() || sg == 0) return;
    const double sent = as_double(route.mid2());
    witness_->metric(
        fmt::format("realized_spread_{}_bps", name), "1e4 x 2 s (p - M(t+h)) / M(t_send)",
        fmt::format("1e4 x 2 x {:+d} x ({} - {:.10g}) / {:.10g}", sg, to_text(f.px), mid, sent),
        plain(1e4 * 2 * sg * (p - mid) / sent), "bps");
    witness_->metric(
        fmt::format("price_impact_bps_{}", name), "1e4 x 2 s (M(t+h) - M(t_send)) / M(t_send)",
        fmt::format("1e4 x 2 x {:+d} x ({:.10g} - {:.10g}) / {:.10g}", sg, mid, sent, sent),
        plain(1e4 * 2 * sg * (mid - sent) / sent), "bps");
    const Mids* mids = blotter_.mids_if(f);
    if (h != kpi::kHorizon5m || mids == nullptr || mids->nano2[kpi::kHorizon15s] == 0) return;
    const double early = as_double(TwiceMid{mids->nano2[kpi::kHorizon15s]});
    witness_->metric(
        "reversion_bps", "1e4 s (M(t+15s) - M(t+5m)) / M(t_send)",
        fmt::format("1e4 x {:+d} x ({:.10g} - {:.10g}) / {:.10g}", sg, early, mid, sent),
        plain(1e4 * sg * (early - mid) / sent), "bps");
}

void Kernel::watch_time_out(std::uint32_t chain, Nanos at) {
    if (!is_watched(chain)) return;
    const Chain& c = blotter_.chain(chain);
    const Duration wait{c.term};
    witness_->happened(
        at, c.why == Term::unread
                ? "no end was read in time, and a report that may have said it cannot be used"
            : c.cum.micro > 0
                ? fmt::format("no end was reported within {:g} s: timed out, over with {}",
                              as_seconds(wait), to_text(c.cum))
                : fmt::format("no answer within {:g} s: timed out, a discretionary reject until an "
                              "answer comes",
                              as_seconds(wait)));
}

// What the whole order came to. Told again where something changes it: the last one counts.
void Kernel::watch_end(std::uint32_t chain) {
    if (!is_watched(chain)) return;
    const Chain& c = blotter_.chain(chain);
    witness_->of_order();
    const Qty offered = blotter_.offered(c);
    if (c.left_out()) {
        const std::string why =
            c.ours() ? "absent: rejected for a reason of our own making: in no KPI of "
                       "the LP but n_ours, and in no estimate"
                     : "absent: its end could not be read: in no KPI of orders but "
                       "n_unreadable, and in no estimate";
        for (const std::string_view name : {"fill_rate", "reject_rate", "latency_rt"})
            witness_->metric(name, "", why, 0, "");
        return;
    }
    if (offered.micro > 0) {
        const double share = std::min(1.0, as_double(c.cum) / as_double(offered));
        witness_->metric(
            "fill_rate", "min(filled, O) / O",
            fmt::format("min({}, {}) / {}", to_text(c.cum), to_text(offered), to_text(offered)),
            share, "of 1");
    } else {
        witness_->metric("fill_rate", "min(filled, O) / O", "absent: nothing was offered", 0, "");
    }
    const bool silent = c.why == Term::timed_out && c.cum.micro == 0;
    witness_->metric("reject_rate", "1 where it was rejected with nothing filled",
                     c.rejected() ? fmt::format("rejected, {}", assay::text(c.reject_class))
                     : silent     ? std::string("timed out, discretionary")
                                  : fmt::format("{}", assay::text(c.why)),
                     c.rejected() || silent ? 1 : 0, "of 1");
    if (c.has(kNoClock))
        witness_->metric("latency_rt", "t_end - t_send", "absent: no capture clock", 0, "");
    else
        witness_->metric("latency_rt", "t_end - t_send", fmt::format("{} ns", c.resolved_after()),
                         static_cast<double>(c.resolved_after()) * 1e-6, "ms");
    if (unfilled(c).micro > 0 && !c.priced())
        witness_->metric("reject_cost_bps", "1e4 x cost of what was left / (far touch x O)",
                         "absent: no usable quote when it left", 0, "");
}

void Kernel::watch_charge(const Charge& charge, Money cost, Qty offered) {
    witness_->of_order();
    constexpr std::string_view kFormula = "1e4 x cost of what was left / (far touch x O)";
    if (!charge.believed) {
        witness_->metric("reject_cost_bps", kFormula,
                         "absent: no usable quote when the window for it was over", 0, "");
        return;
    }
    std::string parts;
    Qty rest = charge.size;
    const int sg = sign(blotter_.chain(charge.chain).side);
    const auto part = [&](Qty q, Price px) {
        if (q.micro <= 0) return;
        parts += fmt::format("{}{} x {:+d} x ({} - {})", parts.empty() ? "" : " + ", to_text(q), sg,
                             to_text(px), to_text(charge.tried));
        rest -= q;
    };
    for (const Payment& paid : charge.paid) part(std::min(rest, paid.qty), paid.px);
    if (charge.mark.nano != 0) part(rest, charge.mark);
    const double bps =
        1e4 * static_cast<double>(cost) / static_cast<double>(charge.tried * offered);
    witness_->metric(
        "reject_cost_bps", kFormula,
        fmt::format("1e4 x ({}) / ({} x {})", parts, to_text(charge.tried), to_text(offered)),
        plain(bps), "bps");
}

// What the order's end says of its LP's capacity, told where this order is watched.
void Kernel::observe_capacity(const Foresight::Order& order, int dir) {
    if (witness_ == nullptr || !is_watched(order.id)) return foresight_.observe(order, dir);
    const double before = foresight_.chance_in_full(order);
    foresight_.observe(order, dir);
    const double after = foresight_.chance_in_full(order);
    if (after == before) return;
    witness_->step(dir > 0 ? "what the order came to is counted"
                           : "what the order had come to is taken out again");
    witness_->changed("capacity: chance that it fills an order like this in full", before, after,
                      "");
}

void Kernel::watch_net_leak(const estimate::LaterMean& before, const estimate::LaterMean& after,
                            double raw, double others) {
    witness_->of_order();
    witness_->metric("leakage_bps_15s",
                     "raw leakage - mean of the others' in the same symbol, side "
                     "and condition",
                     fmt::format("{:.6g} - {:.6g}", raw, others), plain(raw - others), "bps");
    witness_->step("what the mid did after the order is counted");
    const auto mean = [](const estimate::LaterMean& m) {
        return m.weights.W > 0 ? m.weights.mean(m.x) : kNothing;
    };
    witness_->changed("leakage at 15 s, slow (5 sessions)", mean(before), mean(after), "bps");
}

void Kernel::watch_leak(std::uint32_t chain, Nanos due, const Bbo& q, std::int64_t moved) {
    if (!is_watched(chain)) return;
    const Chain& c = blotter_.chain(chain);
    witness_->of_order();
    witness_->quote("the quote 15s after the order left", due, q);
    const double from = as_double(twice_mid(c.bid, c.ask));
    witness_->metric("leakage_raw_bps_15s", "1e4 s (M(t_send+15s) - M(t_send)) / M(t_send)",
                     fmt::format("1e4 x {:+d} x ({:.10g} - {:.10g}) / {:.10g}", sign(c.side),
                                 as_double(q.mid2()), from, from),
                     plain(static_cast<double>(moved) * 1e-6), "bps");
}

void Kernel::watch_belief(std::uint32_t chain, const Cell& cell, const estimate::OrderTrial& t,
                          double dir) {
    if (!is_watched(chain)) return;
    witness_->step(dir > 0 ? "what the order came to is counted"
                           : "what the order had come to is taken out again");
    const auto tell = [&](std::string_view horizon, const estimate::Hot& was, Nanos at,
                          Duration half_life) {
        estimate::Hot before = was, after = was;
        before.weigh(std::max(at, before.t0), half_life);
        after.trial(at, t, dir, half_life);
        const auto one = [&](std::string_view name, double b, double a, std::string_view unit) {
            witness_->changed(fmt::format("{}, {}", name, horizon), b, a, unit);
        };
        one("orders behind it", before.orders.W, after.orders.W, "orders");
        // Where no order is behind it, nothing is believed.
        const auto mean = [](const estimate::Weights& w, const estimate::Moments& x) {
            return w.W > 0 ? plain(w.mean(x)) : kNothing;
        };
        one("fill rate", mean(before.orders, before.fill), mean(after.orders, after.fill), "");
        one("reject rate", before.orders.W > 0 ? before.reject / before.orders.W : kNothing,
            after.orders.W > 0 ? after.reject / after.orders.W : kNothing, "");
        if (t.latency_ms)
            one("latency", mean(before.timed, before.ms), mean(after.timed, after.ms), "ms");
        if (t.priced)
            one("price improvement per offered share", mean(before.quoted, before.gain),
                mean(after.quoted, after.gain), "bps");
    };
    tell("slow (5 sessions)", cell.slow.hot, session_clock(now_), slow_half_life());
    tell("fast (this session)", cell.fast.hot, now_, fast_half_life());
}

}  // namespace assay
