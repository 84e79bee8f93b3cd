// The scorecard as one page that needs nothing else: no request leaves it, it prints, and it
// follows the reader's light or dark theme.
#pragma once

#include <string>

#include "core/kernel/health.h"
#include "core/score/report.h"
#include "hosts/cli/row_values.h"

namespace assay::cli {

// Pictures are drawn for the first 64 rows; the tables hold them all.
std::string html_text(const score::Report& report, const Health& health, Catalog catalog);

}  // namespace assay::cli
