// A played scenario for programs.
#pragma once

#include <string>

#include "core/sim/scripted.h"

namespace assay::cli {

// One document, with a line end. Quantities in shares, times ISO in UTC, costs in bps of the mid
// at entry, positive = a cost.
std::string story_json(const sim::Script& script, const sim::Story& story);

}  // namespace assay::cli
