#include "core/route/equalise.h"

#include <algorithm>

namespace assay::route {
namespace {

// Twice the median, so that it is whole.
Duration twice_median_of_others(std::span<const OneWay> to, std::size_t but) {
    std::vector<Duration> sd;
    for (std::size_t k = 0; k < to.size(); ++k)
        if (k != but) sd.push_back(to[k].jitter_sd);
    if (sd.empty()) return {2 * to[but].jitter_sd.ns};
    std::sort(sd.begin(), sd.end());
    const Duration low = sd[(sd.size() - 1) / 2], high = sd[sd.size() / 2];
    return {low.ns + high.ns};
}

}  // namespace

std::vector<Duration> equalising_delays(std::span<const OneWay> to, Duration most) {
    std::vector<bool> steady(to.size());
    Duration slowest{};
    for (std::size_t i = 0; i < to.size(); ++i) {
        steady[i] =
            to[i].median.ns > 0 && 2 * to[i].jitter_sd.ns <= 3 * twice_median_of_others(to, i).ns;
        if (steady[i]) slowest = std::max(slowest, to[i].median);
    }
    std::vector<Duration> delays(to.size());
    for (std::size_t i = 0; i < to.size(); ++i)
        if (steady[i]) delays[i] = std::min(most, Duration{slowest.ns - to[i].median.ns});
    return delays;
}

}  // namespace assay::route
