#include "hosts/cli/csv_cell.h"

namespace assay::cli {

std::string csv_cell(std::string_view text) {
    std::string out;
    if (!text.empty() && std::string_view("=+-@\t\r").find(text[0]) != text.npos) out += '\'';
    out += text;
    if (out.find_first_of(",\"\r\n") == out.npos) return out;
    std::string quoted = "\"";
    for (const char c : out) {
        if (c == '"') quoted += '"';
        quoted += c;
    }
    return quoted + '"';
}

}  // namespace assay::cli
