#include "core/score/composite.h"

#include <algorithm>
#include <cmath>

#include "core/score/goalposts.h"

namespace assay::score {
namespace {

// 100 Sum w u / Sum w over the parts of one tier.
std::optional<double> tier_score(const Profile& p, const Composite& c, kpi::Tier wanted) {
    int whole = 0, absent = 0;
    double sum = 0;
    for (std::size_t i = 0; i < p.terms.size(); ++i) {
        if (tier(p.terms[i].kpi) != wanted) continue;
        whole += p.terms[i].weight_bp;
        if (c.parts[i].absent)
            absent += p.terms[i].weight_bp;
        else
            sum += p.terms[i].weight_bp * c.parts[i].u;
    }
    if (!stands(absent, whole)) return std::nullopt;
    return 100 * sum / (whole - absent);
}

}  // namespace

bool Belief::usable() const {
    return !absent && std::isfinite(mean) && std::isfinite(var);
}

std::optional<double> Composite::lcb(double z) const {
    if (!score) return std::nullopt;
    return *score - z * sd;
}

Composite composite(const Profile& p, const Beliefs& beliefs) {
    Composite c;
    int whole = 0;
    for (const Term& t : p.terms) {
        whole += t.weight_bp;
        if (!of(beliefs, t.kpi).usable()) c.absent_bp += t.weight_bp;
    }
    const double present = whole - c.absent_bp;
    double score = 0, var = 0;
    for (const Term& t : p.terms) {
        const Belief& b = of(beliefs, t.kpi);
        Part part{.kpi = t.kpi, .absent = !b.usable()};
        if (!part.absent) {
            part.u = utility(t, b.mean);
            part.weight = t.weight_bp / present;
            part.points = 100 * part.weight * part.u;
            const double v = scaled_variance(t, b.mean, b.var);
            part.sd = 100 * part.weight * slope(t, b.mean) * std::sqrt(std::max(v, 0.0));
            score += part.points;
            var += part.sd * part.sd;
        }
        c.parts.push_back(part);
    }
    c.sd = std::sqrt(var);
    if (stands(c.absent_bp, whole)) c.score = score;
    c.execution = tier_score(p, c, kpi::Tier::execution);
    c.liquidity = tier_score(p, c, kpi::Tier::liquidity);
    return c;
}

}  // namespace assay::score
