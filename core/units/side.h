// Side(54) as the sign of docs/spec.md 0.2: what the taker wants.
#pragma once

#include <cstdint>

namespace assay {

// `none`: Side absent or not a plain buy or sell; such an order counts for fill, reject and latency
// KPIs and is absent from priced ones.
enum class Side : std::int8_t { sell = -1, none = 0, buy = 1 };

constexpr int sign(Side s) {
    return static_cast<int>(s);
}

// Side(54): 1 Buy, 3 Buy minus; 2 Sell, 4 Sell plus, 5 Sell short, 6 Sell short exempt.
constexpr Side side_of_fix(char c) {
    switch (c) {
        case '1':
        case '3':
            return Side::buy;
        case '2':
        case '4':
        case '5':
        case '6':
            return Side::sell;
        default:
            return Side::none;
    }
}

constexpr const char* text(Side s) {
    return s == Side::buy ? "buy" : s == Side::sell ? "sell" : "none";
}

}  // namespace assay
