#include "core/market/outflow.h"

#include <cmath>

#include "core/units/elementary.h"

namespace assay {

namespace {

// What is left of a sum after so long.
double kept(Duration age) {
    return elementary::exp2(-as_seconds(age) / as_seconds(Outflow::kHalfLife));
}

}  // namespace

void Outflow::traded(Nanos at, Qty qty) {
    if (!known(from_)) from_ = at;
    if (known(last_) && at > last_) {
        const double k = kept(at - last_);
        sum_ *= k;
        squares_ *= k;
    }
    last_ = known(last_) ? std::max(last_, at) : at;
    const double q = as_double(qty);
    sum_ += q;
    squares_ += q * q;
}

std::optional<Outflow::Forecast> Outflow::forecast(Nanos at, Duration over) const {
    if (!known(from_) || at - from_ < kLeast) return std::nullopt;
    // A rate of 1 that began at from_ would have come to so many seconds by now.
    constexpr double kLn2 = 0.69314718055994530942;
    const double seconds = as_seconds(kHalfLife) / kLn2 * (1 - kept(at - from_));
    const double k = kept(at - last_), t = as_seconds(over);
    return Forecast{t * k * sum_ / seconds, std::sqrt(t * k * squares_ / seconds)};
}

}  // namespace assay
