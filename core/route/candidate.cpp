#include "core/route/candidate.h"

#include <algorithm>
#include <cmath>

namespace assay::route {

double FillTail::at_least(std::int64_t lots) const {
    if (lots <= 0) return 1;
    const auto at =
        std::lower_bound(upper_lots.begin(), upper_lots.end(), static_cast<double>(lots));
    return at == upper_lots.end() ? 0 : t[static_cast<std::size_t>(at - upper_lots.begin())];
}

double FillTail::expected(std::int64_t lots) const {
    double sum = 0;
    std::int64_t before = 0;
    for (std::size_t b = 0; b < t.size() && before < lots; ++b) {
        const auto to = std::min(lots, static_cast<std::int64_t>(upper_lots[b]));
        sum += t[b] * static_cast<double>(to - before);
        before = to;
    }
    return sum;
}

double FillTail::variance(std::int64_t lots) const {
    // E[X^2] of a count is the sum of (2k - 1) P(X >= k): b^2 - a^2 over each step (a, b].
    double square = 0;
    std::int64_t before = 0;
    for (std::size_t b = 0; b < t.size() && before < lots; ++b) {
        const auto to = std::min(lots, static_cast<std::int64_t>(upper_lots[b]));
        const auto from = static_cast<double>(before), until = static_cast<double>(to);
        square += t[b] * (until * until - from * from);
        before = to;
    }
    const double mean = expected(lots);
    return std::max(0.0, square - mean * mean);
}

std::int64_t FillTail::most_with(double p) const {
    const auto end = std::partition_point(t.begin(), t.end(), [p](double x) { return x >= p; });
    return end == t.begin() ? 0
                            : static_cast<std::int64_t>(
                                  upper_lots[static_cast<std::size_t>(end - t.begin()) - 1]);
}

bool Candidate::valid() const {
    for (const double x : {reject_share, n_eff, half_spread_bps, price_improvement_bps, fee_bps,
                           leak_bps_per_lot, round_trip_ms})
        if (!std::isfinite(x)) return false;
    if (standing && !(std::isfinite(standing->composite) && std::isfinite(standing->sd) &&
                      std::isfinite(standing->lcb)))
        return false;
    if (leak_bps_per_lot < 0 || round_trip_ms < 0 || reject_share < 0 || reject_share > 1)
        return false;
    if (tail.t.size() != tail.upper_lots.size()) return false;
    if (!tail.support.empty() && tail.support.size() != tail.t.size()) return false;
    double size = 0, alive = 1;
    for (std::size_t b = 0; b < tail.t.size(); ++b) {
        const double next = tail.upper_lots[b], p = tail.t[b];
        // 1e12 lots are more than any order: what is larger could not be counted in whole lots.
        if (!(next > size && next <= 1e12 && p >= 0 && p <= alive)) return false;
        size = next;
        alive = p;
    }
    return true;
}

}  // namespace assay::route
