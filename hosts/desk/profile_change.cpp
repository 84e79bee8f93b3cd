#include "hosts/desk/profile_change.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <fmt/format.h>
#include <map>

#include "hosts/cli/profile_toml.h"
#include "hosts/cli/toml_file.h"

namespace assay::desk {
namespace {

using Weights = std::array<int, score::kScored>;  // bp; 0: not weighed

Weights weights_of(const score::Profile& p) {
    Weights w{};
    for (const score::Term& t : p.terms) w[score::index(t.kpi)] = t.weight_bp;
    return w;
}

std::string_view kpi_name(std::size_t i) {
    return score::scored_name(static_cast<score::Scored>(i));
}

std::map<std::string, std::string> profile_keys(const score::Profile& p) {
    std::map<std::string, std::string> keys;
    keys["rank_by"] = p.rank_by == score::RankBy::lcb ? "lcb" : "composite";
    keys["fast_kappa"] = p.fast_kappa ? fmt::format("{}", *p.fast_kappa) : "pooled";
    keys["fast_half_life"] =
        p.fast_half_life.ns == 0 ? "never" : fmt::format("{} s", as_seconds(p.fast_half_life));
    keys["z_route"] = fmt::format("{}", p.z_route);
    keys["z_report"] = fmt::format("{}", p.z_report);
    keys["max_reject_rate"] = fmt::format("{}", p.max_reject_rate);
    std::string fast;
    for (std::size_t i = 0; i < score::kScored; ++i)
        if (p.fast(static_cast<score::Scored>(i)))
            fast += fmt::format("{}{}", fast.empty() ? "" : " ", kpi_name(i));
    keys["fast_kpis"] = p.fast_kpis == score::kAllFast ? "all" : fast;
    for (const score::Term& t : p.terms) {
        const std::string kpi = fmt::format("kpi.{}.", score::scored_name(t.kpi));
        keys[kpi + "weight"] = fmt::format("{}", t.weight_bp / 100.0);
        keys[kpi + "worst"] = fmt::format("{}", t.worst);
        keys[kpi + "best"] = fmt::format("{}", t.best);
        keys[kpi + "scale"] = t.scale == score::Scale::log ? "log" : "linear";
    }
    return keys;
}

http::GuardRail step_rail(const Weights& before, const Weights& after, int limit) {
    http::GuardRail rail{"step", {}, true, true};
    for (std::size_t i = 0; i < before.size(); ++i) {
        const int by = std::abs(after[i] - before[i]);
        if (by <= limit) continue;
        rail.holds = false;
        rail.words += fmt::format(
            "{}{} moves by {:g} points; one change may move a weight by at most {:g}: go there in "
            "{} versions",
            rail.words.empty() ? "" : "; ", kpi_name(i), by / 100.0, limit / 100.0,
            (by + limit - 1) / limit);
    }
    if (rail.holds)
        rail.words = fmt::format("no weight moves by more than {:g} points at once", limit / 100.0);
    return rail;
}

http::GuardRail day_rail(const Weights& before, const Weights& after,
                         std::span<const WeightsThen> earlier, Nanos now, int limit) {
    Weights moved{};
    for (std::size_t v = 1; v < earlier.size(); ++v) {
        if (!earlier[v].by_person || earlier[v].at < now - kDay) continue;
        const Weights from = weights_of(earlier[v - 1].profile),
                      to = weights_of(earlier[v].profile);
        for (std::size_t i = 0; i < moved.size(); ++i) moved[i] += std::abs(to[i] - from[i]);
    }
    http::GuardRail rail{"day", {}, true, true};
    for (std::size_t i = 0; i < moved.size(); ++i) {
        const int by = std::abs(after[i] - before[i]);
        if (by == 0 || moved[i] + by <= limit) continue;
        rail.holds = false;
        rail.words += fmt::format(
            "{}{} has moved by {:g} points in the last 24 hours, and would move by {:g} more; at "
            "most {:g} a day, to and fro counted together",
            rail.words.empty() ? "" : "; ", kpi_name(i), moved[i] / 100.0, by / 100.0,
            limit / 100.0);
    }
    if (rail.holds)
        rail.words =
            fmt::format("no weight moves by more than {:g} points in 24 hours", limit / 100.0);
    return rail;
}

}  // namespace

Result<Draft> read_draft(const std::string& name, const std::string& toml) {
    const auto file = TomlFile::parse("draft", toml);
    if (!file) return std::unexpected(file.error());
    auto loaded = read_profile(*file);
    if (!loaded) return std::unexpected(loaded.error());
    if (loaded->profile.name != name)
        return fail(
            fmt::format("draft: it is called \"{}\", and the profile is \"{}\"; a profile "
                        "of another name takes a restart",
                        loaded->profile.name, name));
    return Draft{std::move(loaded->profile), std::move(loaded->warnings)};
}

std::vector<std::string> changes_of(const score::Profile& before, const score::Profile& after) {
    const auto was = profile_keys(before), is = profile_keys(after);
    std::map<std::string, std::pair<std::string, std::string>> both;
    for (const auto& [key, value] : was) both[key].first = value;
    for (const auto& [key, value] : is) both[key].second = value;
    std::vector<std::string> changed;
    for (const auto& [key, values] : both) {
        const auto shown = [](const std::string& v) { return v.empty() ? "(none)" : v; };
        if (values.first != values.second)
            changed.push_back(
                fmt::format("{}: {} -> {}", key, shown(values.first), shown(values.second)));
    }
    return changed;
}

std::vector<http::GuardRail> guard_rails(const score::Profile& before, const score::Profile& after,
                                         std::span<const WeightsThen> earlier, Nanos now,
                                         const WeightLimits& limits) {
    const Weights was = weights_of(before), is = weights_of(after);
    std::vector<http::GuardRail> rails = {step_rail(was, is, limits.step_bp),
                                          day_rail(was, is, earlier, now, limits.day_bp)};
    http::GuardRail half{"half", "no KPI holds more than half of the weight", true, false};
    for (std::size_t i = 0; i < is.size(); ++i)
        if (2 * is[i] > score::kWholeBp) {
            half.holds = false;
            half.words = fmt::format("{} holds {:g} % of the weight: the score is mostly that KPI",
                                     kpi_name(i), is[i] / 100.0);
        }
    rails.push_back(std::move(half));
    const bool same = before.fast_half_life == after.fast_half_life;
    rails.push_back({"restart",
                     same ? "nothing of it takes a restart"
                          : "what the scores remember of today was weighed by fast_half_life: "
                            "another one takes a restart with the profile's file changed",
                     same, true});
    return rails;
}

http::ProfileDetail detail_of(const score::Profile& p) {
    http::ProfileDetail v;
    v.name = p.name;
    v.toml = print_profile(p);
    v.rank_by = p.rank_by == score::RankBy::lcb ? "lcb" : "composite";
    for (std::size_t i = 0; i < score::kScored; ++i)
        if (p.fast(static_cast<score::Scored>(i))) v.fast_kpis.emplace_back(kpi_name(i));
    v.fast_kappa = p.fast_kappa;
    v.fast_half_life = p.fast_half_life;
    v.z_route = p.z_route;
    v.z_report = p.z_report;
    v.max_reject_rate = p.max_reject_rate;
    for (const score::Term& t : p.terms)
        v.terms.push_back({std::string(score::scored_name(t.kpi)), kpi::text(score::tier(t.kpi)),
                           t.scale == score::Scale::log ? "log" : "linear", t.weight_bp, t.worst,
                           t.best});
    for (const score::Remark& remark : score::validate(p))
        if (remark.weight == score::Remark::Weight::warning) v.warnings.push_back(remark.text);
    return v;
}

}  // namespace assay::desk
