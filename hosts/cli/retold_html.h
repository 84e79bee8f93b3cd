// The order of a scenario in drawn worlds, as panels of the story's page.
#pragma once

#include <string>

#include "hosts/cli/retold_run.h"

namespace assay::cli {

// A panel that says what was drawn, and one for each way of drawing: the picture, the table, and
// what can be said.
std::string retold_html(const Retold& retold);

// Differences to the story's policy with their intervals, cheapest on top, and a line at 0. What
// lies far out is cut off, and its number says where it is.
std::string difference_chart(const Retold& retold, const RetoldBlock& block);

}  // namespace assay::cli
