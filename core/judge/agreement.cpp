#include "core/judge/agreement.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace assay::judge {

std::vector<double> mean_ranks(std::span<const double> values) {
    std::vector<std::size_t> order(values.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return values[a] < values[b]; });
    std::vector<double> ranks(values.size());
    for (std::size_t first = 0; first < order.size();) {
        std::size_t last = first + 1;
        while (last < order.size() && values[order[last]] == values[order[first]]) ++last;
        const double rank = 0.5 * static_cast<double>(first + 1 + last);
        for (; first < last; ++first) ranks[order[first]] = rank;
    }
    return ranks;
}

std::optional<double> spearman(std::span<const double> a, std::span<const double> b) {
    if (a.size() != b.size() || a.size() < 3) return std::nullopt;
    const auto ra = mean_ranks(a), rb = mean_ranks(b);
    const double middle = 0.5 * static_cast<double>(a.size() + 1);
    double ab = 0, aa = 0, bb = 0;
    for (std::size_t i = 0; i < ra.size(); ++i) {
        const double x = ra[i] - middle, y = rb[i] - middle;
        ab += x * y;
        aa += x * x;
        bb += y * y;
    }
    if (!(aa > 0) || !(bb > 0)) return std::nullopt;
    return ab / std::sqrt(aa * bb);
}

std::optional<double> concordance(std::span<const double> a, std::span<const double> b) {
    if (a.size() != b.size()) return std::nullopt;
    double pairs = 0, same = 0;
    for (std::size_t i = 0; i < a.size(); ++i)
        for (std::size_t j = 0; j < i; ++j) {
            if (b[i] == b[j]) continue;
            pairs += 1;
            same += a[i] == a[j] ? 0.5 : (a[i] < a[j]) == (b[i] < b[j]) ? 1 : 0;
        }
    if (!(pairs > 0)) return std::nullopt;
    return same / pairs;
}

std::optional<Agreement> agreement(std::span<const Snapshot> snapshots, const Resampling& how) {
    std::vector<double> correlations;
    Agreement out;
    for (const Snapshot& s : snapshots) {
        std::vector<double> cheapness;
        for (const double cost : s.true_cost_bps) cheapness.push_back(-cost);
        const auto rho = spearman(s.score, cheapness);
        if (!rho) continue;
        correlations.push_back(*rho);
        out.concordance += concordance(s.score, cheapness).value_or(0.5);
    }
    if (correlations.empty()) return std::nullopt;
    out.snapshots = static_cast<int>(correlations.size());
    out.concordance /= static_cast<double>(correlations.size());
    const Stretch all{0, correlations.size()};
    out.spearman = bootstrapped_mean(correlations, {&all, 1}, Unit::block, how);
    return out;
}

void Forecasts::merge(const Forecasts& other) {
    filled.merge(other.filled);
    in_time.merge(other.in_time);
    latency.merge(other.latency);
    for (std::size_t i = 0; i < latency_ms.sum.size(); ++i)
        latency_ms.sum[i] += other.latency_ms.sum[i];
    latency_ms.n += other.latency_ms.n;
}

}  // namespace assay::judge
