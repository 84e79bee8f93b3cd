// What must hold of scores, whatever the world: asserted by the closed loop at drawn moments.
#pragma once

#include <cstdint>
#include <span>

#include "core/desk/desk.h"
#include "core/score/report.h"

namespace assay::simulation {

// 21, 25, 26: a page is sound; where little was seen, what stands on it is the prior, moved by no
// more than the share of what was seen; an LP that is hardly known is ranked with caution.
void page_holds(const score::Page& page, const score::Profile& profile,
                std::span<const Kernel* const> shards, const Priors& priors);

// 26: below ten effective orders a row says so.
void report_holds(const score::Report& report);

// 24: `event`, a report that `kernel` is about to hear, against better ones: a better price, more
// filled, filled and not rejected, sooner. In how many ways it was compared.
std::uint64_t better_is_no_worse(const Kernel& kernel, const desk::DeskConfig& config,
                                 const Priors& priors, const Event& event);

}  // namespace assay::simulation
