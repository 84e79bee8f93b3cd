#include "core/route/net_cost.h"

#include <algorithm>
#include <cmath>

namespace assay::route {
namespace {

using score::Scored;

enum class Family { fill, latency, price, impact, none };

Family family_of(Scored kpi) {
    switch (kpi) {
        case Scored::fill_rate:
            return Family::fill;
        case Scored::latency_mean_ms:
        case Scored::latency_p50_ms:
        case Scored::latency_p99_ms:
            return Family::latency;
        case Scored::price_improvement_bps:
        case Scored::half_spread_capture:
        case Scored::effective_spread_bps:
        case Scored::all_in_cost_bps:
            return Family::price;
        case Scored::leakage_bps_15s:
            return Family::impact;
        case Scored::reject_rate:
        case Scored::reject_cost_bps:
        case Scored::markout_bps_15s:
            return Family::none;
    }
    return Family::none;
}

// Weights of `balanced` (docs/spec.md 5.6), in basis points by family.
constexpr double kFill0 = 2500, kLatency0 = 1500, kPrice0 = 2000, kImpact0 = 2500;

double factor(double weight_bp, double balanced_bp) {
    return std::clamp(weight_bp / balanced_bp, 0.25, 4.0);
}

}  // namespace

CostFactors factors_of(const score::Profile& profile) {
    double fill = 0, latency = 0, price = 0, impact = 0;
    for (const auto& term : profile.terms) {
        switch (family_of(term.kpi)) {
            case Family::fill:
                fill += term.weight_bp;
                break;
            case Family::latency:
                latency += term.weight_bp;
                break;
            case Family::price:
                price += term.weight_bp;
                break;
            case Family::impact:
                impact += term.weight_bp;
                break;
            case Family::none:
                break;
        }
    }
    return {factor(impact, kImpact0), factor(fill, kFill0), factor(latency, kLatency0),
            factor(price, kPrice0)};
}

UnitCosts unit_costs(const Candidate& c, const CostTerms& terms, const CostFactors& factors) {
    const double unsent = terms.unfilled_bps * factors.fill;
    return {c.half_spread_bps - c.price_improvement_bps * factors.price + c.fee_bps,
            c.leak_bps_per_lot * factors.impact * terms.still_open * terms.remaining_lots,
            unsent + terms.urgency_bps_per_ms * factors.latency * c.round_trip_ms, unsent};
}

double net_cost(const FillTail& tail, const UnitCosts& costs, std::int64_t lots) {
    const double filled = tail.expected(lots), sent = static_cast<double>(lots);
    return filled * costs.filled + sent * costs.leak + (sent - filled) * costs.unfilled;
}

double plan_cost(std::span<const Candidate> candidates, std::span<const UnitCosts> costs,
                 std::span<const std::int64_t> lots, std::int64_t remaining, double risk_aversion) {
    double sum = 0, variance = 0, unsent = 0;
    std::int64_t left = remaining;
    for (std::size_t i = 0; i < candidates.size(); ++i) {
        unsent = costs[i].unsent;
        if (lots[i] == 0) continue;
        sum += net_cost(candidates[i].tail, costs[i], lots[i]);
        const double swing = costs[i].unfilled - costs[i].filled;
        variance += swing * swing * candidates[i].tail.variance(lots[i]);
        left -= lots[i];
    }
    return sum + unsent * static_cast<double>(left) + risk_aversion * std::sqrt(variance);
}

}  // namespace assay::route
