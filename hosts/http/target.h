// The request target of HTTP: a path and a query, percent-encoded (RFC 3986, RFC 9112 3.2).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/units/result.h"
#include "hosts/http/exchange.h"

namespace assay::http {

// "%41b" as "Ab". Refused: a % without two hexadecimal digits, bytes below 0x20 and 0x7F, what is
// not UTF-8. `plus`: + is a blank, as in a query.
enum class Plus : std::uint8_t { itself, blank };
Result<std::string> percent_decoded(std::string_view text, Plus plus = Plus::itself);

struct Target {
    std::string path;                   // as it was sent: begins with '/', or is "*"
    std::vector<std::string> segments;  // decoded; "/a/b" has two, "/" one that is empty
    std::vector<Pair> query;
};
inline constexpr std::size_t kMostQueryParameters = 64, kMostSegments = 32;

// Of "/path?query", "http://host/path?query" or "*".
Result<Target> parse_target(std::string_view target);

bool is_utf8(std::string_view text);

}  // namespace assay::http
