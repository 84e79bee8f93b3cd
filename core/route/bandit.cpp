#include "core/route/bandit.h"

#include <algorithm>
#include <cmath>

#include "core/route/policy.h"
#include "core/units/elementary.h"

namespace assay::route {
namespace {

constexpr std::size_t kModel = 4;  // the feature that is the model's own opinion

// Solves (a + ridge) w = b in place, a symmetric and positive: Gauss without pivots suffices.
Features solved(std::array<double, kFeatures * kFeatures> a, Features b, double ridge) {
    constexpr std::size_t n = kFeatures;
    for (std::size_t i = 0; i < n; ++i) a[i * n + i] += ridge;
    for (std::size_t c = 0; c < n; ++c)
        for (std::size_t r = c + 1; r < n; ++r) {
            const double m = a[r * n + c] / a[c * n + c];
            for (std::size_t k = c; k < n; ++k) a[r * n + k] -= m * a[c * n + k];
            b[r] -= m * b[c];
        }
    Features w{};
    for (std::size_t i = n; i-- > 0;) {
        double v = b[i];
        for (std::size_t k = i + 1; k < n; ++k) v -= a[i * n + k] * w[k];
        w[i] = v / a[i * n + i];
    }
    return w;
}

double lots_of(const Round& round) {
    return std::max(1.0, static_cast<double>(round.rules.lots));
}

}  // namespace

Features features_of(const Round& round, const MenuPlan& plan) {
    const double spread = round.candidates.empty() ? 0 : round.candidates[0].half_spread_bps;
    return {1, elementary::ln(1 + lots_of(round)), spread,
            static_cast<double>(round.candidates.size()) / 8, plan.cost / lots_of(round)};
}

double Bandit::expected(std::string_view plan, const Features& x) const {
    const auto arm = arms_.find(std::string(plan));
    double cost = x[kModel];
    if (arm == arms_.end()) return cost;
    for (std::size_t i = 0; i < kFeatures; ++i) cost += arm->second.weights[i] * x[i];
    return cost;
}

void Bandit::learn(std::string_view plan, const Features& x, double cost) {
    if (!std::isfinite(cost)) return;
    for (const double v : x)
        if (!std::isfinite(v)) return;
    Arm& arm = arms_[std::string(plan)];
    const double keep = elementary::exp2(-1 / kHalfLife), above = cost - x[kModel];
    for (std::size_t i = 0; i < kFeatures; ++i) {
        for (std::size_t k = 0; k < kFeatures; ++k) {
            double& xx = arm.xx[i * kFeatures + k];
            xx = keep * xx + x[i] * x[k];
        }
        arm.xy[i] = keep * arm.xy[i] + x[i] * above;
    }
    arm.weights = solved(arm.xx, arm.xy, kRidge);
}

MenuChoice choose_plan(const Round& round, const ExploreRules& rules) {
    MenuChoice choice;
    choice.plans = menu(round);
    if (choice.plans.empty()) return choice;
    std::vector<double> costs;
    for (const MenuPlan& p : choice.plans) {
        const Features x = features_of(round, p);
        costs.push_back(round.bandit != nullptr ? round.bandit->expected(p.name, x) : x[kModel]);
    }
    choice.chances = propensities(costs, rules);
    score::Draws draws({round.seed, round.parent, round.number, 0x706c616e});
    choice.drawn = draws.uniform();
    choice.chosen = pick(choice.chances, choice.drawn);
    return choice;
}

Plan bandit_plan(const Round& round) {
    MenuChoice choice = choose_plan(round, {});
    return choice.plans.empty() ? Plan{} : std::move(choice.plans[choice.chosen].plan);
}

}  // namespace assay::route
