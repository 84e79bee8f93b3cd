// Two policies on the same parents with the same random numbers: what one costs more than the
// other, and how sure that is (docs/spec.md 8.2).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "core/judge/bootstrap.h"
#include "core/judge/outcome.h"
#include "core/units/result.h"

namespace assay::judge {

// One policy's shortfall less the other's on the same parents, in order of parents.
struct Differences {
    std::vector<ParentKey> parents;
    std::vector<double> bps;         // > 0: the first policy cost more
    std::vector<Stretch> stretches;  // one is a seed of one scenario
    std::int64_t left_out{};         // parents that only one has, or without a shortfall in one
};
// Errors: a parent stands twice on one side.
Result<Differences> differences(std::span<const Outcome> policy,
                                std::span<const Outcome> reference);

// Diebold and Mariano 1995: mean over its standard error with the autocovariances of Newey and West
// 1987 (Bartlett weights), which do not reach across stretches.
struct DieboldMariano {
    double statistic{};  // standard normal where the true mean is 0
    double p{1};         // two-sided
    int lags{};
};
// Lags: floor(4 (n / 100)^(2/9)), the rule of thumb of Newey and West 1994; `lags` overrides it.
// nullopt: fewer than two values, or no variance.
std::optional<DieboldMariano> diebold_mariano(std::span<const double> values,
                                              std::span<const Stretch> stretches,
                                              std::optional<int> lags = std::nullopt);

struct Paired {
    std::int64_t n{}, left_out{};  // parents
    Unit drawn_by{Unit::block};    // blocks of parents, or whole worlds
    BootstrappedMean bps;          // > 0: the first policy cost more
    std::optional<DieboldMariano> check;
    // In how many worlds (seed and scenario) it cost more. Blocks take the worlds as given, this
    // says whether they agree.
    int worlds{}, worlds_above{};
};
// Errors: as of differences(), or no parent in common.
Result<Paired> paired(std::span<const Outcome> policy, std::span<const Outcome> reference,
                      const Resampling& how);

}  // namespace assay::judge
