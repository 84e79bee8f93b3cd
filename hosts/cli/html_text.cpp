#include "hosts/cli/html_text.h"

#include "hosts/cli/terminal.h"

namespace assay::cli {

std::string html_escaped(std::string_view text) {
    std::string out;
    for (const char c : printable(Terminal{.utf8 = true}, text)) {
        switch (c) {
            case '&':
                out += "&amp;";
                break;
            case '<':
                out += "&lt;";
                break;
            case '>':
                out += "&gt;";
                break;
            case '"':
                out += "&quot;";
                break;
            case '\'':
                out += "&#39;";
                break;
            default:
                out += c;
        }
    }
    return out;
}

}  // namespace assay::cli
