// The order of a scenario in drawn worlds (retold_run.h), told on a terminal and in words.
#pragma once

#include <string>
#include <vector>

#include "hosts/cli/retold_run.h"
#include "hosts/cli/terminal.h"

namespace assay::cli {

// What was drawn and how, a table for each way of drawing, and what can be said of it.
std::string retold_text(const Retold& retold, const Terminal& t);

// The same words for every kind of output.
std::string retold_title(const Retold& retold);
std::string retold_about(const Retold& retold);
std::string lps_title(const RetoldBlock& block);
std::string lps_about(const RetoldBlock& block);
// "Against sending all to one LP, probe-then-split is better than LP_B; worse than LP_D.", and the
// same of the other policies.
std::vector<std::string> verdicts(const Retold& retold, const RetoldBlock& block);
// Of another policy than the scenario's: "better", "worse", "not clear"; else empty.
const char* verdict(judge::Standing standing);
std::string retold_method(const Retold& retold);
// "+0.43", "0.00", "-1.10"
std::string signed_bps(double x);
// "18:03": minutes and seconds.
std::string minutes_text(double seconds);

}  // namespace assay::cli
