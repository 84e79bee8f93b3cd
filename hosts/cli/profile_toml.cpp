#include "hosts/cli/profile_toml.h"

#include <array>
#include <cmath>
#include <fmt/ranges.h>
#include <sys/stat.h>

#include "hosts/cli/duration_text.h"
#include "hosts/cli/toml_keys.h"

namespace assay {

namespace {

using Kind = TomlNode::Kind;

constexpr std::array<std::string_view, 2> kScales{"linear", "log"};
constexpr std::array<std::string_view, 2> kRankBy{"lcb", "composite"};

std::vector<std::string_view> kpi_names() {
    std::vector<std::string_view> names;
    for (std::size_t i = 0; i < score::kScored; ++i)
        names.push_back(score::scored_name(score::Scored(i)));
    return names;
}

std::string no_such_kpi(std::string_view name) {
    const std::vector<std::string_view> names = kpi_names();
    const std::string meant = did_you_mean(name, names);
    return fmt::format(
        "no KPI is called \"{}\"{}", name,
        meant.empty() ? fmt::format("; a profile can weigh {}", fmt::join(names, ", ")) : meant);
}

// Sets `out` where there is such a number within the range.
bool number(TomlKeys& keys, const TomlNode& table, std::string_view name, double least, double most,
            double& out) {
    const TomlNode* node = keys.child(table, name, Kind::number, "a number");
    if (!node) return false;
    if (!(node->number >= least && node->number <= most)) {
        keys.wrong(*node, fmt::format("{} = {} is out of range; allowed: a number from {} to {}",
                                      name, node->text, least, most));
        return false;
    }
    out = node->number;
    return true;
}

void read_term(TomlKeys& keys, const TomlNode& node, score::Profile& profile) {
    constexpr std::array<std::string_view, 4> kKnown{"weight", "worst", "best", "scale"};
    constexpr double kLargest = 1e9;
    const auto kpi = score::scored_named(node.key);
    if (!kpi) return keys.wrong_key(node, no_such_kpi(node.key));
    if (!keys.is(node, Kind::table, "a section such as [kpi.fill_rate]")) return;
    keys.only(node, kKnown, "key of a KPI");
    score::Term term;
    term.kpi = *kpi;
    double weight = 0;
    for (const std::string_view needed : {"weight", "worst", "best"})
        if (!node.find(needed)) keys.wrong_key(node, fmt::format("{} has no {}", node.key, needed));
    if (number(keys, node, "weight", 0, 100, weight)) {
        term.weight_bp = static_cast<int>(std::lround(weight * 100));
        if (std::abs(weight * 100 - term.weight_bp) > 1e-6)
            keys.wrong(*node.find("weight"),
                       "weight is in percent, with at most two decimals: 35 or 12.25");
    }
    number(keys, node, "worst", -kLargest, kLargest, term.worst);
    number(keys, node, "best", -kLargest, kLargest, term.best);
    term.scale = score::Scale(keys.choice(node, "scale", kScales).value_or(0));
    profile.terms.push_back(term);
}

void read_fast(TomlKeys& keys, score::Profile& profile) {
    const TomlNode& root = keys.file().root();
    const TomlNode* kappa = root.find("fast_kappa");
    if (kappa && !(kappa->kind == Kind::text && kappa->text == "pooled")) {
        double orders = 0;
        if (number(keys, root, "fast_kappa", 0, 50, orders)) profile.fast_kappa = orders;
    }
    std::string text;
    if (keys.text_into(root, "fast_half_life", "a duration such as \"30m\", or \"never\"", text)) {
        const auto duration = text == "never" ? Duration{0} : parse_duration(text);
        if (duration)
            profile.fast_half_life = *duration;
        else
            keys.wrong(
                *root.find("fast_half_life"),
                fmt::format("\"{}\" is not a duration; expected such as 30m, or never", text));
    }
    const TomlNode* fast = root.find("fast_kpis");
    if (!fast || (fast->kind == Kind::text && fast->text == "all")) return;
    if (!keys.is(*fast, Kind::array, "\"all\" or a list of KPIs")) return;
    profile.fast_kpis = 0;
    for (const TomlNode& entry : fast->children) {
        if (!keys.is(entry, Kind::text, "the name of a KPI in quotes")) continue;
        if (const auto kpi = score::scored_named(entry.text))
            profile.fast_kpis |= 1u << score::index(*kpi);
        else
            keys.wrong(entry, no_such_kpi(entry.text));
    }
}

}  // namespace

Result<LoadedProfile> read_profile(const TomlFile& file) {
    constexpr std::array<std::string_view, 9> kKnown{"name",       "rank_by",         "fast_kpis",
                                                     "fast_kappa", "fast_half_life",  "z_route",
                                                     "z_report",   "max_reject_rate", "kpi"};
    TomlKeys keys(file);
    const TomlNode& root = file.root();
    keys.only(root, kKnown, "key of a profile");
    LoadedProfile loaded;
    score::Profile& profile = loaded.profile;
    if (!root.find("name"))
        keys.problems().add(file.at({1, 1}, 1, "a profile needs a name: name = \"...\""));
    keys.text_into(root, "name", "a name in quotes", profile.name);
    profile.rank_by = score::RankBy(keys.choice(root, "rank_by", kRankBy).value_or(0));
    read_fast(keys, profile);
    number(keys, root, "z_route", 0, 10, profile.z_route);
    number(keys, root, "z_report", 0, 10, profile.z_report);
    number(keys, root, "max_reject_rate", 0, 1, profile.max_reject_rate);
    if (const TomlNode* kpis =
            keys.child(root, "kpi", Kind::table, "sections such as [kpi.fill_rate]"))
        for (const TomlNode& node : kpis->children) read_term(keys, node, profile);
    if (keys.problems().none())
        for (const score::Remark& remark : score::validate(profile)) {
            if (remark.weight == score::Remark::Weight::warning)
                loaded.warnings.push_back(remark.text);
            else
                keys.problems().add(fmt::format("{}: {}", file.name(), remark.text));
        }
    if (!keys.problems().none()) return std::unexpected(keys.problems().error());
    return loaded;
}

Result<LoadedProfile> load_profile(const std::string& name_or_path) {
    if (const score::Profile* built_in = score::find_profile(name_or_path))
        return LoadedProfile{*built_in, {}};
    struct stat facts{};
    if (::stat(name_or_path.c_str(), &facts) != 0) {
        std::vector<std::string_view> names;
        for (const score::Profile& profile : score::built_in_profiles())
            names.push_back(profile.name);
        return fail(fmt::format("no profile and no file is called \"{}\"{}{}{}", name_or_path,
                                did_you_mean(name_or_path, names),
                                "\n  built-in profiles: ", fmt::join(names, ", ")));
    }
    const Result<TomlFile> file = TomlFile::read(name_or_path);
    if (!file) return std::unexpected(file.error());
    return read_profile(*file);
}

std::string print_profile(const score::Profile& profile) {
    std::string escaped;
    for (const char c : profile.name) {
        if (c == '"' || c == '\\') escaped += '\\';
        escaped += c;
    }
    std::vector<std::string> fast;
    for (std::size_t i = 0; i < score::kScored; ++i)
        if (profile.fast(score::Scored(i)))
            fast.push_back(fmt::format("\"{}\"", score::scored_name(score::Scored(i))));
    std::string out = fmt::format(
        "name = \"{}\"\nrank_by = \"{}\"\nfast_kpis = {}\nfast_kappa = {}\nfast_half_life = "
        "\"{}\"\n"
        "z_route = {}\nz_report = {}\nmax_reject_rate = {}\n",
        escaped, kRankBy[static_cast<std::size_t>(profile.rank_by)],
        profile.fast_kpis == score::kAllFast ? std::string("\"all\"")
                                             : fmt::format("[{}]", fmt::join(fast, ", ")),
        profile.fast_kappa ? fmt::format("{}", *profile.fast_kappa) : std::string("\"pooled\""),
        profile.fast_half_life.ns == 0 ? std::string("never")
                                       : format_duration(profile.fast_half_life),
        profile.z_route, profile.z_report, profile.max_reject_rate);
    for (const score::Term& term : profile.terms)
        out += fmt::format("\n[kpi.{}]\nweight = {}\nworst = {}\nbest = {}\nscale = \"{}\"\n",
                           score::scored_name(term.kpi), term.weight_bp / 100.0, term.worst,
                           term.best, kScales[static_cast<std::size_t>(term.scale)]);
    return out;
}

}  // namespace assay
