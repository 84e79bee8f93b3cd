#include "hosts/cli/progress.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <unistd.h>

namespace assay::cli {
namespace {

TEST(Progress, a_line_for_every_width) {
    const Progress half{1'500'000'000, 3'000'000'000, 3'400'000, Duration{2'000'000'000}};
    EXPECT_EQ(progress_line(half, Terminal{.width = 100}),
              "reading  50% ###########...........  1.5 GB of 3.0 GB  2 s left  3,400,000 messages "
              " 1.7 M/s");
    EXPECT_EQ(progress_line(half, Terminal{.width = 80}),
              "reading  50% ###########...........  1.5 GB of 3.0 GB  2 s left");
    EXPECT_EQ(progress_line(half, Terminal{.width = 40}), "reading  50%   1.5 GB of 3.0 GB");
    Progress written = half;
    written.doing = "writing";
    EXPECT_EQ(progress_line(written, Terminal{.width = 40}), "writing  50%   1.5 GB of 3.0 GB");
    for (int width = 40; width < 200; ++width) {
        EXPECT_LT(display_width(progress_line(half, Terminal{.width = width})), width);
    }
}

TEST(Progress, unknown_sizes_and_strange_ones) {
    const Terminal t{.width = 80};
    EXPECT_EQ(progress_line({5'000, 0, 12, Duration{2'000'000'000}}, t),
              "reading   5.0 kB  12 messages  6 /s");
    EXPECT_EQ(progress_line({9, 3, 1, Duration{0}}, Terminal{.width = 50}).substr(0, 12),
              "reading 100%")
        << "a file that grew while it was read";
    EXPECT_NE(progress_line({36, 72'000, 1, Duration{3'600'000'000'000}}, t).find("0%"),
              std::string::npos);
    EXPECT_NE(
        progress_line({3'600, 7'200, 1, Duration{3'600'000'000'000}}, t).find("1 h 00 min left"),
        std::string::npos);
}

TEST(Progress, a_bar_is_silent_without_a_terminal_and_at_first) {
    int ends[2];
    ASSERT_EQ(::pipe(ends), 0);
    {
        ProgressBar none(ends[1], Terminal{.width = 80, .tty = false}, 10);
        none.update(1, 1);
        ProgressBar early(ends[1], Terminal{.width = 80, .tty = true}, 10);
        early.update(1, 1);
    }
    ::close(ends[1]);
    char byte{};
    EXPECT_EQ(::read(ends[0], &byte, 1), 0) << "nothing was written";
    ::close(ends[0]);
}

TEST(Progress, without_a_terminal_it_is_a_line_every_five_seconds) {
    int ends[2];
    ASSERT_EQ(::pipe(ends), 0);
    Duration now{0};
    {
        ProgressBar bar(ends[1], Terminal{.width = 80, .tty = false}, 10, "reading",
                        [&] { return Nanos{now.ns}; });
        for (const std::int64_t second : {1, 4, 5, 9, 11}) {
            now = Duration{second * kSecond.ns};
            bar.update(5, 7);
        }
    }
    ::close(ends[1]);
    std::string seen(800, '\0');
    const ssize_t n = ::read(ends[0], seen.data(), seen.size());
    ::close(ends[0]);
    ASSERT_GT(n, 0);
    seen.resize(static_cast<std::size_t>(n));
    EXPECT_EQ(std::count(seen.begin(), seen.end(), '\n'), 2) << "at 5 s and at 11 s: " << seen;
    EXPECT_TRUE(seen.starts_with("assay: reading  50% ")) << seen;
    EXPECT_EQ(seen.find('\r'), seen.npos);
}

TEST(Progress, what_was_drawn_is_erased) {
    int ends[2];
    ASSERT_EQ(::pipe(ends), 0);
    {
        ProgressBar bar(ends[1], Terminal{.width = 80, .tty = true}, 10);
        ::usleep(1'050'000);
        bar.update(5, 7);
    }
    ::close(ends[1]);
    std::string seen(400, '\0');
    const ssize_t n = ::read(ends[0], seen.data(), seen.size());
    ::close(ends[0]);
    ASSERT_GT(n, 0);
    seen.resize(static_cast<std::size_t>(n));
    EXPECT_EQ(seen.substr(0, 13), "\rreading  50%");
    EXPECT_EQ(seen.substr(seen.size() - 80), std::string(79, ' ') + "\r");
}

TEST(Progress, counts_parents_where_nothing_is_read) {
    const Progress p{.bytes_done = 1'500,
                     .bytes_total = 6'000,
                     .messages = 1'500,
                     .elapsed = Duration{3'000'000'000},
                     .doing = "trading",
                     .counts = Counts::parents};
    const std::string line = progress_line(p, Terminal{.width = 100});
    EXPECT_NE(line.find("1,500 of 6,000 parents  9 s left"), line.npos) << line;
    EXPECT_EQ(line.find("messages"), line.npos) << line;
    EXPECT_EQ(line.find("kB"), line.npos) << line;
}

}  // namespace
}  // namespace assay::cli
