#include "core/kpi/fill_rate.h"

#include <gtest/gtest.h>

namespace assay::kpi {
namespace {

TEST(FillRate, fraction_in_1e_12_clipped_at_1_and_rounded) {
    struct {
        const char* worked;
        Qty cum, offered;
        std::int64_t pico;
    } cases[] = {
        {"800 of 1000 = 0.8", 800_qty, 1000_qty, 800'000'000'000},
        {"0 of 500 = 0", 0_qty, 500_qty, 0},
        {"200 of 200 = 1", 200_qty, 200_qty, 1'000'000'000'000},
        {"overfill 210 of 200 = 1", 210_qty, 200_qty, 1'000'000'000'000},
        {"1 of 3 = 0.333333333333", 1_qty, 3_qty, 333'333'333'333},
        {"2 of 3 = 0.666666666667", 2_qty, 3_qty, 666'666'666'667},
        {"the largest quantities", {kMaxQtyMicro / 2}, {kMaxQtyMicro}, 500'000'000'000},
    };
    for (const auto& c : cases) {
        EXPECT_EQ(fill_fraction_pico(c.cum, c.offered), c.pico) << c.worked;
    }
}

TEST(FillRate, any_and_full) {
    EXPECT_FALSE(filled_any(0_qty));
    EXPECT_TRUE(filled_any(0.000001_qty));
    EXPECT_FALSE(filled_full(199_qty, 200_qty));
    EXPECT_TRUE(filled_full(200_qty, 200_qty));
    EXPECT_TRUE(filled_full(210_qty, 200_qty));
}

}  // namespace
}  // namespace assay::kpi
