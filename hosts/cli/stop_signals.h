// SIGINT and SIGTERM as a wish to end, for commands that run until then; SIGHUP as a wish to read
// the configuration anew.
#pragma once

#include <atomic>

namespace assay::cli {

// Set by the first signal. A second one ends the program as if nobody listened.
extern std::atomic<bool> stop_asked;

void listen_for_stop();

// Set by every SIGHUP; who has taken it clears it.
extern std::atomic<bool> reload_asked;

void listen_for_reload();

}  // namespace assay::cli
