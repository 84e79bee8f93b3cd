// `assay --help` and `assay COMMAND --help`.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "hosts/cli/command_text.h"
#include "hosts/cli/terminal.h"

namespace assay::cli {

std::string help_text(std::span<const CommandText> commands, std::string_view version,
                      const Terminal& terminal);
std::string help_text(const CommandText& command, const Terminal& terminal);

}  // namespace assay::cli
