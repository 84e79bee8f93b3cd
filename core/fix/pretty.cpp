#include "core/fix/pretty.h"

#include <algorithm>

#include "core/fix/digits.h"

namespace assay::fix {
namespace {

// Tags whose values are codes, which the printers explain behind " - ". Sorted.
constexpr int kEnumerated[] = {
    4,   5,   13,  18,  20,  21,  22,  25,  27,  28,  29,  35,  39,  40,  43,  47,  54,  59,
    63,  71,  77,  81,  87,  88,  94,  97,  98,  102, 103, 104, 113, 114, 121, 123, 125, 127,
    130, 139, 141, 150, 160, 163, 166, 167, 201, 204, 208, 209, 216, 263, 265, 266, 269, 274,
    276, 277, 279, 281, 286, 291, 292, 298, 300, 326, 327, 340, 368, 373, 378, 380, 385, 388,
    394, 418, 423, 430, 433, 434, 442, 447, 452, 460, 528, 529, 544, 581, 582, 635, 851,
};

bool is_gap(char c) {
    return c == ' ' || c == '\t';
}
bool is_space(char c) {
    return is_gap(c) || c == '\r' || c == '\n';
}
bool is_name(char c) {
    return is_digit(c) || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';
}

std::string_view trimmed(std::string_view s) {
    while (!s.empty() && is_space(s.front())) s.remove_prefix(1);
    while (!s.empty() && is_space(s.back())) s.remove_suffix(1);
    return s;
}

struct Line {
    int tag{};  // 0: not a field
    std::string_view value;
};

// "   Name (tag) - value" or "   Name( tag): value".
Line read_line(std::string_view line, Pretty form) {
    std::size_t i = 0;
    const auto skip_blanks = [&] {
        while (i < line.size() && is_gap(line[i])) ++i;
    };
    skip_blanks();
    while (i < line.size() && is_name(line[i])) ++i;
    if (form == Pretty::braces) skip_blanks();
    if (i >= line.size() || line[i] != '(') return {};
    ++i;
    skip_blanks();
    int tag = 0;
    std::size_t digits = 0;
    for (; i < line.size() && is_digit(line[i]) && digits < 9; ++i, ++digits)
        tag = tag * 10 + (line[i] - '0');
    if (digits == 0 || i >= line.size() || line[i] != ')') return {};
    ++i;
    std::string_view rest = line.substr(i);
    if (!rest.empty() && rest.back() == '\r') rest.remove_suffix(1);
    if (form == Pretty::braces) {
        while (!rest.empty() && is_gap(rest.front())) rest.remove_prefix(1);
        if (!rest.starts_with('-')) return {};
    } else if (!rest.starts_with(':')) {
        return {};
    }
    rest.remove_prefix(1);
    if (rest.starts_with(' ')) rest.remove_prefix(1);
    return {tag, rest};
}

// "    Group 0 :", which heads an entry of a repeating group.
bool is_group_line(std::string_view line) {
    std::string_view s = trimmed(line);
    if (!s.starts_with("Group ") || !s.ends_with(':')) return false;
    s = trimmed(s.substr(6, s.size() - 7));
    return !s.empty() && std::all_of(s.begin(), s.end(), is_digit);
}

std::string_view without_description(int tag, std::string_view value) {
    if (!std::binary_search(std::begin(kEnumerated), std::end(kEnumerated), tag)) return value;
    return value.substr(0, value.find(" - "));
}

// The size of the line at the front, with its line end; 0 where its end is still to come.
std::size_t line_size(std::string_view text, Input input) {
    const std::size_t newline = text.find('\n');
    if (newline != std::string_view::npos) return newline + 1;
    return input == Input::last ? text.size() : 0;
}

}  // namespace

std::optional<PrettyStart> pretty_start(std::string_view text, std::size_t fix_at) {
    std::size_t i = fix_at;
    const auto back_over = [&](auto accept) {
        while (i > 0 && accept(text[i - 1])) --i;
    };
    const auto back_if = [&](char c) {
        if (i == 0 || text[i - 1] != c) return false;
        --i;
        return true;
    };
    back_over(is_gap);
    Pretty form = Pretty::colons;
    if (!back_if(':')) {
        if (!back_if('-')) return std::nullopt;
        form = Pretty::braces;
        back_over(is_gap);
    }
    if (!back_if(')') || !back_if('8')) return std::nullopt;
    back_over(is_gap);
    if (!back_if('(')) return std::nullopt;
    if (form == Pretty::braces) back_over(is_gap);
    back_over(is_name);
    const std::size_t name = i;
    back_over(is_gap);
    if (i > 0 && text[i - 1] != '\n') return std::nullopt;
    const std::size_t lines = i;
    if (form == Pretty::colons) return PrettyStart{form, name, name};
    back_over(is_space);
    if (!back_if('{')) return std::nullopt;
    return PrettyStart{form, i, lines};
}

PrettyEnd pretty_end(std::string_view lines, Pretty form, std::size_t from, Input input) {
    std::size_t at = from;
    // The end of the line before `at`, without its line end.
    const auto message_end = [&] {
        std::size_t end = at;
        while (end > 0 && (lines[end - 1] == '\n' || lines[end - 1] == '\r')) --end;
        return end;
    };
    while (at < lines.size()) {
        const std::size_t size = line_size(lines.substr(at), input);
        if (size == 0) return {PrettyEnd::Kind::incomplete, at};
        std::string_view line = lines.substr(at, size);
        while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) line.remove_suffix(1);
        const Line field = read_line(line, form);
        const bool another = field.tag == 8 && at > 0;
        if (form == Pretty::colons) {
            const bool belongs = field.tag != 0 || is_group_line(line);
            if (another || !belongs) return {PrettyEnd::Kind::closed, message_end()};
        } else if (field.tag == 0 || another) {
            const std::string_view bare = trimmed(line);
            if (bare == "}") return {PrettyEnd::Kind::closed, at + line.size()};
            const bool raw = line.find("8=FIX") != std::string_view::npos;
            if (another || raw || bare == "{") return {PrettyEnd::Kind::cut, message_end()};
        }
        at += size;
    }
    if (input == Input::more) return {PrettyEnd::Kind::incomplete, at};
    return {form == Pretty::colons ? PrettyEnd::Kind::closed : PrettyEnd::Kind::cut, message_end()};
}

bool rewrite_pretty(std::string_view lines, Pretty form, std::string& out) {
    bool has_msg_type = false;
    out.clear();
    while (!lines.empty()) {
        const std::size_t size = line_size(lines, Input::last);
        std::string_view line = lines.substr(0, size);
        lines.remove_prefix(size);
        if (line.ends_with('\n')) line.remove_suffix(1);
        const Line field = read_line(line, form);
        // Printers show fields that are empty; on the wire such a field is not there.
        if (field.tag == 0 || field.value.empty()) continue;
        has_msg_type |= field.tag == 35;
        char digits[9];
        int n = 0;
        for (int tag = field.tag; tag > 0; tag /= 10)
            digits[n++] = static_cast<char>('0' + tag % 10);
        while (n > 0) out.push_back(digits[--n]);
        out.push_back('=');
        out.append(without_description(field.tag, field.value));
        out.push_back('\x01');
    }
    return has_msg_type;
}

}  // namespace assay::fix
