// Markout: how far the mid has gone our way some time after a fill (docs/spec.md 2.4).
//   unit    basis points of the fill price; > 0: the price moved in our direction
//   source  industry convention; the horizons contain those of 17 CFR 242.605 as amended in 2024
// A single horizon says little: the curve is shown, 15 s is scored.
#pragma once

#include "core/units/price.h"
#include "core/units/side.h"

namespace assay::kpi {

// 2 s (M(t_fill + h) - p), doubled so that it stays exact. The realised spread with its sign
// turned.
constexpr PriceDelta twice_markout(Side side, Price last_px, TwiceMid mid2_later) {
    return {sign(side) * (mid2_later.nano2 - 2 * last_px.nano)};
}

// One fill's markout in basis points. A row's figure is one ratio of two sums. last_px > 0.
constexpr double markout_bps(Side side, Price last_px, TwiceMid mid2_later) {
    return 0.5e4 * static_cast<double>(twice_markout(side, last_px, mid2_later).nano) /
           static_cast<double>(last_px.nano);
}

}  // namespace assay::kpi
