// Old logs into a journal, so that the first live day begins with what is known of the LPs.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/units/result.h"
#include "hosts/cli/settings.h"

namespace assay {

struct Imported {
    std::uint64_t messages{}, dead{}, first{}, last{};
    std::vector<std::string> remarks;  // what was not used, and why
};

// The messages of all FIX logs among `inputs` (files and folders), merged by capture time, at the
// end of the journal in `folder`, which is made if it is not there. What came last before stays
// before: logs that are older than the end of the journal are refused. Durable when it returns.
Result<Imported> import_logs(const std::string& folder, std::span<const std::string> inputs,
                             const Settings& settings);

}  // namespace assay
