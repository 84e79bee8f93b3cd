// Tables of a history as CSV or JSON, in natural units.
#pragma once

#include <cstdint>
#include <cstdio>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hosts/cli/rows_output.h"
#include "hosts/history/history.h"

namespace assay::cli {

std::span<const std::string_view> exported_tables();
std::string listed(std::span<const std::string_view> names);

// `brief`: what a terminal has room for.
std::vector<std::string> execution_columns(bool brief);
std::vector<Datum> execution_data(const history::ExecutionRow& row, bool brief);

// Rows of [from, to); returns how many. Minutes, quarters and days come with every KPI that has a
// series.
Result<std::uint64_t> export_table(history::History& history, std::string_view table, Nanos from,
                                   Nanos to, std::FILE* out, RowsFormat format);

}  // namespace assay::cli
