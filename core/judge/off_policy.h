// What another policy would have cost, from decisions that were logged with their propensities
// (docs/spec.md 8.1): inverse propensity, self-normalised, and doubly robust (Dudik, Erhan,
// Langford, Li 2014; several decisions in a row: Jiang, Li 2016). Refuses where the log cannot
// carry an answer.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/judge/bootstrap.h"

namespace assay::judge {

// One decision as it was logged, with what the policy in question would have done there.
struct LoggedDecision {
    std::optional<double> logged;  // chance of the plan that was chosen; absent: none was logged
    double target{};               // chance that the other policy gives that plan; 0 to 1
    // A model's forecast of the parent's cost, in bps: of the plan chosen, and of the other policy
    // here. Both or neither, and in all decisions or in none.
    std::optional<double> of_plan, of_target;
    // Of the other policy's chances here, the share that lies on plans which could not have been
    // drawn. No weight makes up for what a log could not have shown.
    double outside{};
};

// The outcome belongs to the parent, so its decisions stay together.
struct LoggedParent {
    std::int64_t day{};                     // UTC; parents stand in order of time
    double cost_bps{};                      // at the parent's end; > 0: a cost
    std::vector<LoggedDecision> decisions;  // in order of time
};

// What is asked. `whole_parent`: every decision by the other policy, so a parent weighs the product
// of its ratios. `deviate_once`: one decision by the other policy and the rest as logged; each
// decision counts for itself. The second says nothing of following the policy throughout.
enum class Question : std::uint8_t { whole_parent, deviate_once };
const char* text(Question q);

inline constexpr double kClipWeight = 20;       // no weight counts more
inline constexpr double kLeastEss = 200;        // effective samples
inline constexpr double kLeastEssShare = 0.02;  // of the samples
inline constexpr double kMostWithout = 0.05;    // parents without a propensity
inline constexpr double kMostOutside = 0.05;    // of the other policy's chances, a decision

// The plain numbers, refused or not. A sample is a parent, or a decision (`deviate_once`).
struct Weighted {
    std::int64_t parents{}, without_propensity{};  // used; left out
    double samples{};
    std::optional<double> ips, snips, dr;  // bps; absent: no samples, no weight, no model
    std::optional<double> logged;          // mean cost of the samples as they were, bps
    double ess{};           // (sum w)^2 / sum w^2, of weights before they are clipped
    double clipped_mass{};  // share of the sum of weights that clipping took
    // Mean over the decisions, each counted by how likely the other policy comes so far.
    double outside{};
};
Weighted weighted(std::span<const LoggedParent> parents, Question question);

enum class Refusal : std::uint8_t {
    no_parents,
    no_propensity,
    bad_numbers,
    outside,
    few,
    little_overlap
};
const char* text(Refusal r);  // "too few effective samples"

struct Estimated {
    double value{};       // bps
    Interval interval{};  // of it
    double difference{};  // to what was logged, bps; < 0: the other policy is cheaper
    Interval difference_interval{};
};

struct OffPolicy {
    Question question{};
    Weighted plain;
    std::optional<Refusal> refused;
    std::string why;                          // of the refusal, with its numbers; else empty
    std::optional<Estimated> ips, snips, dr;  // absent where refused; dr also without a model
    // Parents are drawn in blocks within their day, or whole days where there are enough.
    Unit resampled{Unit::block};

    // What to conclude from: doubly robust where there is a model, else self-normalised.
    const std::optional<Estimated>& best() const { return dr ? dr : snips; }
};
OffPolicy off_policy(std::span<const LoggedParent> parents, Question question,
                     const Resampling& how);

// A replay fills orders that were never sent, and an estimate from a log knows nothing of what was
// seldom done: only where both are clear and of one sign is there something to conclude.
enum class Conclusion : std::uint8_t { cheaper, dearer, no_clear_difference, disagree, refused };
// `replay`: interval of the replayed cost less the logged one, bps.
Conclusion concluded(const Interval& replay, const OffPolicy& estimate);
const char* text(Conclusion c);

}  // namespace assay::judge
