#include "core/score/ranking.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/score/draws.h"
#include "core/score/goalposts.h"
#include "core/units/elementary.h"

namespace assay::score {
namespace {

Gate gate_of(const Profile& p, const Candidate& c, const Composite& composite) {
    if (!c.available) return Gate::unavailable;
    if (!composite.score) return Gate::no_score;
    const Belief& rejects = of(c.beliefs, Scored::reject_rate);
    if (rejects.usable() && rejects.mean > p.max_reject_rate) return Gate::reject_rate;
    return Gate::open;
}

// How many orders a Beta of this mean and variance stands for: m(1-m)/V - 1.
double orders_behind(double mean, double var) {
    return std::max(mean * (1 - mean) / var - 1, 0.02);
}

double drawn_rate(double mean, double var, Draws& draws) {
    const double m = std::clamp(mean, 0.0, 1.0);
    if (!(var > 0) || m == 0 || m == 1) return m;
    const double n = orders_behind(m, var);
    return draws.beta(m * n, (1 - m) * n);
}

// A Dirichlet over (filled, rejected, neither) where both beliefs stand for the same number of
// orders. The fill rate is drawn first; the rejects are a share of what was not filled.
double drawn_rejects(const Beliefs& b, double drawn_fill, Draws& draws) {
    const Belief& rejects = of(b, Scored::reject_rate);
    const Belief& fills = of(b, Scored::fill_rate);
    if (!fills.usable() || !(rejects.var > 0)) {  // alone, or held fixed
        return drawn_rate(rejects.mean, rejects.var, draws);
    }
    const double unfilled = 1 - std::clamp(fills.mean, 0.0, 1.0);
    const double r = std::min(std::clamp(rejects.mean, 0.0, 1.0), unfilled);
    const double most = 1 - drawn_fill;
    if (r == 0) return 0;
    const double n = orders_behind(r, rejects.var);
    const double rest = unfilled - r;
    return rest > 0 ? most * draws.beta(r * n, rest * n) : most;
}

double drawn_magnitude(const Term& t, const Belief& b, Draws& draws) {
    if (!(b.var > 0)) return b.mean;
    const double z = draws.normal();
    if (t.scale == Scale::linear) return b.mean + std::sqrt(b.var) * z;
    const double centre = std::max(b.mean, kLeastOnLogScale);
    return centre * elementary::exp(std::sqrt(b.var) / centre * z);
}

}  // namespace

const char* text(Gate g) {
    switch (g) {
        case Gate::open:
            return "eligible";
        case Gate::no_score:
            return "no score: too much of the profile is absent";
        case Gate::reject_rate:
            return "rejects more than the profile allows";
        case Gate::unavailable:
            return "not available";
    }
    return "";
}

Ranking ranked(const Profile& p, std::span<const Candidate> candidates, double z) {
    Ranking r;
    for (std::size_t i = 0; i < candidates.size(); ++i) {
        Place place;
        place.candidate = i;
        place.composite = composite(p, candidates[i].beliefs);
        place.lcb = place.composite.lcb(z);
        place.gate = gate_of(p, candidates[i], place.composite);
        r.places.push_back(std::move(place));
    }
    const auto value = [&](const Place& place) {
        return (p.rank_by == RankBy::lcb ? place.lcb : place.composite.score)
            .value_or(-std::numeric_limits<double>::infinity());
    };
    std::sort(r.places.begin(), r.places.end(), [&](const Place& a, const Place& b) {
        if ((a.gate == Gate::open) != (b.gate == Gate::open)) return a.gate == Gate::open;
        if (value(a) != value(b)) return value(a) > value(b);
        const Candidate& x = candidates[a.candidate];
        const Candidate& y = candidates[b.candidate];
        if (x.expected_latency_ms != y.expected_latency_ms) {
            return x.expected_latency_ms < y.expected_latency_ms;
        }
        return x.name < y.name;
    });
    return r;
}

double drawn_score(const Profile& p, const Beliefs& beliefs, std::uint64_t config_hash,
                   std::uint64_t profile_hash, std::uint64_t cell, std::uint64_t draw) {
    // A stream for each KPI: leaving one out does not shift the others.
    const auto stream = [&](Scored k) {
        return Draws({config_hash, profile_hash, cell, draw, index(k)});
    };
    const Belief& fills = of(beliefs, Scored::fill_rate);
    double fill = 0;
    if (fills.usable()) {
        Draws draws = stream(Scored::fill_rate);
        fill = drawn_rate(fills.mean, fills.var, draws);
    }
    double sum = 0, present = 0;
    for (const Term& t : p.terms) {
        const Belief& b = of(beliefs, t.kpi);
        if (!b.usable()) continue;
        Draws draws = stream(t.kpi);
        double x = 0;
        if (t.kpi == Scored::fill_rate)
            x = fill;
        else if (t.kpi == Scored::reject_rate)
            x = drawn_rejects(beliefs, fill, draws);
        else
            x = drawn_magnitude(t, b, draws);
        sum += t.weight_bp * utility(t, x);
        present += t.weight_bp;
    }
    return present > 0 ? 100 * sum / present : 0;
}

void draw_p_best(Ranking& r, const Profile& p, std::span<const Candidate> candidates,
                 std::uint64_t config_hash, int draws) {
    std::vector<Place*> eligible;
    for (Place& place : r.places) {
        place.p_best.reset();
        if (place.gate == Gate::open) eligible.push_back(&place);
    }
    r.undecided = false;
    if (eligible.empty() || draws <= 0) return;
    const std::uint64_t profile_hash = p.hash();
    std::vector<double> wins(eligible.size()), scores(eligible.size());
    for (int draw = 0; draw < draws; ++draw) {
        for (std::size_t i = 0; i < eligible.size(); ++i) {
            const Candidate& c = candidates[eligible[i]->candidate];
            scores[i] = drawn_score(p, c.beliefs, config_hash, profile_hash, c.cell,
                                    static_cast<std::uint64_t>(draw));
        }
        const double best = *std::max_element(scores.begin(), scores.end());
        const auto ties = static_cast<double>(std::count(scores.begin(), scores.end(), best));
        for (std::size_t i = 0; i < wins.size(); ++i) {
            if (scores[i] == best) wins[i] += 1 / ties;
        }
    }
    for (std::size_t i = 0; i < eligible.size(); ++i) eligible[i]->p_best = wins[i] / draws;
    r.undecided = *eligible.front()->p_best < kDecided;
}

}  // namespace assay::score
