// Learning while routing (docs/spec.md 7f and 8): beliefs drawn or lifted, plans chosen with known
// chances, and a budget for what that may cost.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/route/round.h"
#include "core/score/draws.h"

namespace assay::route {

enum class Explore : std::uint8_t {
    off,
    thompson,  // the policy plans with tails drawn from what is believed, with logged chances
    menu,      // a plan of the menu, drawn with chances that are logged
    probes,  // the policy's own plan; LPs that are hardly known are probed, as under the two above
};

struct ExploreRules {
    Explore how{Explore::off};
    double temperature_bps{0.5};  // of the softmax over expected cost a lot
    double floor{0.02};           // the least chance of a plan
    double budget{0.02};          // extra expected cost allowed, as a share of the baseline's
    double least_n_eff{5};        // an LP with less behind it is probed ...
    double probe_share{0.01};     // ... with at most this share of the flow
    // What a parent's first decision draws is kept for the whole parent; else each decision draws.
    // A weight of whole parents is then one ratio, not a product over all of its rounds
    // (docs/spec.md 8).
    bool a_parent{true};
    static constexpr bool kNoPadding = false;
    template <class Archive>
    void archive(Archive& a) {
        a(how, temperature_bps, floor, budget, least_n_eff, probe_share, a_parent);
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
    std::string name;
    Plan plan;
    double cost{};  // cost_of(), bps x lots
};
inline constexpr std::size_t kMostPlans = 8;
std::vector<MenuPlan> menu(const Round& round);

// A plan that a parent may be following, by its name in the menu, and its chance: of those that
// have sent the same so far.
struct Arm {
    std::string plan;
    double chance{};
    bool operator==(const Arm&) const = default;
    template <class Archive>
    void archive(Archive& a) {
        a(plan, chance);
    }
};
// The chances of `plans` once a parent follows one of `arms`: theirs, made to sum to 1. False:
// none of them is on the menu any more, and nothing is changed.
bool follow(std::span<const Arm> arms, std::span<const MenuPlan> plans,
            std::vector<double>& chances);

// floor + (1 - n floor) softmax(-cost / temperature); sums to 1. Costs in bps a lot.
std::vector<double> propensities(std::span<const double> costs_a_lot, const ExploreRules& rules);
// The plan that a uniform draw in (0, 1) falls on.
std::size_t pick(std::span<const double> chances, double u);

}  // namespace assay::route
