// Orders from end to end: all that became of a parent, the raw messages of one of its orders, and
// the file that shows how orders of a time were executed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/fix/record.h"
#include "core/units/nanos.h"
#include "core/units/price.h"
#include "core/units/qty.h"
#include "core/units/side.h"
#include "hosts/http/answer.h"

namespace assay::http {

// One decision on a parent's way, with the quote it saw; /api/v1/decisions/{id} has all of it.
struct DecisionLine {
    std::uint64_t id{};
    std::int64_t round{};
    Nanos at{kNever};
    std::optional<Price> bid, ask;
    std::string policy, step, held, words;
    Known predicted_lots, filled_lots;
};

// What became of an order, after each of its fills.
struct Running {
    Qty cum_qty;
    Known vwap;           // of what is filled so far
    Known shortfall_bps;  // of that, against the mid of the parent's first decision; > 0: a cost
};

struct MessageView {
    Nanos at{kNever};
    std::string session, msg_type, exec_type, exec_id;
    fix::Direction direction{};
    std::int64_t entry{};  // of the journal; 0: of none
    std::string bytes;     // as on the wire; empty: not kept here
};
struct MessagesView {
    std::string cl_ord_id;
    std::vector<MessageView> rows;  // oldest first
    bool complete{true};            // false: there are more
};

// One child order that was sent, with what it was decided by and what came of it. Benchmarks are
// those of the quote that its decision saw.
struct BestExecutionRow {
    std::uint64_t parent{}, decision{};
    std::string cl_ord_id, symbol, lp, kind, result, policy, profile, step, reason;
    Nanos sent{kNever};
    Side side{};
    Qty qty;
    Price limit;
    std::optional<Price> bid, ask;
    std::optional<Qty> filled_qty;  // absent: it is not over
    // Price improvement > 0: better than the far touch; effective spread > 0: what was paid, both
    // bps of what they are held against.
    std::optional<double> avg_px, price_improvement_bps, effective_spread_bps, latency_ms;
    std::uint64_t page_version{}, priors_version{}, config_version{};
};
struct BestExecutionWish {
    Nanos from, to;
    std::optional<std::string> symbol;
    std::size_t limit{200};
    std::string cursor{};
};

}  // namespace assay::http
