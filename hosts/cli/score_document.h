// A scorecard read back from what `assay score --format json` wrote.
#pragma once

#include <string>

#include "core/score/report.h"
#include "core/units/result.h"
#include "hosts/cli/row_values.h"

namespace assay::cli {

// What `assay diff` compares: KPIs, scores and intervals, ranks, and what it was made under. Curves
// and pictures are left where they are. KPIs that the document does not name are `not_measured`.
// Errors: not JSON (with line and column), not a scorecard, of another version.
Result<score::Report> read_score_document(const std::string& name, const std::string& text,
                                          Catalog catalog);

}  // namespace assay::cli
