#include "core/route/policy.h"

namespace assay::route {

Plan static_table(const Round& round) {
    for (const LpId lp : round.static_table)
        for (std::uint32_t i = 0; i < round.candidates.size(); ++i) {
            if (round.candidates[i].lp != lp) continue;
            if (const auto lots = one_child(round, i, round.rules.lots); lots > 0)
                return {{i, lots}};
        }
    return {};
}

}  // namespace assay::route
