// Configuration from a TOML file and from --set, and back to text.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/units/result.h"
#include "hosts/cli/config_keys.h"
#include "hosts/cli/settings.h"
#include "hosts/cli/toml_file.h"

namespace assay {

// Sets the keys that the file has; the others stay. Nothing is set where anything is wrong: unknown
// keys, bad values and bad types are all reported, with file:line:column, the line and a caret.
Result<void> read_config(const TomlFile& file, Settings& settings);
Result<void> read_config_file(const std::string& path, Settings& settings);

// "quotes.stale_after=never", as given to --set.
Result<void> set_from_argument(std::string_view argument, Settings& settings);

// All keys as a TOML file that read_config() reads back, with their docs as comments
// (--print-config).
std::string print_config(const Settings& settings);

// docs/config.md.
std::string config_markdown();

// "key = value" lines in the order of the table: what two runs must agree in to be comparable.
std::string canonical_config(const Settings& settings);
// FNV-1a 64 of the canonical text, the profile's hash and `files` (the canonical texts of reference
// and fees, empty where not given): Config::version.
std::uint64_t config_version(const Settings& settings, std::string_view files);

}  // namespace assay
