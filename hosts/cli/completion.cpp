#include "hosts/cli/completion.h"

#include <algorithm>
#include <fmt/format.h>
#include <vector>

namespace assay::cli {
namespace {

bool names_kpis(const OptionText& o) {
    return o.name == "--columns" || o.name == "--kpi";
}
// Takes several values, separated by commas.
bool takes_list(const OptionText& o) {
    return names_kpis(o) || o.argument.find(',') != o.argument.npos;
}

std::string_view first_word(std::string_view name) {
    return name.substr(0, name.find(' '));
}
std::string_view second_word(std::string_view name) {
    const std::size_t blank = name.find(' ');
    return blank == name.npos ? std::string_view{} : name.substr(blank + 1);
}

// The values an argument may take: "buy|sell|infer" or "lp,symbol", without placeholders such as
// FILE.
struct Values {
    std::vector<std::string_view> words;
    bool files{};
};

Values values_of(std::string_view argument) {
    Values values;
    while (!argument.empty()) {
        const std::size_t end = std::min(argument.find_first_of("|,"), argument.size());
        std::string_view word = argument.substr(0, end);
        argument.remove_prefix(std::min(end + 1, argument.size()));
        if (word.starts_with("FILE") || word.starts_with("DIR"))
            values.files = true;
        else if (!word.empty() && word[0] >= 'a' && word[0] <= 'z')
            values.words.push_back(word);
    }
    return values;
}

template <class Words>
std::string joined(const Words& words) {
    std::string out;
    for (const std::string_view word : words) out += (out.empty() ? "" : " ") + std::string(word);
    return out;
}

// Whether a command before this one has the same first word.
bool follows_its_first(std::span<const CommandText> commands, const CommandText& c) {
    for (const CommandText& before : commands) {
        if (&before == &c) return false;
        if (first_word(before.name) == first_word(c.name)) return true;
    }
    return false;
}

// Of all commands with the first word of `c`: "journal tail" and "journal export" are completed as
// one.
std::vector<OptionText> options_of(std::span<const CommandText> commands, const CommandText& c) {
    std::vector<OptionText> options;
    for (const CommandText& one : commands) {
        if (first_word(one.name) != first_word(c.name)) continue;
        for (const OptionText& o : one.options)
            if (std::none_of(options.begin(), options.end(),
                             [&](const OptionText& known) { return known.name == o.name; }))
                options.push_back(o);
    }
    return options;
}

std::string command_names(std::span<const CommandText> commands) {
    std::vector<std::string_view> names;
    for (const CommandText& c : commands)
        if (!follows_its_first(commands, c)) names.push_back(first_word(c.name));
    return joined(names);
}

// The second words of "config check" and "config docs"; empty for a command of one word.
std::string second_words(std::span<const CommandText> commands, std::string_view first) {
    std::vector<std::string_view> words;
    for (const CommandText& c : commands)
        if (first_word(c.name) == first && !second_word(c.name).empty())
            words.push_back(second_word(c.name));
    return joined(words);
}

// What stands after the command itself: its second words, the argument's values, KPI names.
std::string operands(std::span<const CommandText> commands, const CommandText& c,
                     std::span<const std::string_view> kpis) {
    if (std::string seconds = second_words(commands, first_word(c.name)); !seconds.empty())
        return seconds;
    if (c.name == "catalog") return joined(kpis);
    if (c.name == "help") return command_names(commands);
    return joined(values_of(c.arguments).words);
}

// In single quotes of a shell: ' becomes '\''.
std::string quoted(std::string_view text) {
    std::string out = "'";
    for (const char c : text) {
        if (c == '\'')
            out += "'\\''";
        else
            out += c;
    }
    return out + "'";
}

std::string bash(std::span<const CommandText> commands, std::span<const std::string_view> kpis) {
    std::string out =
        "# bash completion for assay\n"
        "_assay_list() {  # of values separated by commas, the one being typed\n"
        "  local word=$1 done=\n"
        "  if [[ $word == *,* ]]; then done=${word%,*},; fi\n"
        "  compopt -o nospace 2>/dev/null\n"
        "  COMPREPLY=($(compgen -P \"$done\" -W \"$2\" -- \"${word##*,}\"))\n"
        "}\n"
        "_assay() {\n"
        "  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} words=\n"
        "  COMPREPLY=()\n"
        "  if [ \"$COMP_CWORD\" -eq 1 ]; then\n";
    out += fmt::format("    COMPREPLY=($(compgen -W {} -- \"$word\"))\n    return\n  fi\n",
                       quoted(command_names(commands) + " --help --version"));
    out += "  case ${COMP_WORDS[1]} in\n";
    for (const CommandText& c : commands) {
        if (follows_its_first(commands, c)) continue;
        out += fmt::format("  {})\n", first_word(c.name));
        if (const std::string seconds = second_words(commands, first_word(c.name));
            !seconds.empty()) {
            out += fmt::format(
                "    if [ \"$COMP_CWORD\" -eq 2 ]; then\n"
                "      COMPREPLY=($(compgen -W {} -- \"$word\"))\n      return\n    fi\n",
                quoted(seconds + " --help"));
        }
        out += "    case $before in\n";
        std::string names = "--help";
        for (const OptionText& o : options_of(commands, c)) {
            names += " " + std::string(o.name);
            if (o.argument.empty()) continue;
            const Values values = values_of(o.argument);
            const std::string words = names_kpis(o) ? joined(kpis) : joined(values.words);
            if (takes_list(o)) {
                out += fmt::format("    {}) _assay_list \"$word\" {}; return;;\n", o.name,
                                   quoted(words));
                continue;
            }
            out += fmt::format("    {}) COMPREPLY=($(compgen {}-W {} -- \"$word\")); return;;\n",
                               o.name, values.files ? "-f " : "", quoted(words));
        }
        if (second_words(commands, first_word(c.name)).empty())
            names += " " + operands(commands, c, kpis);
        out += fmt::format("    esac\n    words={};;\n", quoted(names));
    }
    return out +
           "  esac\n"
           "  COMPREPLY=($(compgen -f -W \"$words\" -- \"$word\"))\n"
           "}\n"
           "complete -o filenames -F _assay assay\n";
}

// zsh reads ':' and brackets inside a description as its own.
std::string zsh_description(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '[' || c == ']' || c == ':' || c == '\\') out += '\\';
        out += c;
    }
    return out;
}

std::string zsh(std::span<const CommandText> commands, std::span<const std::string_view> kpis) {
    std::string out = "#compdef assay\n_assay() {\n  local -a commands\n  commands=(\n";
    for (const CommandText& c : commands) {
        if (follows_its_first(commands, c)) continue;
        out += "    " +
               quoted(fmt::format("{}:{}", first_word(c.name), zsh_description(c.summary))) + "\n";
    }
    out +=
        "  )\n  if (( CURRENT == 2 )); then\n    _describe command commands\n    return\n  fi\n"
        "  case $words[2] in\n";
    for (const CommandText& c : commands) {
        if (follows_its_first(commands, c)) continue;
        out += fmt::format("  {})\n    shift words; (( CURRENT-- ))\n    _arguments \\\n",
                           first_word(c.name));
        for (const OptionText& o : options_of(commands, c)) {
            std::string spec = fmt::format("{}[{}]", o.name, zsh_description(o.help));
            if (!o.argument.empty()) {
                const Values values = values_of(o.argument);
                const std::string words = names_kpis(o) ? joined(kpis) : joined(values.words);
                const char* files = values.files ? "_files" : " ";
                spec += takes_list(o)   ? fmt::format(":value:_values -s , value {}", words)
                        : words.empty() ? fmt::format(":value:{}", files)
                                        : fmt::format(":value:({})", words);
            }
            out += "      " + quoted(spec) + " \\\n";
        }
        const std::string words = operands(commands, c, kpis);
        out += "      " +
               quoted(words.empty() ? std::string("*:file:_files")
                                    : fmt::format("*:value:({})", words)) +
               ";;\n";
    }
    return out + "  esac\n}\n_assay \"$@\"\n";
}

std::string fish(std::span<const CommandText> commands, std::span<const std::string_view> kpis) {
    std::string out = "# fish completion for assay\n";
    for (const CommandText& c : commands) {
        const std::string_view name = first_word(c.name);
        out += fmt::format("complete -c assay -n __fish_use_subcommand -f -a {} -d {}\n", name,
                           quoted(c.summary));
        const std::string when = fmt::format("-n '__fish_seen_subcommand_from {}'", name);
        const std::string words_after = operands(commands, c, kpis);
        if (!words_after.empty() && !follows_its_first(commands, c))
            out += fmt::format("complete -c assay {} -a {}\n", when, quoted(words_after));
        for (const OptionText& o : c.options) {
            out += fmt::format("complete -c assay {} -l {} -d {}", when, o.name.substr(2),
                               quoted(o.help));
            if (!o.argument.empty()) {
                const Values values = values_of(o.argument);
                const std::string words = names_kpis(o) ? joined(kpis) : joined(values.words);
                out += values.files ? " -r" : " -x";
                if (!words.empty()) out += " -a " + quoted(words);
            }
            out += "\n";
        }
    }
    return out;
}

}  // namespace

std::optional<Shell> shell_named(std::string_view name) {
    if (name == "bash") return Shell::bash;
    if (name == "zsh") return Shell::zsh;
    if (name == "fish") return Shell::fish;
    return std::nullopt;
}

std::string completion_text(Shell shell, std::span<const CommandText> commands,
                            std::span<const std::string_view> kpis) {
    switch (shell) {
        case Shell::bash:
            return bash(commands, kpis);
        case Shell::zsh:
            return zsh(commands, kpis);
        case Shell::fish:
            return fish(commands, kpis);
    }
    return {};
}

}  // namespace assay::cli
