// How much an LP can take, as a page shows it: this shard's orders over the hazards of all shards
// (docs/spec.md 6.2, 7b).
#pragma once

#include <cstdint>
#include <vector>

#include "core/kernel/foresight.h"
#include "core/kernel/priors.h"
#include "core/score/page.h"

namespace assay {

// One tail for each kind of order that was seen of the LP, here or anywhere, in order of kind.
// `seen` nullptr: this shard has seen none. `weight_now`: Foresight::weight_at. `index`: of the LP
// in its page.
std::vector<score::PageTail> tails_of(const Foresight::Lp* seen, double weight_now,
                                      const Priors::OfLp* prior, const Priors& priors,
                                      const estimate::CapacityGrid& grid, std::uint16_t index);
// Of an LP never seen: for every kind that anybody was sent, and for an IOC at the touch.
std::vector<score::PageTail> tails_of_anyone(const Priors& priors,
                                             const estimate::CapacityGrid& grid);

}  // namespace assay
