#include "hosts/desk/capture_clock.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

namespace assay::desk {

static constexpr Duration kStep{20'000'000};

Nanos utc_now() {
    return {std::chrono::duration_cast<std::chrono::nanoseconds>(
                std::chrono::system_clock::now().time_since_epoch())
                .count()};
}

CaptureClock::CaptureClock(std::function<Nanos()> utc)
    : system_(std::move(utc)), begun_(std::chrono::steady_clock::now()), utc_(system_()) {}

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
    const Duration offset = system_() - steady();
    const Duration moved{offset.ns - offset_.ns};
    if (std::abs(moved.ns) <= kStep.ns) return std::nullopt;
    offset_ = offset;
    return moved;
}

Duration CaptureClock::offset() const {
    const std::lock_guard lock(mutex_);
    return offset_;
}

// A clock that stood still until the system's clock has caught up would let nothing fall due.
void CaptureClock::not_before(Nanos at) {
    const std::lock_guard lock(mutex_);
    last_ = std::max(last_, at);
    if (const Nanos now = steady(); now < at) {
        utc_ = utc_ + (at - now);
        offset_.ns -= (at - now).ns;
    }
}

}  // namespace assay::desk
