// What is believed of one LP in one place (a cell, an LP x symbol, an LP): decayed sums of trials.
// One child order is one trial of weight 1, whatever its size (docs/spec.md 4.1, 4.3).
#pragma once

#include <optional>

#include "core/estimate/decayed.h"
#include "core/units/nanos.h"

namespace assay::estimate {

// Decayed weight * x and weight * x^2 of one measure.
struct Moments {
    double S1{}, S2{};
    static constexpr bool kNoPadding = true;
    void add(double x, double w) {
        S1 += w * x;
        S2 += w * x * x;
    }
};

// Decayed number of trials that a group of measures was seen in.
struct Weights {
    double W{}, W2{};
    static constexpr bool kNoPadding = true;
    void add(double w, double dir) {
        W += dir * w;
        W2 += dir * w * w;
        if (W < 1e-12) W = W2 = 0;
    }
    double n_eff() const { return W2 > 0 ? W * W / W2 : 0.0; }
    double mean(const Moments& m) const { return W > 0 ? m.S1 / W : 0.0; }
    // Of one trial, within the group; 0 where n_eff <= 1.
    double variance(const Moments& m) const {
        const double n = n_eff();
        if (n <= 1) return 0.0;
        const double mu = mean(m), v = m.S2 / W - mu * mu;
        return v > 0 ? v * n / (n - 1) : 0.0;
    }
};

// A resolved order as a trial. Absent parts are absent, not zero.
struct OrderTrial {
    double fill_fraction{};  // min(1, cum / O)
    bool rejected{};
    std::optional<double> latency_ms;  // of docs/spec.md 1.6: L_rt, or L_first for orders that rest
    double log_latency{};              // ln of it in ns, at least ln 1,000
    bool silent{};                     // a time-out: it would have taken longer than that
    bool priced{};                     // it had a usable quote at route
    double gain_bps{};                 // price improvement against the far touch, per offered share
    double capture{};                  // the same over half the quoted spread; 0 where unfilled
    std::optional<double>
        effective_bps;  // effective spread, per filled share; absent where unfilled
};

// What every resolved order touches. One clock for all of it, so one decay factor.
struct Hot {
    Nanos t0{kNever};
    Weights orders;
    Moments fill;
    double reject{};
    Moments reject_cost;  // bps per offered share; amended when the window of the lot is over
    Weights timed;        // orders with a latency
    Moments ms, ln;
    Weights quoted;  // orders with a quote at route
    Moments gain, capture;
    Weights traded;  // of those, orders with a fill: an unfilled one paid no spread
    Moments effective;
    static constexpr bool kNoPadding = true;

    // Brings the sums to `at`; returns the weight of a trial made at `at`: 1, or what would be left
    // of it by now when it comes late.
    double weigh(Nanos at, Duration half_life);
    // dir +1 adds a trial made at `at`; -1 takes out what was added so (exact late rule).
    void trial(Nanos at, const OrderTrial& t, double dir, Duration half_life);
    void cost_of_unfilled(Nanos at, double bps_per_offered, double dir, Duration half_life);
    void merge(const Hot& other, Duration half_life);
};
static_assert(sizeof(Hot) <= 192, "the hot part of a cell is three cache lines");

// A mean that becomes known 15 s later, on a clock of its own.
struct LaterMean {
    Nanos t0{kNever};
    Weights weights;
    Moments x;
    static constexpr bool kNoPadding = true;

    // As Hot::weigh.
    double weigh(Nanos at, Duration half_life);
    void trial(Nanos at, double value, double weight, double dir, Duration half_life);
    void merge(const LaterMean& other, Duration half_life);
};

// The orders of a cell: the hot part, and what is rare.
struct Orders {
    Hot hot;
    LaterMean silent;  // time-outs among hot.timed: ln of how long we waited
    static constexpr bool kNoPadding = true;

    void trial(Nanos at, const OrderTrial& t, double dir, Duration half_life) {
        hot.trial(at, t, dir, half_life);
        if (t.silent && t.latency_ms) silent.trial(at, t.log_latency, 1, dir, half_life);
    }
    // All of it to one time, before it is read.
    void bring(Nanos at, Duration half_life) {
        hot.weigh(at, half_life);
        silent.weigh(at, half_life);
    }
};

struct Stats : Orders {
    LaterMean leakage;  // 15 s, net of control, bps; one trial an order
    LaterMean markout;  // 15 s, bps; weight = the fill's share of its order
    static constexpr bool kNoPadding = true;

    void bring(Nanos at, Duration half_life) {
        Orders::bring(at, half_life);
        leakage.weigh(at, half_life);
        markout.weigh(at, half_life);
    }
    void merge(const Stats& o, Duration half_life) {
        hot.merge(o.hot, half_life);
        silent.merge(o.silent, half_life);
        leakage.merge(o.leakage, half_life);
        markout.merge(o.markout, half_life);
    }
};

}  // namespace assay::estimate
