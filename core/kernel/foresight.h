// What a shard foresees of each child order before it leaves, and how that came out: the capacity
// of LPs (docs/spec.md 6.2, 7b), forecasts of fill and latency (6.1, 6.4), their calibration (6.6).
//
// Prequential: an order is forecast from what was believed when it was sent, scored at its first
// end, and only then believed. A bust or a late fill amends the belief, never the score: a
// forecast is held to what was known when the order ended.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "core/estimate/calibration.h"
#include "core/estimate/capacity.h"
#include "core/estimate/cell.h"
#include "core/estimate/decayed.h"
#include "core/estimate/improvement.h"
#include "core/event/event.h"
#include "core/orders/chain.h"

namespace assay {

// What an order that has ended says of its LP's capacity (docs/spec.md 1.5).
struct CapacitySeen {
    enum class Kind : std::uint8_t { nothing, exact, censored } kind{};
    Qty qty;
};
CapacitySeen capacity_seen(const Chain& c, bool has_min_qty);

// Which curve an order belongs to. Without a usable quote a limit counts as at the touch.
estimate::CapacityKey capacity_key(const Sent& m, const Bbo& route);

// A displayed size counts as one lot: only the prior hazard, of weight one order, depends on it.
inline constexpr double kLotsPerRef = 1;
inline constexpr std::size_t kCapacityCurves = 12;
constexpr std::size_t index(estimate::CapacityKey k) {
    return static_cast<std::size_t>(k.tif) * 4 + static_cast<std::size_t>(k.limit);
}

// Before an order left. Sizes of the grid are multiples of the displayed far size.
struct Forecast {
    double p_full{}, p_any{}, fraction{};  // by the LP's capacity
    std::array<double, 3> p_quarters{};    // P(at least 1/4, 1/2, 3/4 of it)
    double p_full_lp{}, p_full_global{};   // baselines: share of full fills so far
    double ln_mean{}, ln_sd{};             // ln(latency in ns); sd 0: too little was seen
    static constexpr bool kNoPadding = true;
    bool operator==(const Forecast&) const = default;
};

// How the forecasts of one LP came out. "Filled at all" needs its Brier score only: a sum of
// squares, without the logarithms of a Calibration.
struct ForecastScores {
    estimate::Prequential full;
    double squares_any{};
    double fraction_forecast{}, fraction_filled{};  // sums
    estimate::PitHistogram fraction_pit;
    std::uint64_t drawn{};           // of what spreads the atoms of that
    estimate::QuantileLoss latency;  // ns
    estimate::PitHistogram latency_pit;
    void merge(const ForecastScores& o);
    template <class Archive>
    void archive(Archive& a) {
        a(full, squares_any, fraction_forecast, fraction_filled, fraction_pit, drawn, latency,
          latency_pit);
    }
};

class Foresight {
  public:
    explicit Foresight(Duration half_life);

    // An order as this room sees it. `clock`: the session clock at what is told.
    struct Order {
        std::uint32_t id{};  // index of the chain
        const Chain& chain;
        std::uint32_t lp{};
        Qty round_lot;
        Nanos clock;
    };
    // It left: forecasts it. Its working part is there.
    void sent(const Order& o, const Sent& m, const Bbo& route);
    // It ended for the first time: scores the forecast, and learns how long it took. Orders that
    // were replaced, and those we took back, are not what was forecast. `counts`: in the report.
    void score(const Order& o, const estimate::OrderTrial* trial, bool replaced, bool counts);
    // What its end says of capacity; dir -1 takes the same out again.
    void observe(const Order& o, int dir);

    // P(an order like this one is filled in full), as it is believed now.
    double chance_in_full(const Order& o);

    // What its fills improved on the far touch, in half-spreads; dir as above.
    struct Memory {
        Nanos at;
        Duration half_life;
    };
    void improved(const Order& o, const estimate::OrderTrial& t, int dir, const Memory& slow,
                  const Memory& fast);

    struct Seen {
        std::int64_t n{}, by_round_lot{};  // orders; of them measured against the round lot
        static constexpr bool kNoPadding = true;
        bool operator==(const Seen&) const = default;
    };
    struct Lp {
        estimate::Improvement improved, lately;        // long memory, and of this session
        estimate::Capacities capacity;                 // forward weights
        std::array<double, kCapacityCurves> weight{};  // of each curve: all that is at risk at 0
        std::array<Seen, kCapacityCurves> seen{};
        double full{}, ended{};                         // orders that were forecast
        std::array<estimate::Decayed, 2> ln_latency{};  // of orders that rest, and of IOC and FOK
        std::uint32_t scores{kNoIndex};
        template <class Archive>
        void archive(Archive& a) {
            a(improved, lately, capacity, weight, seen, full, ended, ln_latency, scores);
        }
    };
    // By id of the LP; may be shorter than the table of names.
    const std::vector<Lp>& lps() const { return lps_; }
    const ForecastScores* scores(const Lp& lp) const {
        return lp.scores == kNoIndex ? nullptr : &scores_[lp.scores];
    }
    const estimate::CapacityGrid& grid() const { return grid_; }
    // Weight of what happens at this time of the session clock; 1 where nothing was seen.
    double weight_at(Nanos clock) const;
    // The forecast of an order that has not ended yet.
    const Forecast* forecast(const Chain& c) const;

    template <class Archive>
    void archive(Archive& a) {
        a(clock_.landmark, lps_, pool_, pool_weight_, full_, ended_, scores_, routed_, forecasts_);
    }

  private:
    struct Pending {
        Forecast forecast;
        std::uint64_t made{};  // 0: none, or scored
        static constexpr bool kNoPadding = true;
    };
    double weigh(Nanos clock);
    Forecast foresee(const Lp& lp, estimate::CapacityKey key, double size, double weight_now) const;

    Duration half_life_;
    estimate::CapacityGrid grid_;
    estimate::ForwardClock clock_;
    Nanos weighed_{kNever};  // the last time that a weight was asked for, and the answer
    double weight_{1};
    std::vector<Lp> lps_;
    estimate::Capacities pool_;  // of all LPs of this shard
    std::array<double, kCapacityCurves> pool_weight_{};
    double full_{}, ended_{};  // of all LPs
    std::vector<ForecastScores> scores_;
    std::vector<std::uint8_t> routed_;  // by chain: its LimitClass, and whether it had a MinQty
    std::vector<Pending> forecasts_;    // by slot of the order's working part
};

}  // namespace assay
