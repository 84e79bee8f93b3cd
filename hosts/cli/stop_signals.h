// SIGINT and SIGTERM as a wish to end, for commands that run until then.
#pragma once

#include <atomic>

namespace assay::cli {

// Set by the first signal. A second one ends the program as if nobody listened.
extern std::atomic<bool> stop_asked;

void listen_for_stop();

}  // namespace assay::cli
