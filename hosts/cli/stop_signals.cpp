#include "hosts/cli/stop_signals.h"

#include <csignal>

namespace assay::cli {
namespace {

static_assert(std::atomic<bool>::is_always_lock_free, "it is set by a signal handler");

void ask_to_stop(int) {
    stop_asked = true;
}

}  // namespace

std::atomic<bool> stop_asked{false};

void listen_for_stop() {
    struct sigaction action{};
    action.sa_handler = ask_to_stop;
    action.sa_flags = SA_RESETHAND;
    for (const int signal : {SIGINT, SIGTERM}) ::sigaction(signal, &action, nullptr);
}

}  // namespace assay::cli
