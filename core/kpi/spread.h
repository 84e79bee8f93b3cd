// Quoted, effective and realised spread, price impact (docs/spec.md 2.2, 2.3).
//   unit    quote currency a share; a spread is a full (two-sided) one
//   sign    > 0 is what we, the taker, paid; impact > 0: the price went our way after the fill
//   source  17 CFR 242.600(b)(8) average effective spread, (b)(13) average realized spread
// With the same reference mid:  effective = realised + impact, exactly.
#pragma once

#include <optional>

#include "core/units/price.h"
#include "core/units/side.h"

namespace assay::kpi {

constexpr PriceDelta quoted_spread(Price bid, Price ask) {
    return ask - bid;
}

// 2 s (p - M): twice the distance of the fill from the mid when the order was sent (or received).
constexpr PriceDelta effective_spread(Side side, Price last_px, TwiceMid mid2_ref) {
    return {sign(side) * (2 * last_px.nano - mid2_ref.nano2)};
}

// 2 s (p - M(t_fill + h)): what the liquidity provider kept once the price had moved on.
constexpr PriceDelta realized_spread(Side side, Price last_px, TwiceMid mid2_later) {
    return effective_spread(side, last_px, mid2_later);
}

// 2 s (M(t_fill + h) - M_ref): the full-spread equivalent of how far the mid went our way.
constexpr PriceDelta price_impact(Side side, TwiceMid mid2_ref, TwiceMid mid2_later) {
    return {sign(side) * (mid2_later.nano2 - mid2_ref.nano2)};
}

// Effective over quoted spread, of single fills or of sums. 1: traded at the touch; 0: at mid.
// Absent where the quoted spread is not positive (locked).
constexpr std::optional<double> effective_over_quoted(PriceDelta effective, PriceDelta quoted) {
    if (quoted.nano <= 0) return std::nullopt;
    return static_cast<double>(effective.nano) / static_cast<double>(quoted.nano);
}

// A spread as basis points of a mid given doubled. mid2 > 0.
constexpr double spread_bps(PriceDelta spread, TwiceMid mid2) {
    return 2e4 * static_cast<double>(spread.nano) / static_cast<double>(mid2.nano2);
}

}  // namespace assay::kpi
