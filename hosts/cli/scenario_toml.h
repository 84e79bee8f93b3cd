// A scenario: a day whose market and answers are given (core/sim/scripted.h), for `assay demo`.
// examples/acme.toml shows and explains every key.
#pragma once

#include "core/sim/scripted.h"
#include "core/units/result.h"
#include "hosts/cli/toml_file.h"

namespace assay {

// Errors name line, column and what was probably meant.
Result<sim::Script> read_scenario(const TomlFile& file);

// Whether a file is one of these, by what stands in it.
bool looks_like_scenario(const TomlFile& file);

// examples/acme.toml, which is part of the program.
std::string_view acme_scenario();

}  // namespace assay
