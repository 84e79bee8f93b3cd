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
