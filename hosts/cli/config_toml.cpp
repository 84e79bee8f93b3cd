#include "hosts/cli/config_toml.h"

#include <fmt/format.h>
#include <vector>

#include "core/units/symbol.h"
#include "hosts/cli/did_you_mean.h"

namespace assay {

namespace {

// The first part of each dotted name, once.
std::vector<std::string_view> section_names() {
    std::vector<std::string_view> names;
    for (const std::string_view key : config_key_names()) {
        const std::string_view section = key.substr(0, key.find('.'));
        if (names.empty() || names.back() != section) names.push_back(section);
    }
    return names;
}

// The keys of one section, without it.
std::vector<std::string_view> names_in(std::string_view section) {
    std::vector<std::string_view> names;
    for (const std::string_view key : config_key_names())
        if (key.substr(0, key.find('.')) == section)
            names.push_back(key.substr(section.size() + 1));
    return names;
}

// A list of texts counts as one text with commas.
std::string value_text(const TomlNode& node, bool& usable) {
    usable = node.kind == TomlNode::Kind::text || node.kind == TomlNode::Kind::number ||
             node.kind == TomlNode::Kind::boolean;
    if (usable || node.kind != TomlNode::Kind::array) return node.text;
    std::string list;
    usable = true;
    for (const TomlNode& entry : node.children) {
        usable = usable && entry.kind == TomlNode::Kind::text;
        list += (list.empty() ? "" : ",") + entry.text;
    }
    return list;
}

void read_key(const TomlFile& file, std::string_view section, const TomlNode& node,
              Settings& settings, TomlProblems& problems) {
    const std::string name = fmt::format("{}.{}", section, node.key);
    const ConfigKey* key = find_config_key(name);
    if (!key) {
        const std::vector<std::string_view> names = names_in(section);
        problems.add(file.at_key(
            node, fmt::format("no key is called \"{}\"{}", name, did_you_mean(node.key, names))));
        return;
    }
    bool usable = false;
    const std::string value = value_text(node, usable);
    if (!usable) {
        problems.add(file.at_value(
            node, fmt::format("{} is {}; allowed: {}", name, text(node.kind), allowed_text(*key))));
        return;
    }
    if (const std::string why = set_config_key(settings, *key, value); !why.empty())
        problems.add(file.at_value(node, why));
}

}  // namespace

Result<void> read_config(const TomlFile& file, Settings& settings) {
    Settings read = settings;
    TomlProblems problems;
    const std::vector<std::string_view> sections = section_names();
    for (const TomlNode& section : file.root().children) {
        if (names_in(section.key).empty()) {
            problems.add(
                file.at_key(section, fmt::format("no section is called \"{}\"{}", section.key,
                                                 did_you_mean(section.key, sections))));
        } else if (section.kind != TomlNode::Kind::table) {
            problems.add(
                file.at_value(section, fmt::format("{} is {}; a section is expected: [{}]",
                                                   section.key, text(section.kind), section.key)));
        } else {
            for (const TomlNode& node : section.children)
                read_key(file, section.key, node, read, problems);
        }
    }
    if (!problems.none()) return std::unexpected(problems.error());
    settings = std::move(read);
    return {};
}

Result<void> read_config_file(const std::string& path, Settings& settings) {
    const Result<TomlFile> file = TomlFile::read(path);
    if (!file) return std::unexpected(file.error());
    return read_config(*file, settings);
}

Result<void> set_from_argument(std::string_view argument, Settings& settings) {
    const std::size_t equals = argument.find('=');
    if (equals == std::string_view::npos)
        return fail(fmt::format("--set {}: expected key=value, such as quotes.stale_after=never",
                                argument));
    const std::string_view name = argument.substr(0, equals);
    const ConfigKey* key = find_config_key(name);
    if (!key)
        return fail(fmt::format("--set {}: no key is called \"{}\"{}", argument, name,
                                did_you_mean(name, config_key_names())));
    if (const std::string why = set_config_key(settings, *key, argument.substr(equals + 1));
        !why.empty())
        return fail("--set " + why);
    return {};
}

std::string print_config(const Settings& settings) {
    std::string out = "# Every key of Assay with its present value.\n";
    std::string_view section;
    for (const ConfigKey& key : config_keys()) {
        const std::size_t dot = key.name.find('.');
        if (key.name.substr(0, dot) != section) {
            section = key.name.substr(0, dot);
            out += fmt::format("\n[{}]\n", section);
        }
        out += fmt::format("# {}\n# Allowed: {}. Default: {}\n", key.doc, allowed_text(key),
                           key.default_text.empty() ? "empty" : key.default_text);
        const std::string value = config_value(settings, key);
        const std::string_view kind = kind_text(key);
        if (kind == "number" || kind == "count") {
            out += fmt::format("{} = {}\n", key.name.substr(dot + 1), value);
            continue;
        }
        std::string escaped;
        for (const char c : value) {
            if (c == '"' || c == '\\') escaped += '\\';
            escaped += c;
        }
        out += fmt::format("{} = \"{}\"\n", key.name.substr(dot + 1), escaped);
    }
    return out;
}

std::string config_markdown() {
    std::string out =
        "# Configuration keys\n\n"
        "Written from the table of keys; a test keeps it current. Each key can stand in the TOML "
        "file\n"
        "given by `--config FILE`, and be given as `--set key=value`, which wins. Unknown keys "
        "are\n"
        "refused. `assay config check FILE` tells what is wrong with a file, and `--print-config`\n"
        "prints the values of a run. Durations are written `250us`, `500ms`, `5s`, `2m`, `1h`, "
        "`1d`.\n";
    std::string_view section;
    for (const ConfigKey& key : config_keys()) {
        const std::string_view own = key.name.substr(0, key.name.find('.'));
        if (own != section) {
            section = own;
            out += fmt::format(
                "\n## {}\n\n| key | default | allowed | meaning |\n|---|---|---|---|\n", section);
        }
        out += fmt::format("| `{}` | {} | {} | {} |\n", key.name,
                           key.default_text.empty() ? std::string("(empty)")
                                                    : fmt::format("`{}`", key.default_text),
                           allowed_text(key), key.doc);
    }
    return out;
}

std::string canonical_config(const Settings& settings) {
    std::string out;
    for (const ConfigKey& key : config_keys())
        out += fmt::format("{} = {}\n", key.name, config_value(settings, key));
    return out;
}

std::uint64_t config_version(const Settings& settings, std::string_view files) {
    return fnv1a(fmt::format("{}profile {:016x}\n{}", canonical_config(settings),
                             settings.config.profile.hash(), files));
}

}  // namespace assay
