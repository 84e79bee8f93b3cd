// Prices, and differences of prices, exact in 1e-9 of the quote currency.
//
// Affine, like time_point and duration: Price - Price is a PriceDelta, Price + PriceDelta a Price;
// Price + Price, Price * Price and Price < Qty do not compile. A price may be zero or negative
// (spreads, some futures): whether such a price is usable is decided where it is used.
#pragma once

#include <compare>
#include <cstdint>

namespace assay {

struct PriceDelta {
    std::int64_t nano{};
    auto operator<=>(const PriceDelta&) const = default;
};

struct Price {
    std::int64_t nano{};
    auto operator<=>(const Price&) const = default;
};

constexpr PriceDelta operator-(Price a, Price b) {
    return {a.nano - b.nano};
}
constexpr Price operator+(Price p, PriceDelta d) {
    return {p.nano + d.nano};
}
constexpr Price operator-(Price p, PriceDelta d) {
    return {p.nano - d.nano};
}
constexpr PriceDelta operator-(PriceDelta d) {
    return {-d.nano};
}
constexpr PriceDelta operator+(PriceDelta a, PriceDelta b) {
    return {a.nano + b.nano};
}

// Twice a mid price, so that (bid + ask) / 2 never rounds: `mid = twice_mid.nano2 / 2`.
struct TwiceMid {
    std::int64_t nano2{};
    auto operator<=>(const TwiceMid&) const = default;
};
constexpr TwiceMid twice_mid(Price bid, Price ask) {
    return {bid.nano + ask.nano};
}

constexpr double as_double(Price p) {
    return static_cast<double>(p.nano) * 1e-9;
}
constexpr double as_double(PriceDelta d) {
    return static_cast<double>(d.nano) * 1e-9;
}
constexpr double as_double(TwiceMid m) {
    return static_cast<double>(m.nano2) * 0.5e-9;
}

// Largest magnitude accepted from outside: sums of two prices, doubled, still fit 64 bits.
inline constexpr std::int64_t kMaxPriceNano = 2'000'000'000'000'000'000;  // 2e9 currency units

inline namespace literals {
// 100.02_px is exact: the digits are read as text, no double in between.
consteval std::int64_t nano_of_digits(const char* s) {
    std::int64_t value = 0;
    int decimals = -1;
    for (; *s; ++s) {
        if (*s == '\'') continue;
        if (*s == '.') {
            decimals = 0;
            continue;
        }
        value = value * 10 + (*s - '0');
        if (decimals >= 0) ++decimals;
    }
    for (int i = decimals < 0 ? 0 : decimals; i < 9; ++i) value *= 10;
    return value;
}
consteval Price operator""_px(const char* s) {
    return {nano_of_digits(s)};
}
consteval PriceDelta operator""_dpx(const char* s) {
    return {nano_of_digits(s)};
}
}  // namespace literals

}  // namespace assay
