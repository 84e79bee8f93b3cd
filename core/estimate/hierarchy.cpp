#include "core/estimate/hierarchy.h"

#include <algorithm>
#include <boost/unordered/unordered_flat_map.hpp>
#include <cmath>
#include <numeric>
#include <optional>
#include <string_view>

#include "core/estimate/censored.h"
#include "core/estimate/shrink.h"
#include "core/units/text_hash.h"

namespace assay::estimate {
namespace {

// Where leaves stand: each has a slot, and those that stand together have slots side by side. Sums
// run in the order of names, whatever the order the leaves came in, and straight through memory.
struct Tree {
    std::vector<std::uint32_t> leaf;        // of a slot
    std::vector<std::uint32_t> pair_begin;  // first slot of each LP x symbol, and the end
    std::vector<std::uint32_t> lp_begin;    // first such pair of each LP, and the end

    std::size_t pairs() const { return pair_begin.size() - 1; }
    std::size_t lps() const { return lp_begin.size() - 1; }
};

// What was seen of one measure, by slot.
struct Seen {
    std::vector<Trials> trials;   // without a variance where n <= 1
    std::vector<double> weights;  // decayed number of trials
};

// The place of each leaf's name among all of them, in the order of names.
struct Ranks {
    std::vector<std::uint32_t> of_leaf;
    std::size_t names{};
};

Ranks ranks(std::span<const Leaf> leaves, std::string Leaf::* name) {
    boost::unordered_flat_map<std::string_view, std::uint32_t, TextHash> ids;
    std::vector<std::string_view> names;
    Ranks out;
    out.of_leaf.reserve(leaves.size());
    for (const Leaf& l : leaves) {
        const auto [at, is_new] =
            ids.try_emplace(l.*name, static_cast<std::uint32_t>(names.size()));
        if (is_new) names.push_back(l.*name);
        out.of_leaf.push_back(at->second);
    }
    std::vector<std::uint32_t> order(names.size()), rank(names.size());
    std::iota(order.begin(), order.end(), 0u);
    std::sort(order.begin(), order.end(),
              [&](std::uint32_t a, std::uint32_t b) { return names[a] < names[b]; });
    for (std::uint32_t k = 0; k < order.size(); ++k) rank[order[k]] = k;
    for (std::uint32_t& id : out.of_leaf) id = rank[id];
    out.names = names.size();
    return out;
}

// `leaves` sorted by rank; those of one rank stay as they stand.
std::vector<std::uint32_t> sorted(const std::vector<std::uint32_t>& leaves, const Ranks& ranks) {
    std::vector<std::uint32_t> next(ranks.names + 1), out(leaves.size());
    for (const std::uint32_t rank : ranks.of_leaf) ++next[rank + 1];
    std::partial_sum(next.begin(), next.end(), next.begin());
    for (const std::uint32_t leaf : leaves) out[next[ranks.of_leaf[leaf]]++] = leaf;
    return out;
}

Tree tree_of(std::span<const Leaf> leaves) {
    const Ranks lp = ranks(leaves, &Leaf::lp), symbol = ranks(leaves, &Leaf::symbol);
    Tree t;
    t.leaf.resize(leaves.size());
    std::iota(t.leaf.begin(), t.leaf.end(), 0u);
    t.leaf = sorted(sorted(sorted(t.leaf, ranks(leaves, &Leaf::place)), symbol), lp);
    for (std::uint32_t k = 0; k < t.leaf.size(); ++k) {
        const std::uint32_t now = t.leaf[k], before = t.leaf[k == 0 ? 0 : k - 1];
        const bool new_lp = k == 0 || lp.of_leaf[now] != lp.of_leaf[before];
        if (new_lp) t.lp_begin.push_back(static_cast<std::uint32_t>(t.pair_begin.size()));
        if (new_lp || symbol.of_leaf[now] != symbol.of_leaf[before]) t.pair_begin.push_back(k);
    }
    t.lp_begin.push_back(static_cast<std::uint32_t>(t.pair_begin.size()));
    t.pair_begin.push_back(static_cast<std::uint32_t>(leaves.size()));
    return t;
}

// Groups of siblings: family f is children [begins[f], begins[f + 1]).
template <class T>
std::vector<std::span<const T>> families(std::span<const T> children,
                                         std::span<const std::uint32_t> begins) {
    std::vector<std::span<const T>> out;
    out.reserve(begins.size() - 1);
    for (std::size_t f = 0; f + 1 < begins.size(); ++f)
        out.push_back(children.subspan(begins[f], begins[f + 1] - begins[f]));
    return out;
}

// Belief in one leaf, as it is shown.
void believe(Hierarchy& h, std::uint32_t leaf, Measure m, const Seen& seen, std::size_t slot,
             double mean, double var) {
    h.leaves[leaf][index(m)] = {mean, var, seen.weights[slot], seen.trials[slot].n, false};
}

// A parent's trials out of its children's, each discounted for standing together.
Trials parent_trials(std::span<const Trials> children, double phi, double strength) {
    Trials p;
    double sum = 0;
    for (const Trials& c : children) {
        if (c.n <= 0) continue;
        const double n = design_n(c.n / phi, strength);
        p.n += n;
        sum += n * c.mean;
    }
    if (p.n > 0) p.mean = sum / p.n;
    return p;
}

void fit_rate(const Tree& t, const Seen& seen, Measure m, Hierarchy& h) {
    FitRule rule{.means = false};
    const auto cells = families<Trials>(seen.trials, t.pair_begin);
    const RateFit cell_fit = fit_rates(cells, rule);
    const double phi = cell_fit.phi;
    rule.phi = 1;  // counts are divided by phi from here on
    std::vector<Trials> pairs(t.pairs()), lps(t.lps());
    for (std::size_t p = 0; p < pairs.size(); ++p)
        pairs[p] = parent_trials(cells[p], phi, cell_fit.strength);
    const auto pairs_of_lp = families<Trials>(pairs, t.lp_begin);
    const RateFit pair_fit = fit_rates(pairs_of_lp, rule);
    for (std::size_t lp = 0; lp < lps.size(); ++lp)
        lps[lp] = parent_trials(pairs_of_lp[lp], 1, pair_fit.strength);
    rule.means = true;
    const std::span<const Trials> all[] = {lps};
    const RateFit lp_fit = fit_rates(all, rule);
    // All orders alike is no proof that the next one will be (docs/decisions/0025): half an order
    // of the other kind is always thought possible.
    double orders = 0;
    for (const Trials& cell : seen.trials) orders += cell.n;
    const double edge = 0.5 / (orders + 1);
    const double mu = std::clamp(lp_fit.mu[0], edge, 1 - edge);

    for (std::size_t lp = 0; lp < lps.size(); ++lp) {
        const Beta of_lp = posterior(lps[lp].n, lps[lp].mean, mu, lp_fit.strength);
        const double lp_mean = of_lp.mean(),
                     lp_strength = inflated_strength(lp_mean, of_lp.var(), pair_fit.strength);
        for (std::size_t p = t.lp_begin[lp]; p < t.lp_begin[lp + 1]; ++p) {
            const Beta of_pair = posterior(pairs[p].n, pairs[p].mean, lp_mean, lp_strength);
            const double pair_mean = of_pair.mean(),
                         pair_strength =
                             inflated_strength(pair_mean, of_pair.var(), cell_fit.strength);
            for (std::size_t k = t.pair_begin[p]; k < t.pair_begin[p + 1]; ++k) {
                const Trials& c = seen.trials[k];
                const Beta of_cell = posterior(c.n / phi, c.mean, pair_mean, pair_strength);
                believe(h, t.leaf[k], m, seen, k, of_cell.mean(), of_cell.var());
            }
        }
    }
    h.within[index(m)] = phi * mu * (1 - mu);
}

// A family's mean, as what was measured of one child of the level above.
Measured measured(const Normal& mean) {
    return {mean.mean, std::max(mean.var, 1e-300)};
}

// Variance of one trial within a cell, over all of them.
double within_cells(std::span<const Trials> seen, std::span<const double> means) {
    double within = 0;
    if (const auto pooled = pooled_variance(seen)) {
        within = *pooled;
    } else {  // single trials only: what they differ by is all that is known
        const auto n = static_cast<double>(means.size());
        const double mean = std::accumulate(means.begin(), means.end(), 0.0) / n;
        for (const double x : means) within += (x - mean) * (x - mean);
        within = means.size() > 1 ? within / (n - 1) : mean * mean + 1;
    }
    const double scale = std::abs(means.front()) + 1;
    return std::max(within, 1e-12 * scale * scale);
}

// What has a value of one measure, level by level; cells, pairs and LPs without one are left out.
struct MeasuredTree {
    std::vector<Measured> cells, pairs, lps;
    std::vector<std::uint32_t> cell_begin{0}, pair_begin{0};  // by pair, by LP
    bool has_cells(std::size_t pair) const { return cell_begin[pair] != cell_begin[pair + 1]; }
    bool has_pairs(std::size_t lp) const { return pair_begin[lp] != pair_begin[lp + 1]; }
};

// Variance between cells, pairs, LPs; and the mean of all.
struct Levels {
    double cells{}, pairs{}, lps{};
    Normal root;
};

Levels climb(const Tree& t, MeasuredTree& x) {
    const NormalFit cell_fit = fit_magnitudes(families<Measured>(x.cells, x.cell_begin));
    x.pairs.reserve(t.pairs());
    for (std::size_t lp = 0; lp < t.lps(); ++lp) {
        for (std::size_t p = t.lp_begin[lp]; p < t.lp_begin[lp + 1]; ++p)
            if (x.has_cells(p)) x.pairs.push_back(measured(cell_fit.mu[p]));
        x.pair_begin.push_back(static_cast<std::uint32_t>(x.pairs.size()));
    }
    const NormalFit pair_fit = fit_magnitudes(families<Measured>(x.pairs, x.pair_begin));
    for (std::size_t lp = 0; lp < t.lps(); ++lp)
        if (x.has_pairs(lp)) x.lps.push_back(measured(pair_fit.mu[lp]));
    const std::span<const Measured> all[] = {x.lps};
    const NormalFit lp_fit = fit_magnitudes(all);
    return {cell_fit.tau2, pair_fit.tau2, lp_fit.tau2, lp_fit.mu[0]};
}

void fit_magnitude(const Tree& t, const Seen& seen, Measure m, double m_fallback, double winsor,
                   Hierarchy& h) {
    std::vector<double> means;
    means.reserve(seen.trials.size());
    for (const Trials& c : seen.trials)
        if (c.n > 0) means.push_back(c.mean);
    if (means.empty()) return;
    const double within = h.within[index(m)] = within_cells(seen.trials, means);
    const Interval limits = winsor_limits(means, winsor, std::sqrt(within));

    MeasuredTree x;
    x.cells.reserve(means.size());
    x.cell_begin.reserve(t.pair_begin.size());
    for (std::size_t p = 0; p < t.pairs(); ++p) {
        for (std::size_t k = t.pair_begin[p]; k < t.pair_begin[p + 1]; ++k)
            if (const Trials& c = seen.trials[k]; c.n > 0)
                x.cells.push_back({winsorised(c.mean, limits), within / c.n});
        x.cell_begin.push_back(static_cast<std::uint32_t>(x.cells.size()));
    }
    const Levels between = climb(t, x);

    auto cell = x.cells.begin(), pair = x.pairs.begin(), lp_here = x.lps.begin();
    for (std::size_t lp = 0; lp < t.lps(); ++lp) {
        const Normal of_lp = x.has_pairs(lp)
                                 ? posterior(*lp_here++, between.root, between.lps)
                                 : Normal{between.root.mean, between.root.var + between.lps};
        for (std::size_t p = t.lp_begin[lp]; p < t.lp_begin[lp + 1]; ++p) {
            const Normal of_pair = x.has_cells(p) ? posterior(*pair++, of_lp, between.pairs)
                                                  : Normal{of_lp.mean, of_lp.var + between.pairs};
            for (std::size_t k = t.pair_begin[p]; k < t.pair_begin[p + 1]; ++k) {
                Normal of_cell{of_pair.mean, of_pair.var + between.cells};
                if (const Trials& c = seen.trials[k]; c.n > 0) {
                    if (m == Measure::latency_ms)
                        // The plain mean of the note-compatible profiles (docs/spec.md 5.4).
                        of_cell = {pseudo_mean(of_pair.mean, m_fallback, c.mean * c.n, c.n),
                                   within / (m_fallback + c.n)};
                    else
                        of_cell = posterior(*cell, of_pair, between.cells);
                    ++cell;
                }
                believe(h, t.leaf[k], m, seen, k, of_cell.mean, of_cell.var);
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
    Seen seen{std::vector<Trials>(leaves.size()), std::vector<double>(leaves.size())};
    for (std::size_t k = 0; k < kMeasures; ++k) {
        const auto m = static_cast<Measure>(k);
        double weight = 0, sum = 0;
        for (std::size_t slot = 0; slot < leaves.size(); ++slot) {
            const Evidenced e = evidenced(leaves[tree.leaf[slot]].stats, m);
            seen.trials[slot] = {e.n_eff, e.mean, std::nullopt};
            if (e.n_eff > 1) seen.trials[slot].variance = e.variance;
            seen.weights[slot] = e.weight;
            weight += e.weight;
            sum += e.weight * e.mean;
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
