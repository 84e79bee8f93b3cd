// assay watch.
#include <algorithm>
#include <chrono>
#include <fmt/format.h>
#include <optional>
#include <unistd.h>

#include "hosts/cli/commands.h"
#include "hosts/cli/complain.h"
#include "hosts/cli/full_screen.h"
#include "hosts/cli/stop_signals.h"
#include "hosts/cli/terminal.h"
#include "hosts/cli/watch_source.h"

namespace assay::cli {

namespace {
constexpr std::chrono::milliseconds kEvery{500};  // a frame
constexpr std::chrono::milliseconds kLook{50};    // at the wish to end
}  // namespace

int watch(const Arguments& args) {
    const auto access = desk_access(args);
    if (!access) return complain(access.error().text(), kUsage);
    WatchSource source({*access, args.value("--symbol"), args.value("--profile")});
    Terminal terminal = terminal_of(STDOUT_FILENO);
    const Watched& first = source.look();
    if (!first.trouble.empty()) return complain(first.trouble, kNothingDone);
    // Once: later the desk may come to know it.
    if (const std::string wrong = source.unknown(); !wrong.empty()) return complain(wrong, kUsage);
    if (!terminal.moves) {
        for (const std::string& line : watch_lines(first, terminal)) fmt::print("{}\n", line);
        return kDone;
    }
    listen_for_stop();
    FullScreen screen;
    const Watched* seen = &first;
    while (!stop_asked) {
        // As large as the terminal is now.
        terminal = terminal_of(STDOUT_FILENO);
        terminal.height = std::max(terminal.height, 10);
        if (!screen.show(watch_lines(*seen, terminal))) return kNothingDone;
        const auto next = std::chrono::steady_clock::now() + kEvery;
        while (!stop_asked && std::chrono::steady_clock::now() < next) {
            const auto key = screen.key(kLook);
            if (!key) continue;
            if (*key == 'q') return kDone;
            if (*key == 's') source.next_symbol();
            if (*key == 'p') source.next_profile();
            if (*key == 's' || *key == 'p') break;
        }
        seen = &source.look();
    }
    return kDone;
}

}  // namespace assay::cli
