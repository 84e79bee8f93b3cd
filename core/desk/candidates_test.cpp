#include "core/desk/candidates.h"

#include <cmath>
#include <gtest/gtest.h>

namespace assay::desk {
namespace {

using score::Page;
using score::PageRow;
using score::PageTail;
using score::PageValue;

// One ranking for all places: LP_B before LP_A, and tails of LP_A and of all.
Page page() {
    Page p;
    p.lps = {"LP_A", "LP_B"};
    p.rankings.resize(1);
    p.rankings[0].eligible = 2;
    p.rows.resize(2);
    PageRow &b = p.rows[0], &a = p.rows[1];
    b.lp = 1;
    b.put(PageValue::fill_rate, .005);
    b.put(PageValue::price_improvement_bps, .5);
    b.put(PageValue::leakage_bps_per_lot, -.01);
    b.put(PageValue::reject_rate, 1.5);
    b.put(PageValue::composite, 90);  // and no lcb
    a.lp = 0;
    a.put(PageValue::composite, 84);
    a.put(PageValue::lcb, 82);
    a.put(PageValue::composite_sd, 2);
    a.put(PageValue::fill_rate, .8);
    a.put(PageValue::price_improvement_bps, .4);
    a.put(PageValue::latency_ms, 16.5);
    a.put(PageValue::fee_bps, -.1);
    a.put(PageValue::leakage_bps_per_lot, .012);
    a.put(PageValue::reject_rate, .02);
    a.put(PageValue::n_eff, 1000);
    for (std::size_t k = 0; k < estimate::kCapacityPoints; ++k)
        p.sizes.push_back(.05 * static_cast<double>(k + 1));
    PageTail mine, any;
    mine.lp = 0;
    mine.limit = any.limit = estimate::LimitClass::at;
    mine.tif = any.tif = estimate::TifClass::ioc;
    mine.optimistic.fill(.9);
    mine.n.fill(100);
    any.optimistic.fill(.5);
    p.tails = {mine, any};
    p.improvements.resize(2);
    p.improvements[0].half_spreads = {.5, .25, 0, 0, 0, 0, 0};
    return p;
}

Wanted wanted() {
    Wanted w;
    w.side = Side::buy;
    w.lot = 100_qty;
    w.quote.bid = 99.99_px;
    w.quote.ask = 100.01_px;
    w.quote.bid_size = 1'000_qty;
    w.quote.ask_size = 4'000_qty;
    w.quote.state = QuoteState::ok;
    w.kind = {estimate::TifClass::ioc, estimate::LimitClass::at};
    return w;
}

const std::vector<std::string> kLps{"LP_A", "LP_B", "LP_Z"};

TEST(Candidates, a_page_in_the_units_of_plans) {
    const Page p = page();
    Candidates made;
    const auto all = made.make(&p, kLps, {}, wanted());
    ASSERT_EQ(all.size(), 3u);
    const route::Candidate& a = all[0];
    EXPECT_EQ(a.lp, route::LpId{0});
    EXPECT_NEAR(a.half_spread_bps, 1.0, 1e-9) << "half of .02 at 100";
    EXPECT_NEAR(a.price_improvement_bps, .5, 1e-9) << "half of a half-spread of 1";
    EXPECT_EQ(a.round_trip_ms, 16.5);
    EXPECT_EQ(a.fee_bps, -.1) << "a rebate stays one";
    EXPECT_EQ(a.leak_bps_per_lot, .012);
    EXPECT_EQ(a.reject_share, .02);
    EXPECT_EQ(a.n_eff, 1000);
    ASSERT_TRUE(a.standing);
    EXPECT_EQ(a.standing->composite, 84);
    EXPECT_EQ(a.standing->lcb, 82);
    ASSERT_EQ(a.tail.upper_lots.size(), estimate::kCapacityPoints);
    EXPECT_NEAR(a.tail.upper_lots[0], 2, 1e-9) << ".05 of the 4,000 displayed = 200 = 2 lots";
    EXPECT_EQ(a.tail.t[0], .9);
    EXPECT_EQ(a.tail.support[0], 100);
}

TEST(Candidates, half_of_a_round_trip_of_mean_16_487_and_p99_102_4_ms_is_5_ms_with_sd_10_8) {
    // Log-normal, median 10 ms, sd of ln 1: mean 10 e^.5, 99 % quantile 10 e^2.3263.
    Page p = page();
    p.rows[1].put(PageValue::latency_ms, 10 * std::exp(.5));
    p.rows[1].put(PageValue::latency_p99_ms, 10 * std::exp(2.3263478740408408));
    Candidates made;
    (void)made.make(&p, kLps, {}, wanted());
    ASSERT_EQ(made.one_way().size(), 3u);
    EXPECT_NEAR(as_seconds(made.one_way()[0].median), .005, 1e-8);
    EXPECT_NEAR(as_seconds(made.one_way()[0].jitter_sd),
                .005 * std::exp(.5) * std::sqrt(std::exp(1) - 1), 1e-8);
    EXPECT_EQ(made.one_way()[1].median, Duration{}) << "nothing is known of its time";
    EXPECT_EQ(made.one_way()[2].median, Duration{});
}

TEST(Candidates, what_is_absent_or_no_number_of_its_kind) {
    const Page p = page();
    Candidates made;
    const auto all = made.make(&p, kLps, {}, wanted());
    const route::Candidate& b = all[1];
    EXPECT_FALSE(b.standing) << "a composite without its bound ranks nobody";
    EXPECT_EQ(b.price_improvement_bps, 0) << "bps per offered share are no belief of now";
    EXPECT_EQ(b.leak_bps_per_lot, 0) << "leakage in our favour is not planned with";
    EXPECT_EQ(b.reject_share, 1);
    EXPECT_EQ(b.round_trip_ms, 0);
    EXPECT_EQ(b.tail.t[0], .5) << "never sent such an order: the tail of all";
}

TEST(Candidates, an_lp_that_the_page_does_not_know) {
    const Page p = page();
    Candidates made;
    const auto all = made.make(&p, kLps, {}, wanted());
    EXPECT_EQ(all[2].lp, route::LpId{2});
    EXPECT_FALSE(all[2].standing);
    EXPECT_EQ(all[2].n_eff, 0);
    EXPECT_EQ(all[2].tail.t[0], .5);
}

TEST(Candidates, improvement_goes_with_the_spread_of_the_moment_and_the_size_of_the_child) {
    const Page p = page();
    Candidates made;
    Wanted w = wanted();
    w.quote.bid = 99.97_px;
    w.quote.ask = 100.03_px;
    EXPECT_NEAR(made.make(&p, kLps, {}, w)[0].price_improvement_bps, 1.5, 1e-9)
        << "the spread is three times as wide";
    w.size = 1;
    EXPECT_NEAR(made.make(&p, kLps, {}, w)[0].price_improvement_bps, .75, 1e-9);
    EXPECT_EQ(made.make(&p, kLps, {}, w)[2].price_improvement_bps, 0) << "not on the page";
}

TEST(Candidates, no_page_and_no_quote) {
    const std::vector<LpTraits> traits{{route::Permission::disabled, {}, {}}};
    Candidates made;
    const auto none = made.make(nullptr, kLps, traits, wanted());
    ASSERT_EQ(none.size(), 3u);
    EXPECT_FALSE(none[0].standing);
    EXPECT_TRUE(none[0].tail.t.empty());
    EXPECT_EQ(none[0].permission, route::Permission::disabled);
    EXPECT_EQ(none[1].permission, route::Permission::enabled) << "without traits an ordinary one";
    EXPECT_NEAR(none[0].half_spread_bps, 1.0, 1e-9);
    const Page p = page();
    Wanted w = wanted();
    w.quote = {};
    const auto blind = made.make(&p, kLps, {}, w);
    EXPECT_EQ(blind[0].half_spread_bps, 0);
    EXPECT_NEAR(blind[0].tail.upper_lots[0], .05, 1e-12) << "multiples of a lot";
}

}  // namespace
}  // namespace assay::desk
