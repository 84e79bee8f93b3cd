// Who is left out after an answer, and until when (docs/spec.md 7g): an LP that rejected cools
// down, one that gave less than it was asked for is taken as empty until it has refilled.
#pragma once

#include <cstdint>
#include <map>

#include "core/route/candidate.h"
#include "core/units/nanos.h"

namespace assay::route {

struct RerouteRules {
    Duration cooldown{250'000'000};  // after the first reject; twice as long after each more
    Duration refill{500'000'000};    // after a partial fill
    template <class Archive>
    void archive(Archive& a) {
        a(cooldown, refill);
    }
};

// When the window is over, or the quote cannot be used.
enum class Fallback : std::uint8_t { hold, sweep };

// One parent's memory of the LPs it has tried.
class Tried {
  public:
    // What an LP must wait for; kNever: nothing.
    struct Wait {
        Nanos cools_until{kNever}, refills_until{kNever};
        std::int32_t rejects{};
        template <class Archive>
        void archive(Archive& a) {
            a(cools_until, refills_until, rejects);
        }
    };
    void rejected(LpId lp, Nanos at, const RerouteRules& rules);
    // It filled less than it was asked for. An LP that replenishes is asked again.
    void came_short(LpId lp, Nanos at, Refill refill, const RerouteRules& rules);
    Wait of(LpId lp) const;
    // The first moment after `now` at which an LP may be asked again; kNever: none waits.
    Nanos next_return(Nanos now) const;

    template <class Archive>
    void archive(Archive& a) {
        a(waits_);
    }

  private:
    std::map<LpId, Wait> waits_;
};

}  // namespace assay::route
