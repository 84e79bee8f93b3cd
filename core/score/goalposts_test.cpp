#include "core/score/goalposts.h"

#include <cmath>
#include <gtest/gtest.h>

namespace assay::score {
namespace {

constexpr Term kFill{Scored::fill_rate, 3500, 0.5, 1};
constexpr Term kLatency{Scored::latency_mean_ms, 2000, 100, 5};
constexpr Term kLogLatency{Scored::latency_p50_ms, 1000, 250, 1, Scale::log};

TEST(Goalposts, utility_runs_from_worst_to_best_in_either_direction) {
    struct {
        const char* worked;
        Term t;
        double x, u;
    } cases[] = {
        {"fill .985 of [.5, 1]: .97", kFill, 0.985, 0.97},
        {"fill .4: below the worst, 0", kFill, 0.4, 0},
        {"fill 1.2: above the best, 1", kFill, 1.2, 1},
        {"latency 16.5 of [100, 5]: 83.5/95", kLatency, 16.5, 83.5 / 95},
        {"latency 200 ms: 0", kLatency, 200, 0},
        {"latency 1 ms: 1", kLatency, 1, 1},
        {"log: sqrt(250) ms is half way of [250, 1]", kLogLatency, std::sqrt(250.0), 0.5},
        {"log: 250 ms is 0", kLogLatency, 250, 0},
        {"log: 0 ms counts as 1 us, not as infinity", kLogLatency, 0, 1},
    };
    for (const auto& c : cases) EXPECT_NEAR(utility(c.t, c.x), c.u, 1e-15) << c.worked;
}

TEST(Goalposts, slope_is_halved_outside) {
    EXPECT_DOUBLE_EQ(slope(kFill, 0.9), 2);
    EXPECT_DOUBLE_EQ(slope(kFill, 1.0), 2) << "the goalpost itself is inside";
    EXPECT_DOUBLE_EQ(slope(kFill, 0.4), 1);
    EXPECT_DOUBLE_EQ(slope(kLatency, 16.5), 1.0 / 95);
    EXPECT_DOUBLE_EQ(slope(kLatency, 120), 0.5 / 95);
    EXPECT_NEAR(slope(kLogLatency, 10), 1 / std::log(250), 1e-15);
}

}  // namespace
}  // namespace assay::score
