// A scorecard, ready to be shown: plain values only. Printers add nothing of their own.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/kpi/catalog.h"
#include "core/kpi/sums.h"

namespace assay::score {

// Markouts of fills, or drifts after rejects, at the nine horizons; bps, positive = price moved
// our way. `sd` is absent where it was not estimated.
struct Curve {
    std::array<std::optional<double>, kpi::kHorizons> bps{};
    std::array<std::int64_t, kpi::kHorizons> n{};
};

struct Bar {
    std::string label;  // "<0.5x", "2-5x" of displayed size, ...
    std::optional<double> value;
    std::int64_t n{};
};

struct Contribution {  // of one term of the profile to the composite
    std::string kpi;
    int weight_bp{};
    std::optional<double> believed;  // posterior mean, in the KPI's unit
    std::optional<double> sd;
    std::optional<double> points;    // of 100
};

enum class Evidence : std::uint8_t { enough, low, prior };  // n_eff >= 10, >= 1, < 1

struct Row {
    std::vector<std::pair<std::string, std::string>> keys;  // ("lp", "LP_A"), in the order of --by
    std::vector<kpi::Value> values;                         // parallel to kpi::catalog()
    // Score; absent where the group is not an LP or too much of the profile is absent.
    std::optional<double> composite, composite_sd, lcb, p_best, composite_fast;
    std::string no_score;            // why it is absent
    double n_eff{};
    Evidence evidence{Evidence::prior};
    bool undecided{};                // the leader of its comparison group has p_best < 0.95
    std::optional<double> execution_score, liquidity_score;  // sub-score a tier
    std::optional<double> min_max, z_score;
    std::optional<int> rank, rank_without_rebates;
    std::vector<Contribution> contributions;
    // Pictures
    Curve fills, rejects;
    std::vector<std::pair<double, std::int64_t>> latency_histogram;  // (upper bound ms, orders)
    std::vector<Bar> fill_rate_by_size;
};

struct Report {
    std::vector<std::string> by;
    std::vector<Row> rows;  // sorted by rank within a comparison group, then by keys
    Row total;
    std::string profile;
    std::vector<std::string> assumptions;  // sentences: side assumed, LP taken from, lenient, clock, ...
    std::string config_version;            // 16 hex digits
    std::string since, until;              // ISO, empty = open
    bool lenient{};
};

}  // namespace assay::score
