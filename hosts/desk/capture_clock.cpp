#include "hosts/desk/capture_clock.h"

#include <algorithm>
#include <cstdlib>

namespace assay::desk {

static constexpr Duration kStep{20'000'000};

Nanos utc_now() {
    return {std::chrono::duration_cast<std::chrono::nanoseconds>(
                std::chrono::system_clock::now().time_since_epoch())
                .count()};
}

CaptureClock::CaptureClock() : begun_(std::chrono::steady_clock::now()), utc_(utc_now()) {}

Nanos CaptureClock::steady() const {
    const auto since = std::chrono::steady_clock::now() - begun_;
    return utc_ + Duration{std::chrono::duration_cast<std::chrono::nanoseconds>(since).count()};
}

Nanos CaptureClock::now() {
    const std::lock_guard lock(mutex_);
    last_ = std::max(steady(), last_ + Duration{1});
    return last_;
}

std::optional<Duration> CaptureClock::look() {
    const std::lock_guard lock(mutex_);
    const auto at = std::chrono::steady_clock::now();
    const Nanos utc = utc_now();
    const Duration moved = utc - steady();
    if (std::abs(moved.ns) <= kStep.ns) return std::nullopt;
    begun_ = at;
    utc_ = utc;
    return moved;
}

void CaptureClock::not_before(Nanos at) {
    const std::lock_guard lock(mutex_);
    last_ = std::max(last_, at);
}

}  // namespace assay::desk
