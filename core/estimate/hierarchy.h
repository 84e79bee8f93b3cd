// Beliefs of every cell, each borrowing strength from its LP x symbol, its LP and all of them, by
// how much cells really differ (docs/spec.md 4.3). Built at the end of a period from the decayed
// sums of all cells; the result does not depend on the order in which the cells are given.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/estimate/cell.h"
#include "core/estimate/distributions.h"
#include "core/estimate/shrink.h"

namespace assay::estimate {

// Measures that are believed, each with trials of its own.
enum class Measure : std::uint8_t {
    fill,         // filled share of what was offered, 0 to 1
    reject,       // 0 or 1
    latency_ms,   // plain mean, for the note-compatible profiles
    log_latency,  // ln ns
    gain,         // price improvement against the far touch, bps per offered share
    capture,      // the same over half the spread
    effective,    // effective spread, bps
    reject_cost,  // bps per offered share
    leakage,      // 15 s, net of control, bps
    markout,      // 15 s, bps
};
inline constexpr std::size_t kMeasures = 10;
constexpr std::size_t index(Measure m) {
    return static_cast<std::size_t>(m);
}

// Trials of one measure in one cell: their effective number, mean, and variance of one trial.
struct Evidenced {
    double weight{};  // decayed number of trials
    double n_eff{};
    double mean{};
    double variance{};  // 0 where n_eff <= 1
};
// Of stats whose parts stand at one time (Orders::bring).
Evidenced evidenced(const Stats& s, Measure m);

struct Leaf {
    std::string lp, symbol, place;  // place: size and regime, and what else cells are cut by
    Stats stats;                    // all leaves brought to one clock time
};

// Belief in one measure of one cell.
struct Believed {
    double mean{}, var{};
    double weight{}, n_eff{};  // of the cell's own trials
    bool absent{true};         // no trial of it anywhere: nothing to borrow either
    template <class Archive>
    void archive(Archive& a) {
        a(mean, var, weight, n_eff, absent);
    }
};
using Beliefs = std::array<Believed, kMeasures>;

struct Hierarchy {
    std::vector<Beliefs> leaves;                  // parallel to the leaves given
    std::array<double, kMeasures> within{};       // pooled variance of one trial
    std::array<double, kMeasures> pooled_mean{};  // over everything; for a first session
};

// `winsor`: how many robust standard deviations, or standard deviations of one trial, a cell's mean
// may lie out before it is pulled in.
Hierarchy fit(std::span<const Leaf> leaves, double m_fallback, double winsor = kWinsor);

}  // namespace assay::estimate
