// A scorecard, ready to be shown: plain values only. Printers add nothing of their own.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/estimate/shrink.h"
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
    std::optional<double> points;  // of 100
};

// How much an LP fills of orders of one kind: T of docs/spec.md 7b, by order size over what was
// displayed at the far touch (the round lot where that was not known).
struct CapacityCurve {
    struct Point {
        double size{};        // multiple of the displayed size
        double p_at_least{};  // P(at least that much is filled)
        double n_at_risk{};   // orders that went as far, decayed
    };
    std::string tif, limit;  // "ioc", "fok", "resting"; "inside", "at", "through", "market"
    std::int64_t n{}, n_by_round_lot{};
    std::vector<Point> points;
};

// How forecasts made before each order left came out (docs/spec.md 6.6). Lower is better.
struct Calibration {
    std::int64_t n{}, n_latency{};  // forecasts scored: of the fill, of the latency
    std::optional<double> brier, brier_lp_mean, brier_global_mean;  // of "filled in full"
    std::optional<double> log_loss, log_loss_lp_mean, log_loss_global_mean;
    std::optional<double> ece, ece_lp_mean, ece_global_mean;
    std::optional<bool> accepted;     // brier <= brier_lp_mean and ece < 0.03
    std::optional<double> brier_any;  // of "filled at all"
    std::optional<double> fraction_forecast, fraction_filled;  // means, 0 to 1
    std::optional<double> fraction_pit_ks;              // 0: the forecast distribution was right
    std::array<std::optional<double>, 3> pinball_ms{};  // p50, p90, p99
    std::optional<double> latency_pit_ks;               // 0: the forecast distribution was right
};

using estimate::Evidence;  // how firmly a row's score stands

struct Row {
    std::vector<std::pair<std::string, std::string>> keys;  // ("lp", "LP_A"), in the order of --by
    std::vector<kpi::Value> values;                         // parallel to kpi::catalog()
    // Score; absent where the group is not an LP or too much of the profile is absent.
    std::optional<double> composite, composite_sd, lcb, p_best, composite_fast;
    std::string no_score;   // why it is absent
    std::string no_p_best;  // why p_best is, where a score stands
    // Effective orders behind the beliefs of this group; absent by hour or side, which beliefs do
    // not tell apart.
    std::optional<double> n_eff;
    Evidence evidence{Evidence::prior};  // by n_eff, or by the group's orders where that is absent
    bool undecided{};                    // the leader of its comparison group has p_best < 0.95
    std::optional<double> execution_score, liquidity_score;  // sub-score a tier
    std::optional<double> min_max, z_score;
    std::optional<int> rank, rank_without_rebates;
    std::vector<Contribution> contributions;
    // Pictures
    Curve fills, rejects;
    std::vector<std::pair<double, std::int64_t>> latency_histogram;  // (upper bound ms, orders)
    std::vector<Bar> fill_rate_by_size;
    std::vector<CapacityCurve> capacity;  // of an LP, or of all of them
    std::optional<Calibration> calibration;
};

struct Report {
    std::vector<std::string> by;
    // Comparison groups in the order of their keys (sizes, hours and conditions by their place),
    // LPs by rank within; without ranks all in the order of their keys.
    std::vector<Row> rows;
    Row total;
    std::string profile;
    std::vector<std::string>
        assumptions;                 // sentences: side assumed, LP taken from, lenient, clock, ...
    std::string config_version;      // 16 hex digits
    std::string settings_version{};  // the same without the period: equal where all else is
    std::string since, until;        // ISO, empty = open
    bool lenient{};
};

}  // namespace assay::score
