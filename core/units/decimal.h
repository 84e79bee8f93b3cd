// Decimal text <-> scaled integers, exact. The only place where digits become numbers.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/units/price.h"
#include "core/units/qty.h"

namespace assay {

enum class DecimalError : std::uint8_t {
    none,
    empty,        // no digit at all
    not_decimal,  // something other than [+-]digits[.digits] (NaN, 1e5, locale comma, blanks
                  // inside)
    too_large,    // magnitude beyond the type's limit (a 40-digit price)
    too_fine,     // non-zero digits beyond the scale: would have to be rounded
};
const char* text(DecimalError e);

struct Decimal {
    std::int64_t scaled{};
    DecimalError error{};
    explicit operator bool() const { return error == DecimalError::none; }
};

// Reads [+-]digits[.digits] into value * 10^scale. `limit`: largest magnitude accepted.
// Trailing zeros beyond the scale are accepted, other digits there are too_fine.
Decimal parse_decimal(std::string_view text, int scale, std::int64_t limit);

inline Decimal parse_price(std::string_view s) {
    return parse_decimal(s, 9, kMaxPriceNano);
}
inline Decimal parse_qty(std::string_view s) {
    return parse_decimal(s, 6, kMaxQtyMicro);
}

// Shortest exact text: 100.02, 0.5, -3.
std::string format_scaled(std::int64_t scaled, int scale);
inline std::string to_text(Price p) {
    return format_scaled(p.nano, 9);
}
inline std::string to_text(PriceDelta d) {
    return format_scaled(d.nano, 9);
}
inline std::string to_text(Qty q) {
    return format_scaled(q.micro, 6);
}

// num / den as double, correctly rounded to about 1 ulp even when both exceed 2^53. den != 0.
double ratio(Money num, Money den);

}  // namespace assay
