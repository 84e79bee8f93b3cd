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

// Canonical symbol -> instrument; `fallback` for the rest. std::map: outputs iterate it.
struct Instruments {
    std::map<std::string, Instrument, std::less<>> by_symbol;
    Instrument fallback;
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
