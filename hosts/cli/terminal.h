// What the terminal can show, and text made safe for it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace assay::cli {

struct Terminal {
    int width{100};  // columns
    bool tty{};
    bool colour{};  // off under NO_COLOR, TERM=dumb, or when not a terminal
    bool utf8{};    // off unless the locale says UTF-8, the terminal is not dumb, and it is one
    bool moves{};   // the cursor can be moved: a terminal, and not a dumb one
    int height{};   // lines; 0 where it is not known
};

// COLUMNS wins over the size the terminal reports; without either the width is 100.
Terminal terminal_of(int fd);

enum class Style { plain, bold, dim, good, bad, warn, accent };
std::string painted(const Terminal& t, Style style, std::string_view text);

// Control characters, direction marks and bytes that are no UTF-8 become visible escapes, so that
// a name out of a log can neither move the cursor nor hide itself. Without UTF-8, characters
// beyond ASCII become '?'.
std::string printable(const Terminal& t, std::string_view text);

// The same with its line ends kept, and all of UTF-8: for messages that were put together already.
std::string printable_lines(std::string_view text);

// Columns that `text` takes; wide characters take two, combining marks none. No escapes inside.
int display_width(std::string_view text);

// At most `width` columns, the cut marked by an ellipsis ("~" without UTF-8).
std::string cut_to(const Terminal& t, std::string_view text, int width);

// The same, cut in the middle: paths are told apart by their ends.
std::string cut_in_middle(const Terminal& t, std::string_view text, int width);

enum class Align { left, right };
std::string padded(std::string text, int width, Align align);

// `text` in lines of at most `width` columns, broken at blanks; later lines indented by `hang`.
std::string wrapped(std::string_view text, int width, int hang);

// `value` of 0..100 as a bar of `width` cells: solid up to `low`, shaded from there to `value`,
// lighter to `high`.
std::string interval_bar(const Terminal& t, double value, double low, double high, int width);

// The glyphs, with and without UTF-8.
const char* dash(const Terminal& t);  // an absent value
const char* dot(const Terminal& t);   // between parts of a line
const char* plus_minus(const Terminal& t);
const char* best_mark(const Terminal& t);
const char* worst_mark(const Terminal& t);
const char* arrow(const Terminal& t);
std::string rule(const Terminal& t, int width);

}  // namespace assay::cli
