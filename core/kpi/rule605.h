// From monthly to quarterly execution quality figures in the style of 17 CFR 242.605.
//   source  the arithmetic only; the exact report columns need the rule text before any compliance
//           claim (docs/references.md)
// Months are added as sums and divided once: a mean of monthly means would weigh a quiet month like
// a busy one.
#pragma once

#include <cstdint>
#include <optional>

#include "core/units/qty.h"

namespace assay::kpi {

// One month, or any number of months added up. Totals, never averages.
struct ExecutionQuality {
    std::int64_t exec_shares{};       // PrImpShares and the two below are parts of it
    std::int64_t pr_imp_shares{};     // executed with price improvement
    double pr_imp_total_amt{};        // currency
    double all_total_time{};          // sum over shares of time to execution, seconds
    double avg_effec_spread_total{};  // sum over shares of the effective spread, currency

    ExecutionQuality& operator+=(const ExecutionQuality& month);
    bool operator==(const ExecutionQuality&) const = default;

    // All absent where nothing was executed.
    std::optional<double> pr_imp_pct() const;        // share of 1
    std::optional<double> pr_imp_exp_amt() const;    // currency a share executed
    std::optional<double> all_avg_t() const;         // seconds
    std::optional<double> avg_effec_spread() const;  // currency a share
};

}  // namespace assay::kpi
