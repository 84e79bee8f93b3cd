// What happened, past tense. The kernel knows nothing of FIX: it sees these.
//
// Views point into the captured bytes (or into tables of the session stage) and are valid only
// while the event is being applied; who keeps a name copies it.
// Names are FIX's own (cl_ord_id is ClOrdID(11), leaves_qty is LeavesQty(151)).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>

#include "core/units/nanos.h"
#include "core/units/price.h"
#include "core/units/qty.h"
#include "core/units/side.h"

namespace assay {

// Where the bytes of a message stand in the input. `file` counts inputs in the order given.
struct Place {
    std::uint64_t offset{};
    std::uint32_t length{};
    std::uint32_t file{};
    auto operator<=>(const Place&) const = default;
};

// How a message names its order. A view is empty where the message lacks the field.
struct OrderRef {
    std::string_view cl_ord_id;       // 11
    std::string_view orig_cl_ord_id;  // 41
    std::string_view order_id;        // 37
};

// Time in force, as far as it matters for what a remainder means.
enum class Tif : std::uint8_t { day, ioc, fok, gtc, other };
enum class OrdType : std::uint8_t { market, limit, previously_quoted, other };

// LastLiquidityInd(851).
enum class Liquidity : std::uint8_t { unknown, added, removed, routed };

// Who is to blame for a reject (docs/spec.md 1.5), decided by the dialect of the LP.
enum class RejectClass : std::uint8_t { discretionary, technical, risk, ours };
const char* text(RejectClass c);

// --- what we did -------------------------------------------------------------------------------
struct Sent {  // D NewOrderSingle left for the LP
    OrderRef ref;
    Side side{};
    bool side_given{};  // 54 is there, whatever it says
    OrdType ord_type{};
    Tif tif{};
    Qty order_qty;
    std::optional<Price> price;
    Qty min_qty;         // 0 where absent
    bool poss_resend{};  // 97=Y: may be an order we sent before under this ClOrdID
};
struct CancelRequested {  // F
    OrderRef ref;
};
struct ReplaceRequested {  // G
    OrderRef ref;
    Qty order_qty;
    std::optional<Price> price;
};
struct Repudiated {  // Q DontKnowTrade: we refuse a fill; a pending bust
    OrderRef ref;
    std::string_view exec_id;
};

// --- what the LP said --------------------------------------------------------------------------
struct AckedByGateway {  // 150=A
    OrderRef ref;
};
struct Acked {  // 150=0
    OrderRef ref;
};
// One execution. Corrected carries the new values of the fill named by exec_ref_id.
struct Execution {
    std::string_view exec_id;     // 17
    Qty last_qty;                 // 32
    Price last_px;                // 31
    Qty cum_qty{-1};              // 14, -1 where absent
    Qty leaves_qty{-1};           // 151, -1 where absent
    std::optional<Side> side;     // 54 of the report
    Nanos transact_time{kNever};  // 60, in the LP's clock: identity and display, never a duration
    std::int32_t trade_date{};    // days since epoch of TradeDate(75), else of 60, else of capture
    std::string_view last_mkt;    // 30
    Liquidity liquidity{};        // 851
};
struct Filled {
    OrderRef ref;
    Execution execution;
};
struct Corrected {  // 150=G, or 20=2
    OrderRef ref;
    std::string_view exec_ref_id;  // 19
    Execution execution;
};
struct Busted {  // 150=H, or 20=1
    OrderRef ref;
    std::string_view exec_ref_id;  // 19
    std::string_view exec_id;      // 17 of the bust itself
    std::int32_t trade_date{};
};
struct Replaced {  // 150=5: a G was accepted
    OrderRef ref;
    Qty order_qty{-1};   // 38, -1 where absent
    Qty leaves_qty{-1};  // 151, -1 where absent
    std::optional<Price> price;
};
struct PendingCancel {  // 150=6
    OrderRef ref;
};
struct PendingReplace {  // 150=E
    OrderRef ref;
};
struct CancelRejected {  // 9
    OrderRef ref;
    std::int32_t cxl_rej_reason{-1};  // 102, -1 where absent
};
struct Canceled {  // 150=4
    OrderRef ref;
    Qty cum_qty{-1};
};
struct Expired {  // 150=C
    OrderRef ref;
    Qty cum_qty{-1};
};
struct DoneForDay {  // 150=3
    OrderRef ref;
    Qty cum_qty{-1};
};
struct Rejected {  // 150=8
    OrderRef ref;
    RejectClass reject_class{};
    std::int32_t ord_rej_reason{-1};  // 103, -1 where absent
    std::string_view text;            // 58
};
struct Restated {  // 150=D
    OrderRef ref;
    std::int32_t exec_restatement_reason{-1};  // 378
    Qty order_qty{-1};
    Qty leaves_qty{-1};
};
// A report that changes no quantity (150=I, 7, 9, B, or 20=3).
struct StatusReported {
    OrderRef ref;
    Qty cum_qty{-1};
};
// A report that cannot be used: it is a dead letter, and what it said of its order is not known.
struct Unread {
    OrderRef ref;
};
// 35=3 or j that names one of our order messages (ref resolved by the session stage from 45).
struct MessageRejected {
    OrderRef ref;
    std::string_view text;
};

// --- the market --------------------------------------------------------------------------------
// A state of the best bid and offer. A missing side is 0. `lp` of the envelope is empty for the
// market (NBBO), else these are that LP's own quotes and never part of the NBBO.
struct Quote {
    Price bid, ask;
    Qty bid_size, ask_size;  // 0 where unknown
};
// A trade of the market, whoever traded (ours too). `lp` of the envelope as with quotes.
struct MarketTraded {
    Price price;
    Qty qty;  // > 0
};
// Regular trading of a symbol opens, and is due to close at `closes`. From the host's calendar.
struct SessionOpened {
    Nanos closes{kNever};
};
struct SessionClosed {};
struct Halted {};
struct Resumed {};

// --- time --------------------------------------------------------------------------------------
struct Tick {};  // moves time, nothing else

using Happening =
    std::variant<std::monostate, Sent, CancelRequested, ReplaceRequested, Repudiated,
                 AckedByGateway, Acked, Filled, Corrected, Busted, Replaced, PendingCancel,
                 PendingReplace, CancelRejected, Canceled, Expired, DoneForDay, Rejected, Restated,
                 StatusReported, MessageRejected, Quote, SessionOpened, SessionClosed, Halted,
                 Resumed, Tick, MarketTraded, Unread>;

// Time, place and parties of a happening.
struct Envelope {
    static constexpr std::uint32_t kNoNumber = UINT32_MAX;
    Nanos at{};  // capture time: when we saw the bytes
    Place place;
    std::string_view symbol;  // canonical
    std::string_view lp;      // canonical; empty for the market
    std::uint32_t session{};  // of the session stage; keeps ClOrdIDs of different sessions apart
    // Of `symbol` and `lp` in the tables of the session stage, the same for all that one kernel is
    // given; both views then live as long as the stage. kNoNumber: no longer than the event.
    std::uint32_t symbol_number{kNoNumber}, lp_number{kNoNumber};
    bool capture_clock{true};  // false: `at` is SendingTime(52) or file order, latencies are absent
    // When the market's quote source was last heard, whatever the symbol; kNever: not watched.
    Nanos source_heard{kNever};
};

struct Event : Envelope {
    Happening what;
};

}  // namespace assay
