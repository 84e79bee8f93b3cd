// How good an LP's own quotes are, integrated over time, and how our fills compare with them.
//   unit    ns (shares of time in reports); spread in quote currency x ns
//   source  market maker obligations of exchanges and LP scorecards in FX use the same measures
//           (general knowledge)
// An LP's own quotes never enter the NBBO; here they are held against the composite of the others.
#pragma once

#include <cstdint>
#include <span>

#include "core/market/bbo.h"
#include "core/units/nanos.h"
#include "core/units/qty.h"

namespace assay::kpi {

// Best bid and best offer of several quotes, whichever LP they are from; sides that are missing
// (not positive) do not count. May come out locked or crossed: LPs do not see each other.
Bbo composite_of(std::span<const Bbo> quotes);

// Exact sums over the time an LP was watched.
struct QuotedTime {
    std::int64_t watched{};    // ns observed at all
    std::int64_t two_sided{};  // both sides quoted
    std::int64_t at_bid{};     // its bid is the best there is (alone or with others)
    std::int64_t at_ask{};     // its offer is
    std::int64_t at_both{};    // both are
    std::int64_t alone{};      // at the touch on a side where nobody else is
    Money spread{};            // sum of (ask - bid) x ns while two-sided, 1e-18 currency seconds
    Money size2{};             // sum of (bid size + ask size) x ns while two-sided, 1e-6 units x ns

    QuotedTime& operator+=(const QuotedTime& other);
    QuotedTime& operator-=(const QuotedTime& other);
    bool operator==(const QuotedTime&) const = default;
};

// The stretch of `held` during which neither `own` nor `others` (composite of all other LPs)
// changed.
QuotedTime quoted_time(const Bbo& own, const Bbo& others, Duration held);

// s * (own quote - p): the fill against the quote of the LP it was sent to hit.
//   unit quote currency a share; > 0: better than its quote, < 0: slipped
PriceDelta gain_against_own_quote(Side side, Price last_px, const Bbo& own);

}  // namespace assay::kpi
