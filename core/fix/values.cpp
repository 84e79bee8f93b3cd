#include "core/fix/values.h"

#include "core/units/decimal.h"

namespace assay::fix {
namespace {

// Days since 1970-01-01 of a proleptic Gregorian date: years begin in March, eras have 400 years.
std::int32_t days_from_civil(unsigned year, unsigned month, unsigned day) {
    const unsigned y = year - static_cast<unsigned>(month <= 2);
    const unsigned era = y / 400, yoe = y % 400;
    const unsigned doy = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    const unsigned doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
    return static_cast<std::int32_t>(era * 146097 + doe) - 719468;
}

bool read_date8(const char* p, std::int32_t& days) {
    std::uint32_t date = 0;
    if (!eight_digits(p, date)) return false;
    const unsigned year = date / 10'000, month = date / 100 % 100, day = date % 100;
    // Years whose nanoseconds fit 64 bits. A day that the month lacks runs into the next month.
    if (year < 1970 || year > 2200) return false;
    if (month - 1 > 11 || day - 1 > 30) return false;
    days = days_from_civil(year, month, day);
    return true;
}

// Up to 9 digits behind the point of a second; of more, which are picoseconds, the first 9.
bool read_fraction(std::string_view v, std::int64_t& nanos) {
    if (v.empty() || v.size() > 12) return false;
    const std::size_t most = v.size() < 8 ? v.size() : 8;
    const std::uint64_t digits = last_of_word(v.data(), most);
    if (not_digits(digits) != 0) return false;
    nanos = number_of(digits) * kPowersOfTen[9 - most];
    for (std::size_t i = 8; i < v.size(); ++i) {
        if (v[i] < '0' || v[i] > '9') return false;
        if (i == 8) nanos += v[i] - '0';
    }
    return true;
}

}  // namespace

bool read_long_decimal(std::string_view v, int scale, std::int64_t limit, std::int64_t& scaled) {
    const bool negative = v.starts_with('-');
    std::string_view rest = v.substr(negative);
    if (rest.empty() || rest.front() == '+') return false;
    // Up to 18 characters cannot overflow; longer ones take the slow and careful way below.
    if (rest.size() <= 18) {
        const bool only_a_point = rest == ".";
        std::uint64_t value = 0;
        std::size_t decimals = 0;
        rest.remove_prefix(read_digits(rest, value));
        if (rest.starts_with('.')) {
            rest.remove_prefix(1);
            decimals = read_digits(rest, value);
            rest.remove_prefix(decimals);
        }
        if (!rest.empty() || only_a_point) return false;
        if (decimals <= static_cast<std::size_t>(scale)) {
            const Money wide = static_cast<Money>(value) *
                               kPowersOfTen[static_cast<std::size_t>(scale) - decimals];
            if (wide > limit) return false;
            const auto magnitude = static_cast<std::int64_t>(wide);
            scaled = negative ? -magnitude : magnitude;
            return true;
        }
    }
    const Decimal slow = parse_decimal(v, scale, limit);
    scaled = slow.scaled;
    return static_cast<bool>(slow);
}

bool read_timestamp(std::string_view v, DateDigits& last_date, Nanos& time) {
    if (v.size() < 17) return false;
    const char* p = v.data();
    if (word_at(p) != last_date.digits) {
        if (!read_date8(p, last_date.days)) return false;
        last_date.digits = word_at(p);
    }
    std::uint32_t of_day = 0;
    if (p[8] != '-' || !clock_of_day(p + 9, of_day)) return false;
    std::int64_t fraction = 0;
    if (v.size() > 17 && (p[17] != '.' || !read_fraction(v.substr(18), fraction))) return false;
    const std::int64_t seconds = last_date.days * 86400ll + of_day;
    time = {seconds * 1'000'000'000 + fraction};
    return true;
}

bool read_utc_timestamp(std::string_view v, Nanos& time) {
    DateDigits none;
    return read_timestamp(v, none, time);
}

bool read_date(std::string_view v, std::int32_t& days) {
    return v.size() == 8 && read_date8(v.data(), days);
}

}  // namespace assay::fix
