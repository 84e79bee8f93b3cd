#include "core/sim/price_path.h"

#include <cmath>

namespace assay::sim {

namespace {

constexpr int kHalvings = 8;  // of a quarter of a second: a millisecond

}  // namespace

PricePath::PricePath(const MarketConfig& market, std::uint32_t symbol, Luck luck)
    : market_(&market), symbol_(symbol), luck_(luck), interval_s_(as_seconds(market.quote_every)) {}

void PricePath::advance(Regime regime) {
    ++interval_;
    begin_ = end_;
    sigma_ = market_->sigma[static_cast<std::size_t>(regime)];
    end_ = begin_ + sigma_ * std::sqrt(interval_s_) * luck_.normal(What::path, symbol_, interval_);
    score::Draws jump = luck_.draws(What::jump, symbol_, interval_);
    if (jump.uniform() < market_->jumps_per_second * interval_s_) {
        const double by = market_->jump_sd_bps * jump.normal();
        begin_ += by;  // where the interval begins: never while somebody holds half of it
        end_ += by;
    }
}

double PricePath::bps_at(double share) const {
    double low = begin_, high = end_, sd = sigma_ * std::sqrt(interval_s_) / 2;
    std::uint64_t node = 1;  // of the tree of halves
    for (int i = 0; i < kHalvings; ++i) {
        if (share <= 0) return low;
        if (share >= 1) return high;
        const double middle =
            (low + high) / 2 + sd * luck_.normal(What::path, symbol_, interval_, node);
        sd *= 0.70710678118654752;
        share *= 2;
        node *= 2;
        if (share < 1) {
            high = middle;
        } else {
            low = middle;
            share -= 1;
            node += 1;
        }
    }
    return low + (high - low) * share;
}

}  // namespace assay::sim
