// A file written in one go.
#pragma once

#include <string>

#include "core/units/result.h"

namespace assay::cli {

// Whole or not at all: it stands under its name once all of it is written, so that who waits for
// it reads all of it. Errors name the file.
Result<void> write_file(const std::string& path, const std::string& text);

}  // namespace assay::cli
