#include "core/market/instrument.h"

#include <iterator>

#include "core/market/bbo.h"

namespace assay {

const char* text(QuoteState s) {
    switch (s) {
        case QuoteState::none:
            return "none";
        case QuoteState::ok:
            return "ok";
        case QuoteState::locked:
            return "locked";
        case QuoteState::crossed:
            return "crossed";
        case QuoteState::onesided:
            return "one-sided";
        case QuoteState::stale:
            return "stale";
        case QuoteState::outlier:
            return "an outlier";
    }
    return "?";
}

std::uint8_t Rates::number(std::string_view currency) const {
    const auto it = of.find(currency);
    return it == of.end() ? kNone : static_cast<std::uint8_t>(std::distance(of.begin(), it));
}

std::int64_t Rates::rate(std::uint8_t number) const {
    return number < of.size() ? std::next(of.begin(), number)->second : 0;
}

Money FeeSchedule::of(std::string_view lp, Liquidity liquidity, Qty qty, Price px) const {
    const auto it = by_lp.find(lp);
    if (it == by_lp.end()) return 0;
    const Fee& fee = liquidity == Liquidity::added ? it->second.maker : it->second.taker;
    if (fee.per_share) return *fee.per_share * qty;
    if (!fee.bps) return 0;
    // bps are configured to 1e-4 of a bp at most, so the product stays exact in integers.
    const auto parts = static_cast<std::int64_t>(*fee.bps * 10'000.0 + (*fee.bps < 0 ? -0.5 : 0.5));
    return (px * qty) * parts / 100'000'000;
}

}  // namespace assay
