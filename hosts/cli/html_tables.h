// The tables of the page: league table and tiers, sortable, with the catalog's formula on each
// head.
#pragma once

#include <string>

#include "core/score/report.h"
#include "hosts/cli/row_values.h"

namespace assay::cli {

std::string html_league(const score::Report& report, Catalog catalog);
std::string html_tier(const score::Report& report, Catalog catalog, kpi::Tier tier);
// What is undecided, absent or marked, and why.
std::string html_notes(const score::Report& report, Catalog catalog);

}  // namespace assay::cli
