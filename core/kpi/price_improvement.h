// Price improvement: what a fill gained against the quote (docs/spec.md 2.1).
//   unit    quote currency a share; > 0: better for us than the benchmark
//   source  17 CFR 242.600(b), "executed with price improvement" (see docs/references.md)
// Which quote (at route, at receipt) and which point of it (far touch, mid, near touch) the caller
// says by the benchmark he passes; the scored one is the far touch at route.
#pragma once

#include <cstdint>
#include <optional>

#include "core/units/price.h"
#include "core/units/side.h"

namespace assay::kpi {

// s * (B - p). A buy at 100.015 under a far touch of 100.02 gains 0.005; a sell must be above.
constexpr PriceDelta price_improvement(Side side, Price last_px, Price benchmark) {
    return {sign(side) * (benchmark.nano - last_px.nano)};
}

// 2 * s * (M - p): against a mid, doubled so that it stays exact.
constexpr PriceDelta twice_improvement_on_mid(Side side, Price last_px, TwiceMid mid2) {
    return {sign(side) * (mid2.nano2 - 2 * last_px.nano)};
}

// A gain of at most this much is "at the quote": half of the finest tick a feed carries.
inline constexpr PriceDelta kPriceImprovementEps{1'000};  // 1e-6 currency

enum class AgainstQuote : std::uint8_t { improved, at_quote, worse };

constexpr AgainstQuote against_quote(PriceDelta gain, PriceDelta eps = kPriceImprovementEps) {
    if (gain > eps) return AgainstQuote::improved;
    return gain < -eps ? AgainstQuote::worse : AgainstQuote::at_quote;
}

// Gain in half spreads: 0 = far touch, 1 = mid, 2 = near touch. Absent where the quote was locked
// (no spread to divide by). Compares symbols of different spreads.
constexpr std::optional<double> half_spread_capture(PriceDelta gain, PriceDelta spread) {
    if (spread.nano <= 0) return std::nullopt;
    return 2.0 * static_cast<double>(gain.nano) / static_cast<double>(spread.nano);
}

// One fill's gain in basis points of its benchmark. A row's figure is NOT the mean of these but
// one ratio of two sums. `benchmark` > 0.
constexpr double improvement_bps(PriceDelta gain, Price benchmark) {
    return 1e4 * static_cast<double>(gain.nano) / static_cast<double>(benchmark.nano);
}

}  // namespace assay::kpi
