// Outcomes made up for tests.
#pragma once

#include <cmath>
#include <vector>

#include "core/judge/outcome.h"
#include "core/score/draws.h"

namespace assay::judge {

inline Outcome made_up_outcome(std::uint32_t scenario, std::uint64_t seed, std::uint32_t number,
                               double shortfall_bps) {
    Outcome o;
    o.parent = {scenario, seed, number};
    o.side = number % 2 == 0 ? Side::buy : Side::sell;
    o.qty = 1000_qty;
    o.shortfall_bps = shortfall_bps;
    o.filled_share = 1;
    o.completion_seconds = 10;
    o.rounds = 2;
    o.children = 3;
    return o;
}

// Values whose neighbours go together: x_i = rho x_{i-1} + root(1 - rho^2) e_i; mean 0, sd 1.
inline std::vector<double> made_up_series(std::size_t n, double rho, std::uint64_t seed) {
    score::Draws random({seed, 77});
    std::vector<double> out;
    double x = random.normal();
    for (std::size_t i = 0; i < n; ++i) {
        out.push_back(x);
        x = rho * x + std::sqrt(1 - rho * rho) * random.normal();
    }
    return out;
}

}  // namespace assay::judge
