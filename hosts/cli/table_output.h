// The scorecard for a terminal: a league table, then a table for each tier of KPIs.
// It shows what the report holds and adds no number of its own.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/score/report.h"
#include "core/units/result.h"
#include "hosts/cli/row_values.h"
#include "hosts/cli/terminal.h"

namespace assay::cli {

// "fill_rate,e_over_q" as indices of the catalog; the error names `option` and the first unknown
// one. With `standings` also min_max, z_score and rank, as indices behind the catalog's, for
// table_text() alone.
enum class AlsoNamed : std::uint8_t { nothing, standings };
Result<std::vector<std::size_t>> columns_named(Catalog catalog, std::string_view list,
                                               std::string_view option = "--columns",
                                               AlsoNamed also = AlsoNamed::nothing);

// No line is wider than the terminal; columns that do not fit are named underneath.
// `columns`, where not empty, are shown in place of the tiers.
std::string table_text(const score::Report& report, Catalog catalog, const Terminal& terminal,
                       const std::vector<std::size_t>& columns = {});

}  // namespace assay::cli
