// A strategy profile from TOML, and back.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/score/profile.h"
#include "core/units/result.h"
#include "hosts/cli/toml_file.h"

namespace assay {

struct LoadedProfile {
    score::Profile profile;
    std::vector<std::string> warnings;  // for people: one KPI holds more than half, ...
};

// name = "block"
// rank_by = "lcb"                  # or "composite"
// fast_kpis = ["fill_rate"]        # or "all"
// fast_kappa = 10                  # orders, or "pooled"
// fast_half_life = "30m"           # or "never"
// z_route = 1
// z_report = 1.645
// max_reject_rate = 0.25
//
// [kpi.fill_rate]
// weight = 40                      # percent; all weights together are 100
// worst = 0.5
// best = 1
// scale = "linear"                 # or "log"
//
// What is not given is as in score::Profile. Errors are all reported, with their places.
Result<LoadedProfile> read_profile(const TomlFile& file);

// A built-in profile by its name, else a file of that path. Where it is neither, the error names
// the built-in one that was probably meant.
Result<LoadedProfile> load_profile(const std::string& name_or_path);

// The TOML that read_profile() reads back as an equal profile.
std::string print_profile(const score::Profile& profile);

}  // namespace assay
