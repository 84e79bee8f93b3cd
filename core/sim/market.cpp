#include "core/sim/market.h"

#include <algorithm>
#include <cmath>

#include "core/units/elementary.h"

namespace assay::sim {

double leaked_bps(const LeakageConfig& leakage, double leak_bps_per_lot, double lots) {
    constexpr double kSameAt =
        20;  // lots for which the concave model says what the linear one does
    if (leakage.model == LeakModel::concave) lots = std::sqrt(kSameAt * lots);
    return leak_bps_per_lot * lots;
}

Market::Market(const MarketConfig& market, const LeakageConfig& leakage, std::uint32_t symbol,
               Luck luck)
    : market_(&market),
      leakage_(&leakage),
      symbol_(symbol),
      luck_(luck),
      path_(market, symbol, luck),
      regime_(drawn(luck.draws(What::regime, symbol))),
      kept_(elementary::exp2(-as_seconds(market.quote_every) / as_seconds(leakage.half_life))) {}

Regime Market::drawn(score::Draws draws) const {
    const double u = draws.uniform();
    if (u < market_->stationary[0]) return Regime::calm;
    return u < market_->stationary[0] + market_->stationary[1] ? Regime::normal : Regime::stressed;
}

Qty Market::size(double normal) const {
    const double lots = market_->size_median_lots * elementary::exp(market_->size_log_sd * normal);
    return {std::max<std::int64_t>(std::llround(lots), 1) * market_->lot.micro};
}

void Market::tick(Nanos now) {
    path_.advance(regime_);
    began_ = now;
    fading_ *= kept_;
    score::Draws sizes = luck_.draws(What::sizes, symbol_, ++ticks_);
    bid_size_ = size(sizes.normal());
    ask_size_ = size(sizes.normal());
    std::erase_if(drifts_, [&](const Drift& d) {
        if (d.until > now) return false;
        drifted_ += d.bps;
        return true;
    });
}

double Market::unmoved_bps(Nanos now) const {
    double bps =
        path_.bps_at(as_seconds(now - began_) / as_seconds(market_->quote_every)) + drifted_;
    for (const Drift& d : drifts_)
        bps +=
            d.bps * std::clamp(as_seconds(now - d.from) / as_seconds(d.until - d.from), 0.0, 1.0);
    return bps;
}

const Bbo& Market::quote(Nanos now) {
    const double mid = as_double(market_->first_mid) * elementary::exp(mid_bps(now) * 1e-4);
    const double half = mid * market_->spread_bps[static_cast<std::size_t>(regime_)] * 0.5e-4;
    const double tick = as_double(market_->tick);
    const std::int64_t bid = std::max<std::int64_t>(std::llround((mid - half) / tick), 1);
    const std::int64_t ask = std::max<std::int64_t>(std::llround((mid + half) / tick), bid + 1);
    quote_ = {
        now,           {bid * market_->tick.nano}, {ask * market_->tick.nano}, bid_size_, ask_size_,
        QuoteState::ok};
    return quote_;
}

Market::Trade Market::trade(std::uint64_t number) const {
    score::Draws draws = luck_.draws(What::trade, symbol_, number);
    const double gap = -elementary::ln(draws.uniform()) / market_->trades_per_second;
    const Price price = draws.uniform() < .5 ? quote_.bid : quote_.ask;
    const double lots =
        market_->trade_median_lots * elementary::exp(market_->trade_log_sd * draws.normal());
    return {Duration{std::llround(gap * 1e9)},
            price,
            {std::max<std::int64_t>(std::llround(lots), 1) * market_->lot.micro}};
}

void Market::parent(std::uint64_t number) {
    score::Draws draws = luck_.draws(What::regime, symbol_, number + 1);
    if (draws.uniform() < market_->switch_share) regime_ = drawn(draws);
}

void Market::move(double bps) {
    permanent_ += leakage_->permanent_share * bps;
    fading_ += (1 - leakage_->permanent_share) * bps;
}

void Market::drift(double bps, Nanos from, Nanos until) {
    drifts_.push_back({bps, from, until});
}

}  // namespace assay::sim
