// A contextual bandit over the plans of the menu: for each plan a linear belief in its cost a lot,
// given what the round looks like, learnt from how rounds came out and slowly forgotten.
//
// One plan of the menu, one row of the table; what has not been tried is believed to cost what the
// model says (the prior), so it starts out as the split's own opinion.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/route/explore.h"

namespace assay::route {

// 1, ln(1 + lots of the round), half spread of the leader, eligible LPs / 8, expected cost a lot.
inline constexpr std::size_t kFeatures = 5;
using Features = std::array<double, kFeatures>;
Features features_of(const Round& round, const MenuPlan& plan);

class Bandit {
  public:
    // Cost in bps a lot of the round's lots.
    double expected(std::string_view plan, const Features& x) const;
    // What a round came to, in order of time; half of it is forgotten after `half_life` outcomes.
    void learn(std::string_view plan, const Features& x, double cost_a_lot);

    static constexpr double kHalfLife = 200;  // outcomes of one plan
    static constexpr double kRidge = 4;       // outcomes that the prior counts for

    template <class Archive>
    void archive(Archive& a) {
        a(arms_);
    }

  private:
    struct Arm {
        std::array<double, kFeatures * kFeatures> xx{};
        std::array<double, kFeatures> xy{};  // of what the cost was above the model's
        std::array<double, kFeatures> weights{};
        static constexpr bool kNoPadding = true;
    };
    std::map<std::string, Arm> arms_;
};

// The menu with its chances under the bandit (or under the model's own costs, without one), and the
// plan drawn by (seed, parent, round).
struct MenuChoice {
    std::vector<MenuPlan> plans;
    std::vector<double> chances;
    double drawn{};  // evenly in (0, 1), by which the plan was picked
    std::size_t chosen{};
};
MenuChoice choose_plan(const Round& round, const ExploreRules& rules);

}  // namespace assay::route
