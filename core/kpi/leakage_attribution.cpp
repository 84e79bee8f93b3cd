#include "core/kpi/leakage_attribution.h"

#include <algorithm>
#include <cmath>

namespace assay::kpi {

LeakageAttribution::LeakageAttribution(std::size_t lps, Intercept intercept)
    : lps_(lps),
      size_(lps + (intercept == Intercept::fitted ? 1 : 0)),
      normal_(size_ * size_),
      right_(size_) {}

void LeakageAttribution::observe(std::span<const double> lots, double moved_bps, double keep) {
    std::vector<double> x(lots.begin(), lots.end());
    if (size_ > lps_) x.push_back(1.0);
    const double y = std::clamp(moved_bps, -kClipBps, kClipBps);
    for (std::size_t i = 0; i < size_; ++i) {
        right_[i] = right_[i] * keep + x[i] * y;
        for (std::size_t j = 0; j < size_; ++j) at(i, j) = at(i, j) * keep + x[i] * x[j];
    }
}

std::vector<double> LeakageAttribution::solve(double class_mean) const {
    std::vector<double> a = normal_, b = right_;
    for (std::size_t i = 0; i < lps_; ++i) {
        a[i * size_ + i] += kLambda;
        b[i] += kLambda * class_mean;
    }
    // Gaussian elimination with partial pivoting: at most some dozens of LPs, once a second.
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
    b.resize(lps_);
    for (double& ell : b) ell = std::max(0.0, ell);
    return b;
}

}  // namespace assay::kpi
