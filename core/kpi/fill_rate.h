// Fill rate (docs/spec.md 2.7). A child order is one trial, whatever its size; a reject is a zero;
// orders rejected for a reason of our own making do not count.
//   unit    share of 1; higher is better
//   source  docs/spec.md 2.7; offered quantity: docs/spec.md 1.5
#pragma once

#include <algorithm>
#include <cstdint>

#include "core/units/qty.h"

namespace assay::kpi {

// The filled part that counts against what was offered: an overfill counts as a full fill.
constexpr Qty filled_of_offered(Qty cum, Qty offered) {
    return std::min(cum, offered);
}

// min(1, cum / offered) in 1e-12, rounded half up, so that sums of fractions are exact and do not
// depend on their order. offered > 0.
constexpr std::int64_t fill_fraction_pico(Qty cum, Qty offered) {
    const Money scaled =
        static_cast<Money>(filled_of_offered(cum, offered).micro) * 1'000'000'000'000;
    return static_cast<std::int64_t>((2 * scaled + offered.micro) /
                                     (2 * static_cast<Money>(offered.micro)));
}

constexpr bool filled_any(Qty cum) {
    return cum.micro > 0;
}
constexpr bool filled_full(Qty cum, Qty offered) {
    return cum >= offered;
}

}  // namespace assay::kpi
