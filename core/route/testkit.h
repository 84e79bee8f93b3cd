// For tests of route only: tails by formula, and the worked candidates of docs/spec.md 7b.
#pragma once

#include <cstdint>
#include <vector>

#include "core/route/candidate.h"
#include "core/route/net_cost.h"

namespace assay::route::testkit {

// T(k) = first * ratio^(k-1) for whole lots 1..most.
struct Tail {
    std::vector<double> upper, t;
    Tail(double first, double ratio, int most) {
        for (int k = 1; k <= most; ++k) {
            upper.push_back(k);
            t.push_back(k == 1 ? first : t.back() * ratio);
        }
    }
    FillTail view() const { return {upper, t, {}}; }
};

// A, B and C of 7b: u = 2.1, R = 40, phi = 1.
struct WorkedExample {
    Tail a{0.95, 0.93, 60}, b{0.70, 0.98, 60}, c{0.40, 0.995, 60};
    CostTerms terms{.unfilled_bps = 2.1, .still_open = 1, .remaining_lots = 40};
    std::vector<Candidate> candidates() const {
        const auto lp = [](std::uint32_t n, double cost, double leak, FillTail tail) {
            Candidate x;
            x.lp = {n};
            x.half_spread_bps = cost;
            x.leak_bps_per_lot = leak;
            x.tail = tail;
            return x;
        };
        return {lp(0, 0.9, 0.010, a.view()), lp(1, 0.6, 0.005, b.view()),
                lp(2, 0.0, 0.001, c.view())};
    }
    std::vector<UnitCosts> costs() const {
        std::vector<UnitCosts> out;
        for (const auto& x : candidates()) out.push_back(unit_costs(x, terms));
        return out;
    }
};

}  // namespace assay::route::testkit
