#include "core/route/cont_kukanov.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace assay::route {

LimitAndMarket limit_or_market(const LimitOrMarket& in) {
    const double reward = 2 * in.half_spread + in.fee + in.rebate;
    const double own = in.half_spread + in.rebate + in.impact;
    const double sd = std::sqrt(in.outflow.var);
    const auto reached = [&](double lots) {
        return estimate::normal_cdf((lots - in.outflow.mean) / sd);
    };
    const auto ratio = [](double a, double b) {
        return b > 0 ? a / b : std::numeric_limits<double>::infinity();
    };
    LimitAndMarket out;
    out.all_limit_below = ratio(reward, reached(in.queue_ahead + in.target)) - own;
    out.all_market_above = ratio(reward, reached(in.queue_ahead)) - own;
    if (in.underfill <= out.all_limit_below) {
        out.limit = in.target;
    } else if (in.underfill < out.all_market_above) {
        const double level = reward / (in.underfill + own);
        const double lots = in.outflow.mean + sd * estimate::normal_quantile(level);
        out.limit = std::clamp(lots - in.queue_ahead, 0.0, in.target);
    }
    out.market = in.target - out.limit;
    return out;
}

namespace {

// The nearest point with all parts >= 0 whose sum is at most `sum`.
void project(std::vector<double>& lots, double sum) {
    for (double& x : lots) x = std::max(0.0, x);
    if (std::accumulate(lots.begin(), lots.end(), 0.0) <= sum) return;
    std::vector<double> sorted = lots;
    std::sort(sorted.begin(), sorted.end(), std::greater<>());
    double before = 0, off = 0;
    for (std::size_t k = 0; k < sorted.size(); ++k) {
        before += sorted[k];
        const double level = (before - sum) / static_cast<double>(k + 1);
        if (sorted[k] > level) off = level;
    }
    for (double& x : lots) x = std::max(0.0, x - off);
}

}  // namespace

double spray_cost(const Spray& in, std::span<const double> lots) {
    const std::size_t n = in.costs.size(), rows = in.samples.size() / n;
    double sum = 0;
    for (std::size_t r = 0; r < rows; ++r) {
        double filled = 0;
        for (std::size_t i = 0; i < n; ++i) {
            const double a = std::min(lots[i], in.samples[r * n + i]);
            sum += in.costs[i] * a;
            filled += a;
        }
        sum += in.underfill * std::max(0.0, in.target - filled) +
               in.overfill * std::max(0.0, filled - in.target);
    }
    return sum / static_cast<double>(rows);
}

std::vector<double> spray(const Spray& in, int passes) {
    const std::size_t n = in.costs.size();
    if (n == 0 || in.samples.empty()) return std::vector<double>(n);
    const std::size_t rows = in.samples.size() / n;
    std::vector<double> lots(n, in.target / static_cast<double>(n)), mean(n);
    // The largest a free L can usefully be is the target itself, with overfill dear.
    const double most =
        in.sum == Spray::Sum::within ? in.target : in.target * static_cast<double>(n);
    const double scale = in.target / (in.underfill + in.overfill);
    double averaged = 0;
    int t = 0;
    for (int pass = 0; pass < passes; ++pass)
        for (std::size_t r = 0; r < rows; ++r) {
            const double step = scale * 4 / (4 + static_cast<double>(++t) / 8);
            double filled = 0;
            for (std::size_t i = 0; i < n; ++i) filled += std::min(lots[i], in.samples[r * n + i]);
            const double marginal = filled < in.target ? -in.underfill : in.overfill;
            for (std::size_t i = 0; i < n; ++i)
                if (in.samples[r * n + i] > lots[i]) lots[i] -= step * (in.costs[i] + marginal);
            project(lots, most);
            for (double& x : lots) x = std::min(x, in.target);
            // The mean of the second half is far steadier than the last point (Polyak, Ruppert).
            if (pass >= passes / 2) {
                averaged += 1;
                for (std::size_t i = 0; i < n; ++i) mean[i] += (lots[i] - mean[i]) / averaged;
            }
        }
    return mean;
}

}  // namespace assay::route
