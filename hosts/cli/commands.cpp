// The only file that names the command line library.
#include "hosts/cli/commands.h"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <fmt/format.h>
#include <memory>
#include <unistd.h>

#include "hosts/cli/command_text.h"
#include "hosts/cli/did_you_mean.h"
#include "hosts/cli/help_output.h"
#include "hosts/cli/terminal.h"

namespace assay::cli {
namespace {

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
    {"catalog", catalog},
    {"config check", config_check},
    {"config docs", config_docs},
    {"completion", completion},
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
    fmt::print(stderr, "assay: {}\n", problem);
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

}  // namespace

std::string Arguments::value(std::string_view option, std::string_view otherwise) const {
    const auto it = options.find(option);
    return it == options.end() || it->second.empty() ? std::string(otherwise) : it->second.back();
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
    CLI::Option* help = app.add_flag("-h,--help");
    CLI::Option* asks_version = app.add_flag("-V,--version");

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
            std::string problem = e.what();
            for (int i = 1; i < argc; ++i) {
                const std::string_view typed = argv[i];
                if (!typed.starts_with("--")) continue;
                bool known_option = typed == "--help";
                for (const OptionText& o : b->text->options)
                    known_option = known_option || typed == o.name ||
                                   typed.starts_with(std::string(o.name) + "=");
                if (!known_option)
                    problem = fmt::format("{} is no option of `assay {}`{}", typed, b->text->name,
                                          nearest_option(typed, *b->text));
            }
            return usage(problem, b->text);
        }
        if (argc > 1 && help->count() == 0 && argv[1][0] != '-')
            return usage(
                fmt::format("there is no command `{}`{}", argv[1], nearest_command(argv[1])),
                nullptr);
        if (help->count() == 0) return usage(e.what(), nullptr);
    }
    if (asks_version->count() > 0) {
        show(version_text() + "\n");
        return kDone;
    }
    for (const auto& b : bound) {
        if (!b->app->parsed()) continue;
        if (b->help->count() > 0) {
            show(help_text(*b->text, terminal));
            return kDone;
        }
        Arguments args;
        args.positional = b->positional;
        for (const auto& [name, option] : b->options)
            if (option->count() > 0) args.options[name] = option->results();
        for (const Row& row : kRun)
            if (row.name == b->text->name) return row.run(args);
    }
    show(help_text(commands(), version_number(), terminal));
    return help->count() > 0 ? kDone : kUsage;
}

}  // namespace assay::cli
