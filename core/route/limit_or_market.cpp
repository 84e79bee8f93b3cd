#include <algorithm>
#include <cmath>

#include "core/route/cont_kukanov.h"
#include "core/route/policy.h"

namespace assay::route {

Plan limit_or_market(const Round& round) {
    if (!(round.queue.outflow_sd_lots > 0) || round.candidates.empty()) return split(round);
    // It rests with the leader: a queue is at one place.
    const std::uint32_t at = ranked(round, round.rank_by).front();
    const Candidate& c = round.candidates[at];
    const double sd = round.queue.outflow_sd_lots;
    const auto best =
        limit_or_market(LimitOrMarket{.target = static_cast<double>(round.rules.lots),
                                      .queue_ahead = round.queue.ahead_lots,
                                      .outflow = {round.queue.outflow_mean_lots, sd * sd},
                                      .half_spread = c.half_spread_bps,
                                      .fee = std::max(0.0, c.fee_bps),
                                      .rebate = round.queue.rebate_bps,
                                      .underfill = round.costs[at].unsent});
    std::int64_t rest = std::min(static_cast<std::int64_t>(best.limit), round.rules.max_lots);
    if (rest < std::min(round.rules.min_lots, round.rules.lots)) rest = 0;
    Round others = round;
    others.rules.lots = round.rules.lots - rest;
    Plan plan = others.rules.lots > 0 ? split(others) : Plan{};
    if (rest > 0) plan.push_back({at, rest, ChildKind::rest});
    return plan;
}

}  // namespace assay::route
