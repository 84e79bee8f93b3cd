#include "core/estimate/improvement.h"

#include <gtest/gtest.h>

namespace assay::estimate {
namespace {

constexpr Duration kHour{3'600'000'000'000};
constexpr Nanos kStart{1'700'000'000'000'000'000};

TEST(Improvement, a_half_life_later_an_order_counts_half) {
    Improvement i;
    i.trial(kStart, 2, 0.8, +1, kHour);
    i.trial(kStart + kHour, 2, 0.2, +1, kHour);
    EXPECT_DOUBLE_EQ(i.W[2], 1.5);
    EXPECT_DOUBLE_EQ(i.S[2], 0.6) << ".5 x .8 + .2";
    EXPECT_DOUBLE_EQ(i.orders(), 1.5);
}

TEST(Improvement, what_came_late_and_what_is_taken_back_have_the_weight_they_would_have_by_now) {
    Improvement in_order, late, undone;
    in_order.trial(kStart, 1, 0.5, +1, kHour);
    in_order.trial(kStart + kHour, 0, 1.0, +1, kHour);
    late.trial(kStart + kHour, 0, 1.0, +1, kHour);
    late.trial(kStart, 1, 0.5, +1, kHour);
    EXPECT_EQ(late.W, in_order.W);
    EXPECT_EQ(late.S, in_order.S);
    undone = in_order;
    undone.trial(kStart, 1, 0.5, -1, kHour);
    EXPECT_EQ(undone.W[1], 0);
    EXPECT_EQ(undone.S[1], 0);
    EXPECT_EQ(undone.S[0], 1.0);
}

TEST(Improvement, sizes_beyond_and_nothing_at_all) {
    Improvement i;
    i.trial(kStart, kOrderSizes, 1.0, +1, kHour);
    EXPECT_EQ(i.orders(), 0);
    EXPECT_EQ(improvement_of_all(0, 0), 0);
    const BySize nothing = improvement_by_size(i, 0.3);
    for (const double x : nothing) EXPECT_DOUBLE_EQ(x, 0.3) << "that of all LPs";
}

// 30 orders of size 0 at 1.0 and 10 of size 3 at 0.0, all LPs 0.5: the LP (30 + 5) / 50 = .7, size
// 0 (30 + 7) / 40 = .925, size 3 7 / 20 = .35, the others .7.
TEST(Improvement, of_an_lp_7_of_its_sizes_925_and_35) {
    Improvement i;
    for (int n = 0; n < 30; ++n) i.trial(kStart, 0, 1.0, +1, kHour);
    for (int n = 0; n < 10; ++n) i.trial(kStart, 3, 0.0, +1, kHour);
    const BySize by_size = improvement_by_size(i, 0.5);
    EXPECT_DOUBLE_EQ(by_size[0], 0.925);
    EXPECT_DOUBLE_EQ(by_size[3], 0.35);
    EXPECT_DOUBLE_EQ(by_size[1], 0.7);
}

TEST(Improvement, two_shards_are_one) {
    Improvement whole, a, b;
    for (int n = 0; n < 20; ++n) {
        const Nanos at = kStart + Duration{kHour.ns / 7 * n};
        whole.trial(at, n % 4, 0.1 * n, +1, kHour);
        (n % 3 == 0 ? a : b).trial(at, n % 4, 0.1 * n, +1, kHour);
    }
    a.merge(b, kHour);
    for (std::size_t k = 0; k < kOrderSizes; ++k) {
        EXPECT_NEAR(a.W[k], whole.W[k], 1e-12);
        EXPECT_NEAR(a.S[k], whole.S[k], 1e-12);
    }
    Improvement none;
    none.merge(a, kHour);
    EXPECT_EQ(none.W, a.W);
}

}  // namespace
}  // namespace assay::estimate
