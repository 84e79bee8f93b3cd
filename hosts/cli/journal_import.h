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
    std::uint64_t left_out{};          // of no session that was named
    std::vector<std::string> remarks;  // what was not used, and why
};

// A session of the desk whose journal it is: messages between these two are filed under its name,
// as received or sent, and its sequence numbers begin anew behind them.
struct ImportSession {
    std::string name, ours, theirs;  // CompIDs
};

// The messages of all FIX logs among `inputs` (files and folders), merged by capture time, at the
// end of the journal in `folder`, which is made if it is not there. What came last before stays
// before: logs that are older than the end of the journal are refused. Durable when it returns.
// Without `sessions` each pair of CompIDs is a session of its own, and all is received.
Result<Imported> import_logs(const std::string& folder, std::span<const std::string> inputs,
                             const Settings& settings,
                             std::span<const ImportSession> sessions = {});

}  // namespace assay
