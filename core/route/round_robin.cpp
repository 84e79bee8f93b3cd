#include "core/route/policy.h"

namespace assay::route {

Plan round_robin(const Round& round) {
    const auto n = static_cast<std::uint32_t>(round.candidates.size());
    if (n == 0) return {};
    const auto first = static_cast<std::uint32_t>((round.parent + round.number) % n);
    for (std::uint32_t k = 0; k < n; ++k) {
        const std::uint32_t i = (first + k) % n;
        if (const auto lots = one_child(round, i, round.rules.lots); lots > 0) return {{i, lots}};
    }
    return {};
}

}  // namespace assay::route
