// Numbers as programs and as people read them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/kpi/catalog.h"
#include "core/units/qty.h"
#include "hosts/cli/shortest.h"

namespace assay::cli {

// 1234567 as "1,234,567".
std::string grouped(std::int64_t n);
// The same for counts that may be fractions: at most two digits after the point.
std::string grouped(double x);
// Whole shares, grouped: what is less than one is cut off.
std::string whole_shares(Qty q);
std::string with_decimals(double x, int decimals);
// 12345678 as "12.3 MB".
std::string bytes_in_words(std::uint64_t n);
// ns since the epoch as "2025-08-02 13:30:01.123456" (UTC), with as many digits as it needs.
std::string utc_time(std::int64_t ns);

// `x` in the unit of its catalog entry, as a table shows it: shares of 1 as per cent, bps with two
// digits, ms with `ms_decimals`. The unit itself stands in the column's head.
std::string in_table(double x, const kpi::Entry& entry, int ms_decimals);
// Digits for a column of ms whose largest value is `largest`.
int ms_decimals(double largest);
// What stands in the head for the unit: "%" for a share of 1.
std::string_view unit_in_table(std::string_view unit);

}  // namespace assay::cli
