// Reversion: how much of the early move has come back later (docs/spec.md 2.5).
//   unit    basis points of the mid at route; > 0: the price came back, so what moved it was our
//   own
//           trading (temporary impact) and not news
//   source  docs/spec.md 2.5; the split into temporary and lasting impact is common in the
//   literature
#pragma once

#include <optional>

#include "core/units/decimal.h"
#include "core/units/price.h"
#include "core/units/side.h"

namespace assay::kpi {

// -2 s (M_late - M_early), doubled so that it stays exact.
constexpr PriceDelta twice_reversion(Side side, TwiceMid mid2_early, TwiceMid mid2_late) {
    return {-sign(side) * (mid2_late.nano2 - mid2_early.nano2)};
}

// Share of the early move that came back, of one fill or of sums over fills of q times each:
// -2 s (M_late - M_early) over 2 s (M_early - M_ref). 1: all of it. Absent where the early move is
// below half a tick: there is nothing to come back from.
inline std::optional<double> reversion_ratio(Money came_back2, Money moved2, Money tick) {
    if (moved2 == 0 || (moved2 < 0 ? -moved2 : moved2) < tick) return std::nullopt;
    return ratio(came_back2, moved2);
}

}  // namespace assay::kpi
