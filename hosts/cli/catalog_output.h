// `assay catalog`: every KPI with its unit, its sign and its formula.
#pragma once

#include <string>

#include "core/kpi/catalog.h"
#include "hosts/cli/row_values.h"
#include "hosts/cli/terminal.h"

namespace assay::cli {

// All of them by tier, a line each. (As markdown: kpi::catalog_markdown().)
std::string catalog_text(Catalog catalog, const Terminal& terminal);
std::string catalog_json(Catalog catalog);
// One of them in full.
std::string kpi_text(const kpi::Entry& entry, const Terminal& terminal);

}  // namespace assay::cli
