// One round of a parent as a policy sees it, and the plan it answers with.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/route/allocation.h"
#include "core/route/candidate.h"
#include "core/route/child.h"
#include "core/route/net_cost.h"
#include "core/score/profile.h"

namespace assay::route {

class Bandit;

// How the last round of this parent came out.
enum class LastRound : std::uint8_t { none, full, short_or_rejected };

// What a resting order at the near touch would meet (docs/spec.md 7c); lots, over the time it may
// rest. Without a deviation nothing is known and nothing rests.
struct Queue {
    double ahead_lots{};
    double outflow_mean_lots{}, outflow_sd_lots{};
    double rebate_bps{};
    static constexpr bool kNoPadding = true;
};

// Views; whoever made the round keeps what they show.
struct Round {
    std::span<const Candidate> candidates;  // eligible ones, in order of lp
    std::span<const UnitCosts> costs;       // in step
    // The true tails and costs of the same candidates, where somebody knows them (a simulation);
    // empty otherwise. Only policies of Use::truth look.
    std::span<const Candidate> truth;
    std::span<const UnitCosts> true_costs;
    std::span<const LpId> static_table;  // best first
    AllocationRules rules;               // lots = what this round may send
    CostTerms terms;                     // what the costs were made with
    Queue queue;
    score::RankBy rank_by{};
    LastRound last{LastRound::none};
    std::uint64_t seed{}, parent{}, number{};  // of the round; what is drawn is drawn by these
    std::int64_t probe_lots{1};
    const Bandit* bandit{};
};

// So many lots to the candidate at this place of Round::candidates.
struct Share {
    std::uint32_t candidate{};
    std::int64_t lots{};
    ChildKind kind{ChildKind::take};
    bool operator==(const Share&) const = default;
};
using Plan = std::vector<Share>;

// Best first: by lcb or composite, ties by expected round trip, then by name (docs/spec.md 7a).
// Those without a score come last, in order of name.
std::vector<std::uint32_t> ranked(const Round& round, score::RankBy by);

// The shares of an allocation, in order of candidates.
Plan plan_of(const Allocation& a, std::size_t candidates);
// Expected cost of a plan in bps x lots, all that remains of the parent counted (7d).
double cost_of(const Round& round, const Plan& plan);
double expected_lots(const Round& round, const Plan& plan);
// Standard deviation of the filled lots.
double variance_of_lots(const Round& round, const Plan& plan);

}  // namespace assay::route
