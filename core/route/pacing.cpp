#include "core/route/pacing.h"

#include <algorithm>
#include <cmath>

#include "core/estimate/distributions.h"

namespace assay::route {
namespace {

std::int64_t rounds_needed(Qty remaining, Qty round) {
    return round.micro <= 0
               ? 1
               : std::max<std::int64_t>(1, (remaining.micro + round.micro - 1) / round.micro);
}

}  // namespace

Duration until_next_round(const Pace& pace, Qty remaining, Duration time_left) {
    const auto even = static_cast<double>(std::max<std::int64_t>(0, time_left.ns)) /
                      static_cast<double>(rounds_needed(remaining, pace.round_qty));
    const auto wished = static_cast<std::int64_t>(even * (1 - std::clamp(pace.urgency, 0.0, 1.0)));
    return std::max(pace.round_gap, Duration{wished});
}

Qty round_allows(const Pace& pace, Qty remaining, Duration time_left, Qty capped) {
    Qty most = std::min(pace.round_qty, remaining);
    if (time_left <= until_next_round(pace, remaining, time_left) && time_left <= pace.round_gap)
        most = remaining;
    return std::max(Qty{}, std::min(most, capped));
}

Qty cap_allows(const Pace& pace, Qty market_volume) {
    if (!pace.participation_cap) return {kMaxQtyMicro};
    const double share = *pace.participation_cap * static_cast<double>(market_volume.micro);
    return {std::llround(std::max(0.0, share))};
}

Qty volume_for(const Pace& pace, Qty allowed) {
    if (!pace.participation_cap) return {};
    return {std::llround(static_cast<double>(allowed.micro) / *pace.participation_cap)};
}

double rounds_left(const Pace& pace, Qty remaining, Duration time_left, std::int64_t done,
                   Qty mean) {
    constexpr double kFollowed = 64;  // that many one by one; what may follow them at an even pace
    const double most = pace.most_rounds ? static_cast<double>(*pace.most_rounds - done) : 1e9;
    double rounds = 1;
    for (;;) {
        const Duration gap = until_next_round(pace, remaining, time_left);
        if (gap.ns <= 0 || gap >= time_left || rounds >= most) return std::max(1.0, rounds);
        if (rounds >= kFollowed)
            return std::min(most, rounds + std::floor(static_cast<double>(time_left.ns - 1) /
                                                      static_cast<double>(gap.ns)));
        ++rounds;
        time_left = {time_left.ns - gap.ns};
        // Somebody who is done in the mean may still be unlucky.
        remaining = remaining > mean ? remaining - mean : Qty{1};
    }
}

double completion_probability(double remaining, double rounds, double mean, double variance) {
    if (remaining <= 0) return 1;
    const double all = rounds * mean, sd = std::sqrt(rounds * variance);
    if (!(sd > 0)) return all >= remaining ? 1 : 0;
    return estimate::normal_cdf((all - remaining + 0.5) / sd);
}

double completion_by_probes(double remaining, double rounds, const Probing& p) {
    constexpr int kFollowed =
        64;  // probes in a row; what is left of the chance then is as good as 0
    const double full = std::clamp(p.full, 0.0, 1.0);
    const double when_short = full < 1 ? (p.mean - full * p.lots) / (1 - full) : 0;
    double chance = 0, alive = 1;
    for (int k = 1; k <= kFollowed && k <= rounds && remaining > 0; ++k) {
        const double left = rounds - k + (p.at_once ? 1 : 0);
        chance +=
            alive * (1 - full) *
            completion_probability(remaining - when_short, left, p.then_mean, p.then_variance);
        alive *= full;
        remaining -= p.lots;
    }
    return remaining > 0 ? chance : chance + alive;
}

}  // namespace assay::route
