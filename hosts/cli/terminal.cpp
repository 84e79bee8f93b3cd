#include "hosts/cli/terminal.h"

#include <algorithm>
#include <cstdlib>
#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <utility>

namespace assay::cli {
namespace {

std::string_view environment(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? std::string_view{} : std::string_view{value};
}

bool locale_is_utf8() {
    for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
        const std::string_view value = environment(name);
        if (value.empty()) continue;
        return value.find("UTF-8") != value.npos || value.find("utf8") != value.npos ||
               value.find("UTF8") != value.npos || value.find("utf-8") != value.npos;
    }
    return false;
}

// One character of UTF-8; length 0 where the bytes are none.
struct Character {
    char32_t code{};
    std::size_t length{};
};

Character first_character(std::string_view s) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(s[i]); };
    const unsigned char lead = byte(0);
    if (lead < 0x80) return {lead, 1};
    const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    if (lead < 0xC2 || lead > 0xF4 || s.size() < length) return {};
    char32_t code = lead & (0x7Fu >> length);
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte(i) & 0xC0u) != 0x80u) return {};
        code = (code << 6) | (byte(i) & 0x3Fu);
    }
    constexpr char32_t kSmallest[] = {0, 0, 0x80, 0x800, 0x10000};
    if (code < kSmallest[length] || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF))
        return {};
    return {code, length};
}

struct Range {
    char32_t first, last;
};
template <std::size_t N>
bool within(char32_t code, const Range (&ranges)[N]) {
    return std::any_of(ranges, ranges + N,
                       [code](Range r) { return code >= r.first && code <= r.last; });
}

// Characters that show nothing or turn the direction of what follows.
bool unseen(char32_t code) {
    constexpr Range kRanges[] = {{0, 0x1F},        {0x7F, 0x9F},     {0xAD, 0xAD},
                                 {0x61C, 0x61C},   {0x200B, 0x200F}, {0x2028, 0x202E},
                                 {0x2060, 0x206F}, {0xFEFF, 0xFEFF}, {0xE0000, 0xE0FFF}};
    return within(code, kRanges);
}

int width_of(char32_t code) {
    constexpr Range kCombining[] = {
        {0x300, 0x36F},   {0x483, 0x489},   {0x591, 0x5BD},   {0x610, 0x61A},   {0x64B, 0x65F},
        {0x1AB0, 0x1AFF}, {0x1DC0, 0x1DFF}, {0x20D0, 0x20FF}, {0xFE00, 0xFE0F}, {0xFE20, 0xFE2F}};
    constexpr Range kWide[] = {{0x1100, 0x115F},  {0x2E80, 0x303E}, {0x3041, 0xA4CF},
                               {0xAC00, 0xD7A3},  {0xF900, 0xFAFF}, {0xFE30, 0xFE6F},
                               {0xFF00, 0xFF60},  {0xFFE0, 0xFFE6}, {0x1F300, 0x1FAFF},
                               {0x20000, 0x3FFFD}};
    if (within(code, kCombining)) return 0;
    return within(code, kWide) ? 2 : 1;
}

std::string escape(char32_t code) {
    if (code < 0x100) return fmt::format("\\x{:02x}", static_cast<unsigned>(code));
    return fmt::format("\\u{:04x}", static_cast<unsigned>(code));
}

}  // namespace

Terminal terminal_of(int fd) {
    Terminal t;
    t.tty = ::isatty(fd) == 1;
    winsize size{};
    if (t.tty && ::ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
        t.width = size.ws_col;
        t.height = size.ws_row;
    }
    const std::string_view columns = environment("COLUMNS");
    if (!columns.empty() && columns.size() < 5 &&
        std::all_of(columns.begin(), columns.end(), [](char c) { return c >= '0' && c <= '9'; })) {
        t.width = std::atoi(columns.data());
    }
    t.width = std::clamp(t.width, 40, 1000);
    const bool dumb = environment("TERM") == "dumb";
    t.colour = t.tty && !dumb && environment("NO_COLOR").empty();
    t.utf8 = t.tty && !dumb && locale_is_utf8();
    t.moves = t.tty && !dumb;
    return t;
}

std::string painted(const Terminal& t, Style style, std::string_view text) {
    if (!t.colour || style == Style::plain || text.empty()) return std::string(text);
    const char* code = "0";
    switch (style) {
        case Style::plain:
            break;
        case Style::bold:
            code = "1";
            break;
        case Style::dim:
            code = "2";
            break;
        case Style::good:
            code = "32";
            break;
        case Style::bad:
            code = "31";
            break;
        case Style::warn:
            code = "33";
            break;
        case Style::accent:
            code = "36";
            break;
    }
    return fmt::format("\x1b[{}m{}\x1b[0m", code, text);
}

std::string printable(const Terminal& t, std::string_view text) {
    std::string out;
    while (!text.empty()) {
        const Character c = first_character(text);
        if (c.length == 0) {
            out += escape(static_cast<unsigned char>(text[0]));
        } else if (unseen(c.code)) {
            out += escape(c.code);
        } else if (c.code >= 0x80 && !t.utf8) {
            out += '?';
        } else {
            out += text.substr(0, c.length);
        }
        text.remove_prefix(std::max<std::size_t>(c.length, 1));
    }
    return out;
}

std::string printable_lines(std::string_view text) {
    const Terminal any{.utf8 = true};
    std::string out;
    for (std::size_t at = 0;;) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        out += printable(any, text.substr(at, end - at));
        if (end == text.size()) return out;
        out += '\n';
        at = end + 1;
    }
}

int display_width(std::string_view text) {
    int width = 0;
    while (!text.empty()) {
        const Character c = first_character(text);
        width += c.length == 0 ? 1 : width_of(c.code);
        text.remove_prefix(std::max<std::size_t>(c.length, 1));
    }
    return width;
}

std::string cut_to(const Terminal& t, std::string_view text, int width) {
    if (display_width(text) <= width) return std::string(text);
    std::string out;
    int used = 0;
    while (!text.empty()) {
        const Character c = first_character(text);
        const int w = c.length == 0 ? 1 : width_of(c.code);
        if (used + w > width - 1) break;
        const std::size_t length = std::max<std::size_t>(c.length, 1);
        out += text.substr(0, length);
        used += w;
        text.remove_prefix(length);
    }
    return out + (t.utf8 ? "…" : "~");
}

std::string cut_in_middle(const Terminal& t, std::string_view text, int width) {
    if (display_width(text) <= width) return std::string(text);
    const int head = std::max(0, (width - 1) / 4);
    std::string_view tail = text;
    while (display_width(tail) > width - 1 - head)
        tail.remove_prefix(std::max<std::size_t>(first_character(tail).length, 1));
    return cut_to(t, text, head + 1) + std::string(tail);
}

std::string padded(std::string text, int width, Align align) {
    const int missing = width - display_width(text);
    if (missing <= 0) return text;
    const auto blanks = static_cast<std::size_t>(missing);
    if (align == Align::right) return text.insert(0, blanks, ' ');
    return text.append(blanks, ' ');
}

std::string wrapped(std::string_view text, int width, int hang) {
    std::string out;
    int used = 0;
    bool fresh = true;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(' '), text.size());
        const std::string_view word = text.substr(0, end);
        const int w = display_width(word);
        if (!fresh && used + 1 + w > width) {
            out += '\n';
            out.append(static_cast<std::size_t>(hang), ' ');
            used = hang;
            fresh = true;
        }
        if (!fresh) {
            out += ' ';
            ++used;
        }
        out += word;
        used += w;
        fresh = false;
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return out;
}

std::string interval_bar(const Terminal& t, double value, double low, double high, int width) {
    const char* solid = t.utf8 ? "█" : "#";
    const char* below = t.utf8 ? "▓" : "=";
    const char* above = t.utf8 ? "░" : "-";
    const char* rest = t.utf8 ? "·" : ".";
    std::string out;
    for (int i = 0; i < width; ++i) {
        const double middle = (i + 0.5) * 100.0 / width;
        out += middle <= low ? solid : middle <= value ? below : middle <= high ? above : rest;
    }
    return out;
}

const char* dash(const Terminal& t) {
    return t.utf8 ? "–" : "-";
}
const char* dot(const Terminal& t) {
    return t.utf8 ? " · " : " | ";
}
const char* plus_minus(const Terminal& t) {
    return t.utf8 ? "±" : "+-";
}
const char* best_mark(const Terminal& t) {
    return t.utf8 ? "▲" : "*";
}
const char* worst_mark(const Terminal& t) {
    return t.utf8 ? "▽" : "!";
}
const char* arrow(const Terminal& t) {
    return t.utf8 ? "→" : "->";
}

std::string rule(const Terminal& t, int width) {
    std::string out;
    for (int i = 0; i < width; ++i) out += t.utf8 ? "─" : "-";
    return out;
}

}  // namespace assay::cli
