// How far the reading or writing is, on a terminal, for anything that takes over a second.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/units/nanos.h"
#include "hosts/cli/terminal.h"

namespace assay::cli {

struct Progress {
    std::uint64_t bytes_done{};
    std::uint64_t bytes_total{};  // 0: not known, standard input for one
    std::uint64_t messages{};
    Duration elapsed;
    std::string_view doing{"reading"};
};

// "reading  42% [#####.......]  1.2 GB of 2.9 GB  3,400,000 messages  1.6 M/s  18 s left", shorter
// where the terminal is narrow, without an end of line.
std::string progress_line(const Progress& p, const Terminal& t);

// Draws the line on a file descriptor in place, ten times a second at most, and erases it when it
// goes. Silent where the terminal is none, and for the first second.
class ProgressBar {
  public:
    ProgressBar(int fd, const Terminal& terminal, std::uint64_t bytes_total,
                std::string_view doing = "reading");
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
    Nanos started_;
    Duration next_;
    bool drawn_{};
    std::string_view doing_;
};

}  // namespace assay::cli
