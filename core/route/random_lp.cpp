#include "core/route/policy.h"
#include "core/score/draws.h"

namespace assay::route {

Plan random_lp(const Round& round) {
    const std::size_t n = round.candidates.size();
    if (n == 0) return {};
    score::Draws draws({round.seed, round.parent, round.number, 0x72616e64});
    const auto first = static_cast<std::uint32_t>(draws.uniform() * static_cast<double>(n));
    for (std::uint32_t k = 0; k < n; ++k) {
        const auto i = static_cast<std::uint32_t>((first + k) % n);
        if (const auto lots = one_child(round, i, round.rules.lots); lots > 0) return {{i, lots}};
    }
    return {};
}

}  // namespace assay::route
