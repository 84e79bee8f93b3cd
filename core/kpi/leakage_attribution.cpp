#include "core/kpi/leakage_attribution.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/units/elementary.h"

namespace assay::kpi {

namespace {

double clipped(double moved_bps) {
    return std::clamp(moved_bps, -LeakageAttribution::kClipBps, LeakageAttribution::kClipBps);
}

}  // namespace

void LeakageStratum::observe(std::span<const ShownLots> shown, double moved_bps, double weight) {
    W += weight;
    y += weight * clipped(moved_bps);
    for (const ShownLots& one : shown) {
        const auto known = std::find_if(x.begin(), x.end(),
                                        [&](const ShownLots& mine) { return mine.lp == one.lp; });
        if (known == x.end())
            x.push_back({one.lp, weight * one.lots});
        else
            known->lots += weight * one.lots;
    }
}

void LeakageStratum::scale(double factor) {
    W *= factor;
    y *= factor;
    for (ShownLots& one : x) one.lots *= factor;
}

bool LeakageAttribution::bounded(std::span<const ShownLots> shown) {
    return std::all_of(shown.begin(), shown.end(),
                       [](const ShownLots& x) { return x.lp < kMostLps; });
}

void LeakageAttribution::make_room(std::size_t lps) {
    size_ = std::max(size_, lps);
    normal_.resize(size_ * (size_ + 1) / 2);
    right_.resize(size_);
}

void LeakageAttribution::observe(std::span<const ShownLots> shown, double moved_bps,
                                 double weight) {
    if (!bounded(shown)) return;
    for (const ShownLots& x : shown)
        if (x.lp >= size_) make_room(x.lp + 1);
    const double y = clipped(moved_bps);
    for (std::size_t i = 0; i < shown.size(); ++i) {
        const double wx = weight * shown[i].lots;
        right_[shown[i].lp] += wx * y;
        for (std::size_t j = 0; j <= i; ++j) at(shown[i].lp, shown[j].lp) += wx * shown[j].lots;
    }
}

void LeakageAttribution::centre(const LeakageStratum& s) {
    if (!(s.W > 0)) return;
    for (const ShownLots& x : s.x)
        if (x.lp >= size_) return;  // other rounds than ours
    for (std::size_t i = 0; i < s.x.size(); ++i) {
        right_[s.x[i].lp] -= s.x[i].lots * s.y / s.W;
        for (std::size_t j = 0; j <= i; ++j)
            at(s.x[i].lp, s.x[j].lp) -= s.x[i].lots * s.x[j].lots / s.W;
    }
}

void LeakageAttribution::merge(const LeakageAttribution& other, std::span<const std::uint32_t> ids,
                               double factor) {
    for (std::size_t i = 0; i < other.size_; ++i)
        if (ids[i] >= size_) make_room(ids[i] + 1);
    for (std::size_t i = 0; i < other.size_; ++i) {
        right_[ids[i]] += factor * other.right_[i];
        for (std::size_t j = 0; j <= i; ++j) at(ids[i], ids[j]) += factor * other.at(i, j);
    }
}

void LeakageAttribution::scale(double factor) {
    for (double& x : normal_) x *= factor;
    for (double& x : right_) x *= factor;
}

namespace {

// L of a symmetric positive definite matrix L L', row by row, in its place.
void cholesky(std::vector<double>& a, std::size_t n) {
    for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = 0; j <= i; ++j) {
            double sum = a[i * n + j];
            for (std::size_t k = 0; k < j; ++k) sum -= a[i * n + k] * a[j * n + k];
            a[i * n + j] = i == j ? std::sqrt(std::max(sum, 1e-300)) : sum / a[j * n + j];
        }
}
void solve_lower(const std::vector<double>& l, std::size_t n, std::vector<double>& b) {
    for (std::size_t i = 0; i < n; ++i) {
        for (std::size_t k = 0; k < i; ++k) b[i] -= l[i * n + k] * b[k];
        b[i] /= l[i * n + i];
    }
}
void solve_upper(const std::vector<double>& l, std::size_t n, std::vector<double>& b) {
    for (std::size_t i = n; i-- > 0;) {
        for (std::size_t k = i + 1; k < n; ++k) b[i] -= l[k * n + i] * b[k];
        b[i] /= l[i * n + i];
    }
}

}  // namespace

// Under the prior N(mean, precision^-1 (I - together 11')^-1).
LeakageAttribution::Solved LeakageAttribution::solved(double precision, double together,
                                                      double mean) const {
    const std::size_t n = size_;
    const double all = static_cast<double>(n);
    Solved s;
    s.lower.resize(n * n);
    for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = 0; j < n; ++j)
            s.lower[i * n + j] = at(i, j) + precision * ((i == j ? 1.0 : 0.0) - together);
    cholesky(s.lower, n);
    s.ell = right_;
    for (double& b : s.ell) b += precision * (1 - together * all) * mean;
    solve_lower(s.lower, n, s.ell);
    s.log_evidence = all * elementary::ln(precision) / 2;
    for (std::size_t i = 0; i < n; ++i)
        s.log_evidence += s.ell[i] * s.ell[i] / 2 - elementary::ln(s.lower[i * n + i]);
    solve_upper(s.lower, n, s.ell);
    return s;
}

std::vector<double> LeakageAttribution::ridge(double lambda, double mean) const {
    std::vector<double> ell = solved(lambda, 0, mean).ell;
    for (double& x : ell) x = std::max(0.0, x);
    return ell;
}

std::vector<LeakageAttribution::Belief> LeakageAttribution::believed() const {
    constexpr int kScales = 16;                                  // of tau
    constexpr double kLeast = 1e-5, kStep = 2.1544346900318843;  // three to a factor of ten
    const std::size_t n = size_;
    std::vector<Belief> out(n);
    std::vector<double> unit(n);
    double sum = 0, most = -std::numeric_limits<double>::infinity(), tau = kLeast;
    for (int k = 0; k < kScales && n > 0; ++k, tau *= kStep) {
        const Solved s = solved(1 / (tau * tau), 1 / static_cast<double>(n + 1), 0);
        // What was added so far counts less once a likelier scale comes.
        const double faded = elementary::exp(std::min(0.0, most - s.log_evidence));
        most = std::max(most, s.log_evidence);
        const double weight = elementary::exp(s.log_evidence - most);
        sum = faded * sum + weight;
        for (std::size_t i = 0; i < n; ++i) {
            std::fill(unit.begin(), unit.end(), 0.0);
            unit[i] = 1;
            solve_lower(s.lower, n, unit);
            double second = s.ell[i] * s.ell[i];
            for (const double x : unit) second += x * x;
            out[i].mean = faded * out[i].mean + weight * s.ell[i];
            out[i].sd = faded * out[i].sd + weight * second;
        }
    }
    for (Belief& b : out) {
        b.mean /= sum;
        b.sd = std::sqrt(std::max(0.0, b.sd / sum - b.mean * b.mean));
    }
    return out;
}

}  // namespace assay::kpi
