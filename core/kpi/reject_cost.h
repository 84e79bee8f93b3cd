// What it cost to trade elsewhere what an LP refused or left (docs/spec.md 2.11).
//   unit    currency here, basis points in reports; > 0: bad for us
//   source  docs/spec.md 2.11; opportunity cost in the sense of Perold (1988)
// Charged to the LP that left the quantity unfilled.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "core/units/nanos.h"
#include "core/units/price.h"
#include "core/units/qty.h"
#include "core/units/side.h"

namespace assay::kpi {

// How long later fills are assigned to an unfilled lot.
inline constexpr Duration kRejectWindow{1'000'000'000};

// q * s * (p - B): what a share of the lot cost against the quote we tried to hit.
constexpr Money reject_cost(Side side, Qty qty, Price paid, Price tried) {
    return PriceDelta{sign(side) * (paid.nano - tried.nano)} * qty;
}

// What is still to be bought (or sold) of one child order that ended unfilled.
struct UnfilledLot {
    std::uint64_t owner{};  // the caller's name for the order (its row, its LP)
    Nanos ended{};          // terminal event
    Qty left;
    Price tried;  // far touch when the order was sent
};

// A part of a lot that has been paid for.
struct PaidLot {
    std::uint64_t owner{};
    Qty qty;
    Money cost{};  // > 0: bad for us
    Money base{};  // qty * tried, what the cost is divided by
};

// Open lots of one symbol and side, first in first out: each filled share pays for one lot once.
class UnfilledLots {
  public:
    explicit UnfilledLots(Side side) : side_(side) {}

    void open(const UnfilledLot& lot) { lots_.push_back(lot); }

    // A fill of any LP in (ended, ended + window]: pays for the oldest lots first. Call close_due()
    // for times before `at` first. Quantity beyond the open lots pays for nothing.
    std::vector<PaidLot> filled(Nanos at, Qty last_qty, Price last_px);

    // Lots whose window has passed at `now`: their rest is marked at the far touch of that moment,
    // or dropped without a trace where `far_touch` is absent.
    std::vector<PaidLot> close_due(Nanos now, std::optional<Price> far_touch, Duration window);

    // When the oldest lot falls due; kNever without lots.
    Nanos due(Duration window) const {
        return lots_.empty() ? kNever : lots_.front().ended + window;
    }

  private:
    Side side_;
    std::deque<UnfilledLot> lots_;  // in order of `ended`
};

}  // namespace assay::kpi
