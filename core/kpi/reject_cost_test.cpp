#include "core/kpi/reject_cost.h"

#include <gtest/gtest.h>

#include "core/units/decimal.h"

namespace assay::kpi {
namespace {

// docs/spec.md 2.11. Which fills pay for which lot: tests/stories/reject_cost.story.
TEST(RejectCost, of_500_tried_at_100_03_300_bought_at_100_05_200_marked_at_100_06_is_12_00) {
    const Money cost = reject_cost(Side::buy, 300_qty, 100.05_px, 100.03_px) +
                       reject_cost(Side::buy, 200_qty, 100.06_px, 100.03_px);
    EXPECT_NEAR(ratio(cost, 1'000'000) * 1e-9, 12.00, 1e-9) << "300 x 0.02 + 200 x 0.03 = $12.00";
    EXPECT_NEAR(1e4 * ratio(cost, 100.03_px * 500_qty), 2.399, 5e-4);
}

TEST(RejectCost, a_sell_that_gets_a_lower_price_later_pays_too) {
    EXPECT_EQ(reject_cost(Side::sell, 100_qty, 49.98_px, 50.00_px), 0.02_dpx * 100_qty);
    EXPECT_EQ(reject_cost(Side::sell, 100_qty, 50.02_px, 50.00_px), 0.02_dpx * 100_qty * -1);
}

}  // namespace
}  // namespace assay::kpi
