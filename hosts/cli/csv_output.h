// The scorecard as CSV: one row a group, catalog names as the header, empty where absent.
#pragma once

#include <string>

#include "core/score/report.h"
#include "hosts/cli/csv_cell.h"
#include "hosts/cli/row_values.h"

namespace assay::cli {

std::string csv_text(const score::Report& report, Catalog catalog);

}  // namespace assay::cli
