#include "core/sim/nature.h"

#include <cmath>

#include "core/estimate/distributions.h"
#include "core/units/elementary.h"

namespace assay::sim {

namespace {

constexpr double kLatency[] = {1, 1.2, 2}, kSize[] = {1, .85, .5}, kReject[] = {1, 2, 3};

}  // namespace

double latency_factor(Regime regime) {
    return kLatency[static_cast<std::size_t>(regime)];
}
double size_factor(Regime regime) {
    return kSize[static_cast<std::size_t>(regime)];
}
double reject_factor(Regime regime) {
    return kReject[static_cast<std::size_t>(regime)];
}

Nature in_regime(Nature nature, Regime regime) {
    nature.latency_ms *= latency_factor(regime);
    nature.mean_lots *= size_factor(regime);
    nature.reject_share = std::fmin(1, nature.reject_share * reject_factor(regime));
    return nature;
}

double last_look_share(const Nature& nature, double sigma) {
    if (nature.last_look == LastLook::none) return 0;
    constexpr int kPoints = 32;  // of equal probability
    double sum = 0;
    for (int i = 0; i < kPoints; ++i) {
        const double z = estimate::normal_quantile((i + 0.5) / kPoints);
        const double hold_s = nature.latency_ms * 1e-3 * elementary::exp(nature.latency_log_sd * z);
        sum += estimate::normal_cdf(-nature.last_look_bps / (sigma * std::sqrt(hold_s)));
    }
    return (nature.last_look == LastLook::symmetric ? 2 : 1) * sum / kPoints;
}

}  // namespace assay::sim
