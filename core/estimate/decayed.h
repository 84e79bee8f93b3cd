// Exponentially decayed sums of one measure (docs/spec.md 4.1): what is believed of a mean.
// Nothing runs on a timer: decay happens when something is observed.
// What may have to be taken out again is kept in a Hot or a LaterMean (core/estimate/cell.h).
#pragma once

#include <optional>

#include "core/units/nanos.h"

namespace assay::estimate {

// A half-life of zero length stands for "never forgets".
inline constexpr Duration kUndecayed{0};

// 2^(-age/half_life); 1 for kUndecayed. `age` >= 0.
double surviving(Duration age, Duration half_life);

// A belief must be given the same half-life for all of its life. Values that are not finite and
// weights that are not > 0 are ignored, as absent is not zero.
struct Decayed {
    Nanos t0{kNever};  // weights are as of then: the latest observation
    double W{};        // sum of weights
    double W2{};       // sum of squared weights
    double S1{};       // sum of weight * (x - offset)
    double S2{};       // sum of weight * (x - offset)^2
    double offset{};   // the first value: keeps S2 free of cancellation

    static constexpr bool kNoPadding = true;

    bool empty() const { return !(W > 0); }

    // Late observations enter at the weight they would have by now; older than 60 half-lives: not
    // at all. A gap of more than 60 half-lives starts anew.
    void observe(Nanos at, double x, double w, Duration half_life);

    // nullopt where nothing was observed (mean) or n_eff <= 1 (variance, per observation).
    std::optional<double> mean() const;
    std::optional<double> variance() const;
    // Kish's effective number of observations, W^2/W2; 0 where empty.
    double n_eff() const;

    bool operator==(const Decayed&) const = default;
};

// Forward decay: many counters share one clock and their weights are never touched. What happens at
// t weighs 2^((t - landmark)/half_life); divide by weight(now) to read. Once weights grow past
// 2^500, `rebase` moves the landmark by whole half-lives: an exact power of two.
struct ForwardClock {
    Duration half_life{kUndecayed};
    Nanos landmark{};
    static constexpr bool kNoPadding = true;

    double weight(Nanos at) const;
    // The factor that every weight made so far must be multiplied with; 1 nearly always.
    double rebase(Nanos at);
    bool operator==(const ForwardClock&) const = default;
};

}  // namespace assay::estimate
