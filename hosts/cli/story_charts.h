// Pictures of a played scenario, as inline SVG in the manner of html_charts.h.
#pragma once

#include <string>

#include "core/sim/scripted.h"

namespace assay::cli {

// Bid and ask over the time of the order, and every fill at its price, as large as it is.
std::string market_chart(const sim::Story& story);
// Each LP's score from one moment to the next; moments stand at equal distances, for milliseconds
// lie between some and minutes between others.
std::string scores_chart(const sim::Story& story);
// Shares left over time.
std::string remaining_chart(const sim::Story& story);
// Running cost of the fills against arrival, bps over time.
std::string cost_chart(const sim::Story& story);

}  // namespace assay::cli
