// A played scenario for programs.
#pragma once

#include <string>

#include "core/sim/scripted.h"
#include "hosts/cli/retold_run.h"

namespace assay::cli {

// One document, with a line end, and the comparison in drawn worlds where there is one. Quantities
// in shares, times ISO in UTC, costs in bps of the mid at entry, positive = a cost.
std::string story_json(const sim::Script& script, const sim::Story& story,
                       const Retold* retold = nullptr);

}  // namespace assay::cli
