#include "core/fix/prefix.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>

#include "core/fix/digits.h"

namespace assay::fix {
namespace {

constexpr std::int64_t kSecondNs = 1'000'000'000;
constexpr Duration kQuarter{15 * kMinute.ns};
// No clock on Earth is further from UTC than this.
constexpr Duration kFarthestZone{14 * kHour.ns};

// `count` digits at text[at], or -1.
int digits(std::string_view text, std::size_t at, std::size_t count) {
    if (at + count > text.size()) return -1;
    int value = 0;
    for (std::size_t i = at; i < at + count; ++i) {
        if (!is_digit(text[i])) return -1;
        value = value * 10 + (text[i] - '0');
    }
    return value;
}

char char_at(std::string_view text, std::size_t at) {
    return at < text.size() ? text[at] : '\0';
}

int days_in_month(int year, int month) {
    constexpr std::array<int, 12> kDays{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return kDays[static_cast<std::size_t>(month - 1)] + (month == 2 && leap);
}

// Days since 1970-01-01 in the Gregorian calendar; absent for days that do not exist.
std::optional<std::int32_t> days_of(int year, int month, int day) {
    if (year < 1970 || year > 2261 || month < 1 || month > 12) return std::nullopt;
    if (day < 1 || day > days_in_month(year, month)) return std::nullopt;
    // The year starts in March, so that the leap day is its last.
    const int y = month > 2 ? year : year - 1;
    const int day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    const int era = y / 400;
    const int year_of_era = y % 400;
    const int day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146'097 + day_of_era - 719'468;
}

std::optional<std::int32_t> days_of_digits(std::uint32_t yyyymmdd) {
    const int date = static_cast<int>(yyyymmdd);
    return days_of(date / 10'000, date / 100 % 100, date % 100);
}

// A reading of the front of a text: `size` 0 where it does not fit.
struct Clock {
    std::size_t size{};
    std::int64_t ns{};  // since midnight
    int fraction_digits{};
};

// HH:MM:SS with an optional fraction behind a dot or comma.
Clock read_clock(std::string_view text) {
    std::uint32_t seconds = 0;
    if (text.size() < 8 || !clock_of_day(text.data(), seconds)) return {};
    Clock clock{8, seconds * kSecondNs, 0};
    const char point = char_at(text, 8);
    if ((point != '.' && point != ',') || !is_digit(char_at(text, 9))) return clock;
    if (text.size() >= 17) {  // of eight characters, those before the first that is no digit
        const std::uint64_t digits = word_at(text.data() + 9) ^ kZeros;
        if (const std::uint64_t odd = not_digits(digits); odd != 0) {
            const unsigned count = static_cast<unsigned>(std::countr_zero(odd)) / 8;
            clock.ns += number_of(digits << (64 - 8 * count)) * kPowersOfTen[9 - count];
            clock.size += 1 + count;
            clock.fraction_digits = static_cast<int>(count);
            return clock;
        }
    }
    std::int64_t unit = kSecondNs;
    for (clock.size = 9; is_digit(char_at(text, clock.size)); ++clock.size) {
        unit /= 10;
        clock.ns += unit * (text[clock.size] - '0');
        ++clock.fraction_digits;
    }
    return clock;
}

struct Date {
    std::size_t size{};
    std::int32_t days{};
};

Date date_if(std::size_t size, std::optional<std::int32_t> days) {
    return days ? Date{size, *days} : Date{};
}

int month_named(std::string_view text) {
    constexpr std::string_view kNames = "JanFebMarAprMayJunJulAugSepOctNovDec";
    if (text.size() < 3) return 0;
    const std::size_t at = kNames.find(text.substr(0, 3));
    return at == std::string_view::npos || at % 3 != 0 ? 0 : static_cast<int>(at / 3) + 1;
}

// YYYYMMDD, YYYY-MM-DD, YYYY/MM/DD, MM/DD/YY, MM/DD/YYYY, DD-Mon-YYYY, DD/Mon/YYYY.
Date read_date(std::string_view text) {
    if (std::uint32_t date = 0; text.size() >= 8 && eight_digits(text.data(), date))
        return date_if(8, days_of_digits(date));
    const char fourth = char_at(text, 4);
    if (digits(text, 0, 4) >= 0 && (fourth == '-' || fourth == '/') && char_at(text, 7) == fourth)
        return date_if(10, days_of(digits(text, 0, 4), digits(text, 5, 2), digits(text, 8, 2)));
    const char second = char_at(text, 2);
    if (digits(text, 0, 2) < 0 || (second != '/' && second != '-' && second != ' ')) return {};
    if (const int month = month_named(text.substr(3)); month > 0 && char_at(text, 6) == second)
        return date_if(11, days_of(digits(text, 7, 4), month, digits(text, 0, 2)));
    if (second != '/' || char_at(text, 5) != '/' || digits(text, 6, 2) < 0) return {};
    const int month = digits(text, 0, 2);
    const int day = digits(text, 3, 2);
    if (digits(text, 6, 4) >= 0) return date_if(10, days_of(digits(text, 6, 4), month, day));
    return date_if(8, days_of(2000 + digits(text, 6, 2), month, day));
}

struct Zone {
    bool stated{};
    std::int64_t ns{};  // local minus UTC
};

// What follows a time: Z, UTC, GMT, +hh, +hhmm, +hh:mm; a blank may stand before it.
Zone read_zone(std::string_view text) {
    const bool apart = text.starts_with(' ');
    if (apart) text.remove_prefix(1);
    const auto ends_at = [&](std::size_t at) {
        return !is_letter(char_at(text, at)) && !is_digit(char_at(text, at));
    };
    const char sign = char_at(text, 0);
    if (sign == 'Z' && ends_at(1)) return {true, 0};
    if ((text.starts_with("UTC") || text.starts_with("GMT")) && ends_at(3)) return {true, 0};
    if (sign != '+' && sign != '-') return {};
    const int hours = digits(text, 1, 2);
    if (hours < 0 || hours > 14) return {};
    const bool colon = char_at(text, 3) == ':';
    const int minutes = digits(text, colon ? 4 : 3, 2);
    if (minutes > 59 || !ends_at(minutes < 0 ? 3 : colon ? 6 : 5)) return {};
    // "12:00:00 -05 ..." may be anything: an offset that stands apart has its minutes.
    if (minutes < 0 && apart) return {};
    const std::int64_t ns = hours * kHour.ns + (minutes < 0 ? 0 : minutes) * kMinute.ns;
    return {true, sign == '-' ? -ns : ns};
}

struct DateHead {
    std::size_t size{};
    std::int32_t days{};
};

PrefixTime on_day(std::int64_t days, const Clock& clock, std::string_view behind) {
    const Zone zone = read_zone(behind);
    return {Nanos{days * kDay.ns + clock.ns - zone.ns}, true, zone.stated, clock.fraction_digits};
}

// `head`: the date and all before the clock.
PrefixTime read_dated(std::string_view text, DateHead& head) {
    const Date date = read_date(text);
    if (date.size == 0) return {};
    std::size_t at = date.size;
    const char between = char_at(text, at);
    if (between != '-' && between != 'T' && between != ' ' && between != ':' && between != '_')
        return {};
    do ++at;
    while (between == ' ' && char_at(text, at) == ' ');
    const Clock clock = at < text.size() ? read_clock(text.substr(at)) : Clock{};
    if (clock.size == 0) return {};
    head = {at, date.days};
    return on_day(date.days, clock, text.substr(at + clock.size));
}

// 10, 13, 16 or 19 digits that are a time from 2000 on.
PrefixTime read_epoch(std::string_view text) {
    std::size_t count = 0;
    std::uint64_t value = 0;
    for (; count < 20 && is_digit(char_at(text, count)); ++count)
        value = value * 10 + static_cast<std::uint64_t>(text[count] - '0');
    if (count != 10 && count != 13 && count != 16 && count != 19) return {};
    std::uint64_t unit = kSecondNs;
    int fraction_digits = 0;
    for (std::size_t n = 10; n < count; ++n, ++fraction_digits) unit /= 10;
    constexpr std::uint64_t kFirst = 946'684'800ULL * kSecondNs;  // 2000-01-01
    constexpr std::uint64_t kLast = 9'000'000'000'000'000'000ULL;
    if (value > kLast / unit || value * unit < kFirst) return {};
    std::int64_t ns = static_cast<std::int64_t>(value * unit);
    if (char_at(text, count) == '.' && is_digit(char_at(text, count + 1))) {
        auto part = static_cast<std::int64_t>(unit);
        for (std::size_t i = count + 1; is_digit(char_at(text, i)); ++i, ++fraction_digits) {
            part /= 10;
            ns += part * (text[i] - '0');
        }
    }
    return {Nanos{ns}, true, true, fraction_digits};
}

// `head`: what stands up to the clock, where the first digits are those of a date; else nothing. Of
// what is behind the head only the clock and a zone were looked at.
PrefixTime read_prefix(std::string_view prefix, DateHead& head) {
    bool first = true;
    for (std::size_t at = 0; at + 8 <= prefix.size(); ++at) {
        if (!is_digit(prefix[at])) continue;
        const char before = at == 0 ? ' ' : prefix[at - 1];
        if (is_digit(before)) continue;  // inside a number
        const std::string_view here = prefix.substr(at);
        if (const PrefixTime dated = read_dated(here, head); dated.at) {
            head.size = first ? at + head.size : 0;
            return dated;
        }
        first = false;
        // Behind "12:" or "1." it is the tail of something that was not a time.
        const bool in_clock = before == ':' && at >= 2 && is_digit(prefix[at - 2]);
        if (before == '.' || before == '-' || in_clock) continue;
        if (const PrefixTime epoch = read_epoch(here); epoch.at) return epoch;
        if (const Clock clock = read_clock(here); clock.size > 0)
            return {Nanos{clock.ns}, false, false, clock.fraction_digits};
    }
    return {};
}

Duration nearest_quarter(Duration d) {
    return {floor_div(d.ns + kQuarter.ns / 2, kQuarter.ns) * kQuarter.ns};
}

// `d` by whole days, so that it lies within half a day of zero.
Duration within_half_a_day(Duration d) {
    return {d.ns - floor_div(d.ns + kDay.ns / 2, kDay.ns) * kDay.ns};
}

bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}
bool all_blank(std::string_view s) {
    return std::all_of(s.begin(), s.end(), is_blank);
}

bool says_nothing(std::string_view s) {
    return std::none_of(s.begin(), s.end(), [](char c) { return is_digit(c) || is_letter(c); });
}

// The start of the line that ends at `end`, not before `floor`.
std::size_t line_start(std::string_view text, std::size_t floor, std::size_t end) {
    const void* at = memrchr(text.data() + floor, '\n', end - floor);
    return at == nullptr ? floor
                         : static_cast<std::size_t>(static_cast<const char*>(at) - text.data()) + 1;
}

}  // namespace

std::string_view prefix_before(std::string_view window, std::size_t start, Layout layout) {
    const std::size_t floor = start > kPrefixLookBack ? start - kPrefixLookBack : 0;
    std::size_t from = line_start(window, floor, start);
    const std::string_view own = window.substr(from, start - from);
    const bool indented = !own.empty() && is_blank(own.front()) && says_nothing(own);
    if (!indented && !(own.empty() && layout == Layout::lines)) return own;
    while (from > floor) {
        const std::size_t above = line_start(window, floor, from - 1);
        if (all_blank(window.substr(above, from - above))) break;
        from = above;
        if (window[above] != ' ' && window[above] != '\t') break;
    }
    return window.substr(from, start - from);
}

std::optional<Nanos> parse_utc_timestamp(std::string_view text) {
    if (text.size() < 17 || text[8] != '-') return std::nullopt;
    const auto days = parse_utc_date(text.substr(0, 8));
    const Clock clock = read_clock(text.substr(9));
    if (!days || clock.size != text.size() - 9 || clock.fraction_digits > 12) return std::nullopt;
    if (clock.fraction_digits > 0 && text[17] != '.') return std::nullopt;
    return Nanos{*days * kDay.ns + clock.ns};
}

std::optional<std::int32_t> parse_utc_date(std::string_view text) {
    std::uint32_t date = 0;
    if (text.size() != 8 || !eight_digits(text.data(), date)) return std::nullopt;
    return days_of_digits(date);
}

PrefixTime parse_prefix_time(std::string_view prefix) {
    DateHead head;
    return read_prefix(prefix, head);
}

// A prefix that begins as one before did, up to its clock, says the same up to there.
PrefixTime PrefixClock::read(std::string_view prefix) {
    if (prefix.size() >= KnownStart::kMost + 8 && head_.begins(prefix.data())) [[likely]] {
        const Clock clock = read_clock(prefix.substr(head_.size()));
        if (clock.size > 0)
            return on_day(head_days_, clock, prefix.substr(head_.size() + clock.size));
    }
    DateHead head;
    const PrefixTime time = read_prefix(prefix, head);
    if (head.size >= KnownStart::kLeast && head.size <= KnownStart::kMost) {
        head_.keep(prefix.substr(0, head.size));
        head_days_ = head.days;
    }
    return time;
}

std::optional<Nanos> PrefixClock::capture_time(std::string_view prefix,
                                               std::optional<Nanos> sending_time) {
    const PrefixTime time = read(prefix);
    if (!time.at) return std::nullopt;
    if (time.has_date && time.has_zone) return last_ = time.at;
    if (!zone_offset_ && sending_time) {
        Duration apart = *time.at - *sending_time;
        if (!time.has_date) apart = within_half_a_day(apart);
        apart = nearest_quarter(apart);
        if (std::abs(apart.ns) <= kFarthestZone.ns) zone_offset_ = apart;
    }
    if (!zone_offset_) return std::nullopt;
    Nanos at = *time.at - *zone_offset_;
    if (!time.has_date) {
        const std::optional<Nanos> near = sending_time ? sending_time : last_;
        if (!near) return std::nullopt;
        at = *near + within_half_a_day(at - *near);
    }
    return last_ = at;
}

}  // namespace assay::fix
