// The documents for programs. Keys come in a fixed order; absent values are null, and `absent` of
// a row says why. Names do not change without a new "version".
#pragma once

#include <string>

#include "core/kernel/health.h"
#include "core/score/report.h"
#include "hosts/cli/row_values.h"

namespace assay::cli {

// {"version":1,"health":{...},"assumptions":[...],"profile":...,"rows":[...],"total":{...}}
std::string json_text(const score::Report& report, const Health& health, Catalog catalog);

// {"version":1,"health":{...}}
std::string health_json(const Health& health);

}  // namespace assay::cli
