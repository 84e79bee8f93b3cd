#include "core/fix/values.h"

#include <gtest/gtest.h>

#include "core/units/price.h"

namespace assay::fix {
namespace {

TEST(Values, decimals_at_the_edges) {
    struct {
        const char* text;
        bool good;
        std::int64_t nano;
    } const rows[] = {
        {"2000000000", true, kMaxPriceNano},
        {"2000000000.000000001", false, 0},
        {"-2000000000", true, -kMaxPriceNano},
        {"0.000000001", true, 1},
        {"000000000000000000000000000001", true, 1'000'000'000},
        {"123456789.123456789", true, 123'456'789'123'456'789},
    };
    for (const auto& row : rows) {
        std::int64_t nano = 0;
        ASSERT_EQ(read_decimal(row.text, 9, kMaxPriceNano, nano), row.good) << row.text;
        if (row.good) {
            EXPECT_EQ(nano, row.nano) << row.text;
        }
    }
}

}  // namespace
}  // namespace assay::fix
