// How far the clock of another party is behind ours: our capture time less its SendingTime(52), the
// median of the last messages. The way of the message is part of it. Shown, and in no measure.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <mutex>
#include <optional>

#include "core/units/nanos.h"

namespace assay::desk {

class ClockSkew {
  public:
    static constexpr std::size_t kLast = 101;

    void seen(Nanos captured, Nanos sent_by_its_clock) {
        const std::lock_guard lock(mutex_);
        last_[seen_++ % kLast] = captured - sent_by_its_clock;
    }
    // > 0: its clock is behind, or the way is long; < 0: it is ahead. nullopt: nothing was seen.
    std::optional<Duration> median() const {
        std::array<Duration, kLast> all;
        std::size_t n = 0;
        {
            const std::lock_guard lock(mutex_);
            n = std::min(seen_, kLast);
            all = last_;
        }
        if (n == 0) return std::nullopt;
        const auto middle = all.begin() + static_cast<std::ptrdiff_t>(n / 2);
        std::nth_element(all.begin(), middle, all.begin() + static_cast<std::ptrdiff_t>(n));
        return *middle;
    }

  private:
    mutable std::mutex mutex_;
    std::array<Duration, kLast> last_{};
    std::size_t seen_{};
};

}  // namespace assay::desk
