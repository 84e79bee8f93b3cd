#include "core/units/decimal.h"

#include <gtest/gtest.h>

namespace assay {
namespace {

TEST(Decimal, prices_read_exactly_and_bad_text_says_why) {
    struct {
        const char* text;
        std::int64_t nano;
        DecimalError error;
    } cases[] = {
        {"100.02", 100'020'000'000, DecimalError::none},
        {"-0.25", -250'000'000, DecimalError::none},
        {"+7", 7'000'000'000, DecimalError::none},
        {".5", 500'000'000, DecimalError::none},
        {"5.", 5'000'000'000, DecimalError::none},
        {"0", 0, DecimalError::none},
        {"-0", 0, DecimalError::none},
        {"1.123456789", 1'123'456'789, DecimalError::none},
        {"1.1234567890000", 1'123'456'789, DecimalError::none},
        {"1.1234567891", 0, DecimalError::too_fine},
        {"2000000000", 2'000'000'000'000'000'000, DecimalError::none},
        {"2000000000.000000001", 0, DecimalError::too_large},
        {"1234567890123456789012345678901234567890", 0, DecimalError::too_large},
        {"", 0, DecimalError::empty},
        {"-", 0, DecimalError::not_decimal},
        {".", 0, DecimalError::not_decimal},
        {"NaN", 0, DecimalError::not_decimal},
        {"1e5", 0, DecimalError::not_decimal},
        {"1,5", 0, DecimalError::not_decimal},
        {"10O.01", 0, DecimalError::not_decimal},
        {" 1", 0, DecimalError::not_decimal},
    };
    for (const auto& c : cases) {
        const auto d = parse_price(c.text);
        EXPECT_EQ(d.error, c.error) << c.text;
        EXPECT_EQ(d.scaled, c.nano) << c.text;
    }
}

TEST(Decimal, text_is_shortest_and_reads_back) {
    EXPECT_EQ(to_text(100.02_px), "100.02");
    EXPECT_EQ(to_text(Price{-500'000'000}), "-0.5");
    EXPECT_EQ(to_text(3_qty), "3");
    EXPECT_EQ(to_text(Qty{1}), "0.000001");
    EXPECT_EQ(to_text(Price{0}), "0");
}

TEST(Decimal, ratio_of_sums_beyond_2_to_the_53) {
    const Money den = static_cast<Money>(1) << 90;
    EXPECT_EQ(ratio(den / 4, den), 0.25);
    EXPECT_EQ(ratio(-(den / 2), den), -0.5);
}

}  // namespace
}  // namespace assay
