// Size improvement: more shares at the touch or better than the quote showed (docs/spec.md 2.6).
//   unit    shares; ratio without unit; > 0 and > 1 are good
//   source  17 CFR 242.605 as amended in 2024 (secondary reading)
#pragma once

#include <algorithm>
#include <optional>

#include "core/units/qty.h"

namespace assay::kpi {

// max(0, filled at or better than the touch - displayed far size).
constexpr Qty size_improvement(Qty filled_at_or_better, Qty displayed) {
    return std::max(Qty{0}, filled_at_or_better - displayed);
}

// What an order could expect from the quote alone: min(order, displayed).
constexpr Qty size_expected(Qty order_qty, Qty displayed) {
    return std::min(order_qty, displayed);
}

// filled at or better / min(order, displayed); absent where nothing was displayed.
constexpr std::optional<double> size_improvement_ratio(Qty filled_at_or_better, Qty order_qty,
                                                       Qty displayed) {
    const Qty expected = size_expected(order_qty, displayed);
    if (expected.micro <= 0) return std::nullopt;
    return static_cast<double>(filled_at_or_better.micro) / static_cast<double>(expected.micro);
}

}  // namespace assay::kpi
