// Best bid and offer at one moment, and whether it may serve as a benchmark (docs/spec.md 0.5).
#pragma once

#include <cstdint>

#include "core/units/nanos.h"
#include "core/units/price.h"
#include "core/units/qty.h"
#include "core/units/side.h"

namespace assay {

enum class QuoteState : std::uint8_t {
    none,      // no quote yet
    ok,        // 0 < bid < ask
    locked,    // bid == ask: mid and price improvement stand, spreads of zero do not divide
    crossed,   // bid > ask
    onesided,  // one side missing or not positive
    stale,     // the source has been silent too long
    outlier,   // so far off the last good one that it is not believed yet
};
const char* text(QuoteState s);

// Plain values; `at` is when this state began. Copied into orders, so it stays small.
struct Bbo {
    Nanos at{kNever};
    Price bid, ask;
    Qty bid_size, ask_size;  // 0 where unknown
    QuoteState state{QuoteState::none};

    // Mid, spread and touches may be used (locked is turned to `onesided`-like absence by the
    // market when quotes.locked = absent, so nobody downstream asks again).
    bool usable() const { return state == QuoteState::ok || state == QuoteState::locked; }
    TwiceMid mid2() const { return twice_mid(bid, ask); }
    PriceDelta spread() const { return ask - bid; }
    // The touch a taker of side `s` trades against, and the one on his own side.
    Price far_touch(Side s) const { return s == Side::buy ? ask : bid; }
    Price near_touch(Side s) const { return s == Side::buy ? bid : ask; }
    Qty far_size(Side s) const { return s == Side::buy ? ask_size : bid_size; }

    template <class Archive>
    void archive(Archive& a) {
        a(at, bid, ask, bid_size, ask_size, state);
    }
};

constexpr QuoteState state_of(Price bid, Price ask) {
    if (bid.nano <= 0 || ask.nano <= 0) return QuoteState::onesided;
    if (bid == ask) return QuoteState::locked;
    return bid < ask ? QuoteState::ok : QuoteState::crossed;
}

}  // namespace assay
