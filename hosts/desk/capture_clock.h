// When something was captured: UTC when the process looked last, and the steady clock since. It
// never runs backwards; a step of the system's clock is taken over at most once a second, and told.
#pragma once

#include <chrono>
#include <mutex>
#include <optional>

#include "core/units/nanos.h"

namespace assay::desk {

// What the system's clock says: for what is written on the wire, never for the order of things.
Nanos utc_now();

class CaptureClock {
  public:
    CaptureClock();
    // Strictly later than every time before.
    Nanos now();
    // Once a second or so: what the system's clock was moved by since the last look, where that is
    // more than 20 ms. Times after it follow the new clock, but never go back.
    std::optional<Duration> look();
    // Times go on behind this one: the last of the journal.
    void not_before(Nanos at);

  private:
    Nanos steady() const;

    mutable std::mutex mutex_;
    std::chrono::steady_clock::time_point begun_;
    Nanos utc_;  // at `begun_`
    Nanos last_{};
};

}  // namespace assay::desk
