// `assay score LOG` in process, as a whole and cut off after each stage: what a stage costs is the
// difference of two passes, so that no clock is read per message.
#pragma once

#include <cstdint>
#include <string>

namespace assay::bench {

enum class Until : std::uint8_t { frame, parse, stage, kernel, report };
inline constexpr std::size_t kStages = 5;
inline constexpr const char* kStageName[kStages] = {"read, frame, verify",
                                                    "parse, capture time, event", "session stage",
                                                    "merge, kernel", "report"};

struct Pass {
    std::uint64_t messages{};
    double cpu_ns{};         // of the whole pass, all threads
    double wall_ns{};        // the same by the clock on the wall
    double report_cpu_ns{};  // of it, scorecard and JSON
    std::string json;        // of Until::report: equal bytes, equal scorecards
    std::uint64_t orders{}, fills{}, cells{}, rows{}, open_orders{};
    std::uint64_t late_allocations{}, late_messages{};  // in the second half of the log
    std::string error;                                  // empty: fine
};

// Everything on: balanced profile, strict, all KPIs. `threads` matters from Until::kernel on.
Pass pass(const std::string& path, Until until, std::uint32_t threads);

}  // namespace assay::bench
