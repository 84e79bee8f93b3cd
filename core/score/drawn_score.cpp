#include "core/score/drawn_score.h"

#include <algorithm>
#include <cmath>

#include "core/units/elementary.h"

namespace assay::score {
namespace {

// How many orders a Beta of this mean and variance stands for: m(1-m)/V - 1.
double orders_behind(double mean, double var) {
    return std::max(mean * (1 - mean) / var - 1, 0.02);
}

}  // namespace

DrawnScore::Drawn DrawnScore::rate(double mean, double var) {
    const double m = std::clamp(mean, 0.0, 1.0);
    if (!(var > 0) || m == 0 || m == 1) return {.law = Law::fixed, .centre = m};
    const double n = orders_behind(m, var);
    return {.law = Law::beta, .a = GammaShape(m * n), .b = GammaShape((1 - m) * n)};
}

// A Dirichlet over (filled, rejected, neither) where both beliefs stand for the same number of
// orders. The fill rate is drawn first; the rejects are a share of what was not filled.
DrawnScore::Drawn DrawnScore::rejects(const Beliefs& b) {
    const Belief& rejects = of(b, Scored::reject_rate);
    const Belief& fills = of(b, Scored::fill_rate);
    if (!fills.usable() || !(rejects.var > 0)) {  // alone, or held fixed
        return rate(rejects.mean, rejects.var);
    }
    const double unfilled = 1 - std::clamp(fills.mean, 0.0, 1.0);
    const double r = std::min(std::clamp(rejects.mean, 0.0, 1.0), unfilled);
    if (r == 0) return {.law = Law::fixed};
    const double n = orders_behind(r, rejects.var);
    const double rest = unfilled - r;
    if (!(rest > 0)) return {.law = Law::unfilled};
    return {.law = Law::unfilled_beta, .a = GammaShape(r * n), .b = GammaShape(rest * n)};
}

DrawnScore::Drawn DrawnScore::magnitude(const Term& t, const Belief& b) {
    if (!(b.var > 0)) return {.law = Law::fixed, .centre = b.mean};
    if (t.scale == Scale::linear)
        return {.law = Law::normal, .centre = b.mean, .sd = std::sqrt(b.var)};
    const double centre = std::max(b.mean, kLeastOnLogScale);
    return {.law = Law::log_normal, .centre = centre, .sd = std::sqrt(b.var) / centre};
}

DrawnScore::DrawnScore(const Profile& p, const Beliefs& beliefs, std::uint64_t config_hash,
                       std::uint64_t profile_hash, std::uint64_t cell)
    : draws_({config_hash, profile_hash, cell}),
      // A stream for each KPI: leaving one out does not shift the others.
      fill_stream_(Draws::digest(index(Scored::fill_rate))) {
    for (const Term& t : p.terms) {
        const Belief& b = of(beliefs, t.kpi);
        if (!b.usable()) continue;
        DrawnTerm term{.weight_bp = static_cast<double>(t.weight_bp),
                       .is_fill = t.kpi == Scored::fill_rate,
                       .kpi = {},
                       .goalposts = Goalposts(t),
                       .stream = Draws::digest(index(t.kpi))};
        if (t.kpi == Scored::reject_rate)
            term.kpi = rejects(beliefs);
        else if (!term.is_fill)
            term.kpi = magnitude(t, b);
        if (const Belief& fills = of(beliefs, Scored::fill_rate);
            fills.usable() && (term.is_fill || t.kpi == Scored::reject_rate))
            fill_ = rate(fills.mean, fills.var);
        terms_.push_back(term);
        present_ += t.weight_bp;
    }
    double most = 0;
    for (std::size_t i = terms_.size(); i-- > 0;) {
        DrawnTerm& t = terms_[i];
        t.most = most += t.weight_bp * greatest_utility(t, t.is_fill ? fill_ : t.kpi);
    }
}

// Utility is monotone: the greatest stands at one end of what can be drawn.
double DrawnScore::greatest_utility(const DrawnTerm& t, const Drawn& k) {
    double low = k.centre, high = k.centre;
    switch (k.law) {
        case Law::fixed:
            break;
        case Law::beta:
            low = k.a.least() / (k.a.least() + k.b.most());
            high = k.a.most() / (k.a.most() + k.b.least());
            break;
        case Law::unfilled:
        case Law::unfilled_beta:
            low = 0;
            high = 1;
            break;
        case Law::normal:
            low -= k.sd * Draws::kFarthestNormal;
            high += k.sd * Draws::kFarthestNormal;
            break;
        case Law::log_normal:
            low *= elementary::exp(-k.sd * Draws::kFarthestNormal);
            high *= elementary::exp(k.sd * Draws::kFarthestNormal);
            break;
    }
    return std::max(t.goalposts.utility(low), t.goalposts.utility(high));
}

double DrawnScore::drawn(const Drawn& k, double fill, Draws draws) {
    switch (k.law) {
        case Law::fixed:
            break;
        case Law::beta:
            return draws.beta(k.a, k.b);
        case Law::unfilled:
            return 1 - fill;
        case Law::unfilled_beta:
            return (1 - fill) * draws.beta(k.a, k.b);
        case Law::normal:
            return k.centre + k.sd * draws.normal();
        case Law::log_normal:
            return k.centre * elementary::exp(k.sd * draws.normal());
    }
    return k.centre;
}

double DrawnScore::at(std::uint64_t draw, double to_beat) const {
    constexpr double kRounding = 1e-6;  // basis points
    if (!(present_ > 0)) return 0;
    const double enough = to_beat * present_ / 100 - kRounding;
    if (terms_.front().most < enough) return -1;
    const Draws of_draw = draws_.with(Draws::digest(draw));
    const double fill = drawn(fill_, 0, of_draw.with(fill_stream_));
    double sum = 0;
    for (const DrawnTerm& t : terms_) {
        if (sum + t.most < enough) return -1;
        const double x = t.is_fill ? fill : drawn(t.kpi, fill, of_draw.with(t.stream));
        sum += t.weight_bp * t.goalposts.utility(x);
    }
    return 100 * sum / present_;
}

}  // namespace assay::score
