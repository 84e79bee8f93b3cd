// assay(1), out of the table of commands: `assay help --format man | man -l -`.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "hosts/cli/command_text.h"

namespace assay::cli {

// `version`: 0.1.0.
std::string man_text(std::span<const CommandText> commands, std::string_view version);

// What QuickFIX's licence asks to be said.
inline constexpr std::string_view kAcknowledgement =
    "This product includes software developed by quickfixengine.org "
    "(http://www.quickfixengine.org/).";

}  // namespace assay::cli
