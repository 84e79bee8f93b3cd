// The two forms in which gateways print messages for people, one field a line.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/fix/delimiter.h"

namespace assay::fix {

enum class Pretty : std::uint8_t { braces, colons };

struct PrettyStart {
    Pretty form{};
    std::size_t at{};     // braces: of '{'; colons: of the name of the first field
    std::size_t lines{};  // where the line of BeginString(8) starts
};
// Whether text[fix_at...], which is "FIX", is the value of BeginString(8) in one of the forms.
std::optional<PrettyStart> pretty_start(std::string_view text, std::size_t fix_at);

// Where the message ends. `from` is the start of a line: 0, or `at` of an incomplete answer.
struct PrettyEnd {
    enum class Kind : std::uint8_t { incomplete, closed, cut } kind{};
    std::size_t at{};  // closed, cut: the end of the message; incomplete: the line to go on with
};
// `lines` starts at the line of BeginString(8).
PrettyEnd pretty_end(std::string_view lines, Pretty form, std::size_t from, Input input);

// Rewrites the lines as tag=value<SOH>. Values of enumerated tags lose " - Description".
// Returns whether MsgType(35) is among them.
bool rewrite_pretty(std::string_view lines, Pretty form, std::string& out);

}  // namespace assay::fix
