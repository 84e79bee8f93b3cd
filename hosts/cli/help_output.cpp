#include "hosts/cli/help_output.h"

#include <algorithm>
#include <fmt/format.h>

namespace assay::cli {
namespace {

constexpr int kWidest = 100;  // longer lines are hard to read, however wide the terminal

std::string heading(const Terminal& t, const char* title) {
    return "\n" + painted(t, Style::bold, title) + "\n";
}

// A term and what it means: beside each other, the meaning hanging; below it where the term is
// long.
std::string definition(const Terminal& t, const std::string& term, std::string_view meaning,
                       int column) {
    const int width = std::min(t.width, kWidest);
    const int used = display_width(term) + 2;
    std::string out = "  " + painted(t, Style::accent, term);
    const auto indent = static_cast<std::size_t>(column);
    if (used + 2 > column) {
        out += "\n" + std::string(indent, ' ');
    } else {
        out.append(static_cast<std::size_t>(column - used), ' ');
    }
    // `wrapped` counts from the start of the line, where the indent already stands.
    const std::string text =
        wrapped(std::string(indent, '.') + std::string(meaning), width, column);
    return out + text.substr(indent) + "\n";
}

// A comment under its command, so that a line can be copied as it stands.
std::string examples(const Terminal& t, std::span<const ExampleText> list) {
    std::size_t longest = 0, says = 0;
    for (const ExampleText& e : list) {
        longest = std::max(longest, e.line.size());
        says = std::max(says, e.says.size());
    }
    const bool beside = static_cast<int>(longest + says) + 5 <= t.width;
    std::string out;
    for (const ExampleText& e : list) {
        if (beside) {
            out += fmt::format("  {:<{}}", e.line, longest + 3);
            out += painted(t, Style::dim, e.says) + "\n";
        } else {
            out += painted(t, Style::dim, fmt::format("  # {}", e.says)) + "\n";
            out += fmt::format("  {}\n", e.line);
        }
    }
    return out;
}

std::string exit_codes(const Terminal& t) {
    return heading(t, "Exit codes") +
           definition(t, "0", "done; dead letters, if any, are counted and kept", 6) +
           definition(t, "1", "nothing could be done", 6) +
           definition(t, "2", "the command line or the configuration is wrong", 6) +
           definition(t, "3", "--strict was given and there are dead letters", 6);
}

}  // namespace

std::string help_text(std::span<const CommandText> commands, std::string_view version,
                      const Terminal& t) {
    std::string out = painted(t, Style::bold, "assay") + fmt::format(" {}\n", version);
    out +=
        wrapped("Reads a firm's FIX traffic and scores its liquidity providers on every execution.",
                std::min(t.width, kWidest), 0) +
        "\n";
    out += heading(t, "Start here");
    if (!commands.empty())
        out += examples(t, commands.front().examples.first(
                               std::min<std::size_t>(3, commands.front().examples.size())));
    out += heading(t, "Commands");
    for (const CommandText& command : commands) {
        out += definition(t, std::string(command.name), command.summary, 16);
    }
    out += exit_codes(t);
    return out + "\n`assay COMMAND --help` tells more of a command.\n";
}

std::string help_text(const CommandText& command, const Terminal& t) {
    const int width = std::min(t.width, kWidest);
    const std::string usage = fmt::format("assay {} {}{}", command.name, command.arguments,
                                          command.options.empty() ? "" : " [OPTIONS]");
    std::string out = painted(t, Style::bold, wrapped(usage, width, 8)) + "\n";
    out += wrapped(command.summary, width, 0) + "\n";
    if (!command.examples.empty()) out += heading(t, "Examples") + examples(t, command.examples);
    std::string_view detail = command.detail;
    while (!detail.empty()) {
        const std::size_t end = std::min(detail.find('\n'), detail.size());
        out += "\n" + wrapped(detail.substr(0, end), width, 0) + "\n";
        detail.remove_prefix(std::min(end + 1, detail.size()));
    }
    if (!command.options.empty()) out += heading(t, "Options");
    for (const OptionText& option : command.options) {
        std::string term(option.name);
        if (!option.argument.empty()) term += " " + std::string(option.argument);
        out += definition(t, term, option.help, 26);
    }
    return out + exit_codes(t);
}

}  // namespace assay::cli
