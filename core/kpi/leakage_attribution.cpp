#include "core/kpi/leakage_attribution.h"

#include <algorithm>
#include <cmath>

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

double LeakageAttribution::pooled() const {
    double xx = kLambda, xy = 0;
    for (std::size_t i = 0; i < size_; ++i) {
        xy += right_[i];
        for (std::size_t j = 0; j < size_; ++j) xx += at(i, j);
    }
    return std::max(0.0, xy / xx);
}

std::vector<double> LeakageAttribution::solve(double class_mean) const {
    std::vector<double> a(size_ * size_), b = right_;
    for (std::size_t i = 0; i < size_; ++i)
        for (std::size_t j = 0; j < size_; ++j) a[i * size_ + j] = at(i, j);
    for (std::size_t i = 0; i < size_; ++i) {
        a[i * size_ + i] += kLambda;
        b[i] += kLambda * class_mean;
    }
    // Gaussian elimination with partial pivoting: at most some dozens of LPs, once a report.
    for (std::size_t column = 0; column < size_; ++column) {
        std::size_t pivot = column;
        for (std::size_t row = column + 1; row < size_; ++row) {
            if (std::fabs(a[row * size_ + column]) > std::fabs(a[pivot * size_ + column]))
                pivot = row;
        }
        for (std::size_t k = 0; k < size_; ++k) {
            std::swap(a[pivot * size_ + k], a[column * size_ + k]);
        }
        std::swap(b[pivot], b[column]);
        for (std::size_t row = column + 1; row < size_; ++row) {
            const double factor = a[row * size_ + column] / a[column * size_ + column];
            for (std::size_t k = column; k < size_; ++k) {
                a[row * size_ + k] -= factor * a[column * size_ + k];
            }
            b[row] -= factor * b[column];
        }
    }
    for (std::size_t i = size_; i-- > 0;) {
        for (std::size_t k = i + 1; k < size_; ++k) b[i] -= a[i * size_ + k] * b[k];
        b[i] /= a[i * size_ + i];
    }
    for (double& ell : b) ell = std::max(0.0, ell);
    return b;
}

}  // namespace assay::kpi
