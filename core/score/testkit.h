// For tests of score only: the LPs of the worked examples of docs/spec.md 5.4 and 5.5.
#pragma once

#include "core/score/composite.h"

namespace assay::score::testkit {

inline Belief sure(double mean) {
    return {.mean = mean, .n_eff = 10'000, .absent = false};
}
inline Belief about(double mean, double sd) {
    return {.mean = mean, .var = sd * sd, .n_eff = 100, .absent = false};
}

struct Lp {
    const char* name;
    double improvement_bps, fill, latency_ms, reject, impact_bps;

    Beliefs beliefs() const {
        Beliefs b;
        of(b, Scored::price_improvement_bps) = sure(improvement_bps);
        of(b, Scored::fill_rate) = sure(fill);
        of(b, Scored::latency_mean_ms) = sure(latency_ms);
        of(b, Scored::reject_rate) = sure(reject);
        of(b, Scored::leakage_bps_15s) = sure(impact_bps);
        return b;
    }
};
inline constexpr Lp kLpA{"LP_A", 0.50, 0.985, 16.5, 0.012, 0.09};
inline constexpr Lp kLpB{"LP_B", -0.25, 0.65, 55, 0.15, 1.13};
inline constexpr Lp kLpC{"LP_C", 1.00, 0.95, 25, 0.035, 0.265};
inline constexpr Lp kLpD{"LP_D", 1.00, 0.831, 20, 0, 0};

}  // namespace assay::score::testkit
