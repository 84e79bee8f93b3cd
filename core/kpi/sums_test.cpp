#include "core/kpi/sums.h"

#include <algorithm>
#include <cstring>
#include <functional>
#include <gtest/gtest.h>
#include <random>
#include <type_traits>

#include "core/kpi/example_orders.h"

namespace assay::kpi {
namespace {

// One contribution to a row, to be added or removed.
using Step = std::function<void(Sums&, Dir)>;

// Random facts of every kind, prices around 100 on a grid of 0.005.
class Day {
  public:
    explicit Day(std::uint64_t seed) : random_(seed) {}

    std::vector<Step> steps(int n) {
        std::vector<Step> all;
        for (int i = 0; i < n; ++i) all.push_back(step());
        return all;
    }

  private:
    std::int64_t any(std::int64_t low, std::int64_t high) {
        return std::uniform_int_distribution<std::int64_t>(low, high)(random_);
    }
    Price price() { return {100'000'000'000 + any(-20, 20) * 5'000'000}; }
    TwiceMid mid() { return twice(price()); }
    Qty qty() { return {any(1, 5000) * 1'000'000 + any(0, 1) * 500'000}; }
    Side side() { return static_cast<Side>(any(-1, 1)); }
    Bbo market() { return any(0, 9) == 0 ? Bbo{} : quote(price(), price()); }

    OrderFacts order() {
        OrderFacts f;
        f.offered = any(0, 9) == 0 ? Qty{0} : qty();
        f.cum = Qty{any(0, 2) * f.offered.micro / 2 + any(0, 1)};
        f.accepted = any(0, 1) == 1;
        f.open = any(0, 4) == 0;
        f.timed_out = any(0, 9) == 0;
        f.ours = any(0, 9) == 0;
        if (any(0, 3) == 0) f.rejected = static_cast<RejectClass>(any(0, 3));
        for (auto& part : f.latencies.part) {
            if (any(0, 1) == 1) part = Duration{any(0, 50'000'000)};
        }
        if (any(0, 1) == 1) f.offered_at_far = price() * f.offered;
        return f;
    }
    FillFacts fill() {
        FillFacts f = priced_fill(side(), qty(), price(), market());
        f.at_receipt = market();
        f.arrival_mid2 = mid();
        f.fee = any(-1000, 1000) * Money{1'000'000'000};
        if (any(0, 1) == 1) f.since_send = Duration{any(0, 50'000'000)};
        if (any(0, 1) == 1) f.gain_vs_own_quote = PriceDelta{any(-10, 10) * 5'000'000};
        if (any(0, 1) == 1) f.own_quote_age = Duration{any(0, 9'000'000)};
        return f;
    }

    Step step() {
        const auto h = static_cast<std::size_t>(any(0, kHorizons - 1));
        const std::int64_t moved = any(-20'000'000, 20'000'000);
        switch (any(0, 9)) {
            case 0:
            case 1:
                return [f = order()](Sums& s, Dir d) { s.order(f, d); };
            case 2:
            case 3:
                return [f = fill()](Sums& s, Dir d) { s.fill(f, d); };
            case 4: {
                const HorizonFacts f{side(), qty(), price(), market(), mid()};
                return [f, h](Sums& s, Dir d) { s.horizon(h, f, d); };
            }
            case 5: {
                const ReversionFacts f{side(), qty(), market(), mid(), mid(), 0.01_dpx};
                return [f](Sums& s, Dir d) { s.reversion(f, d); };
            }
            case 6: {
                const Qty order = qty(), good = qty(), shown{any(0, 3) * 100'000'000};
                return [=](Sums& s, Dir d) { s.size_improvement_of(order, good, shown, d); };
            }
            case 7:
                return [=](Sums& s, Dir d) {
                    s.leaked(moved, d);
                    s.reject_drifted(h, moved, d);
                };
            case 8: {
                const Qty left = qty();
                const Money cost = PriceDelta{moved} * left, base = price() * left;
                return [=](Sums& s, Dir d) {
                    s.unfilled(cost, base, d);
                    s.last_look(moved, moved % 3 == 0, d);
                };
            }
            default: {
                const QuotedTime t =
                    quoted_time(market(), market(), Duration{any(1, 1'000'000'000)});
                return [t](Sums& s, Dir d) { s.quoted_for(t, d); };
            }
        }
    }

    std::mt19937_64 random_;
};

Sums sum_of(const std::vector<Step>& steps) {
    Sums s;
    for (const Step& step : steps) step(s, Dir::add);
    return s;
}

TEST(Sums, add_then_remove_in_any_order_is_nothing) {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        auto steps = Day(seed).steps(200);
        Sums s = sum_of(steps);
        std::shuffle(steps.begin(), steps.end(), std::mt19937_64(seed));
        for (const Step& step : steps) step(s, Dir::remove);
        ASSERT_EQ(s, Sums{}) << "seed " << seed;
    }
}

TEST(Sums, any_order_gives_the_same_sums) {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        auto steps = Day(seed).steps(200);
        const Sums in_order = sum_of(steps);
        std::shuffle(steps.begin(), steps.end(), std::mt19937_64(seed));
        ASSERT_EQ(sum_of(steps), in_order) << "seed " << seed;
        ASSERT_NE(in_order, Sums{}) << "seed " << seed;
    }
}

TEST(Sums, cut_anywhere_and_merged_is_the_whole) {
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
        const auto steps = Day(seed).steps(100);
        const Sums whole = sum_of(steps);
        for (std::size_t cut = 0; cut <= steps.size(); ++cut) {
            const auto middle = steps.begin() + static_cast<std::ptrdiff_t>(cut);
            Sums merged = sum_of({steps.begin(), middle});
            merged += sum_of({middle, steps.end()});
            ASSERT_EQ(merged, whole) << "seed " << seed << " cut " << cut;
        }
    }
}

// A number that is forgotten there would be lost by a merge and by a save.
TEST(Sums, pairwise_visits_every_number) {
    static_assert(std::is_trivially_copyable_v<Sums>);
    Sums dirty;
    std::memset(static_cast<void*>(&dirty), 0xFF, sizeof dirty);
    ASSERT_NE(dirty, Sums{});
    Sums::pairwise(dirty, dirty, [](auto& x, auto&) { x = 0; });
    EXPECT_EQ(dirty, Sums{});
}

TEST(Sums, pairwise_visits_no_number_twice) {
    Sums s;
    Sums::pairwise(s, s, [](auto& x, auto&) { ++x; });
    Sums::pairwise(s, s, [](auto& x, auto&) { EXPECT_EQ(static_cast<int>(x), 1); });
}

// Prices reflected about 100 and sides flipped: what was good stays equally good.
TEST(Sums, buy_and_sell_mirror_each_other) {
    constexpr std::uint64_t kSeed = 6;
    std::mt19937_64 random(kSeed);
    std::uniform_int_distribution<std::int64_t> ticks(-20, 20), lots(1, 50);
    const auto mirrored = [](Price p) { return Price{200'000'000'000 - p.nano}; };
    Sums buys, sells;
    for (int i = 0; i < 300; ++i) {
        const Price bid{100'000'000'000 + ticks(random) * 5'000'000};
        const Price ask = bid + PriceDelta{std::abs(ticks(random)) * 5'000'000};
        const Price px{100'000'000'000 + ticks(random) * 5'000'000};
        const TwiceMid later = twice({100'000'000'000 + ticks(random) * 5'000'000});
        const TwiceMid later_mirrored{400'000'000'000 - later.nano2};
        const Qty q{lots(random) * 100'000'000};
        const Bbo here = quote(bid, ask), there = quote(mirrored(ask), mirrored(bid));
        FillFacts buy = priced_fill(Side::buy, q, px, here);
        FillFacts sell = priced_fill(Side::sell, q, mirrored(px), there);
        buy.at_receipt = here;
        sell.at_receipt = there;
        buy.arrival_mid2 = here.mid2();
        sell.arrival_mid2 = there.mid2();
        buys.fill(buy, Dir::add);
        sells.fill(sell, Dir::add);
        buys.horizon(0, {Side::buy, q, px, here, later}, Dir::add);
        sells.horizon(0, {Side::sell, q, mirrored(px), there, later_mirrored}, Dir::add);
        buys.reversion({Side::buy, q, here, later, twice(px), 0.01_dpx}, Dir::add);
        sells.reversion({Side::sell, q, there, later_mirrored, twice(mirrored(px)), 0.01_dpx},
                        Dir::add);
    }
    const auto expect_same = [&](const char* name, auto field) {
        EXPECT_TRUE(buys.*field == sells.*field) << name << " seed " << kSeed;
        EXPECT_TRUE(buys.*field != 0) << name << " says nothing";
    };
    expect_same("q_gain", &Sums::q_gain);
    expect_same("q_es2", &Sums::q_es2);
    expect_same("q_spread", &Sums::q_spread);
    expect_same("wide_q_es2", &Sums::wide_q_es2);
    expect_same("wide_q_gain", &Sums::wide_q_gain);
    expect_same("improved_q", &Sums::improved_q);
    expect_same("at_quote_q", &Sums::at_quote_q);
    expect_same("worse_q", &Sums::worse_q);
    expect_same("rcpt_q_gain", &Sums::rcpt_q_gain);
    expect_same("rcpt_q_es2", &Sums::rcpt_q_es2);
    expect_same("rcpt_wide_q_es2", &Sums::rcpt_wide_q_es2);
    expect_same("arrival_gain2", &Sums::arrival_gain2);
    expect_same("rev_move2", &Sums::rev_move2);
    expect_same("rev_impact2", &Sums::rev_impact2);
    for (std::size_t h = 0; h < kHorizons; ++h) {
        EXPECT_EQ(buys.after[h].move2, sells.after[h].move2) << kHorizonName[h];
        EXPECT_EQ(buys.after[h].impact2, sells.after[h].impact2) << kHorizonName[h];
    }
    EXPECT_NE(buys.after[0].move2, 0);
}

TEST(Sums, effective_spread_is_realised_plus_impact_over_fills_that_have_both) {
    const Sums s = e1();
    for (std::size_t h = 0; h < kHorizons; ++h) {
        EXPECT_EQ(s.q_es2, -s.after[h].priced_move2 + s.after[h].impact2) << kHorizonName[h];
    }
}

TEST(Sums, locked_quotes_price_a_fill_but_divide_nothing) {
    Sums s;
    s.fill(priced_fill(Side::buy, 100_qty, 100.00_px, quote(100.01_px, 100.01_px)), Dir::add);
    EXPECT_EQ(s.n_priced, 1);
    EXPECT_EQ(s.q_gain, 0.01_dpx * 100_qty);
    EXPECT_EQ(s.wide_q_gain, 0);
    EXPECT_EQ(s.wide_q_spread, 0);
}

TEST(Sums, crossed_onesided_stale_and_missing_quotes_price_nothing) {
    Bbo stale = quote(100.00_px, 100.02_px);
    stale.state = QuoteState::stale;
    for (const Bbo& q : {quote(100.02_px, 100.00_px), quote(100.00_px, Price{0}), stale, Bbo{}}) {
        Sums s;
        FillFacts f = priced_fill(Side::buy, 100_qty, 100.00_px, q);
        f.at_receipt = q;
        s.fill(f, Dir::add);
        s.horizon(4, {Side::buy, 100_qty, 100.00_px, q, twice(100.01_px)}, Dir::add);
        EXPECT_EQ(s.n_fills, 1);
        EXPECT_EQ(s.n_priced, 0);
        EXPECT_EQ(s.rcpt_q, 0);
        EXPECT_EQ(s.filled, 100'000'000);
        EXPECT_NE(s.after[4].q, 0) << "a markout needs no route quote";
        EXPECT_EQ(s.after[4].priced_q, 0);
    }
}

TEST(Sums, without_a_side_quantities_count_and_prices_do_not) {
    Sums s;
    s.fill(priced_fill(Side::none, 100_qty, 100.00_px, quote(100.00_px, 100.02_px)), Dir::add);
    s.horizon(0, {Side::none, 100_qty, 100.00_px, Bbo{}, twice(100.01_px)}, Dir::add);
    EXPECT_EQ(s.n_fills, 1);
    EXPECT_EQ(s.n_priced, 0);
    EXPECT_EQ(s.after[0].q, 0);
}

TEST(Sums, each_kind_of_order_is_counted_where_it_belongs) {
    Sums s;
    OrderFacts open = plain_order(100_qty, 0_qty);
    open.open = true;
    OrderFacts late = rejected_order(100_qty, RejectClass::discretionary);
    late.timed_out = true;
    OrderFacts withdrawn = plain_order(0_qty, 0_qty);  // canceled by us before any answer
    s.order(open, Dir::add);
    s.order(late, Dir::add);
    s.order(rejected_order(200_qty, RejectClass::technical), Dir::add);
    s.order(rejected_order(300_qty, RejectClass::risk), Dir::add);
    s.order(rejected_order(300_qty, RejectClass::risk), Dir::add);
    s.order(withdrawn, Dir::add);
    s.order(plain_order(100_qty, 120_qty), Dir::add);  // overfilled
    EXPECT_EQ(s.n_orders, 7);
    EXPECT_EQ(s.n_open, 1);
    EXPECT_EQ(s.n_timeouts, 1);
    EXPECT_EQ(s.n_accepted, 2) << "the withdrawn one was not exposed";
    EXPECT_EQ(s.n_offered, 6) << "nothing was offered to the withdrawn one";
    EXPECT_EQ(s.n_any, 1);
    EXPECT_EQ(s.n_full, 1);
    EXPECT_EQ(s.n_rejected, (std::array<std::int64_t, 4>{1, 1, 2, 0}));
    EXPECT_EQ(s.rejected_qty, 900'000'000);
    EXPECT_EQ(s.filled_clipped, 100'000'000) << "the overfill does not raise the fill rate above 1";
    EXPECT_EQ(s.fill_fraction, 1'000'000'000'000);
}

TEST(Sums, fees_with_and_without_rebates) {
    Sums s;
    FillFacts f = priced_fill(Side::sell, 100_qty, 100.00_px, Bbo{});
    f.fee = 0.003_px * 100_qty;
    s.fill(f, Dir::add);
    f.fee = -1 * (0.002_px * 100_qty);
    s.fill(f, Dir::add);
    EXPECT_EQ(s.fees, 0.001_px * 100_qty);
    EXPECT_EQ(s.fees_paid, 0.003_px * 100_qty);
}

TEST(Sums, own_quote_of_a_sell_is_above_the_fill_that_slipped) {
    Sums s;
    FillFacts f = priced_fill(Side::sell, 100_qty, 99.99_px, Bbo{});
    f.gain_vs_own_quote = gain_against_own_quote(Side::sell, 99.99_px, quote(100.00_px, 100.02_px));
    s.fill(f, Dir::add);
    EXPECT_EQ(s.own_gain, -0.01_dpx * 100_qty);
    EXPECT_EQ(s.own_base, 100.00_px * 100_qty);
}

TEST(Sums, what_we_got_rejected_ourselves_counts_nowhere_else) {
    Sums s;
    OrderFacts f = rejected_order(100_qty, RejectClass::ours);
    f.latencies[Latency::reject] = 5_ms;
    s.order(f, Dir::add);
    Sums expected;
    expected.n_ours = 1;
    EXPECT_EQ(s, expected);
}

TEST(Sums, what_could_not_be_read_counts_nowhere_else) {
    Sums s;
    OrderFacts f = rejected_order(100_qty, RejectClass::discretionary);
    f.unread = true;
    s.order(f, Dir::add);
    Sums expected;
    expected.n_unreadable = 1;
    EXPECT_EQ(s, expected);
}

}  // namespace
}  // namespace assay::kpi
