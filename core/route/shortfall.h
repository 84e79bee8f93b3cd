// What a parent order cost against its benchmarks (docs/spec.md 2.12).
#pragma once

#include <optional>

#include "core/units/price.h"
#include "core/units/qty.h"
#include "core/units/side.h"

namespace assay::route {

// Perold 1988. Cost > 0. Currency parts are exact up to the last division.
struct Shortfall {
    double delay{}, execution{}, opportunity{}, fees{};  // currency
    double total{};
    double total_bps{};  // of quantity x decision mid
};
struct ShortfallInputs {
    Side side{};
    Qty qty{}, filled{};
    Money filled_notional{};  // sum of price x quantity
    TwiceMid decision{}, first_route{}, end{};
    double fees{};  // currency, > 0 paid
};
// nullopt: no side, no quantity, or no decision mid.
std::optional<Shortfall> shortfall(const ShortfallInputs& in);

// 1e4 s (average price - VWAP) / VWAP; nullopt where nothing filled or nothing traded.
std::optional<double> vwap_slippage_bps(Side side, Qty filled, Money filled_notional,
                                        Qty market_volume, Money market_notional);

}  // namespace assay::route
