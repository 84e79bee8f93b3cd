// Latency quantiles with a bound on their error: a DDSketch (Masson et al. 2019) with weights of
// type double (docs/spec.md 4.2). alpha = 1 %: any quantile between 1 us and 60 s is off by at most
// 1 % of itself. Buckets are the same everywhere, so merging and removing are exact.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/estimate/distributions.h"
#include "core/units/nanos.h"

namespace assay::estimate {

class Sketch {
  public:
    static constexpr double kAlpha = 0.01;
    static constexpr Duration kLeast{1'000};          // below: one underflow bucket, reads 1 us
    static constexpr Duration kMost{60'000'000'000};  // above: one overflow bucket, reads 60 s

    // Weights may be forward weights (ForwardClock); they must be > 0 and finite, else ignored.
    void add(Duration x, double w = 1);
    // Takes out what add(x, w) put in; never below zero.
    void remove(Duration x, double w = 1);
    // `factor` brings weights of another landmark to ours.
    void merge(const Sketch& other, double factor = 1);
    // After ForwardClock::rebase. Exact for powers of two.
    void scale(double factor);

    // Sum of weights: the count, where every weight is 1.
    double count() const;
    bool empty() const { return !(count() > 0); }
    // Value in ns of the smallest bucket that has at least q of the weight at or below it;
    // 0 <= q <= 1. nullopt where empty.
    std::optional<double> quantile(double q) const;
    // Of whole observations: the mean of the middle two of an even number.
    std::optional<double> median() const;

    // (value in ns, weight) of each bucket in use, smallest first: for histograms.
    std::vector<std::pair<double, double>> buckets() const;

    // Appends the same bytes for the same content, however it came about: u32 number of buckets,
    // then (u16 slot, f64 weight) in order, little-endian.
    void save(std::string& out) const;
    // Reads what save() wrote and moves `in` past it. nullopt where the bytes cannot be that.
    static std::optional<Sketch> load(std::string_view& in);

    bool operator==(const Sketch& other) const;

    // ceil(ln x / ln g), g = (1 + alpha)/(1 - alpha), for kLeast <= x <= kMost, x in ns.
    static int bucket(Duration x);
    // 2 g^i / (g + 1), in ns: the value a bucket stands for.
    static double value_of(int bucket);

  private:
    struct Bucket {
        double weight{};
        std::uint16_t slot{};
        bool operator==(const Bucket&) const = default;
    };
    double& weight_of(std::uint16_t slot);
    void spread_out();  // from sparse to dense
    // Calls f(slot, weight) in order of slots, for weights > 0.
    template <class F>
    void each(F f) const;

    std::vector<Bucket> sparse_;  // sorted by slot; in use until it would pass kSparse
    std::vector<double> dense_;   // one weight a slot, once there were more
};

// The levels whose quantiles bound quantile q with 90 % (docs/spec.md 4.2), within [0, 1].
Interval quantile_levels(double q, double n_eff);

}  // namespace assay::estimate
