// The price of what is left when an agent gives up on its LPs and takes it from the market
// (docs/spec.md section 9).
#pragma once

#include <cmath>

#include "core/market/bbo.h"

namespace assay::sim {

// 0.35 sqrt(lots) bps through the far touch. When to sweep is the agent's rule; after 8 rounds in
// section 9.
inline constexpr double kSweepBps = 0.35;
inline Price sweep_price(const Bbo& quote, Side side, double lots) {
    const Price far = quote.far_touch(side);
    const double through = as_double(far) * kSweepBps * std::sqrt(lots) * 1e-4;
    return far + PriceDelta{sign(side) * std::llround(through * 1e9)};
}

}  // namespace assay::sim
