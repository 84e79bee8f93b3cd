// What an LP is really like: the hidden parameters of docs/spec.md section 9, and what a quality
// that nobody sees implies for an order.
#pragma once

#include <cstdint>

#include "core/market/regime.h"

namespace assay::sim {

// Whether an LP looks at the price once more before it answers, and turns down what moved by more
// than its tolerance while it held the order: only what moved against it, or either way.
enum class LastLook : std::uint8_t { none, one_sided, symmetric };

struct Nature {
    double zero_share{};         // probability that it has nothing at the moment
    double mean_lots{};          // capacity otherwise: 1 + exponential of this mean, whole lots
    double latency_ms{};         // median time to its answer
    double latency_log_sd{};     // of the logarithm
    double reject_share{};       // rejects for no reason that we could know
    LastLook last_look{};        //
    double last_look_bps{};      // tolerance, of the mid over the time it held the order
    double improvement{};        // mean price improvement in half-spreads against the far touch
    double improvement_sd{.25};  // of one order's, in half-spreads
    double leak_bps{};           // what the mid moves against us for each lot sent to it

    bool operator==(const Nature&) const = default;
};

// Multipliers of market conditions, by Regime.
double latency_factor(Regime regime);
double size_factor(Regime regime);
double reject_factor(Regime regime);
// The nature in that condition: slower, smaller and more often rejecting when stressed.
Nature in_regime(Nature nature, Regime regime);

// Probability that the last look turns an order down, in a market of `sigma` bps per square root
// of a second: Phi(-theta / (sigma sqrt(hold))), twice that where it looks both ways, averaged over
// the distribution of the hold (docs/spec.md 6.3). Jumps of the market are left out.
double last_look_share(const Nature& nature, double sigma);

}  // namespace assay::sim
