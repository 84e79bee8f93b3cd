#include "core/route/parent.h"

#include <array>
#include <fmt/format.h>

#include "core/units/decimal.h"

namespace assay::route {
namespace {

constexpr std::size_t kStates = 7;
constexpr std::array<const char*, kStates> kNames = {"received", "working", "stopping", "filled",
                                                     "canceled", "expired", "rejected"};
// Rows: from; columns: to.
constexpr std::array<std::array<char, kStates + 1>, kStates> kMoves = {{
    //        r w s f c e r
    {{"0100001"}},  // received: accepted or rejected
    {{"0011000"}},  // working: the last fill ends it; whatever else stops it first
    {{"0001110"}},  // stopping: waits for its children; a late fill may still complete it
    {{"0000000"}},  // filled: a bust is reported, and not filled again
    {{"0000000"}},  // canceled
    {{"0000000"}},  // expired
    {{"0000000"}},  // rejected
}};

}  // namespace

const char* text(ParentState s) {
    return kNames[static_cast<std::size_t>(s)];
}

const char* text(StopReason r) {
    constexpr std::array<const char*, 5> kReasons = {"", "a cancel was asked for",
                                                     "its window is over", "an LP overfilled it",
                                                     "its rounds are over"};
    return kReasons[static_cast<std::size_t>(r)];
}

bool legal(ParentState from, ParentState to) {
    return kMoves[static_cast<std::size_t>(from)][static_cast<std::size_t>(to)] == '1';
}

std::string wrong_with(const ParentOrder& o) {
    if (o.side == Side::none) return "it has no side";
    if (o.qty <= Qty{}) return "its quantity is not positive";
    if (o.lot <= Qty{}) return "its lot is not positive";
    if (o.symbol.empty()) return "it has no symbol";
    if (!known(o.starts) || !known(o.ends) || o.ends <= o.starts)
        return "its window does not end after it starts";
    if (o.limit && o.limit->nano <= 0) return "its limit price is not positive";
    if (o.pace.round_gap.ns <= 0) return "the time between two rounds is not positive";
    if (o.pace.round_qty <= Qty{}) return "the quantity of a round is not positive";
    if (!(o.pace.urgency >= 0 && o.pace.urgency <= 1)) return "urgency is not between 0 and 1";
    if (o.pace.participation_cap &&
        !(*o.pace.participation_cap > 0 && *o.pace.participation_cap <= 1))
        return "the participation cap is not above 0 and at most 1";
    if (o.pace.most_rounds && *o.pace.most_rounds <= 0) return "it may have no round";
    if (o.min_child > o.max_child)
        return fmt::format("its smallest child of {} is above its largest of {}",
                           to_text(o.min_child), to_text(o.max_child));
    if (!(o.max_slip_bps >= 0 && o.max_slip_bps <= 1e4)) return "max_slip_bps is not 0 to 10000";
    return {};
}

double Parent::avg_px() const {
    return cum > Qty{} ? static_cast<double>(notional) / static_cast<double>(cum.micro) * 1e-9 : 0;
}

bool Parent::move_to(ParentState to) {
    if (!legal(state, to)) return false;
    state = to;
    return true;
}

std::optional<Shortfall> Parent::shortfall() const {
    return route::shortfall(
        {.side = order.side,
         .qty = order.qty,
         .filled = cum,
         .filled_notional = notional,
         .decision = decision_mid,
         .first_route = first_route_mid.nano2 > 0 ? first_route_mid : decision_mid,
         .end = end_mid.nano2 > 0 ? end_mid : decision_mid,
         .fees = fees});
}

void Parent::count(const Child& child, const ChildChange& change) {
    cum += change.filled;
    notional += change.notional;
    fees += static_cast<double>(change.notional) * 1e-15 * child.fee_bps * 1e-4;
}

Result<double> Parent::vwap_slippage_bps(std::span<const Child* const> all_children) const {
    const Traded* from = nullptr;
    const Traded* to = nullptr;
    for (const Child* c : all_children)
        for (const ChildFill& f : c->fills) {
            if (f.qty == Qty{}) continue;
            if (from == nullptr || f.traded.volume < from->volume) from = &f.traded;
            if (to == nullptr || f.traded.volume > to->volume) to = &f.traded;
        }
    if (from == nullptr || cum <= Qty{}) return fail("nothing is filled");
    if (to->volume <= Qty{}) return fail("no trade of the market was seen");
    const auto bps = route::vwap_slippage_bps(order.side, cum, notional, to->volume - from->volume,
                                              to->notional - from->notional);
    if (!bps) return fail("the market traded nothing between its first and its last fill");
    return *bps;
}

}  // namespace assay::route
