// assay catalog, config check, config docs, completion, version: what the program says of itself.
#include <cstdio>
#include <fmt/format.h>
#include <unistd.h>

#include "generated/version.h"
#include "hosts/cli/catalog_output.h"
#include "hosts/cli/commands.h"
#include "hosts/cli/completion.h"
#include "hosts/cli/config_toml.h"
#include "hosts/cli/did_you_mean.h"
#include "hosts/cli/fees_toml.h"
#include "hosts/cli/lps_toml.h"
#include "hosts/cli/profile_toml.h"
#include "hosts/cli/reference_toml.h"

namespace assay::cli {
namespace {

int say(const std::string& text) {
    return std::fwrite(text.data(), 1, text.size(), stdout) == text.size() ? kDone : kNothingDone;
}
int complain(const std::string& text, int code) {
    fmt::print(stderr, "assay: {}\n", text);
    return code;
}

std::vector<std::string_view> kpi_names() {
    std::vector<std::string_view> names;
    for (const kpi::Entry& e : kpi::catalog()) names.push_back(e.name);
    return names;
}

// What a TOML file is meant to be, by what stands in it.
enum class TomlKind { config, profile, reference, fees, lps };
TomlKind kind_of(const TomlFile& file) {
    const TomlNode& root = file.root();
    if (root.find("kpi") != nullptr || root.find("rank_by") != nullptr) return TomlKind::profile;
    if (looks_like_lps(file)) return TomlKind::lps;
    for (const char* key :
         {"comp_ids", "symbols", "symbol", "lp", "calendar", "unmapped", "our_comp_ids", "rates"})
        if (root.find(key) != nullptr) return TomlKind::reference;
    bool fees = !root.children.empty();
    for (const TomlNode& child : root.children)
        fees = fees && child.kind == TomlNode::Kind::table &&
               (child.find("maker") != nullptr || child.find("taker") != nullptr);
    return fees ? TomlKind::fees : TomlKind::config;
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
        std::string is;
        std::vector<std::string> warnings;
        switch (kind_of(*file)) {
            case TomlKind::profile: {
                auto profile = read_profile(*file);
                if (!profile) return complain(profile.error().text(), kUsage);
                is = fmt::format("a profile, \"{}\", {} KPIs", profile->profile.name,
                                 profile->profile.terms.size());
                warnings = profile->warnings;
                break;
            }
            case TomlKind::reference: {
                Calendars calendars;
                auto reference = read_reference(*file, calendars);
                if (!reference) return complain(reference.error().text(), kUsage);
                is = "a reference";
                break;
            }
            case TomlKind::fees: {
                auto fees = read_fees(*file);
                if (!fees) return complain(fees.error().text(), kUsage);
                is = fmt::format("fees of {} LPs", fees->by_lp.size());
                break;
            }
            case TomlKind::lps: {
                auto lps = read_lps(*file);
                if (!lps) return complain(lps.error().text(), kUsage);
                is = fmt::format("a simulated world of {} LPs", lps->lps.size());
                break;
            }
            case TomlKind::config: {
                Settings settings;
                auto read = read_config(*file, settings);
                if (!read) return complain(read.error().text(), kUsage);
                auto profile = load_profile(settings.profile);
                if (!profile)
                    return complain(fmt::format("{}: {}", path, profile.error().text()), kUsage);
                settings.config.profile = profile->profile;
                is = fmt::format("a configuration, version {:016x}", config_version(settings, {}));
                warnings = profile->warnings;
                break;
            }
        }
        for (const std::string& w : warnings) fmt::print(stderr, "{}: warning: {}\n", path, w);
        fmt::print("{}: good: {}\n", path, is);
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
    return say(version_text() + "\n");
}

}  // namespace assay::cli
