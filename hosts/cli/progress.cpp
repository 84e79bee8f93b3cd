#include "hosts/cli/progress.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <fmt/format.h>
#include <unistd.h>
#include <vector>

#include "hosts/cli/numbers.h"

namespace assay::cli {
namespace {

constexpr Duration kSilence{1'000'000'000};
constexpr Duration kEvery{100'000'000};
constexpr Duration kEveryLine{5'000'000'000};  // into a file or a pipe, from the first on

Nanos steady_now() {
    const auto since_start = std::chrono::steady_clock::now().time_since_epoch();
    return {std::chrono::duration_cast<std::chrono::nanoseconds>(since_start).count()};
}

std::string seconds_in_words(double seconds) {
    const auto s = static_cast<std::int64_t>(std::ceil(seconds));
    if (s < 60) return fmt::format("{} s", s);
    if (s < 3600) return fmt::format("{} min {:02} s", s / 60, s % 60);
    return fmt::format("{} h {:02} min", s / 3600, s / 60 % 60);
}

std::string rate_in_words(double per_second) {
    if (per_second >= 1e6) return fmt::format("{:.1f} M/s", per_second / 1e6);
    if (per_second >= 1e3) return fmt::format("{:.0f} k/s", per_second / 1e3);
    return fmt::format("{:.0f} /s", per_second);
}

void write_all(int fd, std::string_view text) {
    while (!text.empty()) {
        const ssize_t n = ::write(fd, text.data(), text.size());
        if (n <= 0) return;  // a lost progress bar is no reason to stop
        text.remove_prefix(static_cast<std::size_t>(n));
    }
}

}  // namespace

std::string progress_line(const Progress& p, const Terminal& t) {
    const double seconds = std::max(as_seconds(p.elapsed), 1e-9);
    const bool sized = p.bytes_total > 0;
    // Files may grow while they are read.
    const double share =
        !sized
            ? 0
            : std::min(1.0, static_cast<double>(p.bytes_done) / static_cast<double>(p.bytes_total));
    std::string line = std::string(p.doing) + " ";
    if (sized) line += fmt::format("{:>3.0f}% ", std::floor(100 * share));
    std::vector<std::string> parts;  // by importance
    const bool parents = p.counts == Counts::parents;
    const auto amount = [&](std::uint64_t n) {
        return parents ? grouped(static_cast<std::int64_t>(n)) : bytes_in_words(n);
    };
    parts.push_back((sized ? fmt::format("{} of {}", amount(p.bytes_done), amount(p.bytes_total))
                           : amount(p.bytes_done)) +
                    (parents ? " parents" : ""));
    if (share > 0.01 && share < 1) {
        parts.push_back(seconds_in_words(seconds * (1 - share) / share) + " left");
    }
    if (!parents) parts.push_back(grouped(static_cast<std::int64_t>(p.messages)) + " messages");
    parts.push_back(rate_in_words(static_cast<double>(p.messages) / seconds));
    constexpr int kBar = 22;
    std::string tail;
    int room = t.width - 1 - display_width(line);  // the last column would wrap on some
    const bool bar_fits = sized && t.width >= 72;
    if (bar_fits) room -= kBar;
    for (const std::string& part : parts) {
        if (display_width(tail) + 2 + display_width(part) > room) break;
        tail += "  " + part;
    }
    if (bar_fits) {
        std::string bar;
        for (int i = 0; i < kBar; ++i) {
            const bool done = (i + 0.5) / kBar <= share;
            bar += done ? (t.utf8 ? "━" : "#") : (t.utf8 ? "─" : ".");
        }
        line += painted(t, Style::accent, bar);
    }
    return line + tail;
}

ProgressBar::ProgressBar(int fd, const Terminal& terminal, std::uint64_t bytes_total,
                         std::string_view doing, Clock clock, Counts counts)
    : fd_(fd),
      terminal_(terminal),
      bytes_total_(bytes_total),
      clock_(clock ? std::move(clock) : steady_now),
      started_(clock_()),
      next_(terminal.tty ? kSilence : kEveryLine),
      doing_(doing),
      counts_(counts) {}

ProgressBar::~ProgressBar() {
    erase();
}

Duration ProgressBar::elapsed() const {
    return clock_() - started_;
}

void ProgressBar::update(std::uint64_t bytes_done, std::uint64_t messages) {
    const Duration now = elapsed();
    if (now < next_) return;
    next_ = now + (terminal_.tty ? kEvery : kEveryLine);
    const std::string line =
        progress_line({bytes_done, bytes_total_, messages, now, doing_, counts_}, terminal_);
    if (!terminal_.tty) return write_all(fd_, "assay: " + line + "\n");
    // A dumb terminal cannot erase to the end of the line, so the line is padded instead.
    write_all(fd_, "\r" + padded(line, terminal_.width - 1, Align::left));
    drawn_ = true;
}

void ProgressBar::erase() {
    if (!drawn_) return;
    write_all(fd_, "\r" + std::string(static_cast<std::size_t>(terminal_.width - 1), ' ') + "\r");
    drawn_ = false;
}

}  // namespace assay::cli
