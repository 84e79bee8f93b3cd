#include "core/sim/characters.h"

#include <utility>

#include "core/units/elementary.h"

namespace assay::sim {

namespace {

double shifted_share(double share, double by) {
    if (share <= 0 || share >= 1) return share;  // always and never do not drift
    const double odds = share / (1 - share) * elementary::exp(by);
    return odds / (1 + odds);
}

}  // namespace

Characters::Characters(const std::vector<LpConfig>& lps, const DriftConfig& drift, Luck luck)
    : drift_(drift), luck_(luck), wander_(lps.size()) {
    for (const LpConfig& lp : lps) {
        place_.push_back(static_cast<std::uint32_t>(base_.size()));
        base_.push_back(lp.nature);
    }
    now_ = base_;
}

void Characters::step(std::uint64_t number) {
    for (std::uint32_t place = 0; place < base_.size(); ++place) {
        score::Draws draws = luck_.draws(What::drift, number, place);
        Wander& w = wander_[place];
        w.zero = drift_.kept * w.zero + drift_.zero_sd * draws.normal();
        w.size = drift_.kept * w.size + drift_.size_sd * draws.normal();
        w.leak = drift_.kept * w.leak + drift_.leak_sd * draws.normal();
    }
    const std::size_t n = place_.size();
    if (drift_.swap_every > 0 && number > 0 && number % drift_.swap_every == 0 && n > 1) {
        score::Draws draws = luck_.draws(What::swap, number);
        const auto one = static_cast<std::size_t>(draws.uniform() * static_cast<double>(n));
        const auto step = static_cast<std::size_t>(draws.uniform() * static_cast<double>(n - 1));
        std::swap(place_[one], place_[(one + 1 + step) % n]);
    }
    for (std::uint32_t lp = 0; lp < n; ++lp) {
        const Wander& w = wander_[place_[lp]];
        Nature& nature = now_[lp] = base_[place_[lp]];
        nature.zero_share = shifted_share(nature.zero_share, w.zero);
        nature.mean_lots *= elementary::exp(w.size);
        nature.leak_bps *= elementary::exp(w.leak);
    }
}

}  // namespace assay::sim
