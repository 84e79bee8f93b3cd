// A child order with all its versions: one chain per root ClOrdID (docs/spec.md 1.3).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/event/event.h"
#include "core/market/bbo.h"
#include "core/units/bug.h"
#include "core/units/nanos.h"
#include "core/units/price.h"
#include "core/units/qty.h"
#include "core/units/side.h"

namespace assay {

inline constexpr std::uint32_t kNoIndex = UINT32_MAX;

// Why a chain is resolved; `none`: it is open.
// `unread`: no end was read in time, and a report that may have said it could not be used.
enum class Term : std::uint8_t {
    none,
    filled,
    canceled,
    expired,
    done,
    rejected,
    timed_out,
    unread
};
const char* text(Term t);

// Bits of Chain::flags.
enum ChainFlag : std::uint8_t {
    kHasSent = 1,          // a NewOrderSingle was seen; else reports only ("headless")
    kAccepted = 2,         // acknowledged or filled
    kOwnCancel = 4,        // we asked to cancel
    kCancelBeforeAck = 8,  // ... before the LP's first response
    kNoClock = 16,         // no capture clock: latencies are absent
    kOversold = 32,        // cum exceeded the order quantity at some time
    kDeclined = 64,        // partly declined by a restatement
    kInWindow = 128,       // counts in the report (--since, --until)
};

inline constexpr std::int64_t kNoOffset = INT64_MIN;

// The part that lives until the order is forgotten: all that a late bust needs to be an exact
// inverse. Times are offsets in ns from `sent`; kNoOffset where it did not happen.
struct Chain {
    Nanos sent{kNever};
    Qty order_qty;             // now; total including what is filled
    Qty offered;               // of the version in force, as it was sent
    Qty cum;                   // sum of known, unbusted fills
    Price bid, ask;            // market at route (first version)
    Qty far_size;              // displayed on the far side then
    Price rcpt_bid, rcpt_ask;  // market when the LP received it, estimated
    Qty rcpt_far_size;         // displayed on the far side then
    std::int64_t gateway{kNoOffset}, ack{kNoOffset}, response{kNoOffset};
    std::int64_t first_fill{kNoOffset}, last_fill{kNoOffset}, term{kNoOffset};
    std::uint32_t row{kNoIndex}, cell{kNoIndex};
    std::uint32_t fills{kNoIndex};    // newest of a list through Fill::next
    std::uint32_t working{kNoIndex};  // what only an order at work needs
    std::uint32_t generation{};
    std::uint16_t session{};
    Side side{};
    Tif tif{};
    Term why{};
    RejectClass reject_class{};
    QuoteState route_state{};
    QuoteState rcpt_state{};
    std::uint8_t size{}, regime{};
    std::uint8_t flags{};
    std::uint8_t hour : 6 {};
    bool unread : 1 {};   // a report of it could not be used
    bool counted : 1 {};  // in the sums of its row; until it has settled it is added when asked for

    bool has(ChainFlag f) const { return (flags & f) != 0; }
    void set(ChainFlag f) { flags = static_cast<std::uint8_t>(flags | f); }
    void clear(ChainFlag f) { flags = static_cast<std::uint8_t>(flags & ~f); }
    bool filled() const { return order_qty.micro > 0 && cum >= order_qty; }
    // The first terminal moment stands: a later bust changes quantities, not when it ended. Only a
    // fill after a time-out, or a replace to more, opens an order again.
    bool resolved() const { return why != Term::none; }
    // When it was resolved, offset from sent; kNoOffset while open.
    std::int64_t resolved_after() const { return why == Term::none ? kNoOffset : term; }
    // How it stands was said in what could not be read: neither silence nor a reject, and in no KPI
    // of orders.
    bool unreadable() const { return unread && (why == Term::none || why == Term::unread); }
    // What no KPI of orders counts.
    bool left_out() const { return ours() || unreadable(); }
    // Its quote at route may be a benchmark, and its side says for whom.
    bool priced() const {
        return (route_state == QuoteState::ok || route_state == QuoteState::locked) &&
               side != Side::none;
    }
    bool rejected() const { return why == Term::rejected && cum.micro == 0; }
    bool ours() const {
        return rejected() && reject_class == RejectClass::ours && !planted(Bug::own_reject_charged);
    }
};
static_assert(sizeof(Chain) <= 160, "closed orders are kept by the million");

// Bits of Fill::flags.
enum FillFlag : std::uint8_t { kBusted = 1 };

// One execution of a chain.
struct Fill {
    std::uint64_t exec_hash{};
    Qty qty;
    Price px;
    std::int64_t after{};  // ns from Chain::sent
    std::uint32_t next{kNoIndex};
    std::uint32_t mids{kNoIndex};  // horizons, kept so that a bust takes out exactly what went in
    std::int32_t trade_date{};
    std::uint8_t version{};  // of the chain, for its benchmark
    Liquidity liquidity{};
    std::uint8_t horizon{};  // horizons that are through
    std::uint8_t flags{};
    bool busted() const { return (flags & kBusted) != 0; }
};
static_assert(sizeof(Fill) <= 48);

// Twice the mids at the horizons of a fill; 0 where the quote there was not usable.
struct Mids {
    std::array<std::int64_t, 9> nano2{};
};

// One ClOrdID of a chain that named an order (D, or an accepted G).
struct Link {
    std::string cl_ord_id;
    Qty order_qty, cum_when_replaced;
    bool replaced{};  // a later version took over
    bool accepted{};  // D: always; G: once Replaced came
    template <class Archive>
    void archive(Archive& a) {
        a(cl_ord_id, order_qty, cum_when_replaced, replaced, accepted);
    }
};

// A version of the order: the quote it left with is the benchmark of the fills under it.
struct Version {
    Nanos sent{kNever};
    Qty order_qty, cum_at_start;
    Bbo at_route;
    bool accepted{};
    template <class Archive>
    void archive(Archive& a) {
        a(sent, order_qty, cum_at_start, at_route, accepted);
    }
};

// What an order needs while it is at work, and what orders with a history of replaces keep.
struct Working {
    std::vector<Link> links;
    std::vector<Version> versions;
    std::uint64_t order_id_hash{};
    std::optional<Price> limit;
    Qty exposed;  // largest earlier version that was exposed long enough
    Qty min_qty;
    Nanos cancel_sent{kNever};
    Qty reported_cum{-1};
    std::uint32_t timers{};  // still to fire for this chain
    Bbo own_quote;           // the LP's own, when the order was sent
    std::uint8_t version{};  // in force
    bool pending_cancel{}, pending_replace{};
    bool heard{};                        // any report of it has come
    bool side_given{};                   // the order had a Side, if only a Cross
    std::uint32_t messages{};            // seen while headless
    std::uint32_t lot{kNoIndex};         // what was left unfilled, being priced
    bool closed{};                       // listed among the closed orders
    std::int64_t reject_mid2{};          // twice the mid when it was rejected; 0: no usable quote
    std::optional<std::int64_t> drift;   // at the last-look horizon, 1e-6 bps
    std::optional<std::int64_t> leaked;  // at 15 s, as it was counted, 1e-6 bps
    std::uint32_t chain{kNoIndex};
    template <class Archive>
    void archive(Archive& a) {
        a(links, versions, order_id_hash, limit, exposed, min_qty, cancel_sent, reported_cum,
          timers, own_quote, version, heard, side_given, pending_cancel, pending_replace, messages,
          lot, closed, reject_mid2, drift, leaked, chain);
    }
};

}  // namespace assay
