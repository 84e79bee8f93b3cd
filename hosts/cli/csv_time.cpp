#include "hosts/cli/csv_time.h"

#include <chrono>
#include <cstring>
#include <fmt/format.h>

namespace assay {

namespace {

bool digits(const char* p, int count, int& value) {
    value = 0;
    for (int i = 0; i < count; ++i) {
        const unsigned d = static_cast<unsigned char>(p[i]) - '0';
        if (d > 9) return false;
        value = value * 10 + static_cast<int>(d);
    }
    return true;
}

// The decimals after a point: at most 9 that count; more only as zeros. Moves `i` past them.
bool fraction(std::string_view s, std::size_t& i, std::int64_t unit, std::int64_t& ns) {
    std::int64_t weight = unit;
    const std::size_t first = i;
    for (; i < s.size(); ++i) {
        const unsigned d = static_cast<unsigned char>(s[i]) - '0';
        if (d > 9) break;
        weight /= 10;
        if (weight == 0 && d != 0) return false;
        ns += static_cast<std::int64_t>(d) * weight;
    }
    return i > first;
}

bool epoch(std::string_view s, Nanos& at) {
    std::int64_t whole = 0;
    std::size_t i = 0;
    for (; i < s.size() && s[i] >= '0' && s[i] <= '9'; ++i) {
        if (i == 19) return false;
        if (__builtin_mul_overflow(whole, 10, &whole) ||
            __builtin_add_overflow(whole, s[i] - '0', &whole))
            return false;
    }
    if (whole < 100'000'000) return false;
    const std::int64_t unit = whole < 100'000'000'000           ? 1'000'000'000
                              : whole < 100'000'000'000'000     ? 1'000'000
                              : whole < 100'000'000'000'000'000 ? 1'000
                                                                : 1;
    std::int64_t ns = 0;
    if (i < s.size()) {
        if (s[i] != '.') return false;
        ++i;
        if (!fraction(s, i, unit, ns) || i != s.size()) return false;
    }
    std::int64_t scaled = 0;
    if (__builtin_mul_overflow(whole, unit, &scaled)) return false;
    at.ns = scaled + ns;
    return true;
}

// Z, UTC, +hh, +hhmm, +hh:mm or nothing, to seconds east of Greenwich.
bool zone(std::string_view s, std::int64_t& seconds_east) {
    seconds_east = 0;
    while (!s.empty() && s.front() == ' ') s.remove_prefix(1);
    if (s.empty() || s == "Z" || s == "z" || s == "UTC" || s == "GMT") return true;
    if ((s[0] != '+' && s[0] != '-') || s.size() < 3) return false;
    int hours = 0, minutes = 0;
    if (!digits(s.data() + 1, 2, hours)) return false;
    std::string_view rest = s.substr(3);
    if (!rest.empty() && rest[0] == ':')
        rest.remove_prefix(1);
    else if (s.size() == 4)
        return false;
    if (!rest.empty() && (rest.size() != 2 || !digits(rest.data(), 2, minutes))) return false;
    if (rest.empty() && s.size() > 3) return false;
    if (hours > 15 || minutes > 59) return false;
    seconds_east = (hours * 60 + minutes) * 60 * (s[0] == '-' ? -1 : 1);
    return true;
}

}  // namespace

// `text` is the date part alone: yyyy-mm-dd or yyyymmdd.
bool CsvTime::date(std::string_view text, std::int64_t& days) {
    if (text.size() == 10 && std::memcmp(text.data(), last_date_, 10) == 0) {
        days = last_days_;
        return true;
    }
    int y = 0, m = 0, d = 0;
    if (text.size() == 10) {
        const char dash = text[4];
        if ((dash != '-' && dash != '/') || text[7] != dash) return false;
        if (!digits(text.data(), 4, y) || !digits(text.data() + 5, 2, m) ||
            !digits(text.data() + 8, 2, d))
            return false;
    } else if (!digits(text.data(), 4, y) || !digits(text.data() + 4, 2, m) ||
               !digits(text.data() + 6, 2, d)) {
        return false;
    }
    const std::chrono::year_month_day ymd{std::chrono::year(y), std::chrono::month(unsigned(m)),
                                          std::chrono::day(unsigned(d))};
    if (!ymd.ok() || y < 1678 || y > 2261) return false;
    days = std::chrono::sys_days(ymd).time_since_epoch().count();
    if (text.size() == 10) {
        std::memcpy(last_date_, text.data(), 10);
        last_days_ = days;
    }
    return true;
}

bool CsvTime::parse(std::string_view s, Nanos& at) {
    std::size_t i = 0;
    while (i < s.size() && i < 9 && s[i] >= '0' && s[i] <= '9') ++i;
    const std::size_t date_size = i == 4 ? 10 : 8;
    if (i != 4 && i != 8) return epoch(s, at);
    if (s.size() < date_size + 6) return i == 8 && epoch(s, at);
    const char joint = s[date_size];
    if (joint != ' ' && joint != 'T' && joint != 't' && !(joint == '-' && i == 8)) return false;
    std::int64_t days = 0;
    if (!date(s.substr(0, date_size), days)) return false;

    const char* t = s.data() + date_size + 1;
    std::size_t next = date_size + 6;
    int hours = 0, minutes = 0, seconds = 0;
    if (!digits(t, 2, hours) || t[2] != ':' || !digits(t + 3, 2, minutes)) return false;
    std::int64_t ns = 0;
    if (next + 2 < s.size() && s[next] == ':') {
        if (!digits(s.data() + next + 1, 2, seconds)) return false;
        next += 3;
        if (next < s.size() && (s[next] == '.' || s[next] == ',')) {
            ++next;
            if (!fraction(s, next, 1'000'000'000, ns)) return false;
        }
    }
    // Second 60 is a leap second: FIX allows it, and it is the start of the next minute here.
    if (hours > 23 || minutes > 59 || seconds > 60) return false;
    std::int64_t east = 0;
    if (!zone(s.substr(next), east)) return false;
    at.ns = ((days * 24 + hours) * 60 + minutes) * 60'000'000'000 +
            (seconds - east) * 1'000'000'000 + ns;
    return true;
}

bool CsvTime::is_date(std::string_view text) {
    std::int64_t days = 0;
    return (text.size() == 10 || text.size() == 8) && CsvTime{}.date(text, days);
}

namespace {

// "1:30 PM", "13:30:01.5 -04:00": the hour in two digits of a day of 24, and the rest as it stands.
bool sheet_clock(std::string_view text, std::string& out) {
    const std::size_t colon = text.find(':');
    if (colon == 0 || colon > 2) return false;
    int hour = 0;
    if (!digits(text.data(), static_cast<int>(colon), hour)) return false;
    std::string_view rest = text.substr(colon);
    std::size_t end = rest.find_first_not_of(":0123456789.");
    std::string_view half = end == rest.npos ? std::string_view() : rest.substr(end);
    rest = rest.substr(0, end);
    while (!half.empty() && half.front() == ' ') half.remove_prefix(1);
    const bool am = half.size() >= 2 && (half[0] == 'A' || half[0] == 'a') && (half[1] | 32) == 'm';
    const bool pm = half.size() >= 2 && (half[0] == 'P' || half[0] == 'p') && (half[1] | 32) == 'm';
    if (am || pm) {
        if (hour < 1 || hour > 12) return false;
        hour = hour % 12 + (pm ? 12 : 0);
        half.remove_prefix(2);
    }
    out += fmt::format("{:02}{}{}", hour, rest, half);
    return true;
}

}  // namespace

// 8/2/2025, 8-2-2025 or 2.8.2025, years of two digits too, as yyyy-mm-dd.
bool SheetTime::sheet_date(std::string_view text, std::string& iso, bool& open) {
    int part[3] = {};
    char between = 0;
    for (int i = 0; i < 3; ++i) {
        std::size_t n = 0;
        while (n < text.size() && text[n] >= '0' && text[n] <= '9') ++n;
        if (n == 0 || n > (i == 2 ? 4u : 2u) || (i == 2 && n != 2 && n != 4)) return false;
        digits(text.data(), static_cast<int>(n), part[i]);
        if (i == 2 && n == 2) part[2] += 2000;
        text.remove_prefix(n);
        if (i == 2) break;
        if (text.empty() || (text[0] != '/' && text[0] != '.' && text[0] != '-')) return false;
        if (i == 1 && text[0] != between) return false;
        between = text[0];
        text.remove_prefix(1);
    }
    if (!text.empty()) return false;
    const bool points = between == '.';
    bool day_first = points || order_ == DateOrder::day_first;
    if (!points && order_ == DateOrder::automatic) {
        day_first = part[0] > 12;
        open = part[0] <= 12 && part[1] <= 12 && part[0] != part[1];
        day_first_ += day_first;
        month_first_ += part[1] > 12;
        open_ += open;
    }
    iso += fmt::format("{:04}-{:02}-{:02}", part[2], day_first ? part[1] : part[0],
                       day_first ? part[0] : part[1]);
    return true;
}

bool SheetTime::parse(std::string_view date, std::string_view text, Nanos& at, bool& open) {
    open = false;
    if (plain_.parse(text, at)) return true;
    iso_.clear();
    if (date.empty()) {
        const std::size_t gap = text.find_first_of(" T");
        if (gap == text.npos) return false;
        date = text.substr(0, gap);
        text.remove_prefix(gap + 1);
        if (date.ends_with(',')) date.remove_suffix(1);
    }
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    if (CsvTime::is_date(date))
        iso_ = date;
    else if (!sheet_date(date, iso_, open))
        return false;
    iso_ += ' ';
    return sheet_clock(text, iso_) && plain_.parse(iso_, at);
}

DateOrder SheetTime::decided() const {
    if (order_ != DateOrder::automatic) return order_;
    if ((day_first_ > 0) == (month_first_ > 0)) return DateOrder::automatic;
    return day_first_ > 0 ? DateOrder::day_first : DateOrder::month_first;
}

Nanos SheetTime::turned(Nanos at) {
    using namespace std::chrono;
    const std::int64_t days_since = utc_day(at);
    const year_month_day read{sys_days{days{days_since}}};
    const year_month_day other{read.year(), month{static_cast<unsigned>(read.day())},
                               day{static_cast<unsigned>(read.month())}};
    const std::int64_t moved = sys_days(other).time_since_epoch().count() - days_since;
    return at + Duration{moved * kDay.ns};
}

}  // namespace assay
