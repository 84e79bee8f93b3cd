// A gateway's log, as it would have been written: FIX messages with lengths, sums and sequence
// numbers, one a line, each behind the time at which it was seen.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "core/fix/record.h"
#include "core/units/nanos.h"
#include "core/units/price.h"
#include "core/units/qty.h"

namespace assay::sim {

// "20261120-10:00:00.000000000", as FIX and the logs of engines write a time.
std::string fix_time(Nanos at);

// A line of such a log as a captured record, which points into it.
fix::Record captured(std::string_view line, std::uint32_t session, std::uint64_t seq);

class FixLog {
  public:
    // "FIX.4.2", "FIX.4.4"
    explicit FixLog(std::string begin_string = "FIX.4.4")
        : begin_string_(std::move(begin_string)) {}

    const std::string& begin_string() const { return begin_string_; }
    // The last number that `from` has used towards `to`; 0 where it has used none.
    std::uint64_t seq(std::string_view from, std::string_view to) const;
    // `body` has | for the delimiter, and starts behind SendingTime(52).
    std::string line(Nanos at, std::string_view from, std::string_view to, std::string_view type,
                     std::string_view body);
    // The market's own two-sided quote (W), sent by `from`.
    std::string quote(Nanos at, std::string_view from, std::string_view to, std::string_view symbol,
                      Price bid, Price ask, Qty bid_size, Qty ask_size);

  private:
    std::string begin_string_;
    std::map<std::pair<std::string, std::string>, std::uint64_t> seq_;  // by sender and target
};

}  // namespace assay::sim
