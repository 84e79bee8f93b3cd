// For tests: the orders that docs/spec.md and the catalog work their examples on.
#pragma once

#include <array>
#include <utility>

#include "core/kpi/sums.h"
#include "core/market/bbo.h"
#include "core/units/decimal.h"

namespace assay::kpi {

constexpr Bbo quote(Price bid, Price ask) {
    Bbo q;
    q.bid = bid;
    q.ask = ask;
    q.state = state_of(bid, ask);
    return q;
}

// E1: buy 1000 IOC, quote 100.00 x 100.02 when sent, 100.01 x 100.03 when received; the rest
// canceled.
inline constexpr std::array<std::pair<Qty, Price>, 2> kE1Fills = {
    {{600_qty, 100.015_px}, {200_qty, 100.02_px}}};
inline constexpr Bbo kE1Route = quote(100.00_px, 100.02_px);
inline constexpr Bbo kE1Receipt = quote(100.01_px, 100.03_px);
// Mids after the fills, in the order of kHorizon.
inline constexpr std::array<Price, kHorizons> kE1Mids = {100.020_px, 100.025_px, 100.025_px,
                                                         100.030_px, 100.030_px, 100.035_px,
                                                         100.040_px, 100.030_px, 100.015_px};

constexpr TwiceMid twice(Price mid) {
    return {2 * mid.nano};
}

// A fill with nothing but what prices it.
inline FillFacts priced_fill(Side side, Qty qty, Price px, const Bbo& at_route) {
    FillFacts f;
    f.side = side;
    f.last_qty = qty;
    f.last_px = px;
    f.at_route = at_route;
    return f;
}

inline OrderFacts plain_order(Qty offered, Qty cum) {
    OrderFacts f;
    f.offered = offered;
    f.cum = cum;
    f.accepted = true;
    return f;
}

inline OrderFacts rejected_order(Qty offered, RejectClass why) {
    OrderFacts f;
    f.offered = offered;
    f.rejected = why;
    return f;
}

inline Sums e1() {
    Sums s;
    OrderFacts order = plain_order(1000_qty, 800_qty);
    order.latencies[Latency::round_trip] = Duration{22'400'000};
    order.latencies[Latency::command] = Duration{4'000'000};
    order.latencies[Latency::gateway] = Duration{1'000'000};
    order.latencies[Latency::first_fill] = Duration{15'000'000};
    order.latencies[Latency::ack_to_fill] = Duration{11'000'000};
    order.latencies[Latency::last_fill] = Duration{22'000'000};
    order.offered_at_far = 100.02_px * 1000_qty;
    s.order(order, Dir::add);
    std::int64_t ms = 15;
    for (const auto& [qty, px] : kE1Fills) {
        FillFacts fill = priced_fill(Side::buy, qty, px, kE1Route);
        fill.at_receipt = kE1Receipt;
        fill.arrival_mid2 = kE1Route.mid2();
        fill.fee = 0.003_px * qty;
        fill.since_send = Duration{ms * 1'000'000};
        ms = 22;
        s.fill(fill, Dir::add);
        for (std::size_t h = 0; h < kHorizons; ++h) {
            s.horizon(h, {Side::buy, qty, px, kE1Route, twice(kE1Mids[h])}, Dir::add);
        }
        s.reversion({Side::buy, qty, kE1Route, twice(100.040_px), twice(100.015_px), 0.01_dpx},
                    Dir::add);
    }
    s.size_improvement_of(1000_qty, 800_qty, 400_qty, Dir::add);
    s.leaked(micro_bps(twice(100.01_px), twice(100.04_px), Side::buy), Dir::add);
    return s;
}

// Offered and filled: (1000, 800), (500, rejected), (200, 200), (5000, 2500); one rejected by us.
inline Sums four_orders() {
    Sums s;
    s.order(plain_order(1000_qty, 800_qty), Dir::add);
    s.order(rejected_order(500_qty, RejectClass::discretionary), Dir::add);
    s.order(plain_order(200_qty, 200_qty), Dir::add);
    s.order(plain_order(5000_qty, 2500_qty), Dir::add);
    OrderFacts ours = rejected_order(700_qty, RejectClass::ours);
    ours.ours = true;
    s.order(ours, Dir::add);
    return s;
}

}  // namespace assay::kpi
