// The composite score, 0 to 100, with its doubt (docs/spec.md 5.2, 5.3).
#pragma once

#include <array>
#include <optional>
#include <vector>

#include "core/score/profile.h"

namespace assay::score {

// What is believed of one KPI of one LP, in the KPI's unit. A belief N(m, v) in ln x is given as
// mean = e^m and var = v e^2m: on a log scale var/mean^2 is the variance of ln x again.
struct Belief {
    double mean{}, var{}, n_eff{};
    bool absent{true};

    // NaN and infinity are absent too.
    bool usable() const;
};
using Beliefs = std::array<Belief, kScored>;
inline Belief& of(Beliefs& b, Scored k) {
    return b[index(k)];
}
inline const Belief& of(const Beliefs& b, Scored k) {
    return b[index(k)];
}

// One KPI's part of a score.
struct Part {
    Scored kpi{};
    bool absent{};
    double u{};       // 0 to 1
    double weight{};  // share of the score, 0 to 1; absent KPIs have none and the others more
    double points{};  // 100 weight u
    double sd{};      // in points
};

struct Composite {
    // nullopt where KPIs with more than 40 % of the weight are absent; exactly 40 % still stands.
    std::optional<double> score;
    double sd{};              // points; KPIs taken as independent
    int absent_bp{};          // weight of the absent KPIs
    std::vector<Part> parts;  // in the order of the profile's terms
    // Scores of the profile's KPIs of one tier alone, by the same rules; nullopt where it has none.
    std::optional<double> execution, liquidity;

    // Score - z sd: routing uses the profile's z_route, reports z_report.
    std::optional<double> lcb(double z) const;
};
Composite composite(const Profile& p, const Beliefs& b);

// Whether `absent_bp` of `whole_bp` leaves a score standing.
constexpr bool stands(int absent_bp, int whole_bp) {
    return whole_bp > absent_bp && 10 * absent_bp <= 4 * whole_bp;
}

}  // namespace assay::score
