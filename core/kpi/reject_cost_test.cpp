#include "core/kpi/reject_cost.h"

#include <gtest/gtest.h>

#include "core/units/decimal.h"

namespace assay::kpi {
namespace {

constexpr Nanos kReject{1'000'000'000'000};

double currency(Money m) {
    return ratio(m, 1'000'000) * 1e-9;
}

struct Paid {
    Money cost{}, base{};
    std::int64_t qty{};
    void add(const std::vector<PaidLot>& lots) {
        for (const PaidLot& l : lots) {
            cost += l.cost;
            base += l.base;
            qty += l.qty.micro / 1'000'000;
        }
    }
    double bps() const { return 1e4 * ratio(cost, base); }
};

// docs/spec.md 2.11.
TEST(RejectCost, of_500_tried_at_100_03_300_bought_at_100_05_200_marked_at_100_06_is_12_00) {
    UnfilledLots lots(Side::buy);
    lots.open({1, kReject, 500_qty, 100.03_px});
    Paid paid;
    paid.add(lots.filled(kReject + 200_ms, 300_qty, 100.05_px));
    paid.add(lots.close_due(kReject + 1_s, 100.06_px, kRejectWindow));
    EXPECT_NEAR(currency(paid.cost), 12.00, 1e-9) << "300 x 0.02 + 200 x 0.03 = $12.00";
    EXPECT_NEAR(paid.bps(), 2.399, 5e-4);
    EXPECT_EQ(paid.qty, 500);
    EXPECT_FALSE(known(lots.due(kRejectWindow)));
}

TEST(RejectCost, a_sell_that_gets_a_lower_price_later_pays_too) {
    UnfilledLots lots(Side::sell);
    lots.open({1, kReject, 100_qty, 50.00_px});
    EXPECT_EQ(currency(lots.filled(kReject + 1_ms, 100_qty, 49.98_px)[0].cost), 2.0);
    EXPECT_EQ(reject_cost(Side::sell, 100_qty, 50.02_px, 50.00_px), 0.02_dpx * 100_qty * -1);
}

TEST(RejectCost, first_in_first_out_and_each_share_pays_once) {
    UnfilledLots lots(Side::buy);
    lots.open({1, kReject, 100_qty, 10.00_px});
    lots.open({2, kReject + 1_ms, 200_qty, 10.01_px});
    const auto paid = lots.filled(kReject + 2_ms, 150_qty, 10.02_px);
    ASSERT_EQ(paid.size(), 2u);
    EXPECT_EQ(paid[0].owner, 1u);
    EXPECT_EQ(paid[0].qty, 100_qty);
    EXPECT_EQ(paid[1].owner, 2u);
    EXPECT_EQ(paid[1].qty, 50_qty);
    EXPECT_EQ(paid[1].cost, 0.01_dpx * 50_qty);
    // 150 are left of the second lot; the fill's other 850 pay for nothing.
    const auto rest = lots.filled(kReject + 3_ms, 1000_qty, 10.03_px);
    ASSERT_EQ(rest.size(), 1u);
    EXPECT_EQ(rest[0].qty, 150_qty);
    EXPECT_TRUE(lots.filled(kReject + 4_ms, 10_qty, 10.03_px).empty());
}

TEST(RejectCost, a_fill_at_the_moment_of_the_reject_was_on_its_way_before) {
    UnfilledLots lots(Side::buy);
    lots.open({1, kReject, 100_qty, 10.00_px});
    EXPECT_TRUE(lots.filled(kReject, 100_qty, 10.02_px).empty());
    EXPECT_EQ(lots.filled(kReject + 1_ns, 100_qty, 10.02_px).size(), 1u);
}

TEST(RejectCost, without_a_quote_at_the_end_the_rest_leaves_no_trace) {
    UnfilledLots lots(Side::buy);
    lots.open({1, kReject, 100_qty, 10.00_px});
    EXPECT_TRUE(lots.close_due(kReject + 999_ms, 10.05_px, kRejectWindow).empty()) << "not yet due";
    EXPECT_EQ(lots.due(kRejectWindow), kReject + 1_s);
    EXPECT_TRUE(lots.close_due(kReject + 1_s, std::nullopt, kRejectWindow).empty());
    EXPECT_TRUE(lots.filled(kReject + 2_s, 100_qty, 10.02_px).empty());
}

}  // namespace
}  // namespace assay::kpi
