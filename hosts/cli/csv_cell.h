// One cell of a CSV that people will open in a spreadsheet.
#pragma once

#include <string>
#include <string_view>

namespace assay::cli {

// RFC 4180 quoting. Text that a spreadsheet would take for a formula (it begins with = + - @, a tab
// or a carriage return) gets a leading apostrophe; numbers are left alone by not coming here.
std::string csv_cell(std::string_view text);

}  // namespace assay::cli
