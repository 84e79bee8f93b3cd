#include "core/kpi/size_improvement.h"

#include <gtest/gtest.h>

namespace assay::kpi {
namespace {

TEST(SizeImprovement, filled_at_or_better_beyond_what_was_displayed) {
    struct {
        const char* worked;
        Qty good, order, displayed, improvement;
        std::optional<double> ratio;
    } cases[] = {
        {"E1 with 400 displayed: 400 shares, 2.0", 800_qty, 1000_qty, 400_qty, 400_qty, 2.0},
        {"no more than displayed: 0, 0.75", 300_qty, 1000_qty, 400_qty, 0_qty, 0.75},
        {"order smaller than the quote: 0, 1.0", 100_qty, 100_qty, 400_qty, 0_qty, 1.0},
        {"all filled worse: 0, 0.0", 0_qty, 1000_qty, 400_qty, 0_qty, 0.0},
        {"nothing displayed: ratio absent", 800_qty, 1000_qty, 0_qty, 800_qty, std::nullopt},
    };
    for (const auto& c : cases) {
        EXPECT_EQ(size_improvement(c.good, c.displayed), c.improvement) << c.worked;
        EXPECT_EQ(size_improvement_ratio(c.good, c.order, c.displayed), c.ratio) << c.worked;
    }
}

}  // namespace
}  // namespace assay::kpi
