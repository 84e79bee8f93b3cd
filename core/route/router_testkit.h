// For tests of the router only: three LPs, a market at 49.99 to 50.01, and orders of ACME.
#pragma once

#include <string>
#include <vector>

#include "core/route/router.h"
#include "core/route/testkit.h"

namespace assay::route::testkit {

inline constexpr Nanos kTen{1'754'042'400'000'000'000};  // 10:00:00 UTC of a day

struct Desk {
    Tail a{.95, .997, 400}, c{.90, .997, 600}, d{.80, .997, 300};
    std::vector<Candidate> candidates;
    RouterConfig config;

    Desk() {
        const auto lp = [](std::uint32_t n, double score, double sd, double ms, FillTail tail) {
            Candidate x;
            x.lp = {n};
            x.standing = Standing{score, sd, score - sd};
            x.n_eff = 1000;
            x.half_spread_bps = 2;
            x.price_improvement_bps = 0.5;
            x.leak_bps_per_lot = 0.0001;
            x.round_trip_ms = ms;
            x.tail = tail;
            return x;
        };
        candidates = {lp(0, 92.5, 1, 16.5, a.view()), lp(1, 88.2, 1, 25, c.view()),
                      lp(2, 84.0, 2, 20, d.view())};
        config.lps = {"LP_A", "LP_C", "LP_D"};
        config.limits = {.parent_qty = 1'000'000_qty,
                         .child_qty = 100'000_qty,
                         .parent_notional = 100.00_px * 1'000'000_qty,
                         .child_notional = 100.00_px * 100'000_qty,
                         .collar_bps = 50,
                         .open_qty = 500'000_qty,
                         .orders_per_window = 100,
                         .window = 1_s,
                         .orders_per_parent = 500,
                         .duplicate_window = 1_ms};
        config.terms.unfilled_bps = 6;
        config.seed = 7;
        config.version = 3;
    }
    Desk(const Desk&) = delete;  // the candidates look into the tails

    MarketView view(Nanos at) const {
        MarketView v;
        v.at = at;
        v.quote.at = at;
        v.quote.bid = 49.99_px;
        v.quote.ask = 50.01_px;
        v.quote.state = QuoteState::ok;
        v.scores = {BoardState::good, at, 1, 1, 1};
        v.candidates = candidates;
        return v;
    }
    static ParentOrder sell(Qty qty, PolicyId policy = PolicyId::split) {
        ParentOrder o;
        o.id = 1;
        o.cl_ord_id = "OMS-1";
        o.symbol = "ACME";
        o.side = Side::sell;
        o.qty = qty;
        o.lot = 100_qty;
        o.starts = kTen;
        o.ends = kTen + 1800_s;
        o.pace.round_gap = 10_s;
        o.pace.round_qty = 45'000_qty;
        o.pace.urgency = 1;
        o.min_child = 100_qty;
        o.max_child = 30'000_qty;
        o.probe_qty = 20'000_qty;
        o.max_slip_bps = 2;
        o.policy = policy;
        return o;
    }
};

inline ChildReport filled(ChildId id, Nanos at, Qty qty, const std::string& exec_id,
                          Price px = 49.99_px) {
    ChildReport r;
    r.at = at;
    r.child = id;
    r.answer = Answer::filled;
    r.last_qty = qty;
    r.last_px = px;
    r.exec_id = exec_id;
    return r;
}
inline ChildReport said(ChildId id, Nanos at, Answer answer) {
    ChildReport r;
    r.at = at;
    r.child = id;
    r.answer = answer;
    return r;
}
inline std::vector<Intent> sends(const Outputs& out) {
    std::vector<Intent> s;
    for (const auto& i : out.intents)
        if (i.what == Intent::What::send) s.push_back(i);
    return s;
}

}  // namespace assay::route::testkit
