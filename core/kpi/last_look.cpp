#include "core/kpi/last_look.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace assay::kpi {

std::optional<DriftAsymmetry> drift_asymmetry(std::int64_t up_rejected, std::int64_t up_n,
                                              std::int64_t down_rejected, std::int64_t down_n) {
    if (up_n <= 0 || down_n <= 0) return std::nullopt;
    const auto n1 = static_cast<double>(up_n), n2 = static_cast<double>(down_n);
    DriftAsymmetry a;
    a.difference = static_cast<double>(up_rejected) / n1 - static_cast<double>(down_rejected) / n2;
    const double pooled = static_cast<double>(up_rejected + down_rejected) / (n1 + n2);
    const double variance = pooled * (1.0 - pooled) * (1.0 / n1 + 1.0 / n2);
    if (variance > 0.0) a.z = a.difference / std::sqrt(variance);
    return a;
}

std::vector<double> holm(std::span<const double> p) {
    std::vector<std::size_t> order(p.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return p[a] < p[b]; });
    std::vector<double> adjusted(p.size());
    double so_far = 0.0;
    for (std::size_t i = 0; i < order.size(); ++i) {
        const double scaled = static_cast<double>(p.size() - i) * p[order[i]];
        so_far = std::min(1.0, std::max(so_far, scaled));
        adjusted[order[i]] = so_far;
    }
    return adjusted;
}

}  // namespace assay::kpi
