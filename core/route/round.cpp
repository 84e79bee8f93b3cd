#include "core/route/round.h"

#include <algorithm>
#include <numeric>
#include <tuple>

namespace assay::route {

std::vector<std::uint32_t> ranked(const Round& round, score::RankBy by) {
    std::vector<std::uint32_t> order(round.candidates.size());
    std::iota(order.begin(), order.end(), 0u);
    const auto key = [&](std::uint32_t i) {
        const Candidate& c = round.candidates[i];
        if (!c.standing) return std::tuple(1, 0.0, 0.0, c.lp);
        const double score = by == score::RankBy::lcb ? c.standing->lcb : c.standing->composite;
        return std::tuple(0, -score, c.round_trip_ms, c.lp);
    };
    std::sort(order.begin(), order.end(),
              [&](std::uint32_t a, std::uint32_t b) { return key(a) < key(b); });
    return order;
}

Plan plan_of(const Allocation& a, std::size_t candidates) {
    Plan plan;
    for (std::uint32_t i = 0; i < std::min(candidates, kMostCandidates); ++i)
        if (a.lots[i] > 0) plan.push_back({i, a.lots[i]});
    return plan;
}

double cost_of(const Round& round, const Plan& plan) {
    std::vector<std::int64_t> lots(round.candidates.size());
    for (const Share& s : plan) lots[s.candidate] += s.lots;
    return plan_cost(round.candidates, round.costs, lots,
                     static_cast<std::int64_t>(round.terms.remaining_lots),
                     round.terms.risk_aversion);
}

double expected_lots(const Round& round, const Plan& plan) {
    double sum = 0;
    for (const Share& s : plan) sum += round.candidates[s.candidate].tail.expected(s.lots);
    return sum;
}

double variance_of_lots(const Round& round, const Plan& plan) {
    double sum = 0;
    for (const Share& s : plan) sum += round.candidates[s.candidate].tail.variance(s.lots);
    return sum;
}

}  // namespace assay::route
