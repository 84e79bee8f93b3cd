// What a command says when it ends without having done its work.
#pragma once

#include <cstdio>
#include <fmt/format.h>
#include <string>

#include "hosts/cli/commands.h"

namespace assay::cli {

// One line on standard error, and the exit code to end with.
inline int complain(const std::string& text, int code = kNothingDone) {
    fmt::print(stderr, "assay: {}\n", text);
    return code;
}

}  // namespace assay::cli
