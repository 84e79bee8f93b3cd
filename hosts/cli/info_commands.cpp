// assay catalog, config check, config docs, completion, version: what the program says of itself.
#include <algorithm>
#include <cstdio>
#include <fmt/format.h>
#include <unistd.h>

#include "generated/version.h"
#include "hosts/cli/catalog_output.h"
#include "hosts/cli/commands.h"
#include "hosts/cli/complain.h"
#include "hosts/cli/completion.h"
#include "hosts/cli/config_toml.h"
#include "hosts/cli/desk_file.h"
#include "hosts/cli/did_you_mean.h"
#include "hosts/cli/fees_toml.h"
#include "hosts/cli/lps_toml.h"
#include "hosts/cli/man_output.h"
#include "hosts/cli/profile_toml.h"
#include "hosts/cli/reference_toml.h"
#include "hosts/cli/scenario_toml.h"

namespace assay::cli {
namespace {

int say(const std::string& text) {
    return std::fwrite(text.data(), 1, text.size(), stdout) == text.size() ? kDone : kNothingDone;
}
std::vector<std::string_view> kpi_names() {
    std::vector<std::string_view> names;
    for (const kpi::Entry& e : kpi::catalog()) names.push_back(e.name);
    return names;
}

// What a TOML file is meant to be, by the names that stand in it.
enum class TomlKind { config, profile, reference, fees, lps, scenario, desk };

struct Judged {
    TomlKind kind{TomlKind::config};
    std::string_view is;
    std::string because;  // a name that speaks for it, or why it was taken for this
};

bool names_fees(const TomlNode& node) {
    return node.kind == TomlNode::Kind::table &&
           (node.find("maker") != nullptr || node.find("taker") != nullptr);
}

// The kind that most of the names at the top are of; of equally many the first of the table.
Judged judged(const TomlFile& file) {
    struct Kind {
        TomlKind kind;
        std::string_view is;
        std::vector<std::string_view> names;
    };
    static const Kind kKinds[] = {
        {TomlKind::config,
         "a configuration",
         {"capture", "fix", "quotes", "orders", "fills", "regime", "estimate", "context",
          "report"}},
        {TomlKind::profile,
         "a profile",
         {"name", "rank_by", "fast_kpis", "fast_kappa", "fast_half_life", "z_route", "z_report",
          "max_reject_rate", "kpi"}},
        {TomlKind::reference,
         "a reference",
         {"comp_ids", "symbols", "symbol", "lp", "calendar", "unmapped", "our_comp_ids", "rates"}},
        {TomlKind::desk,
         "a desk",
         {"desk", "session", "limits", "router", "journal", "log", "http", "account"}},
    };
    Judged best{TomlKind::config, kKinds[0].is, "nothing in it says otherwise"};
    std::size_t most = 0;
    for (const Kind& kind : kKinds) {
        std::size_t n = 0;
        std::string first;
        for (const TomlNode& child : file.root().children) {
            if (std::find(kind.names.begin(), kind.names.end(), child.key) == kind.names.end())
                continue;
            if (n++ == 0) first = fmt::format("it has \"{}\"", child.key);
        }
        if (n > most) best = {kind.kind, kind.is, first};
        most = std::max(most, n);
    }
    if (looks_like_scenario(file))
        return {TomlKind::scenario, "a scenario", "it has an order and a history"};
    // [parents] and [lp] are sections of a desk too.
    const bool desk = best.kind == TomlKind::desk;
    if (looks_like_lps(file) && best.kind != TomlKind::profile && !desk)
        return {TomlKind::lps, "simulated LPs", "it says how LPs behave"};
    const auto& children = file.root().children;
    if (most == 0 && std::any_of(children.begin(), children.end(), names_fees))
        return {TomlKind::fees, "fees", "it has maker or taker"};
    return best;
}

struct Checked {
    std::string is;
    std::vector<std::string> warnings;
};

// With the files that it names, as `assay desk` would take it.
Result<Checked> checked_desk(const std::string& path) {
    Arguments args;
    args.options["--config"] = {path};
    auto file = read_desk_file(args);
    if (!file) return std::unexpected(file.error());
    const desk::DeskSettings& d = file->settings;
    Checked out{fmt::format("a desk in mode {}, {} session{}, version {:016x}", desk::text(d.mode),
                            d.sessions.size(), d.sessions.size() == 1 ? "" : "s", d.version),
                {}};
    desk::DeskSettings live = d;
    live.mode = desk::Mode::live;
    if (const auto may = desk::allowed(live, true); !may) {
        if (d.mode == desk::Mode::live) return fail(path + ": " + may.error().text());
        out.warnings.push_back(may.error().text());
    }
    return out;
}

Result<Checked> checked(const TomlFile& file, TomlKind kind) {
    switch (kind) {
        case TomlKind::desk:
            return checked_desk(file.name());
        case TomlKind::profile: {
            auto profile = read_profile(file);
            if (!profile) return std::unexpected(profile.error());
            return Checked{fmt::format("a profile, \"{}\", {} KPIs", profile->profile.name,
                                       profile->profile.terms.size()),
                           profile->warnings};
        }
        case TomlKind::reference: {
            Calendars calendars;
            auto reference = read_reference(file, calendars);
            if (!reference) return std::unexpected(reference.error());
            return Checked{"a reference", {}};
        }
        case TomlKind::fees: {
            auto fees = read_fees(file);
            if (!fees) return std::unexpected(fees.error());
            return Checked{fmt::format("fees of {} LPs", fees->by_lp.size()), {}};
        }
        case TomlKind::lps: {
            auto lps = read_lps(file);
            if (!lps) return std::unexpected(lps.error());
            return Checked{fmt::format("a simulated world of {} LPs", lps->lps.size()), {}};
        }
        case TomlKind::scenario: {
            auto script = read_scenario(file);
            if (!script) return std::unexpected(script.error());
            return Checked{fmt::format("a scenario of {} LPs and {} answers",
                                       script->long_run.lps.size(), script->answers.size()),
                           {}};
        }
        case TomlKind::config:
            break;
    }
    Settings settings;
    auto read = read_config(file, settings);
    if (!read) return std::unexpected(read.error());
    auto profile = load_profile(settings.profile);
    if (!profile) return fail(fmt::format("{}: {}", file.name(), profile.error().text()));
    settings.config.profile = profile->profile;
    return Checked{fmt::format("a configuration, version {:016x}", config_version(settings, {})),
                   profile->warnings};
}

}  // namespace

int catalog(const Arguments& args) {
    const std::string format = args.value("--format", "table");
    const Terminal terminal = terminal_of(STDOUT_FILENO);
    if (!args.positional.empty()) {
        const std::string& name = args.positional.front();
        const kpi::Entry* entry = kpi::find(name);
        if (entry == nullptr)
            return complain(
                fmt::format("no KPI is called \"{}\"{}", name, did_you_mean(name, kpi_names())),
                kUsage);
        return say(kpi_text(*entry, terminal));
    }
    if (format == "table") return say(catalog_text(kpi::catalog(), terminal));
    if (format == "json") return say(catalog_json(kpi::catalog()));
    if (format == "markdown") return say(kpi::catalog_markdown());
    return complain(fmt::format("--format: \"{}\" is none of table, json, markdown", format),
                    kUsage);
}

int config_check(const Arguments& args) {
    if (args.positional.empty()) return complain("check what? Give a TOML file.", kUsage);
    for (const std::string& path : args.positional) {
        auto file = TomlFile::read(path);
        if (!file) return complain(file.error().text(), kUsage);
        const Judged as = judged(*file);
        auto is = checked(*file, as.kind);
        if (!is)
            return complain(
                fmt::format("{}\n  read as {}, as {}", is.error().text(), as.is, as.because),
                kUsage);
        for (const std::string& w : is->warnings) fmt::print(stderr, "{}: warning: {}\n", path, w);
        fmt::print("{}: good: {}\n", path, is->is);
    }
    return kDone;
}

int config_docs(const Arguments&) {
    return say(config_markdown());
}

int completion(const Arguments& args) {
    const auto shell =
        args.positional.empty() ? std::nullopt : shell_named(args.positional.front());
    if (!shell) return complain("completion for which shell? One of bash, zsh, fish.", kUsage);
    return say(completion_text(*shell, commands(), kpi_names()));
}

std::string version_number() {
    return fmt::format("{} ({})", kVersion, kCommit);
}
std::string version_text() {
    return "assay " + version_number();
}

int version(const Arguments&) {
    return say(fmt::format("{}\n{}\n", version_text(), kAcknowledgement));
}

}  // namespace assay::cli
