#include "core/judge/twin.h"

#include <vector>

namespace assay::judge {
namespace {

constexpr double kBp = 1e4;

double share(double part, double all) {
    return all > 0 ? part / all : 0;
}

double gain_of(const Sums& s) {
    return kBp * (share(s[0], s[1]) - share(s[2], s[3]));
}

}  // namespace

const char* text(Gain g) {
    switch (g) {
        case Gain::within:
            return "within the limit";
        case Gain::beyond:
            return "beyond the limit";
        case Gain::not_clear:
            return "not clear";
    }
    return "";
}

ShareGain share_gain(std::span<const TwinDay> worlds, double limit_bp, const Resampling& how) {
    ShareGain out;
    std::vector<Sums> values;
    std::vector<Stretch> stretches;
    Sums all{};
    for (const TwinDay& w : worlds) {
        stretches.push_back({values.size(), values.size() + 1, 0});
        values.push_back({w.gaming.to_lp, w.gaming.to_all, w.honest.to_lp, w.honest.to_all, 0, 0});
        for (std::size_t k = 0; k < kSums; ++k) all[k] += values.back()[k];
    }
    out.worlds = static_cast<int>(worlds.size());
    out.gaming_share = share(all[0], all[1]);
    out.honest_share = share(all[2], all[3]);
    out.gain_bp = gain_of(all);
    if (worlds.size() < 2 || !(all[1] > 0) || !(all[3] > 0)) return out;
    std::vector<double> gains;
    for (const Sums& s : resampled_sums(values, stretches, Unit::whole_stretch, how))
        gains.push_back(gain_of(s));
    out.interval_bp = percentile_interval(std::move(gains), how.level);
    if (out.interval_bp->high <= limit_bp) out.gain = Gain::within;
    if (out.interval_bp->low > limit_bp) out.gain = Gain::beyond;
    return out;
}

}  // namespace assay::judge
