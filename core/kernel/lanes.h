// Where a kernel's timers wait: one lane for each fixed wait.
#pragma once

#include <cstdint>

#include "core/kernel/timers.h"
#include "core/units/nanos.h"

namespace assay {

inline constexpr std::uint16_t kFillLane = 0;    // + horizon
inline constexpr std::uint16_t kRejectLane = 9;  // + horizon
inline constexpr std::uint16_t kLeakLane = 18, kTimeoutEquityLane = 19, kTimeoutFxLane = 20,
                               kWindowLane = 21, kOwnTimeLane = Timers::kLanes;
inline constexpr Duration kLeakAfter{15'000'000'000};

}  // namespace assay
