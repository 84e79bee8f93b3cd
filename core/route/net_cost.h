// Expected net cost of a child order and of a plan, in bps x lots (docs/spec.md 6.5, 7, 7d).
#pragma once

#include <cstdint>
#include <span>

#include "core/route/candidate.h"
#include "core/score/profile.h"

namespace assay::route {

// How a profile scales the terms, each the ratio of its weight to that of `balanced`, inside
// [1/4, 4]; a family that the profile lacks counts 1/4.
struct CostFactors {
    double impact{1}, fill{1}, latency{1}, price{1};
    static constexpr bool kNoPadding = true;
    bool operator==(const CostFactors&) const = default;
};
CostFactors factors_of(const score::Profile& profile);

// What a round says of all its candidates alike.
struct CostTerms {
    double unfilled_bps{};        // u without urgency: fallback half spread plus sweep impact
    double urgency_bps_per_ms{};  // alpha: what a lot loses while it waits for an answer
    double still_open{0.5};       // phi: share of R still to do when a leak bites
    double remaining_lots{};      // R, of the parent
    double risk_aversion{};       // lambda, bps x lots of cost per bps x lots of standard deviation
    static constexpr bool kNoPadding = true;
};

// One candidate's prices in bps a lot.
struct UnitCosts {
    double filled{};    // c = h - PI + fee
    double leak{};      // ell phi R, for each lot sent
    double unfilled{};  // u + alpha E[L], for each lot sent and not filled
    double unsent{};    // u, for each lot not sent
};
UnitCosts unit_costs(const Candidate& c, const CostTerms& terms, const CostFactors& factors = {});

// EC(q) = E[fill] c + q ell phi R + (q - E[fill]) u.
double net_cost(const FillTail& tail, const UnitCosts& costs, std::int64_t lots);

// Sum of EC over the shares, u for what is not sent, lambda times the standard deviation of the
// cost (fills of different LPs taken as independent). All spans in step; R = `remaining`.
double plan_cost(std::span<const Candidate> candidates, std::span<const UnitCosts> costs,
                 std::span<const std::int64_t> lots, std::int64_t remaining,
                 double risk_aversion = 0);

}  // namespace assay::route
