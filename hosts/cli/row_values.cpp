#include "hosts/cli/row_values.h"

#include <algorithm>
#include <array>

namespace assay::cli {

std::optional<std::size_t> index_of(Catalog catalog, std::string_view name) {
    for (std::size_t i = 0; i < catalog.size(); ++i) {
        if (catalog[i].name == name) return i;
    }
    return std::nullopt;
}

kpi::Value value_at(const score::Row& row, std::size_t index) {
    if (index < row.values.size()) return row.values[index];
    return {std::nullopt, kpi::Absent::not_measured};
}

bool held_by_row(std::string_view name) {
    constexpr std::array<std::string_view, 6> kNames = {"composite", "composite_sd",   "lcb",
                                                        "p_best",    "composite_fast", "n_eff"};
    return std::find(kNames.begin(), kNames.end(), name) != kNames.end();
}

std::string label_of(const score::Row& row) {
    if (row.keys.empty()) return "total";
    std::string label;
    for (const auto& [key, value] : row.keys) {
        if (!label.empty()) label += " / ";
        label += value;
    }
    return label;
}

bool has_lp(const score::Row& row) {
    return std::any_of(row.keys.begin(), row.keys.end(),
                       [](const auto& key) { return key.first == "lp"; });
}

std::string group_of(const score::Row& row) {
    if (!has_lp(row)) return {};
    std::string group;
    for (const auto& [key, value] : row.keys) {
        if (key == "lp") continue;
        if (!group.empty()) group += ", ";
        group += key + " " + value;
    }
    return group;
}

std::string name_in_group(const score::Row& row) {
    for (const auto& [key, value] : row.keys) {
        if (key == "lp") return value;
    }
    return label_of(row);
}

bool compares_lps(const score::Report& report) {
    const auto by = [&](std::string_view key) {
        return std::find(report.by.begin(), report.by.end(), key) != report.by.end();
    };
    return by("lp") && !by("hour") && !by("side");
}

std::string heading_above(const score::Report& report, const score::Row& row) {
    if (compares_lps(report)) return group_of(row);
    if (row.keys.size() < 2) return {};
    const auto& [key, value] = row.keys.front();
    return key == "lp" ? value : key + " " + value;
}

std::string name_below(const score::Report& report, const score::Row& row) {
    if (compares_lps(report)) return name_in_group(row);
    if (row.keys.size() < 2) return label_of(row);
    score::Row below;
    below.keys.assign(row.keys.begin() + 1, row.keys.end());
    return label_of(below);
}

std::optional<double> shown_lcb(const score::Row& row) {
    return row.lcb ? std::optional(std::max(0.0, *row.lcb)) : std::nullopt;
}

const char* text(score::Evidence e) {
    switch (e) {
        case score::Evidence::enough:
            return "enough";
        case score::Evidence::low:
            return "low";
        case score::Evidence::prior:
            return "prior";
    }
    return "";
}

}  // namespace assay::cli
