// Values of fields as parse() reads them: no sign but '-', no exponent, no blanks. False: it is not
// such a value.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "core/fix/digits.h"
#include "core/units/nanos.h"

namespace assay::fix {

// A date as YYYYMMDD: its characters as one word, and its days since 1970-01-01.
struct DateDigits {
    std::uint64_t digits{0x3130313030373931};  // "19700101"
    std::int32_t days{};
};

// Up to eight characters, digits with or without a point among them: nearly all numbers. False:
// anything else, for the careful way.
[[gnu::always_inline]] inline bool read_short_decimal(std::string_view v, int scale,
                                                      std::int64_t& scaled) {
    if (v.size() - 1 > 7) return false;
    std::uint64_t digits = last_of_word(v.data(), v.size());
    int decimals = 0;
    if (const std::uint64_t odd = not_digits(digits); odd != 0) {
        // The digits before the point move up over it.
        const int at = std::countr_zero(odd) & ~7;
        const std::uint64_t point = std::uint64_t{'.' ^ '0'} << at;
        if ((digits >> at & 0xff) != ('.' ^ '0') || v.size() == 1) return false;
        const std::uint64_t before = ~(~std::uint64_t{0} << at);
        digits = ((digits ^ point) & ~before) | (digits & before) << 8;
        decimals = 7 - at / 8;
        if (not_digits(digits) != 0 || decimals > scale) return false;
    }
    scaled = number_of(digits) * kPowersOfTen[static_cast<std::size_t>(scale - decimals)];
    return true;
}

// Any number of digits from the front of `v`: how many; the first 18 make `value`.
inline std::size_t read_digits(std::string_view v, std::uint64_t& value) {
    std::size_t n = 0;
    for (; n < v.size() && v[n] >= '0' && v[n] <= '9'; ++n)
        value = value * 10 + static_cast<std::uint64_t>(v[n] - '0');
    return n;
}

// The same where read_short_decimal() does not.
bool read_long_decimal(std::string_view v, int scale, std::int64_t limit, std::int64_t& scaled);

// `scale` decimals; not beyond `limit`.
inline bool read_decimal(std::string_view v, int scale, std::int64_t limit, std::int64_t& scaled) {
    if (std::int64_t value = 0; read_short_decimal(v, scale, value) && value <= limit) {
        scaled = value;
        return true;
    }
    return read_long_decimal(v, scale, limit, scaled);
}

// YYYYMMDD-HH:MM:SS[.fraction]. `last_date` is what was read last, so that a date that comes
// again costs a comparison.
bool read_timestamp(std::string_view v, DateDigits& last_date, Nanos& time);
bool read_utc_timestamp(std::string_view text, Nanos& time);
// YYYYMMDD
bool read_date(std::string_view text, std::int32_t& days);

}  // namespace assay::fix
