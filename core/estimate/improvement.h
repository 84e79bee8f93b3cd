// What an LP's fills improve on the far touch, by size of order: decayed sums of orders that
// traded.
//   unit    half of the quoted spread when the order left, per filled share; > 0: good for us
// In half-spreads, as bps that were gained while the spread was narrow are no belief about a wide
// one (docs/spec.md 2.1, docs/decisions/0023).
#pragma once

#include <array>
#include <cstddef>

#include "core/units/nanos.h"

namespace assay::estimate {

inline constexpr std::size_t kOrderSizes = 7;  // docs/spec.md 3.1
using BySize = std::array<double, kOrderSizes>;

struct Improvement {
    Nanos t0{kNever};  // weights are as of then
    BySize W{}, S{};   // decayed weights of orders, and of their half-spreads
    static constexpr bool kNoPadding = true;

    // Brings the sums to `at`; returns the weight of an order that ended at `at`.
    double weigh(Nanos at, Duration half_life);
    // dir +1 adds an order of this size, -1 takes out what was added so. Sizes beyond are ignored.
    void trial(Nanos at, std::size_t size, double half_spreads, int dir, Duration half_life);
    void merge(const Improvement& other, Duration half_life);
    double orders() const;
    double half_spreads() const;  // sum over all sizes
};

// Orders that a prior counts for.
inline constexpr double kImprovementOrders = 10;

// Mean of all LPs, with one order that gained nothing.
double improvement_of_all(double half_spreads, double orders);
// Of one LP: its mean, shrunk to `all`; each size shrunk to that.
BySize improvement_by_size(const Improvement& lp, double all);
// `prior` brought up to date by what was seen since or lately.
BySize improvement_over(const BySize& prior, const Improvement& seen);

}  // namespace assay::estimate
