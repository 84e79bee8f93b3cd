#include "core/score/goalposts.h"

#include <algorithm>
#include <cmath>

#include "core/units/elementary.h"

namespace assay::score {
namespace {

double scaled(Scale scale, double x) {
    return scale == Scale::log ? elementary::ln(std::max(x, kLeastOnLogScale)) : x;
}

}  // namespace

Goalposts::Goalposts(const Term& t) : scale_(t.scale), worst_(scaled(t.scale, t.worst)) {
    span_ = scaled(t.scale, t.best) - worst_;
}

double Goalposts::utility(double x) const {
    return std::clamp((scaled(scale_, x) - worst_) / span_, 0.0, 1.0);
}

double slope(const Term& t, double x) {
    const double inside = 1 / std::fabs(scaled(t.scale, t.best) - scaled(t.scale, t.worst));
    const bool outside = x < std::min(t.worst, t.best) || x > std::max(t.worst, t.best);
    return outside ? 0.5 * inside : inside;
}

double scaled_variance(const Term& t, double x, double var) {
    if (t.scale != Scale::log) return var;
    const double at = std::max(x, kLeastOnLogScale);
    return var / (at * at);
}

}  // namespace assay::score
