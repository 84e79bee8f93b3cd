// Reads what `assay compare --format json` wrote.
#pragma once

#include <map>
#include <string>

#include "core/judge/recommendation.h"
#include "core/units/result.h"

namespace assay::cli {

// What it says of each policy, over all its scenarios. Errors: it is no such document, with what
// was expected.
Result<std::map<std::string, judge::Compared>> read_comparison(const std::string& path);

}  // namespace assay::cli
