// A played scenario as one page that needs nothing else: pictures, the timeline, the words.
#pragma once

#include <string>

#include "core/sim/scripted.h"

namespace assay::cli {

std::string story_html(const sim::Script& script, const sim::Story& story);

}  // namespace assay::cli
