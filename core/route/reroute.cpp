#include "core/route/reroute.h"

#include <algorithm>

namespace assay::route {

void Tried::rejected(LpId lp, Nanos at, const RerouteRules& rules) {
    Wait& w = waits_[lp];
    // 2^20 times a quarter of a second is three days: longer than any window.
    const int doublings = std::min(w.rejects, 20);
    w.cools_until = std::max(w.cools_until, at + Duration{rules.cooldown.ns << doublings});
    ++w.rejects;
}

void Tried::came_short(LpId lp, Nanos at, Refill refill, const RerouteRules& rules) {
    if (refill == Refill::replenishes) return;
    Wait& w = waits_[lp];
    w.refills_until = std::max(w.refills_until, at + rules.refill);
}

Tried::Wait Tried::of(LpId lp) const {
    const auto it = waits_.find(lp);
    return it == waits_.end() ? Wait{} : it->second;
}

Nanos Tried::next_return(Nanos now) const {
    Nanos first = kNever;
    for (const auto& [lp, w] : waits_) {
        const Nanos back = std::max(w.cools_until, w.refills_until);
        if (back > now && (!known(first) || back < first)) first = back;
    }
    return first;
}

}  // namespace assay::route
