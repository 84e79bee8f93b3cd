// A parent order as an OMS writes it: NewOrderSingle(D), over the defaults of the desk.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/fix/message.h"
#include "core/route/parent.h"
#include "core/units/result.h"

namespace assay::desk {

// What a parent order is unless it says otherwise.
struct ParentDefaults {
    Duration window{30 * kMinute.ns};  // of an order without ExpireTime
    Qty lot{100'000'000};              // 100 shares
    PriceDelta tick{10'000'000};       // 0.01
    Qty round_qty, min_child, max_child,
        probe_qty;  // 0: the whole order, one lot, a round, one lot
    Duration round_gap{kSecond};
    double urgency{0.5};
    std::optional<double> participation_cap;
    double max_slip_bps{};
    std::string profile{"balanced"};
    route::PolicyId policy{route::PolicyId::split};
    route::Fallback fallback{route::Fallback::hold};
};

// The names that TargetStrategyParameters(848) may set, for errors and documentation.
std::string_view parent_parameters();

// A parent order as its message says it, over the defaults; errors name the field, what it holds
// and what was expected.
Result<route::ParentOrder> parent_from(const fix::Message& message, const ParentDefaults& defaults,
                                       Nanos at);

}  // namespace assay::desk
