#include "hosts/cli/diff.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <map>

namespace assay::cli {
namespace {

Turn direction_of(double difference, kpi::Good good) {
    if (difference == 0 || good == kpi::Good::neither) return Turn::none;
    return (difference > 0) == (good == kpi::Good::higher) ? Turn::better : Turn::worse;
}

Change change_of(std::optional<double> before, std::optional<double> after, kpi::Good good) {
    Change c{before, after, std::nullopt, Turn::none, std::nullopt};
    if (before && after) {
        c.difference = *after - *before;
        c.direction = direction_of(*c.difference, good);
    }
    return c;
}

// Whether a difference is beyond what both standard deviations let one say.
bool is_clear(double difference, double sd_before, double sd_after) {
    const double sd = std::hypot(sd_before, sd_after);
    return sd > 0 ? std::abs(difference) > kClearZ * sd : difference != 0;
}

// Of the belief in a KPI that is a term of the profile.
std::optional<double> sd_of(const score::Row& row, std::string_view kpi) {
    for (const score::Contribution& c : row.contributions)
        if (c.kpi == kpi) return c.sd;
    return std::nullopt;
}

std::optional<double> as_double(std::optional<int> n) {
    return n ? std::optional<double>(*n) : std::nullopt;
}

ScoreChange score_change(const score::Row* before, const score::Row* after) {
    const auto of = [](const score::Row* row, std::optional<double> score::Row::* field) {
        return row == nullptr ? std::nullopt : row->*field;
    };
    const auto both = [&](std::optional<double> score::Row::* field) {
        return change_of(of(before, field), of(after, field), kpi::Good::higher);
    };
    ScoreChange s;
    s.composite = both(&score::Row::composite);
    s.lcb = both(&score::Row::lcb);
    s.rank = change_of(before == nullptr ? std::nullopt : as_double(before->rank),
                       after == nullptr ? std::nullopt : as_double(after->rank), kpi::Good::lower);
    const auto sd_before = of(before, &score::Row::composite_sd),
               sd_after = of(after, &score::Row::composite_sd);
    if (!s.composite.difference || !sd_before || !sd_after) return s;
    const double sd = std::hypot(*sd_before, *sd_after);
    if (sd > 0) s.z = *s.composite.difference / sd;
    s.clear = is_clear(*s.composite.difference, *sd_before, *sd_after);
    s.composite.clear = s.lcb.clear = s.clear;
    return s;
}

DiffRow row_of(const score::Row* before, const score::Row* after, const Diff& diff,
               Catalog catalog) {
    DiffRow row;
    row.keys = (after != nullptr ? after : before)->keys;
    row.presence = before == nullptr  ? Presence::only_after
                   : after == nullptr ? Presence::only_before
                                      : Presence::both;
    if (diff.scores_compare) row.score = score_change(before, after);
    for (const std::size_t k : diff.kpis) {
        // A count says as much of how much was sent as of the LP: more or fewer is no judgement.
        const kpi::Good good = catalog[k].unit == "count" ? kpi::Good::neither : catalog[k].good;
        row.kpis.push_back(change_of(before == nullptr ? std::nullopt : value_at(*before, k).number,
                                     after == nullptr ? std::nullopt : value_at(*after, k).number,
                                     good));
        Change& change = row.kpis.back();
        if (!change.difference) continue;
        const auto sd_before = sd_of(*before, catalog[k].name),
                   sd_after = sd_of(*after, catalog[k].name);
        if (sd_before && sd_after)
            change.clear = is_clear(*change.difference, *sd_before, *sd_after);
    }
    return row;
}

void compare_assumptions(const score::Report& before, const score::Report& after, Diff& diff) {
    const auto only = [&](const score::Report& here, const score::Report& there,
                          const std::string& name) {
        for (const std::string& line : here.assumptions)
            if (std::find(there.assumptions.begin(), there.assumptions.end(), line) ==
                there.assumptions.end())
                diff.warnings.push_back(fmt::format("only {} assumes: {}", name, line));
    };
    only(before, after, diff.before.name);
    only(after, before, diff.after.name);
}

void compare_settings(const score::Report& before, const score::Report& after, Diff& diff) {
    if (before.profile != after.profile) {
        diff.scores_compare = false;
        diff.warnings.push_back(
            fmt::format("scores are not compared: {} was ranked by profile {}, {} by {}",
                        diff.before.name, before.profile, diff.after.name, after.profile));
    }
    // That the periods differ is said below.
    const bool both = !before.settings_version.empty() && !after.settings_version.empty();
    if (both ? before.settings_version != after.settings_version
             : before.config_version != after.config_version)
        diff.warnings.push_back(fmt::format(
            "made under different configurations ({} and {}): settings, references, fees or the "
            "profile differ, and a change may come from that",
            before.config_version, after.config_version));
    if (before.lenient != after.lenient)
        diff.warnings.push_back(fmt::format("only {} was read with --lenient",
                                            before.lenient ? diff.before.name : diff.after.name));
    if (before.since != after.since || before.until != after.until)
        diff.warnings.push_back(
            "narrowed by --since or --until, and differently: the KPIs are those of the periods, "
            "but a score rests on all that was read; for scores of two periods, score two inputs");
    compare_assumptions(before, after, diff);
}

DiffSide side_of(const score::Report& report, const std::string& name) {
    return {name, report.profile, report.config_version, report.since, report.until};
}

}  // namespace

const char* text(Turn d) {
    switch (d) {
        case Turn::none:
            return "";
        case Turn::better:
            return "better";
        case Turn::worse:
            return "worse";
    }
    return "";
}

std::vector<std::size_t> usual_diff_kpis(Catalog catalog) {
    constexpr std::array<std::string_view, 11> kUsual = {
        "n_orders",        "n_fills",         "effective_spread_bps", "price_improvement_bps",
        "fill_rate",       "reject_rate",     "latency_rt_ms_p50",    "latency_rt_ms_p99",
        "markout_bps_15s", "leakage_bps_15s", "all_in_cost_bps"};
    std::vector<std::size_t> kpis;
    for (const std::string_view name : kUsual)
        if (const auto index = index_of(catalog, name)) kpis.push_back(*index);
    return kpis;
}

Result<Diff> difference(const score::Report& before, const std::string& before_name,
                        const score::Report& after, const std::string& after_name, Catalog catalog,
                        std::vector<std::size_t> kpis) {
    if (before.by != after.by)
        return fail(fmt::format(
            "{} has rows by {}, {} by {}: nothing in them corresponds; give both the same --by",
            before_name, fmt::join(before.by, ","), after_name, fmt::join(after.by, ",")));
    Diff diff;
    diff.by = after.by;
    diff.before = side_of(before, before_name);
    diff.after = side_of(after, after_name);
    diff.kpis = std::move(kpis);
    compare_settings(before, after, diff);
    using Keys = std::vector<std::pair<std::string, std::string>>;
    std::map<Keys, const score::Row*> rows_before;
    for (const score::Row& row : before.rows) rows_before[row.keys] = &row;
    for (const score::Row& row : after.rows) {
        const auto it = rows_before.find(row.keys);
        diff.rows.push_back(
            row_of(it == rows_before.end() ? nullptr : it->second, &row, diff, catalog));
        if (it != rows_before.end()) rows_before.erase(it);
    }
    for (const score::Row& row : before.rows)
        if (rows_before.contains(row.keys))
            diff.rows.push_back(row_of(&row, nullptr, diff, catalog));
    diff.total = row_of(&before.total, &after.total, diff, catalog);
    return diff;
}

}  // namespace assay::cli
