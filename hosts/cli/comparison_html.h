// A comparison as one page that stands alone: words, tables, intervals, completion, reliability.
#pragma once

#include <string>

#include "core/judge/comparison.h"

namespace assay::cli {

std::string comparison_html(const judge::Comparison& comparison);

}  // namespace assay::cli
