// What a simulated parent came to, as policies are judged by it.
#pragma once

#include "core/judge/outcome.h"
#include "core/sim/trading.h"

namespace assay {

inline judge::Outcome outcome_of(const sim::TradedParent& p, const judge::ParentKey& key, Qty lot) {
    judge::Outcome o;
    o.parent = key;
    o.day = utc_day(p.arrived);
    o.symbol = p.symbol;
    o.side = p.side;
    o.qty = Qty{static_cast<std::int64_t>(p.lots) * lot.micro};
    o.filled_share = p.filled_lots / p.lots;
    o.swept_share = p.swept_lots / p.lots;
    if (p.filled_lots + p.swept_lots > 0) o.shortfall_bps = p.shortfall_bps;
    if (p.filled_lots + p.swept_lots > p.lots - 0.5)
        o.completion_seconds = as_seconds(p.done - p.arrived);
    o.rounds = static_cast<int>(p.rounds);
    o.children = static_cast<int>(p.children);
    o.rejects = static_cast<int>(p.rejects);
    return o;
}

}  // namespace assay
