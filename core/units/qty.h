// Quantities, exact in 1e-6 of a share, lot or unit of base currency: fractional shares are legal.
#pragma once

#include <compare>
#include <cstdint>

#include "core/units/price.h"

namespace assay {

struct Qty {
    std::int64_t micro{};
    auto operator<=>(const Qty&) const = default;
    constexpr Qty& operator+=(Qty q) {
        micro += q.micro;
        return *this;
    }
    constexpr Qty& operator-=(Qty q) {
        micro -= q.micro;
        return *this;
    }
};
constexpr Qty operator+(Qty a, Qty b) {
    return {a.micro + b.micro};
}
constexpr Qty operator-(Qty a, Qty b) {
    return {a.micro - b.micro};
}
constexpr double as_double(Qty q) {
    return static_cast<double>(q.micro) * 1e-6;
}

inline constexpr std::int64_t kMaxQtyMicro = 1'000'000'000'000'000'000;  // 1e12 units

// Sums of price x quantity: currency in 1e-15. Wide enough for 1e9 orders of the largest kind.
using Money = __int128;
constexpr Money operator*(Price p, Qty q) {
    return static_cast<Money>(p.nano) * q.micro;
}
constexpr Money operator*(PriceDelta d, Qty q) {
    return static_cast<Money>(d.nano) * q.micro;
}

inline namespace literals {
consteval Qty operator""_qty(const char* s) {
    return {nano_of_digits(s) / 1000};
}
}  // namespace literals

}  // namespace assay
