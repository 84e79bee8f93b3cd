#include "core/kpi/leakage_attribution.h"

#include <algorithm>
#include <cmath>

namespace assay::kpi {

LeakageAttribution::LeakageAttribution(Intercept intercept)
    : first_(intercept == Intercept::fitted ? 1 : 0) {
    size_ = first_;
    make_room(0);
}

void LeakageAttribution::make_room(std::size_t lps) {
    size_ = std::max(size_, first_ + lps);
    normal_.resize(size_ * (size_ + 1) / 2);
    right_.resize(size_);
}

void LeakageAttribution::observe(std::span<const ShownLots> shown, double moved_bps,
                                 double weight) {
    std::uint32_t most = 0;
    for (const ShownLots& x : shown) most = std::max(most, x.lp);
    if (most >= kMostLps || !std::isfinite(moved_bps) || !(weight > 0)) return;
    if (first_ + most >= size_) make_room(most + 1);
    const double y = std::clamp(moved_bps, -kClipBps, kClipBps);
    if (first_ == 1) {
        at(0, 0) += weight;
        right_[0] += weight * y;
    }
    for (std::size_t i = 0; i < shown.size(); ++i) {
        const std::size_t row = first_ + shown[i].lp;
        const double wx = weight * shown[i].lots;
        if (first_ == 1) at(row, 0) += wx;
        right_[row] += wx * y;
        for (std::size_t j = 0; j <= i; ++j) at(row, first_ + shown[j].lp) += wx * shown[j].lots;
    }
}

void LeakageAttribution::merge(const LeakageAttribution& other, std::span<const std::uint32_t> ids,
                               double factor) {
    const auto row_of = [&](std::size_t i) { return i < first_ ? i : first_ + ids[i - first_]; };
    for (std::size_t i = 0; i < other.size_; ++i)
        if (row_of(i) >= size_) make_room(row_of(i) - first_ + 1);
    for (std::size_t i = 0; i < other.size_; ++i) {
        right_[row_of(i)] += factor * other.right_[i];
        for (std::size_t j = 0; j <= i; ++j) at(row_of(i), row_of(j)) += factor * other.at(i, j);
    }
}

void LeakageAttribution::scale(double factor) {
    for (double& x : normal_) x *= factor;
    for (double& x : right_) x *= factor;
}

double LeakageAttribution::pooled() const {
    double xx = kLambda, xy = 0;
    for (std::size_t i = first_; i < size_; ++i) {
        xy += right_[i];
        for (std::size_t j = first_; j < size_; ++j) xx += at(i, j);
    }
    if (first_ == 1 && at(0, 0) > 0) {
        double x = 0;
        for (std::size_t i = 1; i < size_; ++i) x += at(i, 0);
        xx -= x * x / at(0, 0);
        xy -= x * right_[0] / at(0, 0);
    }
    return std::max(0.0, xy / xx);
}

std::vector<double> LeakageAttribution::solve(double class_mean) const {
    std::vector<double> a(size_ * size_), b = right_;
    for (std::size_t i = 0; i < size_; ++i)
        for (std::size_t j = 0; j < size_; ++j) a[i * size_ + j] = at(i, j);
    for (std::size_t i = first_; i < size_; ++i) {
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
        if (!(std::fabs(a[pivot * size_ + column]) > 1e-12)) return {};
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
    b.erase(b.begin(), b.begin() + static_cast<std::ptrdiff_t>(first_));
    for (double& ell : b) ell = std::max(0.0, ell);
    return b;
}

}  // namespace assay::kpi
