// Policies over scenarios and seeds, side by side: what they cost, how far from a reference, how
// sure that is, and what can be said in words.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/judge/agreement.h"
#include "core/judge/off_policy.h"
#include "core/judge/paired.h"
#include "core/judge/twin.h"

namespace assay::judge {

// What one policy did. Outcomes in any order; forecasts and snapshots may be empty.
struct PolicyRun {
    std::string name;
    std::vector<Outcome> outcomes{};
    Forecasts forecasts{};
    std::vector<Snapshot> snapshots{};
};

enum class Standing : std::uint8_t {
    reference,
    clearly_cheaper,
    clearly_dearer,
    no_clear_difference,
    not_compared,  // no parent in common with the reference
};
const char* text(Standing s);

// Of a policy in one scenario, or in all. Means are over parents.
struct Row {
    std::string policy, scenario;  // scenario empty: all of them
    std::int64_t parents{};
    std::optional<double> shortfall_bps{}, shortfall_p95_bps{};  // > 0: a cost
    double filled_share{}, swept_share{};                        // 0 to 1
    double complete_share{};                                     // of parents that were completed
    std::optional<double> completion_seconds{}, completion_p95_seconds{};  // of those
    double rounds{}, children{}, rejects{};
    std::optional<Paired> regret{};  // to the reference, on the same parents; > 0: costs more
    std::optional<double> p_holm{};  // of regret 0, adjusted over the policies of this scenario
    Standing standing{Standing::not_compared};
};

// The share of parents that were complete after so many seconds; ends below 1 where some never
// were.
struct CompletionPoint {
    double seconds{}, share{};
};

struct PolicyForecasts {
    std::string policy;
    std::vector<CompletionPoint> completion;
    Forecasts forecasts;
    std::optional<Agreement> agreement;
};

// What a log of decisions says of a policy, beside its row over all scenarios.
struct LoggedAnswer {
    std::string policy;
    OffPolicy estimate;
    Conclusion conclusion{};
};

struct Comparison {
    std::string about{};  // what this is, a sentence that stands first; empty: nothing to warn of
    std::string reference;
    std::vector<std::string> scenarios;
    int seeds{};  // different ones
    Resampling how;
    std::vector<Row> rows{};  // all scenarios first where there are several; cheapest first in each
    std::vector<PolicyForecasts> policies{};  // in the order of the first rows
    std::vector<LoggedAnswer> logged{};       // of answer_from_log(); empty for simulations
    std::vector<GamingCase> gaming{};         // put in by who tried them; mostly empty
    std::vector<std::string> says{};          // what may be concluded, and what may not
};

// Clear: below this p after Holm, with an interval that excludes 0, Diebold-Mariano agreeing, and
// not from a handful of pairs, of which a bootstrap is too sure.
inline constexpr double kClearP = 0.05;
inline constexpr std::int64_t kLeastPairs = 30;

// Parent keys name a scenario by its index. Errors: no policy, two of one name, none that is called
// `reference`, a scenario out of range, a number that is none, a parent that stands twice under a
// policy.
Result<Comparison> compared(std::span<const PolicyRun> policies,
                            const std::vector<std::string>& scenarios, const std::string& reference,
                            const Resampling& how);

// Puts an estimate from logged decisions beside what a replay said of `policy`, where the reference
// is what was done. Errors: no such policy.
Result<void> answer_from_log(Comparison& replay, const std::string& policy,
                             std::span<const LoggedParent> log, Question question);

}  // namespace assay::judge
