// A child order: what was sent to one LP, what it answered, and what may still come of it.
//
// A child that was sent and not answered is UNKNOWN: its whole rest still counts as exposure and is
// not sent again, until the LP says what became of it or two people do (docs/router.md).
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/route/candidate.h"
#include "core/units/nanos.h"
#include "core/units/price.h"
#include "core/units/qty.h"
#include "core/units/side.h"

namespace assay::route {

// Never reused: the run (raised by the host at every start, durably) in the upper bits.
struct ChildId {
    std::uint64_t number{};
    auto operator<=>(const ChildId&) const = default;
};
inline constexpr int kChildBits = 40;  // children of a run

enum class ChildState : std::uint8_t {
    pending,    // sent, not answered
    live,       // acknowledged
    canceling,  // we asked for a cancel
    unknown,    // silent beyond its time-out
    filled,
    canceled,
    rejected,
    expired,
};
const char* text(ChildState s);
constexpr bool terminal(ChildState s) {
    return s >= ChildState::filled;
}
// Whether an order may pass from one state to the other (FIX 4.4, appendix D, without replaces).
bool legal(ChildState from, ChildState to);

enum class ChildKind : std::uint8_t { take, rest };  // IOC against the far touch; a day limit order

enum class Answer : std::uint8_t {
    acked,
    filled,
    canceled,
    rejected,
    expired,
    cancel_rejected,
    busted,
    corrected,
    status,  // an answer to a status request: cum_qty counts, and it says whether the order lives
};
const char* text(Answer a);

// What has traded in the market so far, own prints left out.
struct Traded {
    Qty volume;
    Money notional{};
    template <class Archive>
    void archive(Archive& a) {
        a(volume, notional);
    }
};

// One report of an LP about one child, as the kernel's events say it.
struct ChildReport {
    Nanos at{};
    ChildId child;
    Answer answer{};
    Qty last_qty;             // filled, corrected
    Price last_px;            // filled, corrected
    std::string exec_id;      // filled, corrected: unique within the child
    std::string exec_ref_id;  // busted, corrected: the fill that is meant
    Qty cum_qty{-1};          // what the LP says it filled in all; -1 where it does not say
    bool blamed_on_us{};      // rejected: our own mistake, which is not charged to the LP
    Traded traded{};          // as of this report; set by the router
};

// Whether people booked it (Child::book): no LP reported it.
bool booked_by_people(std::string_view exec_id);

struct ChildFill {
    std::string exec_id;
    Qty qty;  // 0: busted or corrected
    Price px;
    Traded traded;             // when it was first reported: a correction keeps that
    std::string corrected_to;  // the ExecID that stands for it; empty: none
    template <class Archive>
    void archive(Archive& a) {
        a(exec_id, qty, px, traded, corrected_to);
    }
};

// What a report changed. Quantities may be negative (busts).
struct ChildChange {
    enum class What : std::uint8_t { nothing, moved, counted } what{};
    Qty filled;            // added to cum
    Money notional{};      // added to notional
    bool ended{};          // became terminal by this report
    bool late{};           // a fill after its end or while UNKNOWN
    bool overfilled{};     // cum is above the order's quantity
    bool contradictory{};  // the LP said that it was over, and filled more than it had said
};

struct Child {
    ChildId id;
    std::uint64_t parent{}, decision{};
    LpId lp;
    Side side{};
    ChildKind kind{};
    Qty qty;
    Price limit;
    Nanos sent_at{}, times_out_at{};
    ChildState state{ChildState::pending};
    Qty cum;
    Money notional{};  // of what is in cum
    Qty owed;          // terminal, and the LP says it filled this much more than it has reported
    std::vector<ChildFill> fills;
    Nanos answered_at{kNever}, timed_out_at{kNever}, ended_at{kNever};
    double fee_bps{};                                           // as expected when it was sent
    double predicted_lots{}, predicted_full{}, predicted_ms{};  // as the decision had it

    // What may still be filled: all that is not filled while it lives or is UNKNOWN.
    Qty exposure() const;
    // Applies a report. Duplicates change nothing (ExecID), busts take out what the fill put in.
    ChildChange apply(const ChildReport& report);
    // Silence: pending, live or canceling becomes unknown.
    void time_out(Nanos at);
    // The rest was asked back: pending or live becomes canceling.
    void cancel_asked(Nanos answer_due);
    // Two people found that nothing more was filled.
    ChildChange settle(Nanos at);
    // They found a fill that its LP has not reported: as a report of it, under booked_id().
    ChildChange book(const ChildReport& found);
    std::string booked_id() const;
    // What is left of such a fill; null: nothing.
    const ChildFill* booked() const;
    // Whether its ExecID was seen already.
    bool knows_fill(const std::string& exec_id) const;
    bool timed_out() const { return known(timed_out_at); }

    template <class Archive>
    void archive(Archive& a) {
        a(id, parent, decision, lp, side, kind, qty, limit, sent_at, times_out_at, state, cum,
          notional, owed, fills, answered_at, timed_out_at, ended_at, fee_bps, predicted_lots,
          predicted_full, predicted_ms);
    }

  private:
    bool move_to(ChildState to);
    ChildChange fill(const ChildReport& report);
    ChildChange bust(const std::string& exec_id);
    ChildChange correct(const ChildReport& report);
    ChildFill* fill_named(const std::string& exec_id);
    ChildChange end(const ChildReport& report, ChildState as);
};

}  // namespace assay::route
