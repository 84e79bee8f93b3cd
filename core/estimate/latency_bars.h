// A sketch of latencies as bars that people can read.
#pragma once

#include <cmath>
#include <cstdint>
#include <utility>
#include <vector>

#include "core/estimate/sketch.h"

namespace assay::estimate {

// (upper bound in ms, orders): the sketch's buckets joined to 12 bars a decade.
inline std::vector<std::pair<double, std::int64_t>> latency_bars(const Sketch& sketch) {
    std::vector<std::pair<double, std::int64_t>> bars;
    for (const auto& [ns, weight] : sketch.buckets()) {
        const double step = std::ceil(std::log10(ns * 1e-6) * 12.0);
        const double upper = std::pow(10.0, step / 12.0);
        if (bars.empty() || bars.back().first < upper) bars.emplace_back(upper, 0);
        bars.back().second += static_cast<std::int64_t>(weight + 0.5);
    }
    return bars;
}

}  // namespace assay::estimate
