#include "core/market/book.h"

#include <gtest/gtest.h>

namespace assay {
namespace {

constexpr Nanos kOpen{1'000'000'000'000};
constexpr std::uint32_t kNobody = UINT32_MAX;

Nanos ms(std::int64_t n) {
    return kOpen + Duration{n * 1'000'000};
}

TEST(SymbolMarket, a_quote_holds_from_its_own_time_on) {
    SymbolMarket m;
    m.market_quote(ms(0), 100.00_px, 100.02_px, 300_qty, 400_qty, {});
    m.market_quote(ms(10), 100.01_px, 100.03_px, 300_qty, 400_qty, {});
    m.market_quote(ms(20), 100.02_px, 100.04_px, 300_qty, 400_qty, {});
    struct {
        const char* worked;
        std::int64_t at_ms;
        QuoteState state;
        Price bid;
    } const rows[] = {
        {"before the first: none", -1, QuoteState::none, 0_px},
        {"at its own time: it (<=)", 0, QuoteState::ok, 100.00_px},
        {"just before the second", 9, QuoteState::ok, 100.00_px},
        {"at the second", 10, QuoteState::ok, 100.01_px},
        {"between", 15, QuoteState::ok, 100.01_px},
        {"at the last", 20, QuoteState::ok, 100.02_px},
        {"long after", 1'000'000, QuoteState::ok, 100.02_px},
    };
    for (const auto& r : rows) {
        const Bbo q = m.as_of(kNobody, ms(r.at_ms), kNever, {});
        EXPECT_EQ(q.state, r.state) << r.worked;
        EXPECT_EQ(q.bid, r.bid) << r.worked;
    }
}

TEST(SymbolMarket, of_two_quotes_at_one_time_the_later_holds) {
    SymbolMarket m;
    m.market_quote(ms(0), 100.00_px, 100.02_px, 1_qty, 1_qty, {});
    m.market_quote(ms(0), 100.01_px, 100.03_px, 1_qty, 1_qty, {});
    EXPECT_EQ(m.as_of(kNobody, ms(0), kNever, {}).bid, 100.01_px);
}

TEST(SymbolMarket, remembers_64_quotes_and_says_none_of_older_times) {
    SymbolMarket m;
    for (int i = 0; i <= 200; ++i)
        m.market_quote(ms(i), Price{100'000'000'000 + i}, 101_px, 1_qty, 1_qty, {});
    for (int back = 0; back <= 64; ++back)
        EXPECT_EQ(m.as_of(kNobody, ms(200 - back), kNever, {}).bid.nano, 100'000'000'200 - back)
            << back;
    EXPECT_EQ(m.as_of(kNobody, ms(135), kNever, {}).state, QuoteState::none);
}

TEST(SymbolMarket, states_and_what_may_be_used_of_them) {
    struct {
        const char* worked;
        Price bid, ask;
        QuoteState state;
        bool usable;
    } const rows[] = {
        {"0 < bid < ask", 100.00_px, 100.02_px, QuoteState::ok, true},
        {"bid = ask", 100.01_px, 100.01_px, QuoteState::locked, true},
        {"bid > ask", 100.03_px, 100.02_px, QuoteState::crossed, false},
        {"no bid", 0_px, 100.02_px, QuoteState::onesided, false},
        {"no ask", 100.00_px, 0_px, QuoteState::onesided, false},
        {"neither", 0_px, 0_px, QuoteState::onesided, false},
        {"a negative bid", {-1}, 100.02_px, QuoteState::onesided, false},
    };
    for (const auto& r : rows) {
        SymbolMarket m;
        m.market_quote(ms(0), r.bid, r.ask, 1_qty, 1_qty, {});
        const Bbo q = m.benchmark(kNobody, ms(1), kNever, {});
        EXPECT_EQ(q.state, r.state) << r.worked;
        EXPECT_EQ(q.usable(), r.usable) << r.worked;
    }
    EXPECT_EQ(SymbolMarket().benchmark(kNobody, ms(0), kNever, {}).state, QuoteState::none);
}

TEST(SymbolMarket, locked_is_no_benchmark_where_the_rules_say_so) {
    SymbolMarket m;
    m.market_quote(ms(0), 100.01_px, 100.01_px, 1_qty, 1_qty, {});
    QuoteRules rules;
    EXPECT_TRUE(m.benchmark(kNobody, ms(0), kNever, rules).usable());
    rules.locked_valid = false;
    EXPECT_FALSE(m.benchmark(kNobody, ms(0), kNever, rules).usable());
}

TEST(SymbolMarket, stale_counts_the_silence_of_the_source_and_not_of_the_symbol) {
    SymbolMarket m;
    m.market_quote(ms(0), 100.00_px, 100.02_px, 1_qty, 1_qty, {});
    QuoteRules five_seconds;
    five_seconds.stale_after = 5_s;
    struct {
        const char* worked;
        std::int64_t at_ms;
        Nanos heard;
        QuoteState state;
    } const rows[] = {
        {"5 s after the quote, source not watched", 5'000, kNever, QuoteState::ok},
        {"1 ms more is stale", 5'001, kNever, QuoteState::stale},
        {"a minute after, but the source spoke 5 s ago", 60'000, ms(55'000), QuoteState::ok},
        {"and 5.001 s ago", 60'001, ms(55'000), QuoteState::stale},
    };
    for (const auto& r : rows)
        EXPECT_EQ(m.benchmark(kNobody, ms(r.at_ms), r.heard, five_seconds).state, r.state)
            << r.worked;
    EXPECT_EQ(m.benchmark(kNobody, ms(86'000'000), kNever, {}).state, QuoteState::ok)
        << "default: never";
}

TEST(SymbolMarket, crossed_may_stand_for_the_last_good_quote_for_one_second) {
    SymbolMarket m;
    m.market_quote(ms(0), 100.00_px, 100.02_px, 1_qty, 1_qty, {});
    m.market_quote(ms(400), 100.05_px, 100.02_px, 1_qty, 1_qty, {});
    EXPECT_FALSE(m.benchmark(kNobody, ms(500), kNever, {}).usable());
    QuoteRules rules;
    rules.last_ok_when_crossed = true;
    EXPECT_EQ(m.benchmark(kNobody, ms(500), kNever, rules).bid, 100.00_px);
    EXPECT_EQ(m.benchmark(kNobody, ms(1'000), kNever, rules).state, QuoteState::ok);
    EXPECT_EQ(m.benchmark(kNobody, ms(1'001), kNever, rules).state, QuoteState::crossed);
}

TEST(SymbolMarket,
     a_mid_twice_or_half_the_last_good_one_is_not_believed_before_it_has_stood_for_5_s) {
    struct {
        const char* worked;
        Price bid, ask;
        std::int64_t after_ms;
        QuoteState state;
    } const rows[] = {
        {"200.02 is twice 100.01", 200.00_px, 200.04_px, 1, QuoteState::ok},
        {"200.025 is more than twice", 200.00_px, 200.05_px, 1, QuoteState::outlier},
        {"ten times", 1'000.00_px, 1'000.20_px, 1, QuoteState::outlier},
        {"a tenth", 10.00_px, 10.00_px, 1, QuoteState::outlier},
        {"half", 50.00_px, 50.01_px, 1, QuoteState::ok},
        {"crossed is crossed", 1'000.00_px, 10.00_px, 1, QuoteState::crossed},
        {"an hour later, as the last good one stands no longer", 10.00_px, 10.01_px, 3'600'001,
         QuoteState::ok},
    };
    for (const auto& r : rows) {
        SymbolMarket m;
        m.market_quote(ms(0), 100.00_px, 100.02_px, 1_qty, 1_qty, {});
        m.market_quote(ms(r.after_ms), r.bid, r.ask, 1_qty, 1_qty, {});
        EXPECT_EQ(m.raw().state, r.state) << r.worked;
        EXPECT_EQ(m.benchmark(kNobody, ms(r.after_ms), kNever, {}).usable(),
                  r.state == QuoteState::ok)
            << r.worked;
        m.market_quote(ms(r.after_ms + 1), 100.00_px, 100.02_px, 1_qty, 1_qty, {});
        if (r.state != QuoteState::ok)
            EXPECT_TRUE(m.raw().usable()) << r.worked << ": the next good one serves";
    }
}

TEST(SymbolMarket, outliers_that_agree_for_5_s_or_64_times_are_a_price_that_has_moved) {
    SymbolMarket m;
    m.market_quote(ms(0), 100.00_px, 100.02_px, 1_qty, 1_qty, {});
    const auto state = [&](std::int64_t at, Price bid) {
        m.market_quote(ms(at), bid, bid + PriceDelta{20'000'000}, 1_qty, 1_qty, {});
        return m.raw().state;
    };
    EXPECT_EQ(state(1'000, 30.00_px), QuoteState::outlier);
    EXPECT_EQ(state(3'000, 33.00_px), QuoteState::outlier);
    EXPECT_EQ(state(5'999, 30.00_px), QuoteState::outlier) << "4.999 s after the first";
    EXPECT_EQ(state(6'000, 31.00_px), QuoteState::ok) << "5 s";
    EXPECT_EQ(state(6'001, 100.00_px), QuoteState::outlier) << "now that is far off";
    EXPECT_EQ(state(6'002, 31.00_px), QuoteState::ok);
    // One that disagrees with the one before it begins anew.
    EXPECT_EQ(state(10'000, 300.00_px), QuoteState::outlier);
    EXPECT_EQ(state(12'000, 3.00_px), QuoteState::outlier);
    EXPECT_EQ(state(15'000, 300.00_px), QuoteState::outlier) << "5 s after the first of its like";
    for (int i = 0; i < 63; ++i) EXPECT_EQ(state(15'001 + i, 300.00_px), QuoteState::outlier) << i;
    EXPECT_EQ(state(15'064, 300.00_px), QuoteState::ok) << "64 before it said the same";
}

TEST(SymbolMarket, whoever_wants_believes_every_mid) {
    SymbolMarket m;
    const QuoteRules all{.outlier_factor = 1};
    m.market_quote(ms(0), 100.00_px, 100.02_px, 1_qty, 1_qty, all);
    m.market_quote(ms(1), 1'000.00_px, 1'000.20_px, 1_qty, 1_qty, all);
    EXPECT_TRUE(m.raw().usable());
}

TEST(SymbolMarket, the_composite_is_the_best_of_all_but_the_one_that_is_measured) {
    SymbolMarket m;
    m.lp_quote(0, ms(0), 100.00_px, 100.05_px, 10_qty, 10_qty);
    m.lp_quote(1, ms(1), 100.01_px, 100.04_px, 20_qty, 20_qty);
    m.lp_quote(2, ms(2), 99.99_px, 100.03_px, 30_qty, 30_qty);
    struct {
        const char* worked;
        std::uint32_t except;
        Price bid, ask;
        Qty bid_size, ask_size;
    } const rows[] = {
        {"LP 0 against 1 and 2", 0, 100.01_px, 100.03_px, 20_qty, 30_qty},
        {"LP 1 against 0 and 2", 1, 100.00_px, 100.03_px, 10_qty, 30_qty},
        {"LP 2 against 0 and 1", 2, 100.01_px, 100.04_px, 20_qty, 20_qty},
        {"who quotes nothing, against all", 9, 100.01_px, 100.03_px, 20_qty, 30_qty},
    };
    for (const auto& r : rows) {
        const Bbo q = m.benchmark(r.except, ms(5), kNever, {});
        EXPECT_EQ(q.bid, r.bid) << r.worked;
        EXPECT_EQ(q.ask, r.ask) << r.worked;
        EXPECT_EQ(q.bid_size, r.bid_size) << r.worked;
        EXPECT_EQ(q.ask_size, r.ask_size) << r.worked;
        EXPECT_TRUE(q.usable()) << r.worked;
    }
}

TEST(SymbolMarket, the_market_wins_over_the_composite_unless_told_otherwise) {
    SymbolMarket m;
    m.lp_quote(0, ms(0), 100.00_px, 100.01_px, 1_qty, 1_qty);
    QuoteRules market_only;
    market_only.composite_if_no_market = false;
    EXPECT_EQ(m.benchmark(7, ms(1), kNever, market_only).state, QuoteState::none);
    m.market_quote(ms(2), 99.00_px, 101.00_px, 1_qty, 1_qty, {});
    EXPECT_EQ(m.benchmark(7, ms(3), kNever, {}).bid, 99.00_px);
    QuoteRules composite;
    composite.always_composite = true;
    EXPECT_EQ(m.benchmark(7, ms(3), kNever, composite).bid, 100.00_px);
    EXPECT_EQ(m.benchmark(0, ms(3), kNever, composite).state, QuoteState::none)
        << "nobody else quotes";
}

TEST(SymbolMarket, a_silent_lp_leaves_the_composite) {
    SymbolMarket m;
    m.lp_quote(0, ms(0), 100.02_px, 100.03_px, 1_qty, 1_qty);
    m.lp_quote(1, ms(4'000), 100.00_px, 100.05_px, 1_qty, 1_qty);
    QuoteRules rules;
    rules.stale_after = 5_s;
    EXPECT_EQ(m.benchmark(9, ms(5'000), kNever, rules).bid, 100.02_px);
    EXPECT_EQ(m.benchmark(9, ms(5'001), kNever, rules).bid, 100.00_px);
}

TEST(SymbolMarket, touches_of_both_sides) {
    SymbolMarket m;
    m.market_quote(ms(0), 100.00_px, 100.02_px, 300_qty, 400_qty, {});
    const Bbo q = m.raw();
    EXPECT_EQ(q.far_touch(Side::buy), 100.02_px);
    EXPECT_EQ(q.near_touch(Side::buy), 100.00_px);
    EXPECT_EQ(q.far_touch(Side::sell), 100.00_px);
    EXPECT_EQ(q.near_touch(Side::sell), 100.02_px);
    EXPECT_EQ(q.far_size(Side::buy), 400_qty);
    EXPECT_EQ(q.far_size(Side::sell), 300_qty);
    EXPECT_EQ(q.mid2().nano2, 200'020'000'000);
}

}  // namespace
}  // namespace assay
