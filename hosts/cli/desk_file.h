// desk.toml with all the files that it names, as `assay desk` and `assay doctor` take it.
#pragma once

#include <string>

#include "core/units/result.h"
#include "hosts/cli/commands.h"
#include "hosts/desk/desk_toml.h"

namespace assay::cli {

struct DeskFile {
    desk::DeskSettings settings;
    std::string toml;  // as it was read
};

// --config FILE, and --mode, --state, --listen, which win over it.
Result<DeskFile> read_desk_file(const Arguments& args);

}  // namespace assay::cli
