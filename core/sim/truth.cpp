#include "core/sim/truth.h"

#include <algorithm>
#include <cmath>

#include "core/units/elementary.h"

namespace assay::sim {

LpTruth truth_of(const Nature& met, const Habits& h, double lots, double sigma,
                 double half_spread_bps) {
    LpTruth t;
    t.nature = met;
    t.order_lots = lots;
    t.half_spread_bps = half_spread_bps;
    t.fills_whole = h.perfect_when_small && lots <= h.small_lots;
    // In the order in which a dealer asks itself.
    const double heard = 1 - h.silent_share;
    const double held = heard * (1 - h.flash_share) * (1 - h.after_ack_share);
    const double up = held * (1 - h.technical_share);
    t.answered = up * (1 - last_look_share(met, sigma)) * (1 - met.reject_share);
    t.rejected = heard * h.flash_share + held - t.answered;
    return t;
}

double LpTruth::tail(double lots) const {
    if (lots > order_lots) return 0;
    if (fills_whole) return answered;
    // Capacity is floor(1 + exponential): at least k where the exponential is at least k - 1.
    const double rest = std::max(std::ceil(lots) - 1, 0.0);
    return answered * (1 - nature.zero_share) * elementary::exp(-rest / nature.mean_lots);
}

double LpTruth::expected_fill() const {
    const double lots = std::floor(order_lots);
    if (fills_whole) return answered * lots;
    const double step = elementary::exp(-1 / nature.mean_lots);
    return tail(1) * (1 - elementary::exp(-lots / nature.mean_lots)) / (1 - step);
}

double LpTruth::cost_bps() const {
    return half_spread_bps * (1 - nature.improvement);
}

double LpTruth::latency_ms() const {
    const double sd = nature.latency_log_sd;
    return nature.latency_ms * elementary::exp(sd * sd / 2);
}

}  // namespace assay::sim
