// Text made safe for HTML.
#pragma once

#include <string>
#include <string_view>

namespace assay::cli {

// For the content of elements and for attributes in double quotes. Control characters, characters
// that turn the direction of what follows, and bytes that are not UTF-8 become visible escapes.
std::string html_escaped(std::string_view text);

}  // namespace assay::cli
