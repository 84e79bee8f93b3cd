// Times as they stand in spreadsheets and exports, to nanoseconds UTC.
#pragma once

#include <cstdint>
#include <string>
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

    // A date alone, yyyy-mm-dd, yyyy/mm/dd or yyyymmdd.
    static bool is_date(std::string_view text);

  private:
    bool date(std::string_view text, std::int64_t& days);

    char last_date_[10]{};
    std::int64_t last_days_{};
};

// Which of the first two numbers of 8/2/2025 is the day. `automatic`: what the column shows.
enum class DateOrder : std::uint8_t { automatic, month_first, day_first };

// Times as spreadsheets write them: all that CsvTime reads, 8/2/2025 13:30, 2/8/25 1:30:05 PM,
// 02.08.2025 13:30:01.5 (points: the day is first), and a date that stands in a column of its own.
class SheetTime {
  public:
    explicit SheetTime(DateOrder order = DateOrder::automatic) : order_(order) {}

    // `date` is empty where the table has no such column. `open`: day and month could be the other
    // way round, and were read month first until decided() says otherwise.
    bool parse(std::string_view date, std::string_view text, Nanos& at, bool& open);
    // After the whole column: which number is the day, by the setting or by a date that can be read
    // in one way only. `automatic`: nothing says so, or the dates contradict each other.
    DateOrder decided() const;
    // Of a time that was read as `open`: the same with day and month the other way round.
    static Nanos turned(Nanos at);
    std::uint64_t open_dates() const { return open_; }

    static constexpr std::string_view kExpected =
        "expected 2025-08-02 13:30:01.123456 (UTC), an offset like -04:00, 8/2/2025 13:30:01, "
        "02.08.2025 13:30:01, FIX 20250802-13:30:01, or epoch s, ms, us or ns";

  private:
    bool sheet_date(std::string_view text, std::string& iso, bool& open);

    CsvTime plain_;
    DateOrder order_;
    std::uint64_t open_{}, day_first_{}, month_first_{};
    std::string iso_;
};

}  // namespace assay
