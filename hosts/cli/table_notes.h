// What stands above and below the tables of a scorecard.
#pragma once

#include <string>
#include <vector>

#include "core/score/report.h"
#include "hosts/cli/columns.h"
#include "hosts/cli/terminal.h"

namespace assay::cli {

// Profile, period, configuration; and, where it was, that the reading was lenient.
std::string table_title(const score::Report& report, const Terminal& terminal);

// What is undecided or absent and why, what the marks mean, which columns found no room, and what
// was assumed.
std::string table_notes(const score::Report& report, Catalog catalog,
                        const std::vector<ChosenKpi>& shown,
                        const std::vector<std::string>& left_out, const Terminal& terminal);

}  // namespace assay::cli
