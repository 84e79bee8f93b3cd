// desk.toml with all the files that it names, as `assay desk` and `assay doctor` take it.
#pragma once

#include <string>

#include "core/units/result.h"
#include "hosts/cli/commands.h"
#include "hosts/desk/program.h"

namespace assay::cli {

using DeskFile = desk::ReadFile;

// --config FILE, and --mode, --state, --listen, --log-format, which win over it.
Result<DeskFile> read_desk_file(const Arguments& args);

}  // namespace assay::cli
