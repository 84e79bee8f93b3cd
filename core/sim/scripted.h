// A day that is played from a script: what each LP answers to each child and how the market moves
// are given, everything else is the desk's. The long run before it and the day itself go through
// the desk as FIX; scores, ranks, sizes and splits come back from it.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/desk/desk.h"
#include "core/sim/script.h"

namespace assay::sim {

// Of an LP, as the board shows it.
struct ScriptedScore {
    double composite{}, sd{};
    std::int32_t rank{};  // from 1
};
using ScriptedScores = std::vector<std::optional<ScriptedScore>>;  // by LpId

struct ScriptedChild {
    route::ChildId id;
    int number{};  // of the day, from 1
    route::LpId lp;
    Qty qty{}, filled{};
    Price limit{};
    double predicted_lots{}, predicted_full{}, predicted_ms{};  // when it was decided
    std::optional<double> average{};                            // price of what was filled
    // Its LP's score for orders of this size, where that is another bucket than the probe's:
    // before and after the answer.
    std::optional<ScriptedScore> size_before{}, size_after{};
};

// One thing that happened, and what it changed.
struct Scene {
    enum class What : std::uint8_t { entered, decided, answered, over } what{};
    Nanos at{};
    Bbo quote;
    ScriptedScores before, after;         // for orders of the probe's size
    std::vector<ScriptedChild> children;  // decided: those sent; answered: the one
    Duration took{};                      // answered: from sent to answered, by our clock
    double predicted_in_time{};           // decided: the chance that the parent is done in time
    Qty filled, remaining, at_lps;        // of the parent, afterwards
    std::optional<double> average;        // of all fills so far
    std::optional<double> cost_bps;       // of the fills against the mid at entry; positive = cost
    std::string line, words;              // decided: in a line, and in full
    std::vector<std::string> alerts;
};

struct Story {
    std::vector<std::string> lps;  // by LpId
    std::vector<Scene> moments;
    std::vector<ScriptedQuote> market;  // as it was shown
    route::ParentOrder parent;
    route::ParentState state{};
    TwiceMid arrival;
    Qty filled;
    double average{};
    std::optional<route::Shortfall> shortfall;
    std::uint64_t messages{};  // FIX messages that the desk read
    Nanos ended{};
};

// Lets somebody write a day down while it is played; each may be empty.
struct ScriptWatch {
    // Lines of a log, as they were captured: of the day before, some MB at once; of the day, one.
    std::function<void(std::string_view lines)> before, day;
    // After each step of the day: what it led to.
    std::function<void(const desk::Output& out, const desk::Desk& desk)> led_to;
};

// Sees, now and then, how much of the long run was read, in [0, 1].
using ScriptProgress = std::function<void(double share)>;

// Plays it to the end of the parent. Errors: a day that cannot be, in words.
Result<Story> play(const Script& script, const ScriptProgress& progress = {},
                   const ScriptWatch& watch = {});

}  // namespace assay::sim
