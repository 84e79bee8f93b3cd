#include "hosts/cli/desk_file.h"

#include <filesystem>
#include <fmt/format.h>

#include "hosts/cli/config_toml.h"
#include "hosts/cli/fees_toml.h"
#include "hosts/cli/profile_toml.h"
#include "hosts/cli/reference_toml.h"

namespace assay::cli {

Result<DeskFile> read_desk_file(const Arguments& args) {
    if (!args.has("--config"))
        return fail(
            "--config FILE is missing: the desk's TOML; examples/acme-desk.toml shows a whole one");
    auto file = TomlFile::read(args.value("--config"));
    if (!file) return std::unexpected(file.error());
    auto read = desk::read_desk(*file);
    if (!read) return std::unexpected(read.error());
    DeskFile d{std::move(*read), file->content()};
    desk::DeskSettings& s = d.settings;
    if (args.has("--mode")) {
        const std::string mode = args.value("--mode");
        bool found = false;
        for (const desk::Mode m :
             {desk::Mode::replay, desk::Mode::shadow, desk::Mode::paper, desk::Mode::live})
            if (mode == desk::text(m)) s.mode = m, found = true;
        if (!found)
            return fail(fmt::format("--mode: \"{}\" is none of replay, shadow, paper, live", mode));
        s.desk.needs_sessions = s.mode == desk::Mode::live;
        s.desk.sends = s.mode != desk::Mode::shadow;
    }
    if (args.has("--state")) s.folder = args.value("--state");
    if (args.has("--listen")) s.listen = args.value("--listen");

    // Files that it names lie beside it.
    const auto beside = std::filesystem::path(args.value("--config")).parent_path();
    const auto path = [&](const std::string& name) { return (beside / name).string(); };
    Settings kernel;
    kernel.config.quotes.stale_after = {5 * kSecond.ns};  // live sources (docs/config.md)
    std::string files = d.toml;
    if (!s.config_file.empty())
        if (auto ok = read_config_file(path(s.config_file), kernel); !ok)
            return std::unexpected(ok.error());
    Calendars calendars;
    if (!s.reference_file.empty()) {
        auto toml = TomlFile::read(path(s.reference_file));
        if (!toml) return std::unexpected(toml.error());
        auto reference = read_reference(*toml, calendars);
        if (!reference) return std::unexpected(reference.error());
        merge_reference(*reference, s.desk.desk.parties, kernel.config.instruments);
        files += reference->content;
    }
    if (!s.fees_file.empty()) {
        auto toml = TomlFile::read(path(s.fees_file));
        if (!toml) return std::unexpected(toml.error());
        auto fees = read_fees(*toml);
        if (!fees) return std::unexpected(fees.error());
        kernel.config.fees = *fees;
        files += toml->content();
    }
    for (const std::string& name : s.profile_files) {
        auto profile = load_profile(path(name));
        if (!profile) return std::unexpected(profile.error());
        s.desk.desk.ranked.push_back(profile->profile);
        s.desk.desk.router.profiles.push_back(profile->profile);
    }
    if (s.desk.desk.ranked.empty()) return fail("[desk] profiles names no profile");
    bool ranked = false;
    for (const auto& p : s.desk.desk.ranked) ranked |= p.name == s.desk.parents.profile;
    if (!ranked)
        return fail(
            fmt::format("[parents] profile is \"{}\", which is not among [desk] profiles: it "
                        "would be routed without scores",
                        s.desk.parents.profile));
    kernel.config.profile = s.desk.desk.ranked.front();
    s.version = kernel.config.version = config_version(kernel, files);
    s.desk.desk.kernel = kernel.config;
    s.desk.desk.router.version = s.version;
    return d;
}

}  // namespace assay::cli
