#include "hosts/desk/gate_view.h"

#include "hosts/desk/asking.h"

namespace assay::desk {

http::LpView gate_view(const route::Router& router, route::LpId lp, Nanos now) {
    http::LpView v;
    v.stopped = router.gate().stopped(lp, "");
    for (const auto& s : router.gate().stops()) {
        if (s.scope.lp && *s.scope.lp != lp) continue;
        if (!s.scope.symbol.empty()) continue;
        (s.stop == route::Stop::killed ? v.killed : v.halted) = true;
    }
    const auto state = router.breakers().state(now, lp, "");
    v.breaker = route::text(state);
    if (state != route::BreakerState::closed) {
        v.breaker_fault = route::text(router.breakers().fault(now, lp, ""));
        v.breaker_until = if_known(router.breakers().open_until(now, lp, ""));
    }
    return v;
}

}  // namespace assay::desk
