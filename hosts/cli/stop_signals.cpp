#include "hosts/cli/stop_signals.h"

#include <csignal>

namespace assay::cli {
namespace {

static_assert(std::atomic<bool>::is_always_lock_free, "it is set by a signal handler");

void ask_to_stop(int) {
    stop_asked = true;
}

void ask_to_reload(int) {
    reload_asked = true;
}

}  // namespace

std::atomic<bool> stop_asked{false};
std::atomic<bool> reload_asked{false};

void listen_for_stop() {
    struct sigaction action{};
    action.sa_handler = ask_to_stop;
    action.sa_flags = SA_RESETHAND;
    for (const int signal : {SIGINT, SIGTERM}) ::sigaction(signal, &action, nullptr);
}

void listen_for_reload() {
    struct sigaction action{};
    action.sa_handler = ask_to_reload;
    action.sa_flags = SA_RESTART;
    ::sigaction(SIGHUP, &action, nullptr);
}

}  // namespace assay::cli
