// Times as they stand in spreadsheets and exports, to nanoseconds UTC.
#pragma once

#include <cstdint>
#include <string_view>

#include "core/units/nanos.h"

namespace assay {

// Reads, exactly and without locale:
//   2025-08-02 13:30:01.123456   2025-08-02T13:30:01Z   2025-08-02T09:30:01-04:00   (up to 9
//   decimals) 20250802-13:30:01.123        (FIX) 1754141401   1754141401123   1754141401123456
//   1754141401123456789   (epoch s, ms, us, ns)
// No offset means UTC. Epoch units are told apart by size, so seconds reach from 1973 to 5138;
// epochs may have decimals. A date alone is not a time. Keeps the last date it saw: rows of one
// day share the work.
class CsvTime {
  public:
    // False where `text` is none of the above, or outside 1678 to 2261.
    bool parse(std::string_view text, Nanos& at);

    static constexpr std::string_view kExpected =
        "expected 2025-08-02 13:30:01.123456 (UTC), an offset like -04:00, FIX 20250802-13:30:01, "
        "or "
        "epoch s, ms, us or ns";

  private:
    bool date(std::string_view text, std::int64_t& days);

    char last_date_[10]{};
    std::int64_t last_days_{};
};

}  // namespace assay
