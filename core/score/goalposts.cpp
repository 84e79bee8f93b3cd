#include "core/score/goalposts.h"

#include <algorithm>
#include <cmath>

#include "core/units/elementary.h"

namespace assay::score {
namespace {

double on_scale(const Term& t, double x) {
    return t.scale == Scale::log ? elementary::ln(std::max(x, kLeastOnLogScale)) : x;
}

}  // namespace

double utility(const Term& t, double x) {
    const double worst = on_scale(t, t.worst), best = on_scale(t, t.best);
    return std::clamp((on_scale(t, x) - worst) / (best - worst), 0.0, 1.0);
}

double slope(const Term& t, double x) {
    const double inside = 1 / std::fabs(on_scale(t, t.best) - on_scale(t, t.worst));
    const bool outside = x < std::min(t.worst, t.best) || x > std::max(t.worst, t.best);
    return outside ? 0.5 * inside : inside;
}

}  // namespace assay::score
