#include "core/sim/parents.h"

#include <algorithm>

namespace assay::sim {

namespace {

std::uint32_t below(score::Draws& draws, std::uint32_t n) {
    return std::min(static_cast<std::uint32_t>(draws.uniform() * n), n - 1);
}

}  // namespace

Parent Parents::next() {
    const std::uint64_t number = given_++;
    last_ = last_ +
            Duration{1 + static_cast<std::int64_t>(config_.mean_gap_s * 1e9 *
                                                   luck_.exponential(What::parent_gap, number))};
    score::Draws draws = luck_.draws(What::parent, number);
    Parent p;
    p.number = static_cast<std::uint32_t>(number);
    p.at = last_;
    p.symbol = below(draws, symbols_);
    p.side = draws.uniform() < 0.5 ? Side::buy : Side::sell;
    p.lots = config_.least_lots + below(draws, config_.most_lots - config_.least_lots + 1);
    return p;
}

double Parents::informed_bps(std::uint32_t number) const {
    score::Draws draws = luck_.draws(What::parent, number, 1);
    return draws.uniform() < config_.informed_share ? config_.informed_bps : 0;
}

}  // namespace assay::sim
