// Delays by which children sent at one instant arrive at one instant (docs/spec.md 7e).
//
// Off unless a desk turns it on: Royal Bank of Canada holds patents on synchronised arrival (its
// THOR family, among them US 9,979,589, US 10,057,333 and US 11,776,054). Take advice first.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/units/nanos.h"

namespace assay::route {

enum class Equalise : std::uint8_t { off, on };

inline constexpr Duration kMostDelay{20'000'000};

struct OneWay {
    Duration median;
    Duration jitter_sd;
};
// One delay an LP: max_k a_k - a_i, at most `most`. An LP whose jitter is above three times the
// median of the others', or whose median is not known (0), neither waits nor is waited for.
std::vector<Duration> equalising_delays(std::span<const OneWay> to, Duration most = kMostDelay);

}  // namespace assay::route
