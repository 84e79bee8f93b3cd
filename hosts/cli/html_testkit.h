// Is a page well formed?
#pragma once

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace assay::cli {

// Elements are closed in order, attributes stand in quotes, text holds no bare '<' or '&'.
// Returns what is wrong first, else nothing.
inline std::string malformed(std::string_view html) {
    constexpr std::array<std::string_view, 4> kVoid = {"meta", "br", "line", "!doctype"};
    std::vector<std::string> open;
    while (!html.empty()) {
        if (html[0] == '&') {
            const std::size_t end = html.find(';');
            if (end == html.npos || end > 8)
                return "bare & before " + std::string(html.substr(0, 30));
        }
        if (html[0] != '<') {
            html.remove_prefix(1);
            continue;
        }
        bool quoted = false;
        std::size_t end = 1;
        while (end < html.size() && (quoted || html[end] != '>')) {
            if (html[end] == '"') quoted = !quoted;
            if (html[end] == '<') return "< inside a tag: " + std::string(html.substr(0, 40));
            ++end;
        }
        if (end == html.size()) return "a tag never ends: " + std::string(html.substr(0, 40));
        const std::string_view tag = html.substr(1, end - 1);
        html.remove_prefix(end + 1);
        if (tag[0] == '/') {
            if (open.empty() || open.back() != tag.substr(1)) {
                return "unexpected </" + std::string(tag.substr(1)) + ">, open is " +
                       (open.empty() ? "nothing" : open.back());
            }
            open.pop_back();
            continue;
        }
        const std::string name(tag.substr(0, tag.find_first_of(" /")));
        if (tag.back() == '/' || std::find(kVoid.begin(), kVoid.end(), name) != kVoid.end())
            continue;
        open.push_back(name);
        if (name == "script" || name == "style") {
            html.remove_prefix(std::min(html.find("</" + name + ">"), html.size()));
        }
    }
    return open.empty() ? "" : "never closed: " + open.back();
}

}  // namespace assay::cli
