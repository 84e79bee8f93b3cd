// All-in cost: the spread paid, the cost of what was refused, and fees, in one figure.
//   unit    basis points; > 0: bad for us
//   source  docs/spec.md 2.2, 2.11 and 7d
#pragma once

#include <optional>

namespace assay::kpi {

// Half the effective spread (what one side of a trade pays) + reject cost for each offered share
// + fees. Nothing unfilled, no fee schedule: those parts are 0. Absent without an effective spread.
constexpr std::optional<double> all_in_cost_bps(std::optional<double> effective_spread_bps,
                                                std::optional<double> reject_cost_bps,
                                                std::optional<double> fee_bps) {
    if (!effective_spread_bps) return std::nullopt;
    return *effective_spread_bps / 2.0 + reject_cost_bps.value_or(0.0) + fee_bps.value_or(0.0);
}

}  // namespace assay::kpi
