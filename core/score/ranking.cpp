#include "core/score/ranking.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/score/drawn_score.h"

namespace assay::score {

Gate gate_of(const Profile& p, const Beliefs& b, const Composite& c) {
    if (!c.score) return Gate::no_score;
    const Belief& rejects = of(b, Scored::reject_rate);
    if (rejects.usable() && rejects.mean > p.max_reject_rate) return Gate::reject_rate;
    return Gate::open;
}

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
        place.gate = candidates[i].available ? gate_of(p, candidates[i].beliefs, place.composite)
                                             : Gate::unavailable;
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
    std::vector<DrawnScore> drawn;
    for (const Place* place : eligible) {
        const Candidate& c = candidates[place->candidate];
        drawn.emplace_back(p, c.beliefs, config_hash, profile_hash, c.cell);
    }
    std::vector<double> wins(eligible.size()), scores(eligible.size());
    for (int draw = 0; draw < draws; ++draw) {
        double best = 0;
        for (std::size_t i = 0; i < eligible.size(); ++i) {
            scores[i] = drawn[i].at(static_cast<std::uint64_t>(draw), best);
            best = std::max(best, scores[i]);
        }
        const auto ties = static_cast<double>(std::count(scores.begin(), scores.end(), best));
        for (std::size_t i = 0; i < wins.size(); ++i) {
            if (scores[i] == best) wins[i] += 1 / ties;
        }
    }
    for (std::size_t i = 0; i < eligible.size(); ++i) eligible[i]->p_best = wins[i] / draws;
    r.undecided = *eligible.front()->p_best < kDecided;
}

}  // namespace assay::score
