#include "core/score/columns.h"

#include <algorithm>
#include <cmath>

#include "core/estimate/distributions.h"

namespace assay::score {
namespace {

using Values = std::span<const std::optional<double>>;

constexpr double kNoDifference = 50;

bool usable(const std::optional<double>& v) {
    return v && std::isfinite(*v);
}

// The values that are there, turned so that more is better.
std::vector<double> peers_of(Values values, kpi::Good good) {
    std::vector<double> peers;
    for (const auto& v : values) {
        if (usable(v)) peers.push_back(good == kpi::Good::lower ? -*v : *v);
    }
    return peers;
}

template <class F>
Column column(Values values, kpi::Good good, F f) {
    Column out;
    for (const auto& v : values) {
        if (usable(v))
            out.emplace_back(f(good == kpi::Good::lower ? -*v : *v));
        else
            out.emplace_back();
    }
    return out;
}

}  // namespace

Column min_max_column(Values values, kpi::Good good) {
    const std::vector<double> peers = peers_of(values, good);
    if (peers.empty()) return Column(values.size());
    const auto [low, high] = std::minmax_element(peers.begin(), peers.end());
    const double least = *low, range = *high - *low;
    return column(values, good,
                  [&](double x) { return range > 0 ? 100 * (x - least) / range : kNoDifference; });
}

Column z_column(Values values, kpi::Good good) {
    const std::vector<double> peers = peers_of(values, good);
    const auto n = static_cast<double>(peers.size());
    double mean = 0, var = 0;
    for (const double x : peers) mean += x / n;
    for (const double x : peers) var += (x - mean) * (x - mean) / n;
    // Equal values may leave a rounding of the mean behind, which is no difference.
    const double sd = var > 1e-24 * mean * mean ? std::sqrt(var) : 0;
    return column(values, good, [&](double x) {
        return sd > 0 ? 100 * estimate::normal_cdf((x - mean) / sd) : kNoDifference;
    });
}

Column rank_column(Values values, kpi::Good good) {
    const std::vector<double> peers = peers_of(values, good);
    const auto n = static_cast<double>(peers.size());
    return column(values, good, [&](double x) {
        double better = 0, equal = 0;
        for (const double y : peers) {
            better += y > x;
            equal += y == x;
        }
        const double rank = better + 0.5 * (equal + 1);
        return n > 1 ? 100 * (n - rank) / (n - 1) : kNoDifference;
    });
}

}  // namespace assay::score
