// Everything a command is told by configuration, its keys' values in their types.
#pragma once

#include <cstdint>
#include <string>

#include "core/fix/frame.h"
#include "core/fix/parties.h"
#include "core/kernel/config.h"
#include "hosts/cli/csv_time.h"

namespace assay {

// Where capture time comes from in logs without a time in front of their messages.
enum class CaptureClock : std::uint8_t {
    prefix,        // nowhere: file order, and latencies are absent
    sending_time,  // SendingTime(52), and latencies are measured with it
};

// Who names the LP. `automatic`: the program looks at the log, guesses and says what it took.
enum class LpFrom : std::uint8_t { automatic, as_parties_say };

struct Settings {
    Config config;
    fix::Parties parties;
    fix::FramerOptions framer;
    CaptureClock clock{CaptureClock::prefix};
    LpFrom lp_from{LpFrom::automatic};
    DateOrder fill_dates{DateOrder::automatic};  // of tables of fills
    std::string profile{
        "balanced"};  // a built-in name, or a file; Config::profile is filled from it
    std::uint64_t version_of_any_period{};  // Config::version as it is without since and until
};

}  // namespace assay
