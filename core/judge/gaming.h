// Is an LP gaming the scorecard? One detector a tactic, each a pure function of counts and means
// that a report or the decision records hold. An LP is flagged where chance alone is unlikely
// (p < kFlagP) *and* the effect matters; a flag is a question to the LP, not a verdict.
// False alarms: at most 1 % of honest LPs, each detector, tested on draws. Over many LPs adjust the
// p values by kpi::holm first (docs/spec.md 8.5).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "core/judge/change_point.h"
#include "core/kpi/last_look.h"

namespace assay::judge {

enum class Tactic : std::uint8_t {
    flash_reject,
    one_sided_last_look,
    small_order_farming,
    painted_improvement,
    improvement_taken_back,
    reputation_then_exploit,
    duplicate_exec_ids,
    bust_after_window,
};
const char* text(Tactic t);  // "flash reject"

inline constexpr double kFlagP = kpi::kLastLookFlagP;  // three standard deviations

struct Suspicion {
    Tactic tactic{};
    bool flagged{};
    double p{1};       // of at least so much by chance; 1: not enough to say. The CUSUM has none
    std::string says;  // the numbers, for a person
};

// `hits` of `n`.
struct Count {
    std::int64_t n{}, hits{};
    double rate() const { return n > 0 ? static_cast<double>(hits) / static_cast<double>(n) : 0; }
};
// Mean and standard deviation of n values, in bps; > 0: good for us.
struct Moments {
    std::int64_t n{};
    double mean_bps{}, sd_bps{};
};

// Rejects at once what it does not like, so that its latency looks good. Flagged: rejects at least
// .05 more than its peers do, in at most a third of the time of its fills.
struct FlashReject {
    Count rejects, peers;           // of orders
    double reject_ms{}, fill_ms{};  // medians from send to reject, and to fill
};
Suspicion flash_reject(const FlashReject& seen);

// Rejects when the price moved our way (docs/spec.md 2.8); `up` and `down` count rejects of orders.
// Flagged: more rejects after moves our way.
struct OneSidedLastLook {
    Count up, down;
};
Suspicion one_sided_last_look(const OneSidedLastLook& seen);

// Perfect on small orders, bad on large ones. Every LP fills small orders better, so its gap is
// held against that of its peers. Flagged: a gap wider by at least .15.
struct SmallOrderFarming {
    Count small, large, peers_small, peers_large;  // orders filled in full
};
Suspicion small_order_farming(const SmallOrderFarming& seen);

// Improves tiny orders, and not those that matter: price improvement in bps by size of order.
// Flagged: the gap is wider than that of its peers by at least .1 bps, and large orders get less
// than half of what small ones do.
struct PaintedImprovement {
    Moments small, large, peers_small, peers_large;
};
Suspicion painted_improvement(const PaintedImprovement& seen);

// Improves, and the price then goes against us more than after the fills of others by at least as
// much as it gave.
struct ImprovementTakenBack {
    double improvement_bps{};        // mean of the improved fills
    Moments markout, peers_markout;  // after improved fills; after fills of peers
};
Suspicion improvement_taken_back(const ImprovementTakenBack& seen);

// Good for long, then bad: change_point.h. Larger outcomes are better.
Suspicion reputation_then_exploit(std::span<const double> outcomes, const ChangeRule& rule = {});

// ExecIDs (17) seen again on another fill. Resends of the same report are no hits. Flagged from
// three on, where its peers do so less.
struct DuplicateExecIds {
    Count reused, peers;  // of execution reports
};
Suspicion duplicate_exec_ids(const DuplicateExecIds& seen);

// Fills busted after the longest horizon of a fill was over, when its KPIs had been taken. Flagged
// from three on, where its peers do so less.
struct BustAfterWindow {
    Count late, peers;  // of fills
};
Suspicion bust_after_window(const BustAfterWindow& seen);

}  // namespace assay::judge
