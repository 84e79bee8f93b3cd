// --lps: liquidity providers and the market they live in, for `assay simulate` (examples/lps.toml).
#pragma once

#include "core/sim/config.h"
#include "core/units/result.h"
#include "hosts/cli/toml_file.h"

namespace assay {

// [lp.NAME] sections, and optionally [market], [parents], [leakage], [drift] and
// capacity_correlation. What is left out is as in docs/spec.md section 9; of an LP, as the honest
// LP of the examples. Errors name line, column and what was probably meant.
Result<sim::WorldConfig> read_lps(const TomlFile& file);

// Whether a file is one of these, by what stands in it.
bool looks_like_lps(const TomlFile& file);

}  // namespace assay
