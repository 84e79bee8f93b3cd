// For tests: what a gateway would have logged. Sound FIX messages with lengths, sums and sequence
// numbers, one a line, each behind the time at which it was seen.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "core/units/nanos.h"
#include "core/units/price.h"
#include "core/units/qty.h"

namespace assay::testkit {

// "20261120-10:00:00.000000000", as FIX and QuickFIX logs write a time.
std::string fix_time(Nanos at);
// Days since 1970-01-01 of a civil date.
std::int64_t day_number(int year, int month, int day);

class Gateway {
  public:
    // "FIX.4.2", "FIX.4.4"
    explicit Gateway(std::string begin_string = "FIX.4.4")
        : begin_string_(std::move(begin_string)) {}

    bool is_42() const { return begin_string_ == "FIX.4.2"; }
    // A log line. `body` has | for the delimiter, and starts behind SendingTime(52).
    std::string line(Nanos at, std::string_view from, std::string_view to, std::string_view type,
                     std::string_view body);
    // The market's own two-sided quote, sent by MARKET.
    std::string market(Nanos at, std::string_view symbol, Price bid, Price ask, Qty bid_size,
                       Qty ask_size);
    // The last number `from` has used towards `to`.
    std::uint64_t seq(std::string_view from, std::string_view to) const;

  private:
    std::string begin_string_;
    std::map<std::pair<std::string, std::string>, std::uint64_t> seq_;
};

}  // namespace assay::testkit
