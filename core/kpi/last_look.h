// Last look: does a liquidity provider reject when the price has moved against it?
// (docs/spec.md 2.8)
//   unit    RA: difference of two shares, -1..1; > 0: rejects when the quote became good for us
//   source  two-proportion z test (standard text); fixed horizon: docs/spec.md 2.8, ruling
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "core/units/nanos.h"

namespace assay::kpi {

// Moves within +-0.1 bps say nothing about a direction. In 1e-6 bps.
inline constexpr std::int64_t kDriftDeadband = 100'000;

enum class Drift : std::uint8_t { up, flat, down };  // up: the mid moved our way

constexpr Drift drift_of(std::int64_t moved_micro_bps) {
    if (moved_micro_bps > kDriftDeadband) return Drift::up;
    return moved_micro_bps < -kDriftDeadband ? Drift::down : Drift::flat;
}

// When to look at the drift: at one fixed time after sending, the same for accepts and rejects.
// Drift measured until the answer came would cover more time for an LP that holds its rejects,
// and would flag an LP where the price merely moved in the meantime.
constexpr Duration drift_horizon(Duration median_hold) {
    return median_hold < Duration{50'000'000} ? Duration{50'000'000} : median_hold;
}

struct DriftAsymmetry {
    double difference{};      // P(reject | up) - P(reject | down)
    std::optional<double> z;  // absent where every order, or none, was rejected
};
// Pooled variance. Absent where one of the two groups is empty.
std::optional<DriftAsymmetry> drift_asymmetry(std::int64_t up_rejected, std::int64_t up_n,
                                              std::int64_t down_rejected, std::int64_t down_n);

// An LP is flagged as asymmetric below this p value: |z| > 3, two-sided.
inline constexpr double kLastLookFlagP = 0.0026997960632601866;

// Holm's adjusted p values over several LPs (same order).
std::vector<double> holm(std::span<const double> p);

}  // namespace assay::kpi
