// The pictures of a comparison, as inline SVG in the manner of html_charts.h.
#pragma once

#include <string>
#include <vector>

#include "core/judge/comparison.h"

namespace assay::cli {

// Regret of each row with its interval, cheapest on top, and a line at 0. Rows without regret are
// left out; empty where none is left.
std::string regret_chart(const std::vector<judge::Row>& rows, const std::string& reference);

// The share of parents that were complete by then, a line a policy, the first eight.
std::string completion_chart(const std::vector<judge::PolicyForecasts>& policies);

// What happened against what was forecast, a dot a bin with its area by count; the diagonal is
// honest. Empty without forecasts.
std::string reliability_chart(const estimate::Calibration& calibration);

}  // namespace assay::cli
