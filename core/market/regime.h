// Market condition of a symbol: calm, normal or stressed (docs/spec.md 3.2 to 3.4).
//
// Volatility is measured on the mid, sampled no more often than every `grid`, with exponential
// forgetting in event time; it is set in relation to what is usual for the symbol at that time of
// day, and the relation is judged by the symbol's own quantiles, with hysteresis.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "core/market/bbo.h"
#include "core/units/nanos.h"

namespace assay {

enum class Regime : std::uint8_t { calm, normal, stressed };
const char* text(Regime r);

struct RegimeRules {
    Duration vol_time{60'000'000'000};
    Duration grid{1'000'000'000};
    double calm_quantile{0.30}, stressed_quantile{0.85}, spread_quantile{0.95};
    double hysteresis{0.10};
    Duration hold{5'000'000'000};
};

// Volatility of the mid in bps per square root of a second: sqrt(num / den).
struct Volatility {
    double num{}, den{};
    Nanos last{kNever};
    double last_mid{};
    static constexpr bool kNoPadding = true;

    // One valid mid. Returns true when a return was taken.
    bool observe(Nanos at, double mid, const RegimeRules& rules);
    // One return of r bps over dt seconds with half-life vol_time.
    void fold(double r_bps, double dt_s, const RegimeRules& rules);
    double sigma() const;  // 0 where nothing was measured
};

// Quantiles of a positive quantity on a fixed logarithmic grid with forgetting: 64 buckets of a
// factor 2^(1/4), value error at most 9 %, which is fine for a threshold.
class LogQuantiles {
  public:
    void observe(double x);
    double quantile(double q) const;  // 0 where empty
    double count() const { return total_; }
    template <class Archive>
    void archive(Archive& a) {
        a(bucket_, total_, seen_);
    }

  private:
    static constexpr int kBuckets = 64;
    std::array<float, kBuckets> bucket_{};
    double total_{};
    std::uint32_t seen_{};
};

class RegimeGauge {
  public:
    // A valid quote. Cheap when less than `grid` has passed since the last sample.
    void observe(const Bbo& quote, const RegimeRules& rules);
    void resumed_after_halt(Nanos at) { halt_until_ = at + Duration{10'000'000'000}; }
    Regime regime(Nanos at) const { return at < halt_until_ ? Regime::stressed : now_; }
    double sigma() const { return volatility_.sigma(); }

    template <class Archive>
    void archive(Archive& a) {
        a(volatility_, relation_, spread_, slots_, now_, pending_, volatile_, pending_since_,
          halt_until_, samples_);
    }

  private:
    static constexpr int kSlots = 48;  // half hours of a UTC day
    static constexpr int kDays = 20;
    struct Slot {  // sigma at the end of this half hour on the last days
        std::array<float, kDays> sigma{};
        std::int32_t day{INT32_MIN};
        std::uint16_t n{};
        template <class Archive>
        void archive(Archive& a) {
            a(sigma, day, n);
        }
    };
    double usual_sigma(Nanos at) const;
    void remember(Nanos at, double sigma);

    Volatility volatility_;
    LogQuantiles relation_, spread_;
    std::vector<Slot> slots_;  // empty until the first sample
    Regime now_{Regime::normal}, pending_{Regime::normal};
    bool volatile_{};  // stressed by volatility, not by a wide spread alone
    Nanos pending_since_{kNever}, halt_until_{INT64_MIN};
    std::uint32_t samples_{};
};

}  // namespace assay
