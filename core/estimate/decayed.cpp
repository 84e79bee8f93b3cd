#include "core/estimate/decayed.h"

#include <algorithm>
#include <cmath>

#include "core/units/elementary.h"

namespace assay::estimate {
using namespace elementary;
namespace {

constexpr double kForgotten = 60;  // half-lives
constexpr double kRebaseAt = 500;  // half-lives

double half_lives(Duration age, Duration half_life) {
    if (half_life.ns <= 0) return 0;
    return static_cast<double>(age.ns) / static_cast<double>(half_life.ns);
}

void scale(Decayed& s, double d) {
    s.W *= d;
    s.W2 *= d * d;
    s.S1 *= d;
    s.S2 *= d;
}

// The surviving weight of something worth `w` at `at`, after s has been brought to max(t0, at).
// 0 where it is forgotten.
double bring_together(Decayed& s, Nanos at, double w, Duration half_life) {
    if (at >= s.t0) {
        const double age = half_lives(at - s.t0, half_life);
        if (age > kForgotten) {
            s = {};
        } else if (age > 0) {
            scale(s, exp2(-age));
        }
        s.t0 = at;
        return w;
    }
    const double age = half_lives(s.t0 - at, half_life);
    return age > kForgotten ? 0 : w * exp2(-age);
}

}  // namespace

double surviving(Duration age, Duration half_life) {
    return exp2(-half_lives(age, half_life));
}

void Decayed::observe(Nanos at, double x, double w, Duration half_life) {
    if (!std::isfinite(x) || !(w > 0) || !std::isfinite(w)) return;
    if (known(t0)) w = bring_together(*this, at, w, half_life);
    if (!(w > 0)) return;
    if (empty()) *this = {.t0 = at, .offset = x};
    const double y = x - offset;
    W += w;
    W2 += w * w;
    S1 += w * y;
    S2 += w * y * y;
}

std::optional<double> Decayed::mean() const {
    if (empty()) return std::nullopt;
    return offset + S1 / W;
}

double Decayed::n_eff() const {
    return empty() ? 0 : W * W / W2;
}

std::optional<double> Decayed::variance() const {
    const double n = n_eff();
    if (!(n > 1 + 1e-9)) return std::nullopt;
    const double m = S1 / W;
    return std::max(0.0, S2 / W - m * m) * n / (n - 1);
}

double ForwardClock::weight(Nanos at) const {
    return exp2(half_lives(at - landmark, half_life));
}

double ForwardClock::rebase(Nanos at) {
    if (half_life.ns <= 0) return 1;
    const std::int64_t whole = floor_div((at - landmark).ns, half_life.ns);
    if (static_cast<double>(whole) <= kRebaseAt) return 1;
    landmark = landmark + Duration{whole * half_life.ns};
    return exp2(-static_cast<double>(std::min<std::int64_t>(whole, 2000)));
}

}  // namespace assay::estimate
