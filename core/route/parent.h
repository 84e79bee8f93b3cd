// A parent order: what the desk wants done, how far it is, and what it has cost.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/market/bbo.h"
#include "core/route/child.h"
#include "core/route/decision.h"
#include "core/route/pacing.h"
#include "core/route/policy.h"
#include "core/route/reroute.h"
#include "core/route/shortfall.h"

namespace assay::route {

struct ParentOrder {
    std::uint64_t id{};
    std::string cl_ord_id;  // the OMS's ClOrdID(11)
    std::string symbol;
    Side side{};
    Qty qty, lot;  // lot > 0
    std::optional<Price> limit;
    PriceDelta tick;  // 0: not known
    Nanos starts{kNever}, ends{kNever};
    Pace pace;
    Qty min_child, max_child, probe_qty;
    double max_slip_bps{};
    std::string profile{"balanced"};
    PolicyId policy{PolicyId::split};
    Fallback fallback{Fallback::hold};
    template <class Archive>
    void archive(Archive& a) {
        a(id, cl_ord_id, symbol, side, qty, lot, limit, tick, starts, ends, pace, min_child,
          max_child, probe_qty, max_slip_bps, profile, policy, fallback);
    }
};
// What is wrong with it, in words; empty: nothing.
std::string wrong_with(const ParentOrder& order);

enum class ParentState : std::uint8_t {
    received,
    working,
    stopping,
    filled,
    canceled,
    expired,
    rejected
};
const char* text(ParentState s);
constexpr bool terminal(ParentState s) {
    return s >= ParentState::filled;
}
bool legal(ParentState from, ParentState to);

// Why it stops before it is done.
enum class StopReason : std::uint8_t { none, cancel_asked, window_over, overfilled, rounds_over };
const char* text(StopReason r);

// A report to the OMS (ExecutionReport, 35=8), as values.
enum class ReportType : std::uint8_t { accepted, rejected, fill, canceled, expired, bust };
struct ParentReport {
    Nanos at{};
    std::uint64_t parent{};
    ReportType type{};
    ParentState state{};
    Qty last_qty;  // fill, bust
    Price last_px;
    Qty cum_qty, leaves_qty;  // leaves 0 once it is over
    double avg_px{};          // 0 while nothing is filled
    std::string text;
    // Of a fill or bust: whose, its ExecID, and the fill that it takes back or changes.
    LpId lp{UINT32_MAX};
    std::string exec_id{}, exec_ref_id{};
};

struct Parent {
    ParentOrder order;
    ParentState state{ParentState::received};
    StopReason stop{StopReason::none};
    Qty cum;
    Money notional{};
    double fees{};                  // currency, as expected when the children were sent
    std::vector<ChildId> children;  // all, in order; those that are over keep no exposure
    Tried tried;
    std::int64_t round{};  // of the next decision
    Qty round_left;        // of the round at hand, not yet filled and not at an LP
    Nanos next_round_at{kNever};
    Nanos wakes_at{kNever};
    LastRound last{LastRound::none};
    bool round_short{};  // a child of the round at hand came short or was rejected
    bool swept{}, probing{};
    Hold held{};  // why the last decision sent nothing; said when it changes
    TwiceMid decision_mid, first_route_mid, end_mid;
    Nanos ended_at{kNever};
    std::optional<Traded> traded_at_start;  // by the market so far, at its start
    Qty volume_at_round;                    // of it, up to where the cap's share is used
    std::vector<Arm> arms;                  // of the menu, that it may be following

    Qty remaining() const { return cum < order.qty ? order.qty - cum : Qty{}; }
    double avg_px() const;
    bool move_to(ParentState to);
    // Books what a report changed of this child.
    void count(const Child& child, const ChildChange& change);
    // The child, or all of them together, hold more than was asked for.
    bool overfilled_by(const ChildChange& change) const {
        return change.overfilled || cum > order.qty;
    }
    std::optional<Shortfall> shortfall() const;
    // Against what traded after the first and not after the last of the fills that stand;
    // `all_children`: those of this parent, in any order.
    // The error says why there is none.
    Result<double> vwap_slippage_bps(std::span<const Child* const> all_children) const;

    template <class Archive>
    void archive(Archive& a) {
        a(order, state, stop, cum, notional, fees, children, tried, round, round_left,
          next_round_at, wakes_at, last, round_short, swept, probing, held, decision_mid,
          first_route_mid, end_mid, ended_at, traded_at_start, volume_at_round, arms);
    }
};

}  // namespace assay::route
