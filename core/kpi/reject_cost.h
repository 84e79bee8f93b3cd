// What it cost to trade elsewhere what an LP refused or left (docs/spec.md 2.11).
//   unit    currency here, basis points in reports; > 0: bad for us
//   source  docs/spec.md 2.11; opportunity cost in the sense of Perold (1988)
// Charged to the LP that left the quantity unfilled.
#pragma once

#include "core/units/price.h"
#include "core/units/qty.h"
#include "core/units/side.h"

namespace assay::kpi {

// q * s * (p - B): what a share of the lot cost against the quote we tried to hit.
constexpr Money reject_cost(Side side, Qty qty, Price paid, Price tried) {
    return PriceDelta{sign(side) * (paid.nano - tried.nano)} * qty;
}

}  // namespace assay::kpi
