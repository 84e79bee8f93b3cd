// When something was captured: UTC when the process began, and the steady clock since. It never
// runs backwards. A step of the system's clock moves no time here, so that no duration, time-out or
// age of a quote is wrong for it: it is told, and taken over at the next start.
#pragma once

#include <chrono>
#include <functional>
#include <mutex>
#include <optional>

#include "core/units/nanos.h"

namespace assay::desk {

// What the system's clock says: for what is written on the wire, never for the order of things.
Nanos utc_now();

class CaptureClock {
  public:
    // `utc`: the system's clock; tests bring their own.
    explicit CaptureClock(std::function<Nanos()> utc = utc_now);
    // Strictly later than every time before.
    Nanos now();
    // Once a second or so: what the system's clock was stepped by since the last look, where that
    // is more than 20 ms.
    std::optional<Duration> look();
    // The system's clock less this one, at the last look.
    Duration offset() const;
    // Times go on behind this one: the last of the journal, whatever the system's clock says now.
    void not_before(Nanos at);

  private:
    Nanos steady() const;

    std::function<Nanos()> system_;
    mutable std::mutex mutex_;
    std::chrono::steady_clock::time_point begun_;
    Nanos utc_;  // at `begun_`
    Nanos last_{};
    Duration offset_{};
};

}  // namespace assay::desk
