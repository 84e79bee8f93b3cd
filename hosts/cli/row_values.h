// Reading a row of a report by the catalog's names.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "core/kpi/catalog.h"
#include "core/score/report.h"

namespace assay::cli {

using Catalog = std::span<const kpi::Entry>;

std::optional<std::size_t> index_of(Catalog catalog, std::string_view name);

// The value at `index`; `not_measured` where the row carries none.
kpi::Value value_at(const score::Row& row, std::size_t index);

// Names that the catalog lists for the reader but that a row holds as fields of its own:
// composite, composite_sd, lcb, p_best, composite_fast, n_eff.
bool held_by_row(std::string_view name);

// "LP_A", or "LP_A / XYZ" where --by has several keys; "total" for a row without keys.
std::string label_of(const score::Row& row);
// The keys other than lp: rows that share them are ranked against each other.
// "symbol XYZ, regime calm"; empty where lp is the only key.
std::string group_of(const score::Row& row);
// What names a row inside its group: its LP, else all its keys.
std::string name_in_group(const score::Row& row);
bool has_lp(const score::Row& row);

// True where rows are LPs side by side, so that they are scored and ranked: by lp, and not by hour
// or side, which beliefs do not tell apart.
bool compares_lps(const score::Report& report);
// What rows share, as a heading above them, and what tells them apart below it. LPs that are ranked
// stand below the other keys, "symbol XYZ"; other rows of several keys below the first, "LP_A".
std::string heading_above(const score::Report& report, const score::Row& row);
std::string name_below(const score::Report& report, const score::Row& row);

// The lower bound as it is shown: no score is below 0. Documents for programs keep the number.
std::optional<double> shown_lcb(const score::Row& row);

const char* text(score::Evidence e);  // "enough", "low", "prior"

}  // namespace assay::cli
