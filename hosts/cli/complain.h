// What a command says when it ends without having done its work.
#pragma once

#include <cstdio>
#include <fmt/format.h>
#include <string>

#include "hosts/cli/commands.h"
#include "hosts/cli/terminal.h"

namespace assay::cli {

// On standard error, and the exit code to end with. What it repeats of arguments and files cannot
// move the cursor.
inline int complain(const std::string& text, int code = kNothingDone) {
    fmt::print(stderr, "assay: {}\n", printable_lines(text));
    return code;
}

}  // namespace assay::cli
