// A day on which every LP shows the record it has over the long run, as the log of a gateway. It is
// read like any other log: what is believed of the LPs the next morning came in as FIX.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/sim/fix_log.h"
#include "core/units/nanos.h"
#include "core/units/price.h"
#include "core/units/qty.h"
#include "core/units/result.h"

namespace assay::sim {

// What the exact sums of the day will say of one LP.
struct LongRunRecord {
    std::string lp;                  // its CompID
    double fill{};                   // filled share of what was offered, 0 to 1
    double latency_ms{};             // round trip of every order
    double price_improvement_bps{};  // against the far touch, per offered share; positive = good
    double reject{};                 // share of orders, 0 to 1; fill + reject at most 1
    double impact_bps{};             // leakage at 15 s net of control; over all LPs they sum to 0
};

struct LongRun {
    std::vector<LongRunRecord> lps;
    std::string symbol{"XYZ"}, us{"US"}, market{"MARKET"};  // CompIDs
    Nanos begins;                                           // midnight of a day
    int orders{10'000};                                     // of each LP: IOC buys at the ask
    Qty child{20'000'000'000}, shown{20'000'000'000};
    Price bid{99'990'000'000}, ask{100'010'000'000};
};

// Orders of one LP after the other, this far apart, so that no order's window of unfilled quantity
// (1 s) and no price move that is another's impact touches the next.
inline constexpr Duration kLongRunApart{1'200'000'000};
inline constexpr Duration kLongRunDay{80'000'000'000'000};

// Gives the lines of the log to `take`, in order of time, some MB at once. An error where the day
// cannot be: no such shares, more orders than a day holds, impacts that do not sum to 0.
Result<void> write_long_run(const LongRun& run, FixLog& log,
                            const std::function<void(std::string_view)>& take);

}  // namespace assay::sim
