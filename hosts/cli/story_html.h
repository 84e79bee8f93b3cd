// A played scenario as one page that needs nothing else: pictures, the timeline, the words, and the
// comparison in drawn worlds where there is one.
#pragma once

#include <string>

#include "core/sim/scripted.h"
#include "hosts/cli/retold_run.h"

namespace assay::cli {

std::string story_html(const sim::Script& script, const sim::Story& story,
                       const Retold* retold = nullptr);

}  // namespace assay::cli
