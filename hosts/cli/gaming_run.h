// What gaming the scorecard brings: for each tactic, worlds in which one LP games, and the same
// worlds in which it does not (docs/spec.md 8.5). LPs are drawn by the seed of the world.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "core/judge/gaming.h"
#include "core/judge/twin.h"
#include "core/sim/config.h"
#include "hosts/cli/comparison_run.h"

namespace assay {

struct GamingTactic {
    std::string_view behaviour;  // of core/sim/habits.h
    judge::Tactic tactic;
};
std::span<const GamingTactic> gaming_tactics();

// The most of all flow that gaming may bring, in 1/100 of a per cent.
inline constexpr double kGamingLimitBp = 100;
// Where gaming is told apart by size: "small" is up to so many lots.
inline constexpr std::uint32_t kGamingSmallLots = 20;
// Orders in which an LP builds its reputation before it exploits it.
inline constexpr std::uint32_t kGamingGoodOrders = 520;

// Six LPs drawn by the seed, none of whom games; one of them is the one who may.
struct GamingWorld {
    std::vector<sim::LpConfig> lps;
    std::uint32_t gamer{};
};
GamingWorld gaming_world(std::uint64_t seed);

// One world as it was traded with the policy `split`.
struct GamingDay {
    judge::Flow flow;
    judge::Suspicion suspicion;
};
GamingDay gaming_day(const ComparisonPlan& plan, const GamingTactic& tactic, bool games,
                     std::uint64_t seed);

// Seeds, parents, profile and threads as in the plan; the result is the same for every number of
// threads.
std::vector<judge::GamingCase> run_gaming(const ComparisonPlan& plan);
// Puts them into the comparison, with what they are.
void add_gaming(const ComparisonPlan& plan, judge::Comparison& comparison);

}  // namespace assay
