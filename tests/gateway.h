// For tests: what a gateway would have logged, and days of the calendar.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/sim/fix_log.h"

namespace assay::testkit {

using sim::fix_time;
// Days since 1970-01-01 of a civil date.
std::int64_t day_number(int year, int month, int day);

class Gateway : public sim::FixLog {
  public:
    using FixLog::FixLog;

    bool is_42() const { return begin_string() == "FIX.4.2"; }
    // The market's own two-sided quote, sent by MARKET.
    std::string market(Nanos at, std::string_view symbol, Price bid, Price ask, Qty bid_size,
                       Qty ask_size) {
        return quote(at, "MARKET", "US", symbol, bid, ask, bid_size, ask_size);
    }
};

}  // namespace assay::testkit
