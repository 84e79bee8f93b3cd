#include "core/route/explore.h"

#include <algorithm>
#include <cmath>

#include "core/route/policy.h"
#include "core/units/elementary.h"

namespace assay::route {

std::vector<double> thompson_tail(const FillTail& tail, score::Draws& draws) {
    std::vector<double> drawn(tail.t.begin(), tail.t.end());
    if (tail.support.empty()) return drawn;
    double believed = 1, alive = 1;
    for (std::size_t b = 0; b < drawn.size(); ++b) {
        const double stays = believed > 0 ? tail.t[b] / believed : 0;
        const double n = tail.support[b];
        const double a = stays * n, z = (1 - stays) * n;
        // A step that is certain, or has nothing behind it, is as it is believed.
        alive *= a > 0 && z > 0 ? draws.beta(a, z) : stays;
        believed = tail.t[b];
        drawn[b] = alive;
    }
    return drawn;
}

bool ExploreLedger::allows(double cost, double more, const ExploreRules& rules) const {
    if (more <= 0) return true;
    return extra + more <= rules.budget * (baseline + std::max(0.0, cost));
}

void ExploreLedger::book(double cost, double more) {
    baseline += std::max(0.0, cost);
    extra += std::max(0.0, more);
}

std::vector<MenuPlan> menu(const Round& round) {
    std::vector<MenuPlan> plans;
    const auto offer = [&](std::string_view name, Plan plan) {
        if (plan.empty() || plans.size() == kMostPlans) return;
        const double cost = cost_of(round, plan);
        plans.push_back({std::string(name), std::move(plan), cost});
    };
    offer("split", split(round));
    offer("primary", primary(round));
    const auto order = ranked(round, round.rank_by);
    for (const std::size_t best : {2u, 3u}) {
        if (order.size() <= best) break;
        const std::vector<std::uint32_t> to(order.begin(),
                                            order.begin() + static_cast<std::ptrdiff_t>(best));
        const std::vector<double> even(best, 1.0);
        offer(best == 2 ? "two best" : "three best",
              in_proportion(round, to, even, round.rules.lots));
    }
    offer("score-split", score_split(round));
    offer("uniform", uniform(round));
    Round half = round;
    half.rules.lots = (round.rules.lots + 1) / 2;
    offer("half split", split(half));
    return plans;
}

bool follow(std::span<const Arm> arms, std::span<const MenuPlan> plans,
            std::vector<double>& chances) {
    std::vector<double> kept(plans.size());
    double sum = 0;
    for (std::size_t i = 0; i < plans.size(); ++i)
        for (const Arm& arm : arms)
            if (arm.plan == plans[i].name) sum += kept[i] = arm.chance;
    if (!(sum > 0)) return false;
    for (double& x : kept) x /= sum;
    chances = std::move(kept);
    return true;
}

std::vector<double> propensities(std::span<const double> costs, const ExploreRules& rules) {
    if (costs.empty()) return {};
    const double least = *std::min_element(costs.begin(), costs.end());
    std::vector<double> p;
    double sum = 0;
    for (const double c : costs) {
        p.push_back(elementary::exp(-(c - least) / rules.temperature_bps));
        sum += p.back();
    }
    const double n = static_cast<double>(costs.size()), floor = std::min(rules.floor, 1 / n);
    for (double& x : p) x = floor + (1 - n * floor) * x / sum;
    return p;
}

std::size_t pick(std::span<const double> chances, double u) {
    // Rounding may leave the sum just below 1: the last plan that has a chance takes the rest.
    double sum = 0;
    std::size_t last = 0;
    for (std::size_t i = 0; i < chances.size(); ++i) {
        if (!(chances[i] > 0)) continue;
        last = i;
        if (u < (sum += chances[i])) return i;
    }
    return last;
}

}  // namespace assay::route
