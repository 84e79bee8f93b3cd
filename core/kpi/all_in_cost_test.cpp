#include "core/kpi/all_in_cost.h"

#include <gtest/gtest.h>

namespace assay::kpi {
namespace {

TEST(AllInCost, half_spread_and_reject_cost_and_fees) {
    struct {
        const char* worked;
        std::optional<double> spread, reject, fee, all_in;
    } cases[] = {
        {"1.25 / 2 + 0.8 + 0.3 = 1.725", 1.25, 0.8, 0.3, 1.725},
        {"a rebate: 1.0 / 2 + 0 - 0.2 = 0.3", 1.0, 0.0, -0.2, 0.3},
        {"nothing unfilled, no fee schedule: 1.25 / 2 = 0.625", 1.25, std::nullopt, std::nullopt,
         0.625},
        {"no spread: absent, whatever else is known", std::nullopt, 0.8, 0.3, std::nullopt},
    };
    for (const auto& c : cases) {
        const auto cost = all_in_cost_bps(c.spread, c.reject, c.fee);
        ASSERT_EQ(cost.has_value(), c.all_in.has_value()) << c.worked;
        if (cost) {
            EXPECT_NEAR(*cost, *c.all_in, 1e-12) << c.worked;
        }
    }
}

}  // namespace
}  // namespace assay::kpi
