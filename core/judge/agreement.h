// Do scores order LPs as the truth does, and do forecasts say what then happens?
// (docs/spec.md 6.6 and 8.4.)
#pragma once

#include <array>
#include <optional>
#include <span>
#include <vector>

#include "core/estimate/calibration.h"
#include "core/judge/bootstrap.h"

namespace assay::judge {

// Places of `values`, 1 for the smallest; ties share the mean of their places.
std::vector<double> mean_ranks(std::span<const double> values);

// Spearman's rank correlation, -1 to 1: Pearson's of the mean ranks. nullopt: fewer than three
// pairs, lengths that differ, or one side all ties.
std::optional<double> spearman(std::span<const double> a, std::span<const double> b);

// Share of pairs that differ in `b` and stand in the same order in `a`; a tie in `a` counts half.
// 1: the same order, 0.5: none, 0: reversed. nullopt: no such pair.
std::optional<double> concordance(std::span<const double> a, std::span<const double> b);

// The scores of LPs at one moment beside what they truly cost then.
struct Snapshot {
    std::vector<double> score;          // higher is better
    std::vector<double> true_cost_bps;  // lower is better
};

struct Agreement {
    int snapshots{};            // those that can be ranked
    BootstrappedMean spearman;  // of score with -cost; 1: the score orders LPs as the truth does
    double concordance{};       // mean over snapshots
};
// Snapshots in order of time. nullopt: none can be ranked.
std::optional<Agreement> agreement(std::span<const Snapshot> snapshots, const Resampling& how);

// Forecasts of one policy beside what came out.
struct Forecasts {
    estimate::Calibration filled;       // of "filled in full"
    estimate::QuantileLoss latency_ms;  // p50, p90, p99 of the round trip
    estimate::PitHistogram latency;     // where in its forecast distribution it came out
    estimate::Calibration in_time;      // of "the parent is complete in time"

    void merge(const Forecasts& other);
};

}  // namespace assay::judge
