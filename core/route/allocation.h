// How many lots go to whom: the split of least expected net cost (docs/spec.md 7b).
//
// The worth of LP i's k-th lot is g_i(k) = T_i(k) (u_i - c_i) - ell_i phi R - (u_i - u): what it
// saves against not sending it. It never rises with k, so taking the best next lot is optimal.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "core/route/candidate.h"
#include "core/route/net_cost.h"

namespace assay::route {

// What to do when no lot is worth sending.
enum class WhenNothingPays : std::uint8_t { wait, probe };

struct AllocationRules {
    std::int64_t lots{};               // the most that this round may send
    std::int64_t min_lots{1};          // of a child
    std::int64_t max_lots{INT64_MAX};  // of a child
    double p_min{0.3};                 // no child beyond the size it fills with this chance
    WhenNothingPays nothing_pays{WhenNothingPays::wait};
    std::int64_t probe_lots{1};
};

using LotsByCandidate = std::array<std::int64_t, kMostCandidates>;

struct Allocation {
    LotsByCandidate lots{};
    std::int64_t total{};
};

// At most kMostCandidates, `costs` in step; ties go to the first. Reads only, no allocation.
Allocation allocate(std::span<const Candidate> candidates, std::span<const UnitCosts> costs,
                    const AllocationRules& rules);

// What these lots save against not sending them, bps x lots. Spans in step.
double value_of(std::span<const Candidate> candidates, std::span<const UnitCosts> costs,
                std::span<const std::int64_t> lots);

// The most that may go to this candidate: qcap by p_min, and the rules' largest child.
std::int64_t cap_of(const Candidate& c, const AllocationRules& rules);

}  // namespace assay::route
