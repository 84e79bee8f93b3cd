#include "core/score/draws.h"

#include <cmath>

#include "core/estimate/distributions.h"
#include "core/units/elementary.h"

namespace assay::score {

GammaShape::GammaShape(double shape) : shape_(shape) {
    // Below 1 the method does not hold: one shape higher is drawn and scaled back.
    d_ = (shape < 1 ? shape + 1 : shape) - 1.0 / 3;
    c_ = 1 / std::sqrt(9 * d_);
    squeezed_ = d_ < 1e6;
}

double GammaShape::least() const {
    const double root = 1 - c_ * Draws::kFarthestNormal;
    return shape_ < 1 || root < 0 ? 0 : d_ * root * root * root;
}

double GammaShape::most() const {
    const double root = 1 + c_ * Draws::kFarthestNormal;
    return d_ * root * root * root;
}

Draws::Draws(std::initializer_list<std::uint64_t> key) {
    for (const std::uint64_t part : key) key_ = mixed(key_ + kGolden + digest(part));
}

double Draws::normal() {
    return estimate::normal_quantile(uniform());
}

double Draws::gamma(const GammaShape& shape) {
    double scale = 1;
    if (shape.shape_ < 1) scale = elementary::exp(elementary::ln(uniform()) / shape.shape_);
    const double d = shape.d_, c = shape.c_;
    for (;;) {
        const double x = normal(), root = 1 + c * x;
        if (!(root > 0)) continue;
        const double v = root * root * root, u = uniform(), square = x * x;
        // Their squeeze spares 98 of 100 draws the logarithms. It is held a millionth further
        // inside, where the rounding of the exact rule (below d * 1e-14) cannot tell otherwise.
        if (shape.squeezed_ && u < 1 - 1e-6 - 0.0331 * (square * square)) return d * v * scale;
        if (elementary::ln(u) < 0.5 * x * x + d - d * v + d * elementary::ln(v))
            return d * v * scale;
    }
}

double Draws::beta(const GammaShape& a, const GammaShape& b) {
    const double x = gamma(a), y = gamma(b);
    // Both underflow only for shapes near 0, where the mass sits on the ends.
    return x + y > 0 ? x / (x + y) : (uniform() * (a.shape_ + b.shape_) < a.shape_ ? 1 : 0);
}

}  // namespace assay::score
