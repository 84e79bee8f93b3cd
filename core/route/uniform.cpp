#include <numeric>

#include "core/route/policy.h"

namespace assay::route {

Plan uniform(const Round& round) {
    std::vector<std::uint32_t> to(round.candidates.size());
    std::iota(to.begin(), to.end(), 0u);
    const std::vector<double> weights(to.size(), 1.0);
    return in_proportion(round, to, weights, round.rules.lots);
}

}  // namespace assay::route
