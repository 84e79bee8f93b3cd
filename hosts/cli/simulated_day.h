// A simulated world written down as the logs that a real day leaves: one FIX log a session, and the
// truth apart from them.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "core/sim/config.h"
#include "core/units/result.h"

namespace assay {

struct DayFile {
    std::string name;  // in the folder
    std::string says;
    std::uint64_t messages{}, bytes{};
};
struct SimulatedDay {
    std::vector<DayFile> logs, truth;
    std::uint64_t parents{};
    std::uint64_t messages{}, bytes{};                            // of the logs
    double lots{}, filled_lots{}, swept_lots{}, shortfall_bps{};  // of parents that were completed
};

// Sees, now and then, how much of the time has passed, in [0, 1], and what was written.
using DayProgress = std::function<void(double share, std::uint64_t bytes, std::uint64_t messages)>;

// Writes LP.log of each LP, market.log, truth.json, truth.csv and parents.csv into `folder`, which
// is made if it is not there. The agent that trades is sim::Spray.
// Errors: the folder holds something already, or a file cannot be written to its end.
Result<SimulatedDay> write_simulated_day(const sim::WorldConfig& config, std::uint64_t seed,
                                         const std::string& folder, const DayProgress& progress);

}  // namespace assay
