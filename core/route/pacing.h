// When the next round of a parent is due, and how much it may take (docs/spec.md 7h).
#pragma once

#include <cstdint>
#include <optional>

#include "core/units/nanos.h"
#include "core/units/qty.h"

namespace assay::route {

// When what comes back unfilled is sent again.
enum class Replan : std::uint8_t {
    at_once,            // whoever else is still asked
    when_all_answered,  // rounds in step: the next one once no child of the last is in flight
};

struct Pace {
    Duration round_gap{1'000'000'000};  // the least time between two rounds
    Qty round_qty;                      // typical of a round
    double urgency{};                   // 0: spread over the window, 1: as fast as round_gap allows
    std::optional<double> participation_cap{};  // share of the market's volume, 0 to 1
    Replan replan{Replan::at_once};
    // After so many decisions what remains is left to the fallback; absent: only time ends it.
    std::optional<std::int64_t> most_rounds{};
    template <class Archive>
    void archive(Archive& a) {
        a(round_gap, round_qty, urgency, participation_cap, replan, most_rounds);
    }
};

// max(round_gap, T / ceil(R / round_qty)), the second part shortened by urgency.
Duration until_next_round(const Pace& pace, Qty remaining, Duration time_left);
// The most that a round may take: round_qty, what remains, and what the cap allows (no more than
// `capped`). In the last round of the window all that remains, cap permitting.
Qty round_allows(const Pace& pace, Qty remaining, Duration time_left, Qty capped);
// The cap's share of what the market traded; without a cap no bound.
Qty cap_allows(const Pace& pace, Qty market_volume);
// What the market has to trade for the cap to allow so much; nothing without a cap.
Qty volume_for(const Pace& pace, Qty allowed);

// P(what remains is done in time): `rounds` more, each filling a mean and a variance of lots, their
// sum taken as normal with the correction for whole lots.
double completion_probability(double remaining_lots, double rounds, double mean_lots,
                              double variance_lots);
// The same where each round is one probe while probes fill: a short one is followed by rounds of
// another plan. `rounds`: the probe at hand included; `at_once`: what follows a short probe takes
// no round of the window.
struct Probing {
    double lots{}, mean{}, full{};  // of a probe: its size, what it fills, the chance of all of it
    double then_mean{}, then_variance{};  // lots a round after it came short
    bool at_once{};
};
double completion_by_probes(double remaining_lots, double rounds, const Probing& probing);
// Rounds that still fit, the one at hand included, each due when the pace will have it if the ones
// before fill `mean`; at least 1. `done`: decisions made so far.
double rounds_left(const Pace& pace, Qty remaining, Duration time_left, std::int64_t done,
                   Qty mean);

}  // namespace assay::route
