// A simulated world written down as the logs that a real day leaves: one FIX log a session, and the
// truth apart from them.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/sim/trading.h"
#include "core/units/result.h"
#include "hosts/cli/written_file.h"

namespace assay {

struct SimulatedDay {
    std::vector<DayFile> logs, truth;
    std::optional<DayFile> decisions;
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

// A day that the desk's own router trades, in place of Spray.
struct DayTrade {
    route::PolicyId policy{route::PolicyId::split};
    std::string profile{"balanced"};
    route::ExploreRules explore;
};
sim::TradingConfig trading_of(const sim::WorldConfig& world, const DayTrade& trade);
// As write_simulated_day(), and its decisions in decisions.bin (decisions_file.h).
Result<SimulatedDay> write_traded_day(const sim::WorldConfig& config, const DayTrade& trade,
                                      std::uint64_t seed, const std::string& folder,
                                      const DayProgress& progress);

}  // namespace assay
