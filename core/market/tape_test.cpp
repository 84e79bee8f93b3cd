#include "core/market/tape.h"

#include <gtest/gtest.h>

namespace assay {
namespace {

constexpr Nanos kNoon{1'772'452'800'000'000'000};

TEST(Tape, volume_and_what_it_cost) {
    Tape tape;
    EXPECT_FALSE(tape.heard());
    tape.print(kNoon, 100.00_px, 300_qty);
    tape.print(kNoon + 1_s, 100.03_px, 600_qty);
    EXPECT_TRUE(tape.heard());
    EXPECT_EQ(tape.volume(), 900_qty);
    EXPECT_EQ(tape.notional(), 100.02_px * 900_qty) << "(300 x 100.00 + 600 x 100.03) / 900";
}

TEST(Tape, own_prints_are_left_out_whichever_comes_first) {
    Tape tape;
    tape.own_fill(kNoon, 100.00_px, 300_qty);
    tape.print(kNoon + 1_s, 100.00_px, 300_qty);
    EXPECT_TRUE(tape.heard());
    EXPECT_EQ(tape.volume(), 0_qty) << "the fill of a second before";
    tape.print(kNoon + 2_s, 100.00_px, 300_qty);
    EXPECT_EQ(tape.volume(), 300_qty) << "one fill takes out one print";
    tape.print(kNoon + 3_s, 100.01_px, 200_qty);
    tape.own_fill(kNoon + 4_s, 100.01_px, 200_qty);
    EXPECT_EQ(tape.volume(), 300_qty) << "the print came before its report";
    EXPECT_EQ(tape.notional(), 100.00_px * 300_qty);
}

TEST(Tape, another_price_quantity_or_time_is_another_trade) {
    Tape tape;
    tape.own_fill(kNoon, 100.00_px, 300_qty);
    tape.print(kNoon, 100.01_px, 300_qty);
    tape.print(kNoon, 100.00_px, 200_qty);
    tape.print(kNoon + 5_s + Duration{1}, 100.00_px, 300_qty);
    EXPECT_EQ(tape.volume(), 800_qty);
}

TEST(Tape, what_waits_is_bounded) {
    Tape tape;
    for (std::int64_t i = 1; i <= 65; ++i) tape.own_fill(kNoon, {i * 1'000'000}, 1_qty);
    tape.print(kNoon, {1'000'000}, 1_qty);
    EXPECT_EQ(tape.volume(), 1_qty) << "the oldest of 65 was forgotten";
    tape.print(kNoon, {2'000'000}, 1_qty);
    EXPECT_EQ(tape.volume(), 1_qty);
}

}  // namespace
}  // namespace assay
