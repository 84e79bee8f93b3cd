#include "core/kpi/own_quote.h"

#include <gtest/gtest.h>

#include "core/kpi/example_orders.h"

namespace assay::kpi {
namespace {

TEST(OwnQuote, composite_takes_the_best_side_of_each_and_adds_sizes_there) {
    Bbo a = quote(1.3870_px, 1.3874_px), b = quote(1.3871_px, 1.3874_px);
    a.bid_size = b.bid_size = a.ask_size = b.ask_size = 1000000_qty;
    const Bbo quotes[] = {a, b};
    const Bbo best = composite_of(quotes);
    EXPECT_EQ(best.bid, 1.3871_px);
    EXPECT_EQ(best.ask, 1.3874_px);
    EXPECT_EQ(best.bid_size, 1000000_qty);
    EXPECT_EQ(best.ask_size, 2000000_qty);
    EXPECT_EQ(best.state, QuoteState::ok);
}

TEST(OwnQuote, composite_of_missing_locked_and_crossed_quotes) {
    const Bbo none;
    EXPECT_EQ(composite_of({}).state, QuoteState::none);
    const Bbo only_none[] = {none, none};
    EXPECT_EQ(composite_of(only_none).state, QuoteState::none);
    const Bbo one_sided[] = {quote(1.10_px, Price{0}), none};
    EXPECT_EQ(composite_of(one_sided).state, QuoteState::onesided);
    const Bbo crossing[] = {quote(1.10_px, 1.12_px), quote(1.13_px, 1.14_px)};
    EXPECT_EQ(composite_of(crossing).state, QuoteState::crossed);
    EXPECT_EQ(composite_of(crossing).spread(), -0.01_dpx);
    const Bbo locking[] = {quote(1.10_px, 1.12_px), quote(1.12_px, 1.14_px)};
    EXPECT_EQ(composite_of(locking).state, QuoteState::locked);
}

TEST(OwnQuote, time_at_the_touch_alone_and_together) {
    const Bbo others = quote(100.00_px, 100.02_px);
    struct {
        const char* worked;
        Bbo own;
        bool two_sided, bid, ask, both, alone;
    } cases[] = {
        {"behind on both sides", quote(99.99_px, 100.03_px), true, false, false, false, false},
        {"joins the bid", quote(100.00_px, 100.03_px), true, true, false, false, false},
        {"joins both", quote(100.00_px, 100.02_px), true, true, true, true, false},
        {"better bid, joins the offer", quote(100.01_px, 100.02_px), true, true, true, true, true},
        {"better offer only", quote(99.99_px, 100.01_px), true, false, true, false, true},
        {"bid alone quoted", quote(100.00_px, Price{0}), false, true, false, false, false},
        {"not quoting", Bbo{}, false, false, false, false, false},
    };
    for (const auto& c : cases) {
        const QuotedTime t = quoted_time(c.own, others, 2_s);
        EXPECT_EQ(t.watched, 2'000'000'000) << c.worked;
        EXPECT_EQ(t.two_sided > 0, c.two_sided) << c.worked;
        EXPECT_EQ(t.at_bid > 0, c.bid) << c.worked;
        EXPECT_EQ(t.at_ask > 0, c.ask) << c.worked;
        EXPECT_EQ(t.at_both > 0, c.both) << c.worked;
        EXPECT_EQ(t.alone > 0, c.alone) << c.worked;
    }
    const QuotedTime nobody = quoted_time(quote(1.00_px, 1.01_px), Bbo{}, 1_s);
    EXPECT_EQ(nobody.alone, 1'000'000'000) << "nobody else quotes";
}

TEST(OwnQuote, spread_is_weighted_by_time) {
    QuotedTime t = quoted_time(quote(100.00_px, 100.02_px), Bbo{}, 3_s);
    t += quoted_time(quote(100.00_px, 100.06_px), Bbo{}, 1_s);
    EXPECT_DOUBLE_EQ(ratio(t.spread, t.two_sided) * 1e-9, 0.03) << "(3 x 0.02 + 1 x 0.06) / 4";
    t -= quoted_time(quote(100.00_px, 100.06_px), Bbo{}, 1_s);
    t -= quoted_time(quote(100.00_px, 100.02_px), Bbo{}, 3_s);
    EXPECT_EQ(t, QuotedTime{});
}

TEST(OwnQuote, a_fill_against_the_quote_it_hit) {
    const Bbo own = quote(100.00_px, 100.02_px);
    EXPECT_EQ(gain_against_own_quote(Side::buy, 100.01_px, own), 0.01_dpx);
    EXPECT_EQ(gain_against_own_quote(Side::sell, 99.99_px, own), -0.01_dpx);
}

// 200 shares a side for 4 s, 250 for 5 s, one side alone for 1 s: 2050 / 9.
TEST(OwnQuote, quoted_size_is_weighted_by_the_time_both_sides_stood_227_7778) {
    const auto sized = [](Price bid, Qty bid_size, Price ask, Qty ask_size) {
        Bbo q = quote(bid, ask);
        q.bid_size = bid_size;
        q.ask_size = ask_size;
        return q;
    };
    QuotedTime t = quoted_time(sized(99.99_px, 300_qty, 100.01_px, 100_qty), Bbo{}, 4_s);
    t += quoted_time(sized(99.99_px, 300_qty, 100.01_px, 200_qty), Bbo{}, 5_s);
    t += quoted_time(sized(99.99_px, 900_qty, Price{0}, 0_qty), Bbo{}, 1_s);
    EXPECT_EQ(t.two_sided, 9'000'000'000);
    EXPECT_NEAR(static_cast<double>(t.size2) / 2e6 / static_cast<double>(t.two_sided), 227.7778,
                5e-5);
    QuotedTime none = t;
    none -= t;
    EXPECT_EQ(none, QuotedTime{});
}

}  // namespace
}  // namespace assay::kpi
