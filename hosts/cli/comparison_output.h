// What `assay compare` and `assay backtest` print.
#pragma once

#include <string>
#include <string_view>

#include "core/judge/comparison.h"
#include "hosts/cli/json_writer.h"
#include "hosts/cli/terminal.h"

namespace assay::cli {

// Cost and regret, what happened to parents, the forecasts; beside each other where there is room.
std::string comparison_table(const judge::Comparison& comparison, const Terminal& terminal);
// docs/json.md.
std::string comparison_json(const judge::Comparison& comparison);
// The same as a part of a document.
void write_comparison(JsonWriter& w, const judge::Comparison& comparison);
// A line a policy and scenario. Lines end in CRLF.
std::string comparison_csv(const judge::Comparison& comparison);

// How figures were made, for below a table: pairs, intervals, adjustment. `reference`: its name as
// it is to be shown.
std::string method_of(const judge::Comparison& comparison, std::string_view reference);

}  // namespace assay::cli
