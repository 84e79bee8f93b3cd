#include "hosts/http/target.h"

#include <fmt/format.h>

namespace assay::http {
namespace {

int hex(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

// Calls `each` with every part of `text` between separators.
template <class Each>
void split(std::string_view text, char separator, const Each& each) {
    for (;;) {
        const std::size_t end = text.find(separator);
        each(text.substr(0, end));
        if (end == text.npos) return;
        text.remove_prefix(end + 1);
    }
}

std::size_t utf8_length(std::string_view s) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(s[i]); };
    const unsigned char lead = byte(0);
    if (lead < 0x80) return 1;
    const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    if (lead < 0xC2 || lead > 0xF4 || s.size() < length) return 0;
    for (std::size_t i = 1; i < length; ++i)
        if ((byte(i) & 0xC0u) != 0x80u) return 0;
    const unsigned char second = byte(1);
    const bool overlong = (lead == 0xE0 && second < 0xA0) || (lead == 0xF0 && second < 0x90);
    const bool outside = (lead == 0xED && second > 0x9F) || (lead == 0xF4 && second > 0x8F);
    return overlong || outside ? 0 : length;
}

Result<std::vector<Pair>> parse_query(std::string_view text) {
    std::vector<Pair> query;
    std::string wrong;
    split(text, '&', [&](std::string_view part) {
        if (part.empty() || !wrong.empty()) return;
        if (query.size() == kMostQueryParameters) {
            wrong = fmt::format("the query has more than {} parameters", kMostQueryParameters);
            return;
        }
        const std::size_t equals = part.find('=');
        const std::string_view value =
            equals == part.npos ? std::string_view() : part.substr(equals + 1);
        auto name = percent_decoded(part.substr(0, equals), Plus::blank);
        auto decoded = percent_decoded(value, Plus::blank);
        if (!name || !decoded)
            wrong = (name ? decoded.error() : name.error()).text();
        else
            query.emplace_back(std::move(*name), std::move(*decoded));
    });
    if (!wrong.empty()) return fail(wrong);
    return query;
}

}  // namespace

bool is_utf8(std::string_view text) {
    while (!text.empty()) {
        const std::size_t length = utf8_length(text);
        if (length == 0) return false;
        text.remove_prefix(length);
    }
    return true;
}

Result<std::string> percent_decoded(std::string_view text, Plus plus) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '+' && plus == Plus::blank) {
            out += ' ';
        } else if (text[i] != '%') {
            out += text[i];
        } else {
            const int high = i + 2 < text.size() ? hex(text[i + 1]) : -1;
            const int low = i + 2 < text.size() ? hex(text[i + 2]) : -1;
            if (high < 0 || low < 0)
                return fail(
                    "a % of the request target is not followed by two hexadecimal digits; "
                    "a % itself is written %25");
            out += static_cast<char>(high * 16 + low);
            i += 2;
        }
    }
    for (const char c : out)
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F)
            return fail("the request target has a control character; names and values are text");
    if (!is_utf8(out)) return fail("the request target is not UTF-8");
    return out;
}

Result<Target> parse_target(std::string_view target) {
    Target out;
    for (const std::string_view scheme : {"http://", "https://"}) {
        if (!target.starts_with(scheme)) continue;
        const std::size_t path = target.find_first_of("/?", scheme.size());
        target = path == target.npos ? std::string_view("/") : target.substr(path);
        break;
    }
    if (const std::size_t fragment = target.find('#'); fragment != target.npos)
        return fail("the request target has a #; fragments are not sent");
    const std::size_t question = target.find('?');
    std::string_view path = target.substr(0, question);
    out.path = path;
    if (path == "*") return out;
    if (!path.starts_with('/')) return fail("the request target does not begin with a /");
    path.remove_prefix(1);
    std::string wrong;
    split(path, '/', [&](std::string_view segment) {
        if (!wrong.empty()) return;
        auto decoded = percent_decoded(segment);
        if (!decoded)
            wrong = decoded.error().text();
        else if (out.segments.size() == kMostSegments)
            wrong = fmt::format("the path has more than {} parts", kMostSegments);
        else
            out.segments.push_back(std::move(*decoded));
    });
    if (!wrong.empty()) return fail(wrong);
    if (question != target.npos) {
        auto query = parse_query(target.substr(question + 1));
        if (!query) return std::unexpected(query.error());
        out.query = std::move(*query);
    }
    return out;
}

}  // namespace assay::http
