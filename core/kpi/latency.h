// The parts of a child order's latency (docs/spec.md 1.6, 2.10).
//   unit    ns here, ms in reports; lower is better
//   clock   our own, always: LP stamps (52, 60) are never subtracted from ours
//   source  docs/spec.md 1.6
#pragma once

#include <span>

#include "core/kpi/latencies.h"
#include "core/units/nanos.h"
#include "core/units/qty.h"

namespace assay::kpi {

// When things happened to one child order; kNever where they did not.
struct OrderTimes {
    Nanos sent{kNever};
    Nanos gateway_acked{kNever};
    Nanos acked{kNever};
    Nanos first_response{kNever};  // first of ack, fill, cancel, expiry, reject
    Nanos first_fill{kNever};
    Nanos last_fill{kNever};
    Nanos rejected{kNever};
    Nanos terminal{kNever};
    Nanos cancel_sent{kNever};
    Nanos cancel_answered{kNever};
};

// Parts whose ends are not both known, and parts that would be negative (a clock went back; an ack
// that came after the fill), are absent.
Latencies latencies_of(const OrderTimes& t);

// Whether some part would be negative though its order of events forbids it: the clock stepped.
bool clock_went_back(const OrderTimes& t);

struct TimedFill {
    Qty last_qty;
    Duration since_send;
};
// sum q (t_j - t_send) / sum q, in ms; absent without fills.
std::optional<double> size_weighted_fill_ms(std::span<const TimedFill> fills);

}  // namespace assay::kpi
