// What the reference file says of a symbol, and what an LP charges.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "core/event/event.h"
#include "core/units/nanos.h"
#include "core/units/price.h"
#include "core/units/qty.h"

namespace assay {

enum class AssetClass : std::uint8_t { equity, fx, other };

struct Instrument {
    AssetClass asset_class{AssetClass::equity};
    std::string currency{"USD"};
    PriceDelta tick{10'000'000};  // 0.01
    Qty round_lot{100'000'000};   // 100
    std::optional<Qty> adv;       // average daily volume, 20 days
    std::string calendar;         // name of a calendar; empty: one session a UTC day
};

// What one unit of a currency is worth in `base`: [rates] of --reference. They weight the bps of
// groups over several currencies (docs/spec.md 2.17); no amount of money is shown in `base`.
struct Rates {
    static constexpr int kScale = 12;
    static constexpr std::size_t kMost = 200;
    std::string base;
    std::map<std::string, std::int64_t, std::less<>> of;  // 1e-12 of base, above 0; base itself: 1
    bool empty() const { return of.empty(); }
    static constexpr std::uint8_t kNone = 255;
    // Place of a currency in `of`; kNone where it has no rate.
    std::uint8_t number(std::string_view currency) const;
    // By number(). 0 for kNone.
    std::int64_t rate(std::uint8_t number) const;
};

// An amount of money at a rate of 1e-12, rounded half away from zero.
constexpr Money exchanged(Money amount, std::int64_t rate) {
    // In two parts: amount x rate may need more than 128 bits, what comes out does not.
    constexpr Money kOne = 1'000'000'000'000;
    const Money rest = amount % kOne * rate;
    return amount / kOne * rate + (rest + (rest < 0 ? -kOne / 2 : kOne / 2)) / kOne;
}

// Canonical symbol -> instrument; `fallback` for the rest. std::map: outputs iterate it.
struct Instruments {
    std::map<std::string, Instrument, std::less<>> by_symbol;
    Instrument fallback;
    Rates rates;
    const Instrument& of(std::string_view symbol) const {
        const auto it = by_symbol.find(symbol);
        return it == by_symbol.end() ? fallback : it->second;
    }
};

// Fees of one LP: exactly one of per share (currency) or bps applies to each liquidity side.
// Positive: we pay; negative: a rebate.
struct Fee {
    std::optional<PriceDelta> per_share;
    std::optional<double> bps;
};
struct LpFees {
    Fee maker, taker;
};
struct FeeSchedule {
    std::map<std::string, LpFees, std::less<>> by_lp;
    bool empty() const { return by_lp.empty(); }
    // What a fill costs, in currency 1e-15; 0 where the LP has no row. Unknown liquidity counts as
    // taker: a marketable child order that says nothing took liquidity.
    Money of(std::string_view lp, Liquidity liquidity, Qty qty, Price px) const;
};

}  // namespace assay
