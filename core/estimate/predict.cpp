#include "core/estimate/predict.h"

#include <algorithm>
#include <cmath>

#include "core/units/elementary.h"

namespace assay::estimate {
using namespace elementary;

double FillForecast::at_least(double k) const {
    if (!(k > 0)) return 1;
    const auto at = std::lower_bound(upper_.begin(), upper_.end(), k);
    return at == upper_.end() ? 0 : t_[static_cast<std::size_t>(at - upper_.begin())];
}

double FillForecast::expected(double q) const {
    double sum = 0, before = 0, alive = 1;
    for (std::size_t b = 0; b < upper_.size() && before < q; ++b) {
        const double to = std::min(upper_[b], q);
        const double gap = gap_.empty() ? upper_[b] - before : gap_[b];
        const double after_drop = std::max(0.0, gap - (upper_[b] - to));
        sum += alive * (to - before) - (alive - t_[b]) * after_drop;
        before = upper_[b];
        alive = t_[b];
    }
    return sum;
}

double reject_probability(double theta_bps, double sigma, double tau_s, double r0) {
    return r0 + (1 - r0) * normal_cdf(-theta_bps / (sigma * std::sqrt(tau_s)));
}

std::optional<double> fitted_theta_bps(double p, double sigma, double tau_s, double r0) {
    if (!(p > r0 && p < 1)) return std::nullopt;
    return -sigma * std::sqrt(tau_s) * normal_quantile((p - r0) / (1 - r0));
}

double expected_latency_ns(const Normal& ln_ns) {
    return exp(ln_ns.mean + 0.5 * ln_ns.var);
}

std::optional<LatencyForecast> forecast_latency(const Sketch& seen, const Normal& ln_ns) {
    if (seen.empty()) return std::nullopt;
    return LatencyForecast{*seen.quantile(0.50), *seen.quantile(0.90), *seen.quantile(0.99),
                           expected_latency_ns(ln_ns)};
}

}  // namespace assay::estimate
