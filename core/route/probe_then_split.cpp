#include "core/route/policy.h"

namespace assay::route {

Plan probe_then_split(const Round& round) {
    if (round.last == LastRound::short_or_rejected) return split(round);
    for (const std::uint32_t i : ranked(round, round.rank_by))
        if (const auto lots = one_child(round, i, round.probe_lots); lots > 0) return {{i, lots}};
    return {};
}

}  // namespace assay::route
