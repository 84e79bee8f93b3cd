#include "core/units/decimal.h"

namespace assay {

const char* text(DecimalError e) {
    switch (e) {
        case DecimalError::none:
            return "ok";
        case DecimalError::empty:
            return "is empty";
        case DecimalError::not_decimal:
            return "is not a decimal number";
        case DecimalError::too_large:
            return "is too large";
        case DecimalError::too_fine:
            return "has more decimals than are kept";
    }
    return "?";
}

Decimal parse_decimal(std::string_view s, int scale, std::int64_t limit) {
    std::size_t i = 0;
    bool negative = false;
    if (i < s.size() && (s[i] == '-' || s[i] == '+')) negative = s[i++] == '-';
    std::uint64_t value = 0;
    const auto cap = static_cast<std::uint64_t>(limit);
    bool any = false, over = false;
    // Saturating: once over the limit only the form of the rest still matters.
    const auto push = [&](unsigned digit) {
        over = over || value > (cap - digit) / 10;
        if (!over) value = value * 10 + digit;
    };
    for (; i < s.size() && s[i] != '.'; ++i) {
        const unsigned digit = static_cast<unsigned char>(s[i]) - '0';
        if (digit > 9) return {0, DecimalError::not_decimal};
        any = true;
        push(digit);
    }
    int decimals = 0;
    bool fine = false;
    if (i < s.size()) {
        for (++i; i < s.size(); ++i) {
            const unsigned digit = static_cast<unsigned char>(s[i]) - '0';
            if (digit > 9) return {0, DecimalError::not_decimal};
            any = true;
            if (decimals < scale) {
                push(digit);
                ++decimals;
            } else {
                fine = fine || digit != 0;
            }
        }
    }
    if (!any) return {0, s.empty() ? DecimalError::empty : DecimalError::not_decimal};
    for (; decimals < scale && !over; ++decimals) push(0);
    if (over) return {0, DecimalError::too_large};
    if (fine) return {0, DecimalError::too_fine};
    const auto magnitude = static_cast<std::int64_t>(value);
    return {negative ? -magnitude : magnitude, DecimalError::none};
}

std::string format_scaled(std::int64_t scaled, int scale) {
    const bool negative = scaled < 0;
    std::uint64_t rest =
        negative ? 0 - static_cast<std::uint64_t>(scaled) : static_cast<std::uint64_t>(scaled);
    std::string digits;
    for (int i = 0; i < scale; ++i, rest /= 10) {
        const char c = static_cast<char>('0' + rest % 10);
        if (!digits.empty() || c != '0') digits.push_back(c);
    }
    if (!digits.empty()) digits.push_back('.');
    do {
        digits.push_back(static_cast<char>('0' + rest % 10));
        rest /= 10;
    } while (rest != 0);
    if (negative) digits.push_back('-');
    return {digits.rbegin(), digits.rend()};
}

double ratio(Money num, Money den) {
    // long double has 64 bits of mantissa on the machines we build for: two roundings of 2^-64
    // before the last one to double.
    return static_cast<double>(static_cast<long double>(num) / static_cast<long double>(den));
}

}  // namespace assay
