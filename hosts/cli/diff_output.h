// What `assay diff` prints.
#pragma once

#include <string>

#include "hosts/cli/diff.h"
#include "hosts/cli/terminal.h"

namespace assay::cli {

// Scores and ranks first, then the KPIs, as many beside each other as the terminal has room for.
std::string diff_table(const Diff& diff, Catalog catalog, const Terminal& terminal);
std::string diff_json(const Diff& diff, Catalog catalog);
// A line for each row and KPI: before, after, difference. Lines end in CRLF.
std::string diff_csv(const Diff& diff, Catalog catalog);

}  // namespace assay::cli
