// How far the reading or writing is: on a terminal for anything that takes over a second, elsewhere
// a line now and then for what takes long.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "core/units/nanos.h"
#include "hosts/cli/terminal.h"

namespace assay::cli {

// What is counted: bytes with messages in them, or parent orders, where bytes and messages alike
// are parents.
enum class Counts : std::uint8_t { bytes, parents };

struct Progress {
    std::uint64_t bytes_done{};
    std::uint64_t bytes_total{};  // 0: not known, standard input for one
    std::uint64_t messages{};
    Duration elapsed;
    std::string_view doing{"reading"};
    Counts counts{Counts::bytes};
};

// "reading  42% [#####.......]  1.2 GB of 2.9 GB  3,400,000 messages  1.6 M/s  18 s left", shorter
// where the terminal is narrow, without an end of line.
std::string progress_line(const Progress& p, const Terminal& t);

// Draws the line on a file descriptor in place, ten times a second at most, and erases it when it
// goes; silent for the first second. Where the terminal is none it writes a plain line every five
// seconds.
class ProgressBar {
  public:
    using Clock = std::function<Nanos()>;  // steady; a test gives its own

    ProgressBar(int fd, const Terminal& terminal, std::uint64_t bytes_total,
                std::string_view doing = "reading", Clock clock = {},
                Counts counts = Counts::bytes);
    ~ProgressBar();
    ProgressBar(const ProgressBar&) = delete;
    ProgressBar& operator=(const ProgressBar&) = delete;

    void update(std::uint64_t bytes_done, std::uint64_t messages);
    // Where what there will be is only known better as it grows.
    void expect(std::uint64_t bytes_total) { bytes_total_ = bytes_total; }
    void erase();  // before something else is written; the next update draws it again

  private:
    Duration elapsed() const;

    int fd_;
    Terminal terminal_;
    std::uint64_t bytes_total_;
    Clock clock_;
    Nanos started_;
    Duration next_;
    bool drawn_{};
    std::string_view doing_;
    Counts counts_;
};

}  // namespace assay::cli
