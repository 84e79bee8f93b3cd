// LPs for an order that is told again: hidden natures that are drawn, either around what a script's
// history says of each LP, or without looking at it.
#pragma once

#include <cstdint>
#include <vector>

#include "core/sim/config.h"
#include "core/sim/long_run.h"
#include "core/sim/luck.h"

namespace assay::sim {

enum class LpsDrawn : std::uint8_t { around_the_history, at_random };

// Standard deviations, around the history: of log odds of shares, of logarithms of latency and
// impact, of improvement in half-spreads.
inline constexpr double kShareLogitSd = .3, kLatencyLogSd = .2, kImpactLogSd = .3,
                        kImprovementSd = .1;

// The nature that over many orders of `run.child` has this record: an IOC finds nothing, or too
// little, as often as the one the other. An impact below zero is what its peers do, not the LP: it
// leaks nothing.
Nature nature_of(const LongRunRecord& record, const LongRun& run, Qty lot);

// One for each LP of `run`, under its name.
std::vector<LpConfig> drawn_lps(const LongRun& run, Qty lot, LpsDrawn how, const Luck& luck);

}  // namespace assay::sim
