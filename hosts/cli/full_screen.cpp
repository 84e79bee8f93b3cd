#include "hosts/cli/full_screen.h"

#include <cerrno>
#include <poll.h>
#include <string_view>
#include <thread>
#include <unistd.h>

namespace assay::cli {

namespace {

constexpr std::string_view kEnter = "\x1b[?1049h\x1b[?25l\x1b[2J", kLeave = "\x1b[?25h\x1b[?1049l";

bool write_all(std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t n = ::write(STDOUT_FILENO, bytes.data(), bytes.size());
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(n));
    }
    return true;
}

}  // namespace

std::string frame_bytes(const std::vector<std::string>& lines) {
    std::string bytes = "\x1b[H";
    for (std::size_t i = 0; i < lines.size(); ++i)
        bytes += (i == 0 ? "" : "\r\n") + lines[i] + "\x1b[K";
    return bytes + "\x1b[J";
}

FullScreen::FullScreen() {
    has_keys_ = ::isatty(STDIN_FILENO) == 1 && ::tcgetattr(STDIN_FILENO, &before_) == 0;
    if (has_keys_) {
        termios raw = before_;
        raw.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);
        // Suspended, it would leave this screen to the shell.
        raw.c_cc[VSUSP] = _POSIX_VDISABLE;
        raw.c_cc[VMIN] = 0;
        raw.c_cc[VTIME] = 0;
        ::tcsetattr(STDIN_FILENO, TCSANOW, &raw);
    }
    write_all(kEnter);
}

FullScreen::~FullScreen() {
    write_all(kLeave);
    if (has_keys_) ::tcsetattr(STDIN_FILENO, TCSANOW, &before_);
}

bool FullScreen::show(const std::vector<std::string>& lines) {
    return write_all(frame_bytes(lines));
}

std::optional<char> FullScreen::key(std::chrono::milliseconds most) {
    if (!has_keys_) {
        std::this_thread::sleep_for(most);
        return std::nullopt;
    }
    pollfd waits{STDIN_FILENO, POLLIN, 0};
    if (::poll(&waits, 1, static_cast<int>(most.count())) <= 0) return std::nullopt;
    char c = 0;
    if (::read(STDIN_FILENO, &c, 1) == 1) return c;
    has_keys_ = (waits.revents & (POLLHUP | POLLERR | POLLNVAL)) == 0;
    return std::nullopt;
}

}  // namespace assay::cli
