// Two scorecards held against each other: what changed, in which direction, and whether the scores'
// intervals let one say so.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/score/report.h"
#include "core/units/result.h"
#include "hosts/cli/row_values.h"

namespace assay::cli {

enum class Turn { none, better, worse };
const char* text(Turn d);  // "", "better", "worse"

struct Change {
    std::optional<double> before, after;
    std::optional<double> difference;  // after - before, where both stand
    Turn direction{Turn::none};
    // The difference is outside its 90 % interval: beyond 1.645 standard deviations of both. Absent
    // where those are not known: a KPI has them while it is a term of the profile.
    std::optional<bool> clear;
};

// Of the composite, with the z of its difference against both standard deviations.
struct ScoreChange {
    Change composite, lcb, rank;
    std::optional<double> z;
    bool clear{};  // as Change::clear, of composite and lcb
};

enum class Presence { both, only_before, only_after };

struct DiffRow {
    std::vector<std::pair<std::string, std::string>> keys;  // empty: the total
    Presence presence{Presence::both};
    ScoreChange score;
    std::vector<Change> kpis;  // parallel to Diff::kpis
};

struct DiffSide {
    std::string name, profile, config_version, since, until;
};

struct Diff {
    std::vector<std::string> by;
    DiffSide before, after;
    std::vector<std::size_t> kpis;  // of the catalog
    std::vector<DiffRow> rows;      // in the order of `after`; those that are gone at the end
    DiffRow total;
    bool scores_compare{true};          // false: the profiles differ
    std::vector<std::string> warnings;  // what else differs: configuration, assumptions, lenient
};

inline constexpr double kClearZ = 1.645;

// The KPIs that a comparison shows unless told otherwise.
std::vector<std::size_t> usual_diff_kpis(Catalog catalog);

// Errors: the two are cut by different keys, so that no row has a counterpart.
Result<Diff> difference(const score::Report& before, const std::string& before_name,
                        const score::Report& after, const std::string& after_name, Catalog catalog,
                        std::vector<std::size_t> kpis);

}  // namespace assay::cli
