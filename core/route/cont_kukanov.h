// Limit or market at one venue, and a spray over several, after Cont and Kukanov, Quantitative
// Finance 17(1), 2017 (docs/spec.md 7c).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/estimate/distributions.h"

namespace assay::route {

// bps a lot, lots.
struct LimitOrMarket {
    double target{};           // S
    double queue_ahead{};      // Q
    estimate::Normal outflow;  // F: what leaves the queue while the order may rest
    double half_spread{};      // h
    double fee{}, rebate{};    // f of the market order, r of the limit order
    double impact{};           // theta, of a market order
    double underfill{};        // lambda_u: cost of a lot that is not filled
};
struct LimitAndMarket {
    double limit{}, market{};  // L* and M* = S - L*
    double all_limit_below{};  // an underfill penalty up to here: all rests
    double all_market_above{};
};
LimitAndMarket limit_or_market(const LimitOrMarket& in);

// The spray: lots L_i >= 0 that minimise E[sum c_i A_i + lu (S - sum A)+ + lo (sum A - S)+] with
// A_i = min(L_i, D_i), by projected stochastic subgradients with steps of 1/t over the samples.
struct Spray {
    double target{};
    double underfill{}, overfill{};  // lu, lo
    std::span<const double> costs;   // c_i, bps a lot
    // Capacities D: one row a sample, one column an LP.
    std::span<const double> samples;
    // With `within`, sum L never exceeds S (the default: nothing is over-sent).
    enum class Sum : std::uint8_t { within, free } sum{Sum::within};
};
std::vector<double> spray(const Spray& in, int passes = 50);
// The mean over the samples of what the spray pays.
double spray_cost(const Spray& in, std::span<const double> lots);

}  // namespace assay::route
