// The mid of one symbol as it would go if nobody traded: Brownian motion of the logarithm, with the
// volatility of the market condition, and jumps. It can be asked at any instant of the interval it
// is in, by halving: where it stands in the middle of two known instants is drawn (Levy's
// construction), so the answer does not depend on which instants were asked for before.
#pragma once

#include <cstdint>

#include "core/sim/config.h"
#include "core/sim/luck.h"

namespace assay::sim {

class PricePath {
  public:
    PricePath(const MarketConfig& market, std::uint32_t symbol, Luck luck);

    // Goes to the end of the interval and into the next one, of the condition's volatility.
    void advance(Regime regime);
    // Of the logarithm of the mid, in bps from the first. `share`: how much of the interval has
    // passed, in [0, 1].
    double bps_at(double share) const;
    double sigma() const { return sigma_; }  // of the interval, bps per square root of a second

  private:
    const MarketConfig* market_;
    std::uint32_t symbol_{};
    Luck luck_;
    double interval_s_, sigma_{};
    std::uint64_t interval_{};
    double begin_{}, end_{};
};

}  // namespace assay::sim
