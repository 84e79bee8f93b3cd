// The parts of an order's latency (docs/spec.md 1.6). All durations are of our own clock.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "core/units/nanos.h"

namespace assay::kpi {

enum class Latency : std::uint8_t {
    round_trip,   // t_term - t_send: any outcome; what a router that waits feels
    command,      // first response of the LP - t_send: command processing
    gateway,      // AckGw - t_send
    first_fill,   // first fill - t_send
    ack_to_fill,  // first fill - ack; absent where the fill came first
    last_fill,    // last fill - t_send
    reject,       // reject - t_send
    cancel,       // answer to our cancel - cancel sent
};
inline constexpr std::size_t kLatencies = 8;

// Absent parts are absent, not zero.
struct Latencies {
    std::array<std::optional<Duration>, kLatencies> part{};
    std::optional<Duration>& operator[](Latency l) { return part[static_cast<std::size_t>(l)]; }
    const std::optional<Duration>& operator[](Latency l) const {
        return part[static_cast<std::size_t>(l)];
    }
};

}  // namespace assay::kpi
