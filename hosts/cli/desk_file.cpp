#include "hosts/cli/desk_file.h"

#include <filesystem>
#include <fmt/format.h>

#include "core/units/symbol.h"
#include "hosts/cli/config_toml.h"
#include "hosts/cli/fees_toml.h"
#include "hosts/cli/profile_toml.h"
#include "hosts/cli/reference_toml.h"

namespace assay::cli {

namespace {

// Of what the state of a desk rests on: who is who, and what is ranked.
std::string lasting_text(const desk::DeskSettings& s) {
    std::string out =
        fmt::format("{} {} {}\n", s.desk.desk.our_comp_id, s.desk.needs_sessions, s.desk.sends);
    for (const desk::SessionSettings& one : s.sessions)
        out += fmt::format("{}|{}|{}|{}|{}|{}\n", one.info.name, desk::text(one.info.role),
                           one.info.lp, one.begin_string, one.sender, one.target);
    for (const score::Profile& p : s.desk.desk.ranked)
        out += fmt::format("{}|{}\n", p.name, p.fast_half_life.ns);
    return out;
}

}  // namespace

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
    for (const auto& [option, key] :
         {std::pair("--mode", "desk.mode"), std::pair("--state", "desk.state"),
          std::pair("--listen", "desk.listen"), std::pair("--log-format", "log.format")})
        if (args.has(option)) s.overrides.push_back({key, args.value(option), option});
    if (args.has("--state")) s.folder = args.value("--state");
    if (args.has("--listen")) s.listen = args.value("--listen");
    if (args.has("--log-format")) {
        const std::string format = args.value("--log-format");
        if (format != "text" && format != "json")
            return fail(fmt::format("--log-format: \"{}\" is none of text, json", format));
        s.log_format = format == "json" ? desk::LogFormat::json : desk::LogFormat::text;
    }

    // Files that it names lie beside it.
    const auto beside = std::filesystem::path(args.value("--config")).parent_path();
    const auto path = [&](const std::string& name) { return (beside / name).string(); };
    for (std::string* pem : {&s.http_certificate, &s.http_key})
        if (!pem->empty()) *pem = path(*pem);
    Settings kernel;
    kernel.config.quotes.stale_after = {5 * kSecond.ns};  // live sources (docs/config.md)
    std::string files = d.toml;
    // A file that it names is a key of its own: what is in it may change, and its name stay.
    const auto named = [&](std::string_view key, std::string_view content) {
        s.keys[fmt::format("{} (the file)", key)] = fmt::format("{:016x}", fnv1a(content));
    };
    if (!s.config_file.empty()) {
        if (auto ok = read_config_file(path(s.config_file), kernel); !ok)
            return std::unexpected(ok.error());
        named("desk.config", canonical_config(kernel));
    }
    Calendars calendars;
    if (!s.reference_file.empty()) {
        auto toml = TomlFile::read(path(s.reference_file));
        if (!toml) return std::unexpected(toml.error());
        auto reference = read_reference(*toml, calendars);
        if (!reference) return std::unexpected(reference.error());
        merge_reference(*reference, s.desk.desk.parties, kernel.config.instruments);
        files += reference->content;
        named("desk.reference", reference->content);
    }
    if (!s.fees_file.empty()) {
        auto toml = TomlFile::read(path(s.fees_file));
        if (!toml) return std::unexpected(toml.error());
        auto fees = read_fees(*toml);
        if (!fees) return std::unexpected(fees.error());
        kernel.config.fees = *fees;
        files += toml->content();
        named("desk.fees", toml->content());
    }
    for (const std::string& name : s.profile_files) {
        auto profile = load_profile(path(name));
        if (!profile) return std::unexpected(profile.error());
        named("desk.profile_files " + name, print_profile(profile->profile));
        files += print_profile(profile->profile);
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
    s.version = config_version(kernel, files);
    // What entries of the journal were read by, and a reload does not change.
    Settings lasting = kernel;
    lasting.config.profile = {};
    std::string rests = lasting_text(s);
    for (const auto& [name, hash] : s.keys)
        if (name == "desk.reference (the file)" || name == "desk.fees (the file)")
            rests += name + hash + "\n";
    s.state_version = kernel.config.version = config_version(lasting, rests);
    s.desk.desk.kernel = kernel.config;
    s.desk.desk.version = s.desk.desk.router.version = s.version;
    return d;
}

}  // namespace assay::cli
