#include "hosts/cli/terminal.h"

#include <cstdlib>
#include <gtest/gtest.h>

namespace assay::cli {
namespace {

constexpr Terminal kUtf8{.width = 80, .tty = true, .colour = false, .utf8 = true};
constexpr Terminal kPlain{.width = 80};

TEST(Terminal, names_from_a_log_cannot_act_on_the_terminal) {
    struct {
        const char* what;
        std::string text, utf8, plain;
    } const cases[] = {
        {"plain text stays", "LP_A", "LP_A", "LP_A"},
        {"an escape sequence shows", "\x1b[31mred", "\\x1b[31mred", "\\x1b[31mred"},
        {"a line feed shows", "a\nb", "a\\x0ab", "a\\x0ab"},
        {"8-bit control (U+009B) shows",
         "\xC2\x9B"
         "2J",
         "\\x9b2J", "\\x9b2J"},
        {"right-to-left override shows",
         "\xE2\x80\xAE"
         "x",
         "\\u202ex", "\\u202ex"},
        {"a zero-width blank shows",
         "a\xE2\x80\x8B"
         "b",
         "a\\u200bb", "a\\u200bb"},
        {"letters beyond ASCII stay in UTF-8 only", "Börse", "Börse", "B?rse"},
        {"a lone byte is no character", "a\xFFz", "a\\xffz", "a\\xffz"},
        {"an overlong slash is no character", "\xC0\xAF", "\\xc0\\xaf", "\\xc0\\xaf"},
        {"a cut character is none", "\xE2\x80", "\\xe2\\x80", "\\xe2\\x80"},
        {"a surrogate is none", "\xED\xA0\x80", "\\xed\\xa0\\x80", "\\xed\\xa0\\x80"},
    };
    for (const auto& c : cases) {
        EXPECT_EQ(printable(kUtf8, c.text), c.utf8) << c.what;
        EXPECT_EQ(printable(kPlain, c.text), c.plain) << c.what;
    }
}

TEST(Terminal, width_counts_columns_not_bytes) {
    EXPECT_EQ(display_width("abc"), 3);
    EXPECT_EQ(display_width("Börse"), 5);
    EXPECT_EQ(display_width("東京"), 4);
    EXPECT_EQ(display_width("e\xCC\x81"), 1) << "e and a combining accent";
    EXPECT_EQ(display_width(""), 0);
}

TEST(Terminal, a_cut_is_marked_and_never_too_wide) {
    EXPECT_EQ(cut_to(kUtf8, "abcdef", 6), "abcdef");
    EXPECT_EQ(cut_to(kUtf8, "abcdef", 5), "abcd…");
    EXPECT_EQ(cut_to(kPlain, "abcdef", 5), "abcd~");
    EXPECT_EQ(cut_in_middle(kPlain, "logs/2026/a.log", 15), "logs/2026/a.log");
    EXPECT_EQ(cut_in_middle(kPlain, "logs/2026/a.log", 14), "log~2026/a.log");
    EXPECT_EQ(cut_in_middle(kUtf8, "logs/2026/b.log", 10), "lo…6/b.log");
    EXPECT_EQ(cut_to(kUtf8, "東京東", 4), "東…") << "half of a wide character does not fit";
}

TEST(Terminal, lines_break_at_blanks_and_hang) {
    EXPECT_EQ(wrapped("one two three", 7, 2), "one two\n  three");
    EXPECT_EQ(wrapped("one", 2, 0), "one") << "a word is never cut";
    EXPECT_EQ(wrapped("", 10, 0), "");
}

TEST(Terminal, a_bar_shows_score_and_interval) {
    EXPECT_EQ(interval_bar(kPlain, 50, 30, 70, 10), "###==--...");
    EXPECT_EQ(interval_bar(kPlain, 0, 0, 0, 4), "....");
    EXPECT_EQ(interval_bar(kPlain, 100, 100, 100, 4), "####");
    EXPECT_EQ(interval_bar(kUtf8, 50, 30, 70, 10), "███▓▓░░···");
    EXPECT_EQ(interval_bar(kPlain, 50, -20, 140, 4), "==--") << "an interval beyond the scale";
}

TEST(Terminal, colour_only_where_it_is_wanted) {
    EXPECT_EQ(painted(kPlain, Style::bad, "x"), "x");
    EXPECT_EQ(painted(Terminal{.colour = true}, Style::bad, "x"), "\x1b[31mx\x1b[0m");
    EXPECT_EQ(painted(Terminal{.colour = true}, Style::plain, "x"), "x");
}

TEST(Terminal, a_file_gets_plain_ascii_without_colour) {
    ::setenv("COLUMNS", "133", 1);
    const Terminal t = terminal_of(-1);
    EXPECT_EQ(t.width, 133);
    EXPECT_FALSE(t.tty || t.colour || t.utf8);
    for (const char* bad : {"x", "-5", "99999999", ""}) {
        ::setenv("COLUMNS", bad, 1);
        EXPECT_EQ(terminal_of(-1).width, 100) << bad;
    }
    ::setenv("COLUMNS", "3", 1);
    EXPECT_EQ(terminal_of(-1).width, 40) << "narrower than anything can be shown in";
    ::unsetenv("COLUMNS");
}

}  // namespace
}  // namespace assay::cli
