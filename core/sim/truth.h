// What is really so, for judging what was estimated, and for the policy that is allowed to know.
// Nothing else may look here.
#pragma once

#include "core/sim/config.h"

namespace assay::sim {

// Of one LP, one symbol and one size of order, at one instant.
struct LpTruth {
    Nature nature;       // with condition, habits and size in it
    double answered{1};  // probability that the order gets as far as the LP's own decision
    double rejected{};   // probability of a reject, of any kind
    double order_lots{};
    bool fills_whole{};  // takes the whole of such an order when it does not reject
    Regime regime{};
    double half_spread_bps{};

    // P(capacity >= lots): of a marketable IOC, lots >= 1, at most order_lots. A reject and silence
    // are capacity 0.
    double tail(double lots) const;
    // Sum of the tail over 1..order_lots.
    double expected_fill() const;
    // What a filled lot costs against the mid when the order left, in bps: h - PI; < 0 is a gain.
    double cost_bps() const;
    double latency_ms() const;  // mean time to the answer
};

LpTruth truth_of(const Nature& met, const Habits& habits, double lots, double sigma,
                 double half_spread_bps);

}  // namespace assay::sim
