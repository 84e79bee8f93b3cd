// A decision told to a trader: why this LP, who was second, what was left out and why, what
// happened.
#pragma once

#include <string>

#include "core/route/decision.h"

namespace assay::route {

// Several lines, the last one without a line end. With the outcome where it is known.
std::string decision_words(const Decision& d);
// Whether anything is known of how much an LP fills: else what was predicted of it is no number.
bool fills_known(const DecisionInputs& in, LpId lp);
// One line: "30,000 to LP_C and 15,000 to LP_D (live scores, split)".
std::string decision_line(const Decision& d);

// Why an LP was left out: "its breaker is open (bust) for another 30000 ms".
std::string exclusion_words(const DecisionInputs& in, const Exclusion& exclusion);

}  // namespace assay::route
