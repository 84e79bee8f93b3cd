#include "core/estimate/censored.h"

#include <algorithm>
#include <cmath>

#include "core/units/elementary.h"

namespace assay::estimate {
namespace {

// Density over upper tail of the standard normal: E[Z | Z > z].
double mills(double z) {
    if (z > 30) return z + 1 / z;
    return elementary::kInvSqrt2Pi * elementary::exp(-0.5 * z * z) / normal_cdf(-z);
}

}  // namespace

CensoredFit fit_censored(double n, const Normal& seen, double censored, double threshold,
                         double least_sd) {
    const double all = n + censored, least = least_sd * least_sd;
    CensoredFit fit{{seen.mean, std::max(seen.var, least)}, 1};
    for (int round = 0; round < 200 && censored > 0; ++round) {
        const double before = fit.normal.mean, sd = std::sqrt(fit.normal.var);
        const double z = (threshold - before) / sd, lambda = mills(z);
        const double beyond = before + sd * lambda;
        const double var_beyond = fit.normal.var * (1 + z * lambda - lambda * lambda);
        const double mean = (n * seen.mean + censored * beyond) / all;
        const double square =
            (n * (seen.var + seen.mean * seen.mean) + censored * (var_beyond + beyond * beyond)) /
            all;
        fit.normal = {mean, std::max(square - mean * mean, least)};
        fit.information = std::clamp(lambda * (lambda - z), 0.0, 1.0);
        if (std::fabs(mean - before) < 1e-10 * sd) break;
    }
    return fit;
}

double expected_beyond(const Normal& x, double threshold) {
    const double sd = std::sqrt(x.var);
    return x.mean + sd * mills((threshold - x.mean) / sd);
}

}  // namespace assay::estimate
