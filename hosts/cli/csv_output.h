// The scorecard as CSV: one row a group, catalog names as the header, empty where absent.
#pragma once

#include <string>
#include <string_view>

#include "core/score/report.h"
#include "hosts/cli/row_values.h"

namespace assay::cli {

// RFC 4180 quoting. Text that a spreadsheet would take for a formula (it begins with = + - @, a tab
// or a carriage return) gets a leading apostrophe; numbers are left alone.
std::string csv_cell(std::string_view text);

std::string csv_text(const score::Report& report, Catalog catalog);

}  // namespace assay::cli
