// The token that a command shows to a running desk.
#pragma once

#include <optional>
#include <string>

#include "core/units/result.h"
#include "hosts/cli/commands.h"

namespace assay::cli {

// The first word of a file.
Result<std::string> token_in(const std::string& path);

// That of --token; without it that of a desk which keeps its state in this folder's desk-state, as
// desks do that are told nothing else. Nothing: there is none, and none may be needed.
std::optional<Result<std::string>> desk_token(const Arguments& args);

}  // namespace assay::cli
