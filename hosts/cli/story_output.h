// A played scenario (core/sim/scripted.h) as a timeline for a terminal: what was sent, what came
// back, the score before and after, what is left, what it has cost so far, and why.
#pragma once

#include <string>

#include "core/sim/scripted.h"
#include "hosts/cli/terminal.h"

namespace assay::cli {

// Above the first moment: the order, and what is known of the LPs before it.
std::string story_opening(const sim::Script& script, const sim::Story& story, const Terminal& t);
// One moment, with an empty line before it; empty for the last one, which story_ending() tells.
std::string story_moment(const sim::Story& story, const sim::Scene& moment, const Terminal& t);
// What it came to, LP by LP and in all.
std::string story_ending(const sim::Story& story, const Terminal& t);

// "10:00:00.015" of a day in UTC.
std::string clock_time(Nanos at);
// An average price with four digits after the point.
std::string average_text(double price);
// What was foreseen of a child: "19,702", and "expected 19,702 of 20,000 in 17 ms, all of it with
// 98 %".
std::string expected_shares(const sim::Story& story, const sim::ScriptedChild& child);
std::string expected_text(const sim::Story& story, const sim::ScriptedChild& child);
// "1.93 bps below arrival"
std::string against_arrival(const sim::Story& story, double cost_bps);

// What an LP was sent in all, and what it made of it.
struct LpTotals {
    int children{};
    Qty sent, filled;
    double expected{};                // shares, as foreseen when each was decided
    double expected_ms{}, took_ms{};  // sums over the children
};
std::vector<LpTotals> totals_by_lp(const sim::Story& story);

}  // namespace assay::cli
