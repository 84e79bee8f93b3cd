#include "core/route/policy.h"

namespace assay::route {

Plan primary(const Round& round) {
    // The next best where the best may not be sent anything of use (docs/spec.md 7a).
    for (const std::uint32_t i : ranked(round, round.rank_by))
        if (const auto lots = one_child(round, i, round.rules.lots); lots > 0) return {{i, lots}};
    return {};
}

}  // namespace assay::route
