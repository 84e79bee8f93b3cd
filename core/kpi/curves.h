// What the price did after fills and after rejects, horizon by horizon (docs/spec.md 2.4, 2.7).
#pragma once

#include <cstddef>
#include <optional>

#include "core/kpi/sums.h"

namespace assay::kpi {

// bps of what was filled, by notional; > 0: the price moved our way. `h` is a place in kHorizon.
// Absent where no fill had a mid then. Of one currency.
inline std::optional<double> markout_bps_at(const Sums& s, std::size_t h) {
    if (s.after[h].notional == 0) return std::nullopt;
    return 1e4 * 0.5 * static_cast<double>(s.after[h].move2) /
           static_cast<double>(s.after[h].notional);
}

// bps, the mean over rejected orders; > 0: the price moved our way, so that the reject cost us.
inline std::optional<double> reject_drift_bps_at(const Sums& s, std::size_t h) {
    if (s.reject_drift_n[h] <= 0) return std::nullopt;
    return static_cast<double>(s.reject_drift[h]) * 1e-6 / static_cast<double>(s.reject_drift_n[h]);
}

}  // namespace assay::kpi
