// One LP in one place right now: today's evidence over what was believed when the session began
// (docs/spec.md 4.1), what the profile makes of it, and who is first among the LPs there.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "core/kernel/kernel.h"
#include "core/kernel/priors.h"
#include "core/score/composite.h"
#include "core/score/page.h"
#include "core/score/profile.h"

namespace assay {

// An LP with fewer child orders than this behind it is ranked with caution (docs/spec.md 4.4).
inline constexpr double kWellKnown = 20;

struct Standing {
    score::PageRow row;  // all but what rank() adds
    score::Beliefs beliefs{};
    std::optional<double> composite, lcb;  // as if the LP were well known
    double today{};                        // n_eff of this session's child orders
};

// What a standing is worked out from, besides the LP's own.
struct StandingFacts {
    const Kernel& kernel;
    const score::Profile& profile;
    double kappa{};  // orders that the prior counts for
    Nanos at;        // evidence has the weight it has then
};

// `cell` nullptr: no order of this session or before went there. `fee_bps`: a taker's, absent where
// it is not known.
Standing standing_of(const StandingFacts& facts, const Prior& prior, const Cell* cell,
                     std::optional<double> fee_bps, std::optional<double> leakage_per_lot);

// What the LP takes from who takes: positive, we pay. A fee a share is held against `mid`, 1e-9.
std::optional<double> taker_fee_bps(const FeeSchedule& fees, std::string_view lp,
                                    std::optional<std::int64_t> mid);

// What one of the LPs of a ranking is ranked by: what is believed of it, or, of one with fewer than
// kWellKnown orders behind it over all places (`n_eff`), what may be taken of it with caution.
// `lps` and `n_eff` are parallel.
score::Beliefs ranked_beliefs(std::span<const Standing> lps, std::span<const double> n_eff,
                              std::size_t lp);

// Puts the rows of one ranking in order: eligible before gated, then by the profile's rank_by, then
// by expected latency, then by name. `n_eff`: of each LP over all places; below kWellKnown
// it is ranked with caution. `lps`, `n_eff` and `rows` are parallel, by name.
score::PageRanking rank(const score::Profile& profile, std::span<const Standing> lps,
                        std::span<const double> n_eff, std::span<score::PageRow> rows);

}  // namespace assay
