// What a draft changes of a profile, in words, and how far a change may go.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "core/score/profile.h"
#include "core/units/nanos.h"
#include "core/units/result.h"
#include "hosts/desk/weight_limits.h"
#include "hosts/http/calibration.h"

namespace assay::desk {

struct Draft {
    score::Profile profile;
    std::vector<std::string> warnings;
};
// By the reader of profile files. Errors: what it says, and another name than `name`.
Result<Draft> read_draft(const std::string& name, const std::string& toml);

// "kpi.fill_rate.weight: 40 -> 45", by key.
std::vector<std::string> changes_of(const score::Profile& before, const score::Profile& after);

// `earlier`: of the profile, with the weights it had by each; newest last. Versions that a person
// rolled back to count like others; those of a file do not.
struct WeightsThen {
    Nanos at;
    bool by_person{};
    score::Profile profile;
};
std::vector<http::GuardRail> guard_rails(const score::Profile& before, const score::Profile& after,
                                         std::span<const WeightsThen> earlier, Nanos now,
                                         const WeightLimits& limits);

http::ProfileDetail detail_of(const score::Profile& profile);

}  // namespace assay::desk
