// When a message was captured, from what a log writes in front of it; and FIX's own UTC times.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "core/fix/known_start.h"
#include "core/units/nanos.h"

namespace assay::fix {

// How much of a line before a message is looked at, in bytes.
inline constexpr std::size_t kPrefixLookBack = 512;

enum class Layout : std::uint8_t { one_line, lines };

// What heads the message that starts at text[start]: its line up to there; where that is only
// indentation and brackets, or the message is printed over several lines, from the nearest line
// above that is flush left, but not across an empty line.
std::string_view prefix_before(std::string_view text, std::size_t start, Layout layout);

// UTCTimestamp "YYYYMMDD-HH:MM:SS[.f...]", 1 to 12 digits of fraction (beyond 9 they are cut).
// Second 60 is accepted and is the first of the next minute. Absent for anything else, such as
// 30 February, hour 24, or a year outside 1970 to 2261.
std::optional<Nanos> parse_utc_timestamp(std::string_view text);

// UTCDateOnly / LocalMktDate "YYYYMMDD" as days since 1970-01-01.
std::optional<std::int32_t> parse_utc_date(std::string_view text);

// The first time that stands in a prefix.
struct PrefixTime {
    // As if UTC where there is no zone; since midnight where there is no date; absent: no time.
    std::optional<Nanos> at;
    bool has_date{};
    bool has_zone{};
    int fraction_digits{};
};

// Understands, anywhere in the text: QuickFIX 20131008-14:00:00.164, ISO 8601 with T or blank (also
// with / for -), dot or comma before the fraction, Z, UTC, GMT or +hh[[:]mm] behind it,
// 12/23/09 23:33:26 (month first), 08/Oct/2013:14:00:00 and 08-Oct-2013 14:00:00, epoch seconds,
// ms, us and ns (10, 13, 16, 19 digits; 10 also with a fraction), and a time alone 12:01:03.56100.
// Syslog's "Oct  8 14:00:00" has no year and counts as a time alone.
PrefixTime parse_prefix_time(std::string_view prefix);

// Capture times of the messages of one input, in the order in which they stand there.
//
// A prefix without zone is in local time; its offset is that to SendingTime(52), rounded to the
// nearest quarter hour, decided by the first message that has both and kept. A prefix without date
// takes the date that brings it nearest to SendingTime, or to the capture time before it.
class PrefixClock {
  public:
    // Absent where the prefix has no time, or where nothing has yet decided its zone or date.
    std::optional<Nanos> capture_time(std::string_view prefix, std::optional<Nanos> sending_time);

    // Local time of the log minus UTC. Absent until decided, and where the log states its zone.
    std::optional<Duration> zone_offset() const { return zone_offset_; }

  private:
    PrefixTime read(std::string_view prefix);

    std::optional<Duration> zone_offset_;
    std::optional<Nanos> last_;
    KnownStart head_;  // of the last prefixes, up to the clock
    std::int32_t head_days_{};
};

}  // namespace assay::fix
