#include "core/kernel/foresight_report.h"

#include <algorithm>
#include <map>
#include <string>

namespace assay {
namespace {

using estimate::kCapacityPoints;

struct Merged {
    estimate::Capacities capacity;  // weights as of now
    std::array<Foresight::Seen, kCapacityCurves> seen{};
    ForecastScores scores;

    // `factor` brings weights to now; `s`: nullptr where nothing was scored.
    void add(const estimate::Capacities& c, double factor,
             const std::array<Foresight::Seen, kCapacityCurves>& of_curves,
             const ForecastScores* s) {
        capacity.merge(c, factor);
        for (std::size_t i = 0; i < kCapacityCurves; ++i) {
            seen[i].n += of_curves[i].n;
            seen[i].by_round_lot += of_curves[i].by_round_lot;
        }
        if (s != nullptr) scores.merge(*s);
    }
};

const char* name_of(estimate::TifClass t) {
    static constexpr const char* kNames[] = {"ioc", "fok", "resting"};
    return kNames[static_cast<std::size_t>(t)];
}
const char* name_of(estimate::LimitClass l) {
    static constexpr const char* kNames[] = {"inside", "at", "through", "market"};
    return kNames[static_cast<std::size_t>(l)];
}

// T as far as anybody was at risk, its hazards shrunk to those of all LPs together.
score::CapacityCurve curve_of(const estimate::Capacities::Curve& c, const Foresight::Seen& seen,
                              const estimate::Capacity& all, const estimate::CapacityGrid& grid) {
    score::CapacityCurve out;
    out.tif = name_of(c.key.tif);
    out.limit = name_of(c.key.limit);
    out.n = seen.n;
    out.n_by_round_lot = seen.by_round_lot;
    const std::vector<double> t =
        estimate::tail(estimate::hazard(c.seen, estimate::pooled_hazard(all, grid, 1), 1));
    std::array<double, kCapacityPoints> at_risk{};
    double n = 0;
    for (std::size_t b = kCapacityPoints; b-- > 0;)
        at_risk[b] = n += c.seen.exact[b] + c.seen.censored[b];
    for (std::size_t b = 0; b < kCapacityPoints && at_risk[b] > 1e-9; ++b)
        out.points.push_back({grid.upper[b], t[b], at_risk[b]});
    return out;
}

std::vector<score::CapacityCurve> curves_of(const Merged& m, const estimate::Capacities& all,
                                            const estimate::CapacityGrid& grid) {
    std::vector<score::CapacityCurve> out;
    for (const estimate::Capacities::Curve& c : m.capacity.curves())
        if (!c.seen.empty())
            out.push_back(curve_of(c, m.seen[index(c.key)], *all.find(c.key), grid));
    return out;
}

std::optional<score::Calibration> calibration_of(const ForecastScores& s) {
    score::Calibration c;
    c.n = static_cast<std::int64_t>(s.full.model.n() + 0.5);
    c.n_latency = static_cast<std::int64_t>(s.latency.n + 0.5);
    if (c.n == 0 && c.n_latency == 0) return std::nullopt;
    if (c.n > 0) {
        const auto n = static_cast<double>(c.n);
        c.brier = s.full.model.brier();
        c.brier_lp_mean = s.full.lp_mean.brier();
        c.brier_global_mean = s.full.global_mean.brier();
        c.brier_any = s.squares_any / n;
        c.log_loss = s.full.model.log_loss();
        c.log_loss_lp_mean = s.full.lp_mean.log_loss();
        c.log_loss_global_mean = s.full.global_mean.log_loss();
        c.ece = s.full.model.ece();
        c.ece_lp_mean = s.full.lp_mean.ece();
        c.ece_global_mean = s.full.global_mean.ece();
        c.accepted = s.full.accepted();
        c.fraction_pit_ks = s.fraction_pit.ks();
        c.fraction_forecast = s.fraction_forecast / n;
        c.fraction_filled = s.fraction_filled / n;
    }
    for (std::size_t i = 0; i < 3; ++i)
        if (const auto loss = s.latency.mean(i)) c.pinball_ms[i] = *loss * 1e-6;
    if (c.n_latency > 0) c.latency_pit_ks = s.latency_pit.ks();
    return c;
}

}  // namespace

void report_foresight(score::Report& report, std::span<const Kernel* const> shards,
                      const Config& config) {
    if (shards.empty()) return;
    Nanos clock{INT64_MIN};
    for (const Kernel* k : shards) clock = std::max(clock, k->session_clock(k->now()));
    std::map<std::string, Merged, std::less<>> by_lp;
    for (const Kernel* k : shards) {
        const Foresight& f = k->foresight();
        const double factor = 1 / f.weight_at(clock);
        for (std::uint32_t id = 0; id < f.lps().size(); ++id) {
            const Foresight::Lp& lp = f.lps()[id];
            by_lp[std::string(k->lps().name(id))].add(lp.capacity, factor, lp.seen, f.scores(lp));
        }
    }
    Merged all;
    for (const auto& [name, m] : by_lp) all.add(m.capacity, 1, m.seen, &m.scores);
    const estimate::CapacityGrid& grid = shards.front()->foresight().grid();
    const auto fill = [&](score::Row& row, const Merged& m) {
        row.capacity = curves_of(m, all.capacity, grid);
        row.calibration = calibration_of(m.scores);
    };
    fill(report.total, all);
    if (config.by != kByLp) return;
    for (score::Row& row : report.rows)
        if (const auto lp = by_lp.find(row.keys.front().second); lp != by_lp.end())
            fill(row, lp->second);
}

}  // namespace assay
