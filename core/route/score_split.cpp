#include <algorithm>

#include "core/route/policy.h"

namespace assay::route {

Plan score_split(const Round& round) {
    constexpr std::size_t kBest = 4;
    std::vector<std::uint32_t> to;
    std::vector<double> weights;
    for (const std::uint32_t i : ranked(round, round.rank_by)) {
        if (!round.candidates[i].standing || to.size() == kBest) break;
        to.push_back(i);
        weights.push_back(std::max(0.0, round.candidates[i].standing->composite));
    }
    return in_proportion(round, to, weights, round.rules.lots);
}

}  // namespace assay::route
