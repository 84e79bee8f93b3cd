// Policies x seeds x scenarios, each a desk of its own in a simulated world, on several threads.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/judge/comparison.h"
#include "core/route/policy.h"
#include "core/sim/config.h"
#include "core/units/result.h"

namespace assay {

// A policy as it was asked for. `table`: of `static`, LPs by name, best first; empty otherwise.
struct Contender {
    std::string name;
    route::PolicyId policy{};
    std::vector<std::string> table;
};

// Whether the way LPs leak is the one that the router's costs take for granted.
enum class Model : std::uint8_t { the_routers_own, another };
struct Scenario {
    std::string name, says;
    Model model{};
    sim::WorldConfig world;
};

struct ComparisonPlan {
    std::vector<Contender> contenders;
    std::vector<Scenario> scenarios;
    std::string reference{"oracle"}, profile{"balanced"};
    std::uint64_t first_seed{1}, seeds{1}, parents{1};
    unsigned threads{1};
};
inline constexpr std::size_t kMostContenders = 20;

// Names that scenario_named() knows, the first being the one of docs/spec.md section 9.
std::vector<std::string_view> scenario_names();
// `base` with the leakage, correlation or informed flow of that name. Errors: no such name, with
// what was probably meant.
Result<Scenario> scenario_named(std::string_view name, const sim::WorldConfig& base);

// "oracle" or "static=LP_A,LP_B". `lps`: those there are. Errors: no such policy or LP, with what
// was probably meant; a table for another policy than `static`.
Result<Contender> contender_of(std::string_view text, const std::vector<sim::LpConfig>& lps);
// The LP of least true cost for a whole parent of mean size at once, in the normal condition,
// before anything drifts.
std::string best_in_the_long_run(const sim::WorldConfig& world);

// Sees how many parents of all have been worked; called by one thread at a time.
using ComparisonProgress = std::function<void(std::uint64_t done, std::uint64_t all)>;

// The result is the same for every number of threads. Errors: as of judge::compared().
Result<judge::Comparison> run_comparison(const ComparisonPlan& plan,
                                         const ComparisonProgress& progress);

}  // namespace assay
