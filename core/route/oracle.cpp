// Policies that know the truth, or a part of it: references, and what is missing to them.
#include <algorithm>

#include "core/route/policy.h"

namespace assay::route {
namespace {

enum class Part { price, leakage, capacity };

Plan split_told(const Round& round, Part part) {
    if (round.truth.size() != round.candidates.size()) return {};
    std::vector<Candidate> candidates(round.candidates.begin(), round.candidates.end());
    std::vector<UnitCosts> costs(round.costs.begin(), round.costs.end());
    for (std::size_t i = 0; i < candidates.size(); ++i) {
        if (part == Part::price) costs[i].filled = round.true_costs[i].filled;
        if (part == Part::leakage) costs[i].leak = round.true_costs[i].leak;
        if (part == Part::capacity) candidates[i].tail = round.truth[i].tail;
    }
    return plan_of(allocate(candidates, costs, round.rules), candidates.size());
}

}  // namespace

Plan oracle(const Round& round) {
    return plan_of(allocate(round.truth, round.true_costs, round.rules), round.truth.size());
}
Plan split_true_price(const Round& round) {
    return split_told(round, Part::price);
}
Plan split_true_leakage(const Round& round) {
    return split_told(round, Part::leakage);
}
Plan split_true_capacity(const Round& round) {
    return split_told(round, Part::capacity);
}

}  // namespace assay::route
