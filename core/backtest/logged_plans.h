// Logged decisions as an off-policy estimate wants them: the chance that each plan had, the chance
// that another policy gives it, and a model's forecast of what the parent would cost
// (docs/spec.md 8.1, docs/backtest.md).
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/backtest/what_if.h"
#include "core/judge/off_policy.h"
#include "core/route/decision.h"

namespace assay::backtest {

// One parent of the log, its decisions in order, each with its outcome.
struct LoggedParent {
    std::uint64_t id{};
    std::vector<const route::Decision*> decisions;
    std::optional<double> cost_bps;  // at its end, of its arrival mid; absent: it is left out
};

// The scores of LPs under another profile, as they were known at a decision; in step with its
// candidates, absent where there is none.
using Standings =
    std::function<std::vector<std::optional<route::Standing>>(const route::DecisionInputs&)>;

struct PlansOfLog {
    std::vector<judge::LoggedParent> parents;  // in order of time
    std::int64_t left_out{};                   // parents without a cost or a decision
    std::string impossible;  // why there can be no answer at all, in words; empty: there may be
};

// `standings` is asked for contenders whose profile is not the one a decision was made under; null:
// such decisions have no answer where the policy looks at scores.
PlansOfLog plans_of(std::span<const LoggedParent> log, const Contender& contender,
                    const Standings& standings);

// Whether a decision's chances are in its record: its plan was drawn from a menu, or nothing was
// left to choose.
bool has_chances(const route::Decision& d);

}  // namespace assay::backtest
