// What leaves a queue at the touch by trading, as a resting order would see it (docs/spec.md 7c).
#pragma once

#include <optional>

#include "core/units/nanos.h"
#include "core/units/qty.h"

namespace assay {

// Trades come as a compound Poisson process: over a time t they take rate x t, with a variance of
// t x the rate of squares. Both rates decay with a half-life of five minutes.
class Outflow {
  public:
    static constexpr Duration kHalfLife{300'000'000'000};
    // Less than this since the first trade says nothing of a rate.
    static constexpr Duration kLeast{10'000'000'000};

    void traded(Nanos at, Qty qty);

    // Of the next `over`, in shares.
    struct Forecast {
        double mean{}, sd{};
    };
    std::optional<Forecast> forecast(Nanos at, Duration over) const;

    template <class Archive>
    void archive(Archive& a) {
        a(from_, last_, sum_, squares_);
    }

  private:
    Nanos from_{kNever}, last_{kNever};  // of the first trade, and of the last
    double sum_{}, squares_{};           // of quantities, as of the last
};

}  // namespace assay
