// Who is first, and how sure that is (docs/spec.md 5.3, 7a).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/score/composite.h"

namespace assay::score {

// One LP that could be ranked. `cell` keys its random draws: the same cell, the same draws.
struct Candidate {
    std::string name;
    std::uint64_t cell{};
    Beliefs beliefs;
    double expected_latency_ms{};  // breaks ties
    bool available{true};          // false: disabled, or its breaker is open
};

// Why an LP is not eligible.
enum class Gate : std::uint8_t { open, no_score, reject_rate, unavailable };
const char* text(Gate g);

// Of the profile's own gates; whoever knows sets `unavailable`.
Gate gate_of(const Profile& p, const Beliefs& b, const Composite& c);

struct Place {
    std::size_t candidate{};  // index into the candidates
    Composite composite;
    std::optional<double> lcb;
    Gate gate{};
    std::optional<double> p_best;  // share of draws it came first in; absent: none made, or gated
};

struct Ranking {
    std::vector<Place> places;  // best first; those behind a gate after all eligible ones
    bool undecided{};           // the leader's p_best is below 0.95; only after draw_p_best
};
inline constexpr double kDecided = 0.95;
inline constexpr int kDraws = 1'000;

// By the profile's rank_by, then expected latency, then name. `z` is z_route or z_report.
Ranking ranked(const Profile& p, std::span<const Candidate> candidates, double z);

// Draws each eligible LP's KPIs from its beliefs and counts who scores highest; a tie is shared.
// The draws are keyed by (config hash, profile hash, cell, draw, KPI) and nothing else.
void draw_p_best(Ranking& r, const Profile& p, std::span<const Candidate> candidates,
                 std::uint64_t config_hash, int draws = kDraws);

}  // namespace assay::score
