// Completion of commands, options and their values for three shells, out of the table of commands.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "hosts/cli/command_text.h"

namespace assay::cli {

enum class Shell { bash, zsh, fish };
std::optional<Shell> shell_named(std::string_view name);

// `kpis` complete `assay catalog` and --columns.
std::string completion_text(Shell shell, std::span<const CommandText> commands,
                            std::span<const std::string_view> kpis);

}  // namespace assay::cli
