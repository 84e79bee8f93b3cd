// What gaming the scorecard brings: the flow an LP gets that games it, beside that of its honest
// twin in the same worlds (docs/spec.md 8.5).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "core/judge/bootstrap.h"

namespace assay::judge {

// Of one world (seed or day). Quantity sent to the LP, and to all.
struct Flow {
    double to_lp{}, to_all{};
};
struct TwinDay {
    Flow gaming, honest;
};

enum class Gain : std::uint8_t { within, beyond, not_clear };
const char* text(Gain g);

struct ShareGain {
    int worlds{};
    double gaming_share{}, honest_share{};  // of all flow, 0 to 1
    double gain_bp{};                     // gaming less honest, in 1/100 of a per cent of all flow
    std::optional<Interval> interval_bp;  // absent with less than two worlds
    Gain gain{Gain::not_clear};           // the interval against the limit
};
// Ratios of sums over the worlds; worlds are drawn with replacement, both twins of one together.
// `limit_bp`: the most that gaming may bring. Without flow: no share, not clear.
ShareGain share_gain(std::span<const TwinDay> worlds, double limit_bp, const Resampling& how);

// One tactic as it was tried.
struct GamingCase {
    std::string tactic;
    double limit_bp{};  // the most it may bring
    ShareGain share;
    int flagged{}, twins_flagged{};  // in how many of share.worlds
};

}  // namespace assay::judge
