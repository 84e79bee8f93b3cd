// The report: all shards' rows put together, scored and ranked.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "core/estimate/hierarchy.h"
#include "core/kernel/config.h"
#include "core/kernel/kernel.h"
#include "core/score/report.h"

namespace assay {

// Shards in shard order. The same for any number of workers, as each shard is.
// `config.by` chose the rows while the events were applied.
score::Report scorecard(std::span<const Kernel* const> shards, const Config& config);

// What the router would see of one LP in one place right now: FAST over SLOW frozen at the last
// session's end (docs/spec.md 4.1), and the score of the configured profile from it.
// `lcb` is what routing ranks by: an LP hardly known is taken for no better than its peers (4.4).
struct LiveScore {
    double composite{}, sd{}, lcb{};
    bool absent{true};
    double fill_rate{}, latency_ms{}, reject_rate{}, price_improvement_bps{};
};
LiveScore live_score(std::span<const Kernel* const> shards, const Config& config,
                     std::string_view lp, std::string_view symbol);

}  // namespace assay
