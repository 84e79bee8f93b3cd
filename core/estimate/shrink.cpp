#include "core/estimate/shrink.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

namespace assay::estimate {
namespace {

using Families = std::span<const std::span<const Trials>>;

// A trial in [0, 1] cannot vary more than a coin; and a sample without any spread is not proof
// that there is none.
constexpr double kPhiLeast = 0.05, kPhiMost = 1.0;
constexpr double kGammaLeast = 1 / (kStrengthMost + 1), kGammaMost = 0.999;

double within_share(Families families) {
    double within = 0, coin = 0;
    for (const auto& family : families) {
        double n = 0, y = 0;
        for (const Trials& c : family) {
            n += c.n;
            y += c.n * c.mean;
        }
        if (!(n > 0)) continue;
        const double mu = y / n;
        for (const Trials& c : family) {
            if (!(c.n > 1) || !c.variance) continue;
            within += (c.n - 1) * *c.variance;
            coin += (c.n - 1) * mu * (1 - mu);
        }
    }
    return coin > 0 ? std::clamp(within / coin, kPhiLeast, kPhiMost) : 1;
}

// A child's count, divided by phi, and its mean.
struct Counted {
    double n{}, mean{};
};

// Only what the moment equation hears of: children with trials, of families whose children are not
// all 0 or all 1. Those have a coin of 0, no spread, and add 0 to both sides.
struct Heard {
    std::vector<Counted> children;
    std::vector<std::uint32_t> ends;  // of families
};

Heard heard(Families families, double phi) {
    Heard h;
    for (const auto& family : families) {
        bool all_zero = true, all_one = true;
        const std::size_t begin = h.children.size();
        for (const Trials& c : family) {
            if (!(c.n > 0)) continue;
            all_zero &= c.mean == 0;
            all_one &= c.mean == 1;
            h.children.push_back({c.n / phi, c.mean});
        }
        if (all_zero || all_one)
            h.children.resize(begin);
        else
            h.ends.push_back(static_cast<std::uint32_t>(h.children.size()));
    }
    return h;
}

double kleinman(double n, double gamma) {
    return n / (1 + gamma * (n - 1));
}

// Both sides of the moment equation, of all families.
struct Moment {
    double numerator{}, denominator{};
};

// `weights`: one for each child.
Moment moment(const Heard& h, std::span<const double> weights) {
    Moment m;
    std::size_t begin = 0;
    for (const std::size_t end : h.ends) {
        double weight = 0, y = 0;
        for (std::size_t i = begin; i < end; ++i) {
            weight += weights[i];
            y += weights[i] * h.children[i].mean;
        }
        const double mu = y / weight, coin = mu * (1 - mu);
        if (end - begin == 1) {  // no siblings: all but rounding cancels
            const double off = h.children[begin++].mean - mu;
            m.numerator += weight * off * off;
            continue;
        }
        double spread = 0, a_sum = 0, a_over_n = 0;
        for (std::size_t i = begin; i < end; ++i) {
            const Counted& c = h.children[i];
            const double w = weights[i], a = w * (1 - w / weight);
            spread += w * (c.mean - mu) * (c.mean - mu);
            a_sum += a;
            a_over_n += a / c.n;
        }
        m.numerator += spread - coin * a_over_n;
        m.denominator += coin * (a_sum - a_over_n);
        begin = end;
    }
    return m;
}

// Mean of a family and the variance of that mean; 0.5 and 0.25 where it is empty.
Normal mean_of(std::span<const Trials> family, double phi, double gamma) {
    double weight = 0, y = 0;
    for (const Trials& c : family) {
        if (!(c.n > 0)) continue;
        const double w = kleinman(c.n / phi, gamma);
        weight += w;
        y += w * c.mean;
    }
    if (!(weight > 0)) return {0.5, 0.25};
    const double mu = y / weight, coin = mu * (1 - mu);
    double var = 0;
    for (const Trials& c : family) {
        if (!(c.n > 0)) continue;
        const double n = c.n / phi, w = kleinman(n, gamma);
        var += w * w * coin * (gamma + (1 - gamma) / std::max(n, 1.0));
    }
    return {mu, var / (weight * weight)};
}

// Children that never varied would weigh infinitely much.
double doubt(const Measured& c) {
    return std::max(c.v, 1e-18);
}

double median(std::vector<double> v) {
    const auto half = static_cast<std::ptrdiff_t>(v.size() / 2);
    std::nth_element(v.begin(), v.begin() + half, v.end());
    const double upper = v[static_cast<std::size_t>(half)];
    if (v.size() % 2 == 1) return upper;
    return 0.5 * (upper + *std::max_element(v.begin(), v.begin() + half));
}

}  // namespace

RateFit fit_rates(Families families, const FitRule& rule) {
    RateFit fit;
    fit.phi = rule.phi > 0 ? rule.phi : within_share(families);
    int children = 0;
    for (const auto& family : families)
        for (const Trials& c : family) children += c.n >= rule.min_n;
    fit.fallback = children < rule.min_children;
    fit.gamma = 1 / (kStrengthFallback + 1);
    const Heard h = fit.fallback ? Heard{} : heard(families, fit.phi);
    std::vector<double> weights;
    for (const Counted& c : h.children) weights.push_back(c.n);  // the first round weighs by n
    for (int round = 0; round < 30 && !fit.fallback; ++round) {
        const Moment m = moment(h, weights);
        if (!(m.denominator > 0)) {
            fit.fallback = true;
            fit.gamma = 1 / (kStrengthFallback + 1);
            break;
        }
        const double before = fit.gamma;
        fit.gamma = std::clamp(m.numerator / m.denominator, kGammaLeast, kGammaMost);
        if (round > 0 && std::fabs(fit.gamma - before) < 1e-7) break;
        for (std::size_t i = 0; i < weights.size(); ++i)
            weights[i] = kleinman(h.children[i].n, fit.gamma);
    }
    fit.strength = 1 / fit.gamma - 1;
    if (!rule.means) return fit;
    for (const auto& family : families) {
        const Normal mean = mean_of(family, fit.phi, fit.gamma);
        fit.mu.push_back(mean.mean);
        fit.mu_var.push_back(mean.var);
    }
    return fit;
}

double fast_kappa(std::span<const FastWindow> windows) {
    constexpr double kLeast = 1 / (kFastStrengthMost + 1);
    int enough = 0;
    double within = 0, coin = 0;
    for (const FastWindow& w : windows) {
        enough += w.seen.n >= 3;
        if (!(w.seen.n > 1) || !w.seen.variance) continue;
        within += (w.seen.n - 1) * *w.seen.variance;
        coin += (w.seen.n - 1) * w.prior * (1 - w.prior);
    }
    if (enough < 5) return kStrengthFallback;
    const double phi = coin > 0 ? std::clamp(within / coin, kPhiLeast, kPhiMost) : 1;
    double gamma = 0;
    for (int round = 0; round < 30; ++round) {
        double numerator = 0, denominator = 0;
        for (const FastWindow& w : windows) {
            const double n = w.seen.n / phi, m = w.prior * (1 - w.prior);
            if (!(n > 1)) continue;
            // The first round weighs by n.
            const double weight = round == 0 ? n : n / (1 + gamma * (n - 1));
            const double off = w.seen.mean - w.prior;
            numerator += weight * (off * off - m / n);
            denominator += weight * m * (1 - 1 / n);
        }
        if (!(denominator > 0)) return kStrengthFallback;
        const double before = gamma;
        gamma = std::clamp(numerator / denominator, kLeast, kGammaMost);
        if (round > 0 && std::fabs(gamma - before) < 1e-7) break;
    }
    return 1 / gamma - 1;
}

Beta posterior(double n, double mean, double parent_mean, double strength) {
    // A parent at exactly 0 or 1 would leave a shape of 0, which is no distribution.
    const double m = std::clamp(parent_mean, 1e-6, 1 - 1e-6);
    const double count = std::max(n, 0.0);
    return {count * mean + m * strength, count * (1 - mean) + (1 - m) * strength};
}

Beta posterior(double n, double mean, const Beta& parent, double strength) {
    return posterior(n, mean, parent.mean(),
                     inflated_strength(parent.mean(), parent.var(), strength));
}

double inflated_strength(double parent_mean, double parent_var, double strength) {
    const double coin = parent_mean * (1 - parent_mean);
    if (!(coin > 0)) return strength;  // a mean of exactly 0 or 1 leaves no room for doubt
    return std::max(coin / (parent_var + coin / (strength + 1)) - 1, 0.5);
}

double design_n(double n, double child_strength) {
    return n / (1 + std::max(n - 1, 0.0) / (child_strength + 1));
}

std::optional<double> pooled_variance(std::span<const Trials> children) {
    double sum = 0, n = 0;
    for (const Trials& c : children) {
        if (!(c.n > 1) || !c.variance) continue;
        sum += (c.n - 1) * *c.variance;
        n += c.n - 1;
    }
    if (!(n > 0)) return std::nullopt;
    return sum / n;
}

NormalFit fit_magnitudes(std::span<const std::span<const Measured>> families) {
    double numerator = 0, denominator = 0;
    for (const auto& family : families) {
        if (family.empty()) continue;
        double w = 0, wx = 0, ww = 0, q = 0;
        for (const Measured& c : family) {
            const double weight = 1 / doubt(c);
            w += weight;
            wx += c.x * weight;
            ww += weight * weight;
        }
        for (const Measured& c : family) q += (c.x - wx / w) * (c.x - wx / w) / doubt(c);
        numerator += q - static_cast<double>(family.size() - 1);
        denominator += w - ww / w;
    }
    NormalFit fit;
    fit.mu.reserve(families.size());
    fit.tau2 = denominator > 0 ? std::max(0.0, numerator / denominator) : 0;
    for (const auto& family : families) {
        double w = 0, wx = 0;
        for (const Measured& c : family) {
            w += 1 / (doubt(c) + fit.tau2);
            wx += c.x / (doubt(c) + fit.tau2);
        }
        fit.mu.push_back(w > 0 ? Normal{wx / w, 1 / w}
                               : Normal{0, std::numeric_limits<double>::infinity()});
    }
    return fit;
}

Normal posterior(const Measured& child, const Normal& parent, double tau2) {
    const double v = doubt(child), b = v / (v + tau2);
    return {b * parent.mean + (1 - b) * child.x, v * (1 - b) + b * b * parent.var};
}

Interval winsor_limits(std::span<const double> values, double reach, double least) {
    constexpr double kInfinity = std::numeric_limits<double>::infinity();
    if (values.empty()) return {-kInfinity, kInfinity};
    std::vector<double> v(values.begin(), values.end());
    const double middle = median(v);
    for (double& x : v) x = std::fabs(x - middle);
    const double far = reach * std::max(1.4826 * median(std::move(v)), least);
    if (!(far > 0)) return {-kInfinity, kInfinity};
    return {middle - far, middle + far};
}

double winsorised(double x, const Interval& limits) {
    return std::clamp(x, limits.low, limits.high);
}

Evidence evidence(double n_eff) {
    if (n_eff < 1) return Evidence::prior;
    return n_eff < 10 ? Evidence::low : Evidence::enough;
}

double cautious_rate(const Beta& belief, double n_eff, double median_of_peers) {
    if (n_eff >= 20) return belief.mean();
    return std::min(quantile(belief, 0.10), median_of_peers);
}

double pseudo_mean(double prior_mean, double strength, double sum, double n) {
    return (strength * prior_mean + sum) / (strength + n);
}

}  // namespace assay::estimate
