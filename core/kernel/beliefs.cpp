#include "core/kernel/beliefs.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <string>

#include "core/estimate/shrink.h"
#include "core/units/elementary.h"

namespace assay {
namespace {

using estimate::Measure;
using score::Scored;

score::Belief belief_of(const std::vector<const estimate::Beliefs*>& cells, Measure m) {
    score::Belief b;
    double weight = 0, mean = 0, var = 0, n_eff = 0;
    for (const auto* cell : cells) {
        const estimate::Believed& x = (*cell)[estimate::index(m)];
        if (x.absent || x.weight <= 0) continue;
        weight += x.weight;
        n_eff += x.n_eff;
        mean += x.weight * x.mean;
        var += x.weight * x.weight * x.var;
    }
    if (weight <= 0) return b;
    return {mean / weight, var / (weight * weight), n_eff, false};
}

}  // namespace

estimate::Beliefs fast_over(const estimate::Beliefs& slow, const estimate::Stats& s,
                            const score::Profile& p, double kappa) {
    estimate::Beliefs out = slow;
    const auto join = [&](Scored k, Measure m) {
        if (!p.fast(k)) return;
        estimate::Believed& b = out[estimate::index(m)];
        const estimate::Evidenced e = estimate::evidenced(s, m);
        if (b.absent || e.weight <= 0) return;
        b.mean = estimate::pseudo_mean(b.mean, kappa, e.mean * e.weight, e.weight);
        const bool rate = m == Measure::fill || m == Measure::reject;
        const double spread =
            rate ? b.mean * (1 - b.mean) : (e.variance > 0 ? e.variance : b.var * kappa);
        b.var = spread / (kappa + e.weight + (rate ? 1 : 0));
        b.n_eff += e.n_eff;
    };
    join(Scored::fill_rate, Measure::fill);
    join(Scored::reject_rate, Measure::reject);
    join(Scored::latency_mean_ms, Measure::latency_ms);
    join(Scored::latency_p50_ms, Measure::log_latency);
    join(Scored::price_improvement_bps, Measure::gain);
    join(Scored::half_spread_capture, Measure::capture);
    join(Scored::effective_spread_bps, Measure::effective);
    join(Scored::reject_cost_bps, Measure::reject_cost);
    return out;
}

estimate::Stats window_of(const Cell& cell, const Kernel& k, Nanos at) {
    estimate::Stats s;
    if (cell.session != k.session()) return s;
    static_cast<estimate::Orders&>(s) = cell.fast;
    s.bring(std::max(at, s.hot.t0), k.fast_half_life());
    return s;
}

double pooled_kappa(const std::vector<estimate::Stats>& windows,
                    const estimate::Hierarchy& frozen) {
    std::vector<estimate::FastWindow> seen;
    for (std::size_t i = 0; i < windows.size(); ++i) {
        const estimate::Evidenced e = estimate::evidenced(windows[i], Measure::fill);
        const estimate::Believed& prior = frozen.leaves[i][estimate::index(Measure::fill)];
        if (e.n_eff <= 0 || prior.absent) continue;
        seen.push_back({{e.n_eff, e.mean, std::nullopt}, prior.mean});
        if (e.n_eff > 1) seen.back().seen.variance = e.variance;
    }
    return estimate::fast_kappa(seen);
}

double log_latency_spread(std::span<const estimate::Leaf> leaves,
                          const std::vector<std::size_t>& group, const estimate::Hierarchy& h) {
    constexpr double kLean = 10;  // orders
    double n = kLean, sum = kLean * h.within[estimate::index(Measure::log_latency)];
    for (const std::size_t i : group) {
        const estimate::Evidenced e = estimate::evidenced(leaves[i].stats, Measure::log_latency);
        if (e.n_eff <= 1) continue;
        n += e.n_eff - 1;
        sum += (e.n_eff - 1) * e.variance;
    }
    return std::sqrt(sum / n);
}

score::Beliefs beliefs_of(const std::vector<const estimate::Beliefs*>& cells,
                          const score::Profile& p, double fee_bps, double spread) {
    score::Beliefs out;
    const auto put = [&](Scored k, score::Belief b) { score::of(out, k) = b; };
    put(Scored::fill_rate, belief_of(cells, Measure::fill));
    put(Scored::reject_rate, belief_of(cells, Measure::reject));
    put(Scored::latency_mean_ms, belief_of(cells, Measure::latency_ms));
    const score::Belief ln = belief_of(cells, Measure::log_latency);
    if (!ln.absent) {
        for (const auto& [k, z] : {std::pair{Scored::latency_p50_ms, 0.0},
                                   std::pair{Scored::latency_p99_ms, 2.326348}}) {
            const double ms = elementary::exp(ln.mean + z * spread) * 1e-6;
            put(k, {ms, ln.var * ms * ms, ln.n_eff, false});
        }
    }
    const score::Belief gain = belief_of(cells, Measure::gain);
    const score::Belief cost = belief_of(cells, Measure::reject_cost);
    const bool charged = std::any_of(p.terms.begin(), p.terms.end(), [](const score::Term& t) {
        return t.kpi == Scored::reject_cost_bps || t.kpi == Scored::all_in_cost_bps;
    });
    // Net of what its unfilled quantity cost, unless the profile charges that by itself.
    score::Belief net = gain;
    if (!charged && !gain.absent && !cost.absent) {
        net.mean -= cost.mean;
        net.var += cost.var;
    }
    put(Scored::price_improvement_bps, net);
    put(Scored::half_spread_capture, belief_of(cells, Measure::capture));
    put(Scored::leakage_bps_15s, belief_of(cells, Measure::leakage));
    put(Scored::reject_cost_bps, cost);
    put(Scored::markout_bps_15s, belief_of(cells, Measure::markout));
    const score::Belief effective = belief_of(cells, Measure::effective);
    put(Scored::effective_spread_bps, effective);
    if (!effective.absent) {
        score::Belief all_in = effective;
        all_in.mean = effective.mean / 2 + (cost.absent ? 0.0 : cost.mean) + fee_bps;
        all_in.var = effective.var / 4 + (cost.absent ? 0.0 : cost.var);
        put(Scored::all_in_cost_bps, all_in);
    }
    return out;
}

score::Beliefs careful(score::Beliefs b, std::vector<double> fill_rates) {
    score::Belief& fill = score::of(b, Scored::fill_rate);
    const double coin = fill.mean * (1 - fill.mean);
    if (fill.absent || !(coin > 0) || !(fill.var > 0)) return b;
    double median = 1;
    if (!fill_rates.empty()) {
        std::sort(fill_rates.begin(), fill_rates.end());
        const std::size_t half = fill_rates.size() / 2;
        median = fill_rates.size() % 2 == 1 ? fill_rates[half]
                                            : 0.5 * (fill_rates[half - 1] + fill_rates[half]);
    }
    const double strength = std::max(coin / fill.var - 1, 0.5);
    const estimate::Beta belief{fill.mean * strength, (1 - fill.mean) * strength};
    fill.mean = estimate::cautious_rate(belief, fill.n_eff, median);
    return b;
}

Cells cells_of(std::span<const Kernel* const> shards) {
    Cells out;
    Nanos clock{INT64_MIN};
    std::size_t n = 0;
    for (const Kernel* k : shards) {
        clock = std::max(clock, k->session_clock(k->now()));
        n += k->cells().size();
    }
    // A cell not touched in this session is frozen as it stands.
    const auto frozen = [](const Kernel& k, const Cell& c) -> const estimate::Stats& {
        return c.session == k.session() ? c.frozen() : c.slow;
    };
    out.slow.reserve(n);
    out.cell.reserve(n);
    out.shard.reserve(n);
    for (std::size_t i = 0; i < shards.size(); ++i) {
        const Kernel& k = *shards[i];
        for (const Cell& c : k.cells()) {
            const char place[3] = {static_cast<char>('0' + c.key.size), '/',
                                   static_cast<char>('0' + c.key.regime)};
            out.slow.push_back({std::string(k.lps().name(c.key.lp)),
                                std::string(k.symbols().name(c.key.symbol)), std::string(place, 3),
                                c.slow});
            out.slow.back().stats.bring(clock, k.slow_half_life());
            if (!out.any_frozen) {
                estimate::Hot hot = frozen(k, c).hot;
                hot.weigh(clock, k.slow_half_life());
                out.any_frozen = hot.orders.W > 0;
            }
            out.cell.push_back(&c);
            out.shard.push_back(i);
        }
    }
    if (!out.any_frozen) return out;
    out.frozen = out.slow;
    for (std::size_t i = 0; i < n; ++i) {
        const Kernel& k = *shards[out.shard[i]];
        out.frozen[i].stats = frozen(k, *out.cell[i]);
        out.frozen[i].stats.bring(clock, k.slow_half_life());
    }
    return out;
}

std::vector<estimate::Beliefs> fast_beliefs(const Cells& cells,
                                            std::span<const Kernel* const> shards,
                                            const estimate::Hierarchy& slow, const Config& config) {
    // Before any session has ended there is nothing frozen: the pooled mean stands in for it.
    const estimate::Hierarchy frozen =
        cells.any_frozen
            ? estimate::fit(cells.frozen, config.estimate.m_fallback, config.estimate.winsor)
            : estimate::Hierarchy{};
    const std::vector<estimate::Beliefs>& priors = cells.any_frozen ? frozen.leaves : slow.leaves;
    std::vector<estimate::Stats> windows;
    windows.reserve(cells.cell.size());
    for (std::size_t i = 0; i < cells.cell.size(); ++i) {
        const Kernel& k = *shards[cells.shard[i]];
        windows.push_back(window_of(*cells.cell[i], k, k.now()));
    }
    const double kappa = config.profile.fast_kappa.value_or(
        cells.any_frozen ? pooled_kappa(windows, frozen) : estimate::kStrengthFallback);
    std::vector<estimate::Beliefs> out;
    out.reserve(cells.cell.size());
    for (std::size_t i = 0; i < cells.cell.size(); ++i) {
        estimate::Beliefs prior = priors[i];
        if (!cells.any_frozen)
            for (std::size_t m = 0; m < estimate::kMeasures; ++m)
                prior[m].mean = slow.pooled_mean[m];
        estimate::Beliefs joined = fast_over(prior, windows[i], config.profile, kappa);
        // Rows weigh their cells by what was sent there over the whole period.
        for (std::size_t m = 0; m < estimate::kMeasures; ++m)
            joined[m].weight = slow.leaves[i][m].weight;
        out.push_back(joined);
    }
    return out;
}

}  // namespace assay
