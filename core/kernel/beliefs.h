// What is believed of each cell, in the terms that profiles weigh.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "core/estimate/hierarchy.h"
#include "core/kernel/config.h"
#include "core/kernel/kernel.h"
#include "core/score/composite.h"

namespace assay {

// All cells of all shards as leaves of the hierarchy, brought to one clock time.
struct Cells {
    std::vector<estimate::Leaf> slow, frozen;  // frozen: as at the end of the last session
    std::vector<const Cell*> cell;
    std::vector<std::size_t> shard;
    bool any_frozen{};
};
Cells cells_of(std::span<const Kernel* const> shards);

// What a cell did since its session opened, as of `at` or its last order.
estimate::Stats window_of(const Cell& cell, const Kernel& k, Nanos at);

// FAST over the frozen SLOW posterior `slow`, which counts for `kappa` orders, for the KPIs that
// the profile follows fast.
estimate::Beliefs fast_over(const estimate::Beliefs& slow, const estimate::Stats& window,
                            const score::Profile& p, double kappa);

// How far this session's fill rates stray from what was believed of their cells when it opened.
double pooled_kappa(const std::vector<estimate::Stats>& windows, const estimate::Hierarchy& frozen);

// FAST over the frozen SLOW posterior, per leaf, for the KPIs that the profile follows fast.
std::vector<estimate::Beliefs> fast_beliefs(const Cells& cells,
                                            std::span<const Kernel* const> shards,
                                            const estimate::Hierarchy& slow, const Config& config);

// How widely the ln of a group's latencies is spread: its own variance, leaning on that of all LPs
// with the weight of ten orders.
double log_latency_spread(std::span<const estimate::Leaf> leaves,
                          const std::vector<std::size_t>& group, const estimate::Hierarchy& h);

// A group's beliefs: its cells' posteriors, weighted by what was sent there. `fee_bps`: exact;
// `spread`: of log_latency_spread().
score::Beliefs beliefs_of(const std::vector<const estimate::Beliefs*>& cells,
                          const score::Profile& p, double fee_bps, double spread);

// What routing may take of an LP it hardly knows (docs/spec.md 4.4): below 20 effective orders, the
// 10 % quantile of its fill rate and no more than the median of its peers' (`fill_rates`).
score::Beliefs careful(score::Beliefs b, std::vector<double> fill_rates);

}  // namespace assay
