// A double as the shortest text that is it.
#pragma once

#include <string>

namespace assay::cli {

// Shortest text that reads back as the same double; whole numbers without a point.
// Not finite: "null", which is what JSON has for it.
std::string shortest(double x);

}  // namespace assay::cli
