// What the commands are called and what they say of themselves: one table, from which `--help` and
// shell completion both follow.
#pragma once

#include <span>
#include <string_view>

namespace assay::cli {

struct OptionText {
    std::string_view name;      // "--format"
    std::string_view argument;  // "table|csv|json|html", "FILE", empty for a switch
    std::string_view help;
};

struct ExampleText {
    std::string_view line;  // to be typed as it stands
    std::string_view says;
};

struct CommandText {
    std::string_view name;       // "score", "config check"
    std::string_view arguments;  // "FILES..."
    std::string_view summary;    // a line
    std::string_view detail;     // a paragraph or more, separated by newlines
    std::span<const ExampleText> examples;
    std::span<const OptionText> options;
};

std::span<const CommandText> commands();
const CommandText* find_command(std::string_view name);

}  // namespace assay::cli
