// Learning while routing (docs/spec.md 7f and 8): beliefs drawn or lifted, plans chosen with known
// chances, and a budget for what that may cost.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "core/route/round.h"
#include "core/score/draws.h"

namespace assay::route {

enum class Explore : std::uint8_t {
    off,
    thompson,  // the policy plans with tails drawn from what is believed
    menu,      // a plan of the menu, drawn with chances that are logged
};

struct ExploreRules {
    Explore how{Explore::off};
    double temperature_bps{0.5};  // of the softmax over expected cost a lot
    double floor{0.02};           // the least chance of a plan
    double budget{0.02};          // extra expected cost allowed, as a share of the baseline's
    double least_n_eff{5};        // an LP with less behind it is probed ...
    double probe_share{0.01};     // ... with at most this share of the flow
    static constexpr bool kNoPadding = false;
    template <class Archive>
    void archive(Archive& a) {
        a(how, temperature_bps, floor, budget, least_n_eff, probe_share);
    }
};

// T drawn step by step: each hazard from its Beta posterior with the support behind it. Falls or
// stays. Without support the tail itself.
std::vector<double> thompson_tail(const FillTail& tail, score::Draws& draws);

// What exploring has cost so far, in expected bps x lots: a conservative bandit.
struct ExploreLedger {
    double baseline{}, extra{};
    static constexpr bool kNoPadding = true;
    // Whether a plan that costs `more` than the baseline's `cost` still fits the budget.
    bool allows(double cost, double more, const ExploreRules& rules) const;
    void book(double cost, double more);
};

// The plans that are chosen among, at most eight; those that send nothing are left out.
struct MenuPlan {
    std::string_view name;
    Plan plan;
    double cost{};  // cost_of(), bps x lots
};
inline constexpr std::size_t kMostPlans = 8;
std::vector<MenuPlan> menu(const Round& round);

// floor + (1 - n floor) softmax(-cost / temperature); sums to 1. Costs in bps a lot.
std::vector<double> propensities(std::span<const double> costs_a_lot, const ExploreRules& rules);
// The plan that a uniform draw in (0, 1) falls on.
std::size_t pick(std::span<const double> chances, double u);

}  // namespace assay::route
