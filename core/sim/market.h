// One symbol: the path of its mid, what trading has moved it by, its condition, and the quote that
// everybody sees.
#pragma once

#include <cstdint>
#include <vector>

#include "core/market/bbo.h"
#include "core/sim/config.h"
#include "core/sim/luck.h"
#include "core/sim/price_path.h"

namespace assay::sim {

// What `lots` sent (or filled, by the model) to an LP of this nature do to the mid, in bps, against
// whoever sent them.
double leaked_bps(const LeakageConfig& leakage, double leak_bps_per_lot, double lots);

class Market {
  public:
    // Both must outlive it.
    Market(const MarketConfig& market, const LeakageConfig& leakage, std::uint32_t symbol,
           Luck luck);

    // The next interval of quote_every begins.
    void tick(Nanos now);
    // Of the logarithm of the mid, in bps from the first; `now` within the interval.
    double mid_bps(Nanos now) const { return unmoved_bps(now) + permanent_ + fading_; }
    // The same without what was leaked.
    double unmoved_bps(Nanos now) const;
    // The quote as of now, with the sizes of the interval.
    const Bbo& quote(Nanos now);
    const Bbo& last_quote() const { return quote_; }
    Regime regime() const { return regime_; }
    double sigma() const { return path_.sigma(); }

    // What others trade with each other: after so long, so much, at a side of the last quote.
    struct Trade {
        Duration after;
        Price price;
        Qty qty;
    };
    Trade trade(std::uint64_t number) const;

    // Parent `number` arrives: now and then the condition is drawn anew.
    void parent(std::uint64_t number);
    // The mid moves by what was leaked (> 0: up).
    void move(double bps);
    // The mid drifts by so much until `until`, evenly.
    void drift(double bps, Nanos from, Nanos until);

  private:
    struct Drift {
        double bps{};
        Nanos from, until;
    };
    Regime drawn(score::Draws draws) const;
    Qty size(double normal) const;

    const MarketConfig* market_;
    const LeakageConfig* leakage_;
    std::uint32_t symbol_;
    Luck luck_;
    PricePath path_;
    Regime regime_{};
    Nanos began_{};
    std::uint64_t ticks_{};
    double permanent_{}, fading_{}, kept_{};  // bps leaked; kept_: of what fades, by interval
    double drifted_{};                        // bps of drifts that are over
    std::vector<Drift> drifts_;
    Qty bid_size_, ask_size_;
    Bbo quote_;
};

}  // namespace assay::sim
