#include "core/estimate/hierarchy.h"

#include <algorithm>
#include <boost/unordered/unordered_flat_map.hpp>
#include <cmath>
#include <numeric>
#include <tuple>

#include "core/estimate/censored.h"
#include "core/estimate/shrink.h"

namespace assay::estimate {
namespace {

// Which leaves stand together: LP x symbol groups, and LPs, as indices in name order.
struct Tree {
    std::vector<std::size_t> pair_of;  // leaf -> LP x symbol
    std::vector<std::vector<std::size_t>> leaves_of_pair;
    std::vector<std::size_t> lp_of_pair;
    std::vector<std::vector<std::size_t>> pairs_of_lp;
};

// The place of each leaf's name among all of them, in the order of names.
std::vector<std::uint32_t> ranks(std::span<const Leaf> leaves, std::string Leaf::* name) {
    boost::unordered_flat_map<std::string_view, std::uint32_t> rank;
    std::vector<std::string_view> names;
    for (const Leaf& l : leaves)
        if (rank.try_emplace(l.*name, 0).second) names.push_back(l.*name);
    std::sort(names.begin(), names.end());
    for (std::size_t i = 0; i < names.size(); ++i) rank[names[i]] = static_cast<std::uint32_t>(i);
    std::vector<std::uint32_t> out;
    out.reserve(leaves.size());
    for (const Leaf& l : leaves) out.push_back(rank.find(l.*name)->second);
    return out;
}

// Sums run in the order of names, whatever the order the leaves came in.
Tree tree_of(std::span<const Leaf> leaves) {
    const auto lp = ranks(leaves, &Leaf::lp), symbol = ranks(leaves, &Leaf::symbol),
               place = ranks(leaves, &Leaf::place);
    std::vector<std::size_t> order(leaves.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return std::tuple(lp[a], symbol[a], place[a], a) <
               std::tuple(lp[b], symbol[b], place[b], b);
    });
    Tree t;
    t.pair_of.resize(leaves.size());
    for (std::size_t k = 0; k < order.size(); ++k) {
        const std::size_t i = order[k];
        const bool new_lp = k == 0 || lp[i] != lp[order[k - 1]];
        if (new_lp) t.pairs_of_lp.emplace_back();
        if (new_lp || symbol[i] != symbol[order[k - 1]]) {
            t.pairs_of_lp.back().push_back(t.leaves_of_pair.size());
            t.leaves_of_pair.emplace_back();
            t.lp_of_pair.push_back(t.pairs_of_lp.size() - 1);
        }
        t.pair_of[i] = t.leaves_of_pair.size() - 1;
        t.leaves_of_pair.back().push_back(i);
    }
    return t;
}

template <class T>
std::vector<std::span<const T>> spans(const std::vector<std::vector<T>>& families) {
    std::vector<std::span<const T>> out;
    for (const auto& f : families) out.emplace_back(f);
    return out;
}

// A parent's trials out of its children's, each discounted for standing together.
Trials parent_trials(const std::vector<Trials>& children, double strength) {
    Trials p;
    double sum = 0;
    for (const Trials& c : children) {
        if (c.n <= 0) continue;
        const double n = design_n(c.n, strength);
        p.n += n;
        sum += n * c.mean;
    }
    if (p.n > 0) p.mean = sum / p.n;
    return p;
}

void fit_rate(const Tree& t, std::span<const Evidenced> seen, Measure m, Hierarchy& h) {
    std::vector<std::vector<Trials>> cells(t.leaves_of_pair.size());
    for (std::size_t p = 0; p < cells.size(); ++p)
        for (const std::size_t i : t.leaves_of_pair[p]) {
            const Evidenced& e = seen[i];
            Trials one{e.n_eff, e.mean, std::nullopt};
            if (e.n_eff > 1) one.variance = e.variance;
            cells[p].push_back(one);
        }
    const RateFit cell_fit = fit_rates(spans(cells));
    const double phi = cell_fit.phi;
    FitRule upper;
    upper.phi = 1;  // counts are divided by phi from here on
    for (auto& family : cells)
        for (Trials& c : family) {
            c.n /= phi;
            c.variance.reset();
        }
    std::vector<std::vector<Trials>> pairs(t.pairs_of_lp.size());
    for (std::size_t lp = 0; lp < pairs.size(); ++lp)
        for (const std::size_t p : t.pairs_of_lp[lp])
            pairs[lp].push_back(parent_trials(cells[p], cell_fit.strength));
    const RateFit pair_fit = fit_rates(spans(pairs), upper);
    std::vector<std::vector<Trials>> lps(1);
    for (const auto& family : pairs) lps[0].push_back(parent_trials(family, pair_fit.strength));
    const RateFit lp_fit = fit_rates(spans(lps), upper);
    const double mu = std::clamp(lp_fit.mu.empty() ? 0.5 : lp_fit.mu[0], 1e-6, 1 - 1e-6);

    for (std::size_t lp = 0; lp < pairs.size(); ++lp) {
        const Beta of_lp = posterior(lps[0][lp].n, lps[0][lp].mean, mu, lp_fit.strength);
        for (std::size_t k = 0; k < pairs[lp].size(); ++k) {
            const std::size_t p = t.pairs_of_lp[lp][k];
            const Beta of_pair =
                posterior(pairs[lp][k].n, pairs[lp][k].mean, of_lp, pair_fit.strength);
            for (std::size_t j = 0; j < cells[p].size(); ++j) {
                const Beta of_cell =
                    posterior(cells[p][j].n, cells[p][j].mean, of_pair, cell_fit.strength);
                const std::size_t i = t.leaves_of_pair[p][j];
                Believed& b = h.leaves[i][index(m)];
                b = {of_cell.mean(), of_cell.var(), seen[i].weight, seen[i].n_eff, false};
            }
        }
    }
    h.within[index(m)] = phi * mu * (1 - mu);
}

void fit_magnitude(const Tree& t, std::span<const Evidenced> seen, Measure m, double m_fallback,
                   double winsor, Hierarchy& h) {
    std::vector<Trials> all;
    std::vector<double> values;
    for (const auto& members : t.leaves_of_pair)
        for (const std::size_t i : members)
            if (seen[i].n_eff > 0) {
                all.push_back({seen[i].n_eff, seen[i].mean, seen[i].variance});
                values.push_back(seen[i].mean);
            }
    if (all.empty()) return;
    double within = 0;
    if (const auto pooled = pooled_variance(all)) {
        within = *pooled;
    } else {  // single trials only: what they differ by is all that is known
        const double mean =
            std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
        for (const double x : values) within += (x - mean) * (x - mean);
        within =
            values.size() > 1 ? within / static_cast<double>(values.size() - 1) : mean * mean + 1;
    }
    const double scale = std::abs(values.front()) + 1;
    within = std::max(within, 1e-12 * scale * scale);
    h.within[index(m)] = within;
    const Interval limits = winsor_limits(values, winsor);

    std::vector<std::vector<Measured>> cells(t.leaves_of_pair.size());
    for (std::size_t p = 0; p < cells.size(); ++p)
        for (const std::size_t i : t.leaves_of_pair[p])
            if (seen[i].n_eff > 0)
                cells[p].push_back({winsorised(seen[i].mean, limits), within / seen[i].n_eff});
    const NormalFit cell_fit = fit_magnitudes(spans(cells));
    std::vector<std::vector<Measured>> pairs(t.pairs_of_lp.size());
    for (std::size_t lp = 0; lp < pairs.size(); ++lp)
        for (const std::size_t p : t.pairs_of_lp[lp])
            if (!cells[p].empty())
                pairs[lp].push_back({cell_fit.mu[p].mean, std::max(cell_fit.mu[p].var, 1e-300)});
    const NormalFit pair_fit = fit_magnitudes(spans(pairs));
    std::vector<std::vector<Measured>> lps(1);
    std::vector<std::size_t> lp_slot(pairs.size(), SIZE_MAX);
    for (std::size_t lp = 0; lp < pairs.size(); ++lp)
        if (!pairs[lp].empty()) {
            lp_slot[lp] = lps[0].size();
            lps[0].push_back({pair_fit.mu[lp].mean, std::max(pair_fit.mu[lp].var, 1e-300)});
        }
    const NormalFit lp_fit = fit_magnitudes(spans(lps));
    const Normal root = lp_fit.mu[0];

    for (std::size_t lp = 0; lp < pairs.size(); ++lp) {
        const Normal of_lp = lp_slot[lp] == SIZE_MAX
                                 ? Normal{root.mean, root.var + lp_fit.tau2}
                                 : posterior(lps[0][lp_slot[lp]], root, lp_fit.tau2);
        std::size_t measured = 0;  // pairs that have a value stand in the order of pairs_of_lp
        for (const std::size_t p : t.pairs_of_lp[lp]) {
            const Normal of_pair = cells[p].empty()
                                       ? Normal{of_lp.mean, of_lp.var + pair_fit.tau2}
                                       : posterior(pairs[lp][measured++], of_lp, pair_fit.tau2);
            for (const std::size_t i : t.leaves_of_pair[p]) {
                Believed& b = h.leaves[i][index(m)];
                b = {of_pair.mean, of_pair.var + cell_fit.tau2, seen[i].weight, seen[i].n_eff,
                     false};
                if (seen[i].n_eff <= 0) continue;
                if (m == Measure::latency_ms) {
                    // The plain mean of the note-compatible profiles (docs/spec.md 5.4).
                    const double n = seen[i].n_eff;
                    b.mean = pseudo_mean(of_pair.mean, m_fallback, seen[i].mean * n, n);
                    b.var = within / (m_fallback + n);
                } else {
                    const Normal of_cell = posterior(
                        Measured{winsorised(seen[i].mean, limits), within / seen[i].n_eff}, of_pair,
                        cell_fit.tau2);
                    b.mean = of_cell.mean;
                    b.var = of_cell.var;
                }
            }
        }
    }
}

// Latency of orders that got an answer, and of those that got none in time and are only known to
// have taken longer.
Evidenced with_silence(const Evidenced& plain, const Hot& h, const LaterMean& silent) {
    constexpr double kLeastSd = 0.05;  // of ln ns
    const double late = silent.weights.W, answered = h.timed.W - late;
    // Only silence: the wait is all that is known.
    if (late <= 1e-9 || answered <= 1e-9) return plain;
    const double mean = (h.ln.S1 - silent.x.S1) / answered;
    const double var = std::max(0.0, (h.ln.S2 - silent.x.S2) / answered - mean * mean);
    const CensoredFit fit = fit_censored(answered, {mean, var}, late, silent.x.S1 / late, kLeastSd);
    const double n = plain.n_eff * (answered + fit.information * late) / h.timed.W;
    return {plain.weight, n, fit.normal.mean, n > 1 ? fit.normal.var * n / (n - 1) : 0};
}

}  // namespace

Evidenced evidenced(const Stats& s, Measure m) {
    const Hot& h = s.hot;
    const auto of = [](const Weights& w, const Moments& x) -> Evidenced {
        return {w.W, w.n_eff(), w.mean(x), w.variance(x)};
    };
    switch (m) {
        case Measure::fill:
            return of(h.orders, h.fill);
        case Measure::reject:
            return of(h.orders, Moments{h.reject, h.reject});
        case Measure::latency_ms:
            return of(h.timed, h.ms);
        case Measure::log_latency:
            return with_silence(of(h.timed, h.ln), h, s.silent);
        case Measure::gain:
            return of(h.quoted, h.gain);
        case Measure::capture:
            return of(h.quoted, h.capture);
        case Measure::effective:
            return of(h.traded, h.effective);
        case Measure::reject_cost:
            return of(h.quoted, h.reject_cost);
        case Measure::leakage:
            return of(s.leakage.weights, s.leakage.x);
        case Measure::markout:
            return of(s.markout.weights, s.markout.x);
    }
    return {};
}

Hierarchy fit(std::span<const Leaf> leaves, double m_fallback, double winsor) {
    Hierarchy h;
    h.leaves.resize(leaves.size());
    const Tree tree = tree_of(leaves);
    std::vector<Evidenced> seen(leaves.size());
    for (std::size_t k = 0; k < kMeasures; ++k) {
        const auto m = static_cast<Measure>(k);
        double weight = 0, sum = 0;
        for (const auto& members : tree.leaves_of_pair)
            for (const std::size_t i : members) {
                seen[i] = evidenced(leaves[i].stats, m);
                weight += seen[i].weight;
                sum += seen[i].weight * seen[i].mean;
            }
        if (weight <= 0) continue;
        h.pooled_mean[k] = sum / weight;
        if (m == Measure::fill || m == Measure::reject)
            fit_rate(tree, seen, m, h);
        else
            fit_magnitude(tree, seen, m, m_fallback, winsor, h);
    }
    return h;
}

}  // namespace assay::estimate
