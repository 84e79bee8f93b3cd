// The only file that names the command line library.
#include "hosts/cli/commands.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <cstdio>
#include <fmt/format.h>
#include <memory>
#include <optional>
#include <unistd.h>

#include "hosts/cli/command_text.h"
#include "hosts/cli/did_you_mean.h"
#include "hosts/cli/help_output.h"
#include "hosts/cli/man_output.h"
#include "hosts/cli/terminal.h"

namespace assay::cli {
namespace {

int help(const Arguments& args);

struct Row {
    std::string_view name;
    int (*run)(const Arguments&);
};
constexpr Row kRun[] = {
    {"score", score},
    {"health", health},
    {"explain", explain},
    {"diff", diff},
    {"simulate", simulate},
    {"lps", lps},
    {"oms", oms},
    {"desk", desk},
    {"status", status},
    {"watch", watch},
    {"kill", kill},
    {"release", release},
    {"settle", settle},
    {"reload", reload},
    {"doctor", doctor},
    {"compare", compare},
    {"backtest", backtest},
    {"demo", demo},
    {"catalog", catalog},
    {"config check", config_check},
    {"config docs", config_docs},
    {"journal verify", journal_verify},
    {"journal tail", journal_tail},
    {"journal export", journal_export},
    {"journal prune", journal_prune},
    {"journal import", journal_import},
    {"history import", history_import},
    {"history query", history_query},
    {"history executions", history_executions},
    {"history decision", history_decision},
    {"history export", history_export},
    {"history info", history_info},
    {"history health", history_health},
    {"history configs", history_configs},
    {"history prune", history_prune},
    {"user list", user_list},
    {"user add", user_add},
    {"user change", user_change},
    {"user password", user_password},
    {"audit verify", audit_verify},
    {"audit export", audit_export},
    {"completion", completion},
    {"help", help},
    {"version", version},
};

struct Bound {
    const CommandText* text{};
    CLI::App* app{};
    std::vector<std::string> positional;
    std::vector<std::pair<std::string, CLI::Option*>> options;
    CLI::Option* help{};
};

void show(const std::string& text) {
    std::fwrite(text.data(), 1, text.size(), stdout);
}

int usage(const std::string& problem, const CommandText* command) {
    fmt::print(stderr, "assay: {}\n", printable_lines(problem));
    fmt::print(stderr, "Try `assay {}--help`.\n",
               command == nullptr ? std::string() : std::string(command->name) + " ");
    return kUsage;
}

std::string nearest_command(std::string_view typed) {
    std::vector<std::string_view> names;
    for (const CommandText& c : commands()) names.push_back(c.name);
    const auto near = nearest(typed, names);
    return near ? fmt::format("; did you mean `assay {}`?", *near) : std::string();
}

std::string nearest_option(std::string_view typed, const CommandText& command) {
    std::vector<std::string_view> names;
    for (const OptionText& o : command.options) names.push_back(o.name);
    return did_you_mean(typed.substr(0, typed.find('=')), names);
}

// "config check" or "config"; "score" of a group of one.
int help(const Arguments& args) {
    const Terminal terminal = terminal_of(STDOUT_FILENO);
    std::string name;
    for (const std::string& word : args.positional) name += (name.empty() ? "" : " ") + word;
    const std::string format = args.value("--format", "text");
    if (format == "man") {
        const std::string version = version_number();
        show(man_text(commands(), version.substr(0, version.find(' '))));
        return kDone;
    }
    if (format != "text")
        return usage(fmt::format("--format: \"{}\" is none of text, man", format), nullptr);
    if (name.empty()) {
        show(help_text(commands(), version_number(), terminal));
        return kDone;
    }
    std::string text;
    for (const CommandText& c : commands())
        if (c.name == name || c.name.starts_with(name + " "))
            text += (text.empty() ? "" : "\n") + help_text(c, terminal);
    if (text.empty())
        return usage(fmt::format("there is no command `{}`{}", name, nearest_command(name)),
                     nullptr);
    show(text);
    return kDone;
}

// An option that stands without its value, at the end or before another option.
std::string without_value(int argc, char** argv, const CommandText& command) {
    for (int i = 1; i < argc; ++i)
        for (const OptionText& o : command.options) {
            if (argv[i] != o.name || o.argument.empty()) continue;
            const std::string_view next = i + 1 < argc ? argv[i + 1] : "--";
            if (next.starts_with("--"))
                return fmt::format("{0} needs a value: {0} {1}", o.name, o.argument);
        }
    return {};
}

// Every command of the table as CLI11 knows it.
std::vector<std::unique_ptr<Bound>> bound_to(CLI::App& app) {
    std::vector<std::unique_ptr<Bound>> bound;
    std::map<std::string, CLI::App*, std::less<>> groups;
    for (const CommandText& text : commands()) {
        auto b = std::make_unique<Bound>();
        b->text = &text;
        CLI::App* parent = &app;
        std::string name(text.name);
        if (const auto blank = name.find(' '); blank != std::string::npos) {
            const std::string group = name.substr(0, blank);
            CLI::App*& g = groups[group];
            if (g == nullptr) {
                g = app.add_subcommand(group);
                g->set_help_flag();
                g->require_subcommand(1);
            }
            parent = g;
            name = name.substr(blank + 1);
        }
        b->app = parent->add_subcommand(name);
        b->app->set_help_flag();
        b->help = b->app->add_flag("-h,--help");
        b->app->add_option("arguments", b->positional);
        for (const OptionText& o : text.options) {
            CLI::Option* option = o.argument.empty()
                                      ? b->app->add_flag(std::string(o.name))
                                      : b->app->add_option(std::string(o.name))
                                            ->expected(1)
                                            ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
            b->options.emplace_back(std::string(o.name), option);
        }
        bound.push_back(std::move(b));
    }
    return bound;
}

// What is wrong with the command line that CLI11 refused.
std::string problem_of(int argc, char** argv, const CommandText& command, const char* otherwise) {
    for (int i = 1; i < argc; ++i) {
        const std::string_view typed = argv[i];
        if (!typed.starts_with("--")) continue;
        bool known = typed == "--help";
        for (const OptionText& o : command.options)
            known = known || typed == o.name || typed.starts_with(std::string(o.name) + "=");
        if (!known)
            return fmt::format("{} is no option of `assay {}`{}", typed, command.name,
                               nearest_option(typed, command));
    }
    const std::string missing = without_value(argc, argv, command);
    return missing.empty() ? otherwise : missing;
}

// The first argument beyond those a command takes, or nothing.
std::optional<std::string> surplus(const CommandText& command, const Arguments& args) {
    const std::string_view takes = command.arguments;
    if (takes.find("...") != takes.npos || command.name == "help") return std::nullopt;
    const auto most = takes.empty() ? 0 : 1 + std::count(takes.begin(), takes.end(), ' ');
    const auto n = static_cast<std::size_t>(most);
    return args.positional.size() > n ? std::optional(args.positional[n]) : std::nullopt;
}

}  // namespace

std::string Arguments::value(std::string_view option, std::string_view otherwise) const {
    const auto it = options.find(option);
    return it == options.end() || it->second.empty() ? std::string(otherwise) : it->second.back();
}

Result<std::uint64_t> Arguments::whole(std::string_view option, std::uint64_t otherwise,
                                       std::uint64_t least, std::uint64_t most) const {
    if (!has(option)) return otherwise;
    const std::string text = value(option);
    std::uint64_t n = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), n);
    if (error != std::errc{} || end != text.data() + text.size() || n < least || n > most)
        return fail(
            fmt::format("{}: \"{}\" is no whole number from {} to {}", option, text, least, most));
    return n;
}

std::vector<std::string> Arguments::all(std::string_view option) const {
    const auto it = options.find(option);
    return it == options.end() ? std::vector<std::string>{} : it->second;
}

int run(int argc, char** argv) {
    const Terminal terminal = terminal_of(STDOUT_FILENO);
    CLI::App app{"assay"};
    app.set_help_flag();
    app.fallthrough(false);
    app.require_subcommand(0, 1);  // a second one is an argument: a file called "health"
    CLI::Option* asks_help = app.add_flag("-h,--help");
    CLI::Option* asks_version = app.add_flag("-V,--version");

    const auto bound = bound_to(app);

    if (argc < 2) {
        show(help_text(commands(), version_number(), terminal));
        return kUsage;
    }
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& e) {
        for (const auto& b : bound) {
            if (!b->app->parsed()) continue;
            if (b->help->count() > 0) break;
            const std::string problem = problem_of(argc, argv, *b->text, e.what());
            return usage(problem, b->text);
        }
        if (argc > 1 && asks_help->count() == 0 && argv[1][0] != '-')
            return usage(
                fmt::format("there is no command `{}`{}", argv[1], nearest_command(argv[1])),
                nullptr);
        if (asks_help->count() == 0) return usage(e.what(), nullptr);
    }
    if (asks_version->count() > 0) {
        show(fmt::format("{}\n{}\n", version_text(), kAcknowledgement));
        return kDone;
    }
    for (const auto& b : bound) {
        if (!b->app->parsed()) continue;
        if (b->help->count() > 0) {
            show(help_text(*b->text, terminal));
            return kDone;
        }
        if (const auto missing = without_value(argc, argv, *b->text); !missing.empty())
            return usage(missing, b->text);
        Arguments args;
        args.positional = b->positional;
        for (const auto& [name, option] : b->options)
            if (option->count() > 0) args.options[name] = option->results();
        if (const auto extra = surplus(*b->text, args))
            return usage(fmt::format("`assay {}` takes {}: \"{}\" is one too many", b->text->name,
                                     b->text->arguments.empty() ? std::string("no arguments")
                                                                : std::string(b->text->arguments),
                                     *extra),
                         b->text);
        for (const Row& row : kRun)
            if (row.name == b->text->name) return row.run(args);
    }
    show(help_text(commands(), version_number(), terminal));
    return asks_help->count() > 0 ? kDone : kUsage;
}

}  // namespace assay::cli
