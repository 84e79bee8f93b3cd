// Rejection rate (docs/spec.md 2.8): who refused, how often, and how much.
//   unit    share of 1; lower is better
//   source  docs/spec.md 1.5 (classes) and 2.8
// A reject counts where nothing was filled: 150=8 after a partial fill is a cancel.
#pragma once

#include "core/event/event.h"
#include "core/units/qty.h"

namespace assay::kpi {

// Whether a reject of this class is held against the liquidity provider.
constexpr bool counts_against_lp(RejectClass c) {
    return c != RejectClass::ours;
}

// Whether it says something about last look: the LP chose, no limit or fault chose for it.
constexpr bool is_last_look(RejectClass c) {
    return c == RejectClass::discretionary;
}

}  // namespace assay::kpi
