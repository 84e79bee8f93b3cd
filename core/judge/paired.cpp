#include "core/judge/paired.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

#include "core/units/elementary.h"

namespace assay::judge {
namespace {

std::vector<const Outcome*> by_parent(std::span<const Outcome> outcomes) {
    std::vector<const Outcome*> sorted;
    for (const Outcome& o : outcomes) sorted.push_back(&o);
    std::sort(sorted.begin(), sorted.end(),
              [](const Outcome* a, const Outcome* b) { return a->parent < b->parent; });
    return sorted;
}

std::optional<ParentKey> twice(const std::vector<const Outcome*>& sorted) {
    const auto at = std::adjacent_find(
        sorted.begin(), sorted.end(),
        [](const Outcome* a, const Outcome* b) { return a->parent == b->parent; });
    if (at == sorted.end()) return std::nullopt;
    return (*at)->parent;
}

bool same_world(const ParentKey& a, const ParentKey& b) {
    return a.scenario == b.scenario && a.seed == b.seed;
}

int usual_lags(std::size_t n) {
    const double hundreds = static_cast<double>(n) / 100;
    return static_cast<int>(4 * elementary::exp(elementary::ln(hundreds) * 2 / 9));
}

}  // namespace

Result<Differences> differences(std::span<const Outcome> policy,
                                std::span<const Outcome> reference) {
    const auto ours = by_parent(policy), theirs = by_parent(reference);
    for (const auto& side : {ours, theirs})
        if (const auto key = twice(side))
            return fail(fmt::format("parent {} of seed {}, scenario {} stands there twice",
                                    key->number, key->seed, key->scenario));
    Differences d;
    std::size_t i = 0, j = 0, common = 0;
    while (i < ours.size() && j < theirs.size()) {
        const Outcome &a = *ours[i], &b = *theirs[j];
        if (a.parent != b.parent) {
            ++(a.parent < b.parent ? i : j);
            continue;
        }
        ++i, ++j, ++common;
        if (!a.shortfall_bps || !b.shortfall_bps) continue;
        if (d.parents.empty() || !same_world(d.parents.back(), a.parent))
            d.stretches.push_back({d.bps.size(), d.bps.size(), a.parent.scenario});
        d.parents.push_back(a.parent);
        d.bps.push_back(*a.shortfall_bps - *b.shortfall_bps);
        d.stretches.back().last = d.bps.size();
    }
    d.left_out = static_cast<std::int64_t>(ours.size() + theirs.size() - common - d.bps.size());
    return d;
}

std::optional<DieboldMariano> diebold_mariano(std::span<const double> values,
                                              std::span<const Stretch> stretches,
                                              std::optional<int> lags) {
    if (values.size() < 2) return std::nullopt;
    const auto n = static_cast<double>(values.size());
    double mean = 0;
    for (const double x : values) mean += x;
    mean /= n;
    const auto covariance = [&](std::size_t lag) {
        double sum = 0;
        for (const Stretch& stretch : stretches)
            for (std::size_t i = stretch.first + lag; i < stretch.last; ++i)
                sum += (values[i] - mean) * (values[i - lag] - mean);
        return sum / n;
    };
    DieboldMariano out;
    out.lags = lags.value_or(usual_lags(values.size()));
    double variance = covariance(0);
    for (int lag = 1; lag <= out.lags; ++lag)
        variance += 2 * (1 - lag / (out.lags + 1.0)) * covariance(static_cast<std::size_t>(lag));
    if (!(variance > 0)) return std::nullopt;
    out.statistic = mean / std::sqrt(variance / n);
    out.p = 2 * estimate::normal_cdf(-std::fabs(out.statistic));
    return out;
}

Result<Paired> paired(std::span<const Outcome> policy, std::span<const Outcome> reference,
                      const Resampling& how) {
    auto d = differences(policy, reference);
    if (!d) return std::unexpected(std::move(d.error()));
    if (d->bps.empty()) return fail("no parent with a shortfall stands on both sides");
    Paired out;
    out.n = static_cast<std::int64_t>(d->bps.size());
    out.left_out = d->left_out;
    out.drawn_by = unit_of(d->stretches);
    out.bps = bootstrapped_mean(d->bps, d->stretches, out.drawn_by, how);
    out.check = diebold_mariano(d->bps, d->stretches);
    for (const Stretch& stretch : d->stretches) {
        double sum = 0;
        for (std::size_t i = stretch.first; i < stretch.last; ++i) sum += d->bps[i];
        ++out.worlds;
        out.worlds_above += sum > 0 ? 1 : 0;
    }
    return out;
}

}  // namespace assay::judge
