// Any bytes as configuration, profile, reference and fees: read or refused with a place, and what
// is read prints as text that reads back as the same.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "hosts/cli/config_toml.h"
#include "hosts/cli/fees_toml.h"
#include "hosts/cli/profile_toml.h"
#include "hosts/cli/reference_toml.h"

namespace {

void require(bool holds, const char* what) {
    if (holds) return;
    std::fprintf(stderr, "does not hold: %s\n", what);
    std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string bytes(reinterpret_cast<const char*>(data), size);
    assay::Settings settings = assay::default_settings();
    (void)assay::set_from_argument(bytes, settings);
    const auto file = assay::TomlFile::parse("f", bytes);
    if (!file) {
        require(file.error().text().starts_with("f:"), "an error names the file");
        return 0;
    }
    if (assay::read_config(*file, settings)) {
        const auto printed = assay::TomlFile::parse("printed", assay::print_config(settings));
        require(printed.has_value(), "what is printed is TOML");
        assay::Settings again = assay::default_settings();
        require(assay::read_config(*printed, again).has_value(),
                "what is printed is configuration");
        require(assay::canonical_config(again) == assay::canonical_config(settings),
                "what is printed reads back as the same");
    }
    if (const auto read = assay::read_profile(*file)) {
        const auto printed = assay::TomlFile::parse("printed", assay::print_profile(read->profile));
        require(printed.has_value(), "a printed profile is TOML");
        const auto again = assay::read_profile(*printed);
        require(again && again->profile == read->profile,
                "a printed profile reads back as the same");
    }
    assay::Calendars calendars;
    (void)assay::read_reference(*file, calendars);
    (void)assay::read_fees(*file);
    return 0;
}
