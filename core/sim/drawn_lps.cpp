#include "core/sim/drawn_lps.h"

#include <algorithm>
#include <cmath>

#include "core/units/elementary.h"

namespace assay::sim {

namespace {

using elementary::exp;
using elementary::ln;

constexpr double kMostMeanLots = 1e6;  // as good as without end
constexpr double kHistoryLatencySd = .2;

double around(double share, double z) {
    if (share <= 0 || share >= 1) return share;  // always and never are what they are
    const double odds = share / (1 - share) * exp(kShareLogitSd * z);
    return odds / (1 + odds);
}

// Of an order of `lots` at an LP that has something: the part of it that it fills in the mean.
double filled_part(double mean_lots, double lots) {
    const double step = 1 - exp(-1 / mean_lots);
    return (1 - exp(-lots / mean_lots)) / (step * lots);
}

double mean_lots_for(double part, double lots) {
    double low = .05, high = kMostMeanLots;
    if (part >= filled_part(high, lots)) return high;
    for (int i = 0; i < 80; ++i) {
        const double mid = std::sqrt(low * high);
        (filled_part(mid, lots) < part ? low : high) = mid;
    }
    return high;
}

// Evenly between two numbers, or between their logarithms.
double between(score::Draws& d, double low, double high) {
    return low + (high - low) * d.uniform();
}
double log_between(score::Draws& d, double low, double high) {
    return low * exp(ln(high / low) * d.uniform());
}

Nature at_random(score::Draws d, double lots_of_history) {
    Nature n;
    n.zero_share = between(d, 0, .4);
    n.mean_lots = log_between(d, .4, 4) * lots_of_history;
    n.latency_ms = log_between(d, 5, 80);
    n.latency_log_sd = between(d, .2, .5);
    n.reject_share = between(d, 0, .1);
    n.improvement = between(d, 0, 1);
    n.leak_bps = log_between(d, .03, 1) / lots_of_history;
    return n;
}

}  // namespace

Nature nature_of(const LongRunRecord& r, const LongRun& run, Qty lot) {
    const double lots = as_double(run.child) / as_double(lot);
    const double mid = .5 * (as_double(run.bid) + as_double(run.ask));
    const double half_bps = 1e4 * (as_double(run.ask) - mid) / mid;
    Nature n;
    n.reject_share = r.reject;
    const double filled = r.reject < 1 ? std::min(1.0, r.fill / (1 - r.reject)) : 0;
    n.zero_share = (1 - filled) / 2;
    n.mean_lots = mean_lots_for(filled / (1 - n.zero_share), lots);
    n.latency_log_sd = kHistoryLatencySd;
    n.latency_ms = r.latency_ms * exp(-kHistoryLatencySd * kHistoryLatencySd / 2);
    n.improvement = r.fill > 0 ? r.price_improvement_bps / r.fill / half_bps : 0;
    n.leak_bps = std::max(0.0, r.impact_bps) / lots;
    return n;
}

std::vector<LpConfig> drawn_lps(const LongRun& run, Qty lot, LpsDrawn how, const Luck& luck) {
    std::vector<LpConfig> lps;
    for (std::uint32_t i = 0; i < run.lps.size(); ++i) {
        LongRunRecord r = run.lps[i];
        score::Draws d = luck.draws(What::nature, i, static_cast<std::uint64_t>(how));
        if (how == LpsDrawn::at_random) {
            lps.push_back({r.lp, at_random(d, as_double(run.child) / as_double(lot)), {}});
            continue;
        }
        r.reject = around(r.reject, d.normal());
        r.fill = std::min(around(r.fill, d.normal()), 1 - r.reject);
        r.latency_ms *= exp(kLatencyLogSd * d.normal());
        r.impact_bps *= exp(kImpactLogSd * d.normal());
        Nature n = nature_of(r, run, lot);
        n.improvement += kImprovementSd * d.normal();
        lps.push_back({r.lp, n, {}});
    }
    return lps;
}

}  // namespace assay::sim
