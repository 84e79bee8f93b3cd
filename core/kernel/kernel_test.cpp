// One shard: what becomes of each event, and when what is due falls due.
#include "core/kernel/kernel.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "core/kernel/kernel_testkit.h"

namespace assay {
namespace {

using testkit::config_by;
using testkit::Desk;
using testkit::kTen;

constexpr std::size_t k50ms = 2, k1s = 4;

// The mid at a horizon of the only fill, in hundredths of a cent; 0 where none was counted.
double mid_at(const Desk& d, std::size_t horizon) {
    const kpi::Sums& s = d.sums();
    if (s.after[horizon].q == 0) return 0;
    return 100.02 + 0.5e-9 * static_cast<double>(s.after[horizon].move2 / s.after[horizon].q);
}

// --- what becomes of an event --------------------------------------------------------------------

TEST(KernelVerdict, of_each_report_of_an_order_that_left_as_a_buy_of_1000) {
    struct Case {
        const char* what;
        Verdict (*told)(Desk&);
        Verdict verdict;
        const char* refusal;  // empty: none
        int fills;            // counted in the end
    };
    using enum Verdict;
    const Case cases[] = {
        {"an acknowledgement", [](Desk& d) { return d.ack("A"); }, applied, "", 0},
        {"a fill", [](Desk& d) { return d.fill("A", 600_qty, 100.02_px); }, applied, "", 1},
        {"the same fill again",
         [](Desk& d) {
             d.fill("A", 600_qty, 100.02_px);
             return d.fill("A", 600_qty, 100.02_px);
         },
         duplicate, "", 1},
        {"the same ExecID with other content",
         [](Desk& d) {
             d.fill("A", 600_qty, 100.02_px);
             return d.fill("A", 500_qty, 100.02_px);
         },
         conflict, "ExecID(17) was seen with other quantity or price", 1},
        {"a fill of nothing", [](Desk& d) { return d.fill("A", 0_qty, 100.02_px); }, quarantined,
         "LastQty(32) and LastPx(31) of an execution must be positive", 0},
        {"a fill for nothing", [](Desk& d) { return d.fill("A", 600_qty, 0_px); }, quarantined,
         "LastQty(32) and LastPx(31) of an execution must be positive", 0},
        {"a fill 20.1 % above the mid", [](Desk& d) { return d.fill("A", 1_qty, 120.12_px); },
         quarantined, "LastPx(31) is too far from the mid its order left with", 0},
        {"a fill 19.9 % above the mid", [](Desk& d) { return d.fill("A", 1_qty, 119.91_px); },
         applied, "", 1},
        {"a fill of an order that was never seen",
         [](Desk& d) { return d.fill("B", 600_qty, 100.02_px); }, headless, "", 0},
        {"a cancel reject of an order that was never seen",
         [](Desk& d) { return d.report<CancelRejected>("B"); }, ignored, "", 0},
        {"the same order again", [](Desk& d) { return d.send("A", 1000_qty); }, duplicate, "", 0},
        {"a bust of its fill",
         [](Desk& d) {
             d.fill("A", 600_qty, 100.02_px);
             return d.bust("A", "E1", "B1");
         },
         applied, "", 0},
        {"a quote", [](Desk& d) { return d.market(100.00_px, 100.04_px); }, applied, "", 0},
        {"a tick", [](Desk& d) { return d.tick(); }, applied, "", 0},
        {"the close of its session", [](Desk& d) { return d.closes(); }, applied, "", 0},
    };
    for (const Case& c : cases) {
        Desk d;
        d.market(100.00_px, 100.02_px);
        d.send("A", 1000_qty);
        d.wait(4_ms);
        EXPECT_EQ(c.told(d), c.verdict) << c.what;
        EXPECT_STREQ(d.kernel.refusal(), c.refusal) << c.what;
        EXPECT_EQ(d.kernel.counts().duplicate, c.verdict == duplicate ? 1u : 0u) << c.what;
        EXPECT_EQ(d.kernel.counts().dead, c.refusal[0] != '\0' ? 1u : 0u) << c.what;
        EXPECT_EQ(d.sums().n_fills, c.fills) << c.what;
        // Where a report of it could not be used, the order is no measure of its LP.
        const bool unread = c.refusal[0] != '\0' && c.fills == 0;
        EXPECT_EQ(d.sums().n_orders, unread ? 0 : 1) << c.what;
    }
}

TEST(KernelVerdict, quotes_are_counted_by_their_state) {
    Desk d;
    d.market(100.00_px, 100.02_px);
    d.market(100.02_px, 100.02_px);
    d.market(100.03_px, 100.02_px);
    d.market(1'000.20_px, 1'000.30_px);
    d.market(100.03_px, 0_px);
    const KernelCounts& n = d.kernel.counts();
    EXPECT_EQ(n.quotes, 5u);
    EXPECT_EQ(n.outlier_quotes, 1u) << "ten times";
    EXPECT_EQ(n.locked_quotes, 1u);
    EXPECT_EQ(n.crossed_quotes, 1u);
    EXPECT_EQ(n.onesided_quotes, 1u);
    d.send("A", 100_qty);
    EXPECT_EQ(n.no_benchmark, 1u) << "the order left on a one-sided quote";
}

// --- time ----------------------------------------------------------------------------------------

TEST(KernelTime, a_tick_moves_time_and_nothing_else) {
    Desk with, without;
    for (Desk* d : {&with, &without}) {
        d->market(100.00_px, 100.02_px);
        d->ioc("A", 1000_qty, 800_qty, 100.02_px);
        if (d == &with)
            for (const Duration step : {0_ms, 1_ms, 49_ms, 700_ms, 20_s}) {
                d->wait(step);
                EXPECT_EQ(d->tick(), Verdict::applied);
                EXPECT_EQ(d->kernel.now(), d->now);
            }
        d->at(60_s);
        d->market(100.04_px, 100.06_px);
        d->kernel.finish();
    }
    EXPECT_EQ(with.sums(), without.sums());
    EXPECT_EQ(with.kernel.counts().events, without.kernel.counts().events + 5);
    EXPECT_EQ(with.kernel.counts().quotes, without.kernel.counts().quotes);
}

// The fill is at 10:00:00.015; the mid is 100.01 until a quote moves it to 100.05.
TEST(KernelTime, a_horizon_takes_the_last_quote_at_or_before_its_due_time) {
    struct {
        Duration after_the_fill;
        double mid;
    } const rows[] = {{49'999'999_ns, 100.05}, {50'000'000_ns, 100.05}, {50'000'001_ns, 100.01}};
    for (const auto& row : rows) {
        Desk d;
        d.market(100.00_px, 100.02_px);
        d.ioc("A", 600_qty, 600_qty, 100.02_px);
        d.wait(row.after_the_fill);
        d.market(100.04_px, 100.06_px);
        d.kernel.finish();
        EXPECT_NEAR(mid_at(d, k50ms), row.mid, 1e-9)
            << "the quote comes " << row.after_the_fill.ns << " ns after the fill";
        EXPECT_NEAR(mid_at(d, k1s), 100.05, 1e-9);
    }
}

// Whatever is due is done before the event that follows it is applied.
class Order : public Witness {
  public:
    bool wants(const OrderRef& ref) const override { return ref.cl_ord_id == "A"; }
    void message(const Event& e, std::string_view) override {
        told.push_back(fmt::format("{} a message", ms(e.at)));
    }
    void quote(std::string_view role, Nanos at, const Bbo& q) override {
        if (role != "the quote it left with")
            told.push_back(fmt::format("{} {}: {:.2f}", ms(at), role, as_double(q.mid2())));
    }
    void metric(std::string_view, std::string_view, std::string, double,
                std::string_view) override {}
    void changed(std::string_view, double, double, std::string_view) override {}
    std::vector<std::string> told;

  private:
    static double ms(Nanos at) { return as_ms(at - kTen); }
};

TEST(KernelTime, timers_fire_in_the_order_they_are_due_and_before_the_next_event) {
    Order order;
    Desk d;
    d.kernel.watch(&order);
    d.market(100.00_px, 100.02_px);
    d.ioc("A", 600_qty, 600_qty, 100.02_px, 10_ms);
    d.at(2_s);
    d.market(100.02_px, 100.04_px);
    d.at(15_s + 5_ms);
    d.market(100.04_px, 100.06_px);
    d.at(600_s);
    d.market(101.00_px, 101.02_px);
    d.bust("A", "E1", "B1");
    const std::vector<std::string> expected = {
        "0 a message",
        "10 a message",
        "11 the quote 1ms after the fill: 100.01",
        "20 the quote 10ms after the fill: 100.01",
        "60 the quote 50ms after the fill: 100.01",
        "110 the quote 100ms after the fill: 100.01",
        "1010 the quote 1s after the fill: 100.01",
        "5010 the quote 5s after the fill: 100.03",
        "15000 the quote 15s after the order left: 100.03",
        "15010 the quote 15s after the fill: 100.05",
        "60010 the quote 1m after the fill: 100.05",
        "300010 the quote 5m after the fill: 100.05",
        "600000 a message",
    };
    EXPECT_EQ(order.told, expected);
}

// An IOC order has a second to be answered: an answer at 1 s sharp is one, a nanosecond later the
// order has timed out, and the answer takes that back.
TEST(KernelTime, an_answer_at_the_time_out_comes_first_and_one_after_it_does_not) {
    struct {
        Duration after;
        std::uint64_t timeouts, answered;
    } const rows[] = {{999'999'999_ns, 0, 0}, {1'000'000'000_ns, 0, 0}, {1'000'000'001_ns, 1, 1}};
    for (const auto& row : rows) {
        Desk d;
        d.market(100.00_px, 100.02_px);
        d.send("A", 600_qty);
        d.wait(row.after);
        d.fill("A", 600_qty, 100.02_px);
        EXPECT_EQ(d.kernel.blotter().counts().timeouts, row.timeouts) << row.after.ns;
        EXPECT_EQ(d.kernel.blotter().counts().timeouts_answered, row.answered) << row.after.ns;
        EXPECT_EQ(d.sums().n_timeouts, 0) << "it was filled in the end, " << row.after.ns;
        EXPECT_EQ(d.sums().n_full, 1) << row.after.ns;
    }
}

// The LP answered within its second, in a report that cannot be used: no silence, and no reject.
TEST(KernelTime, an_answer_that_cannot_be_read_is_no_silence) {
    struct {
        const char* name;
        Duration unread_after;
        bool filled_later;
        std::int64_t orders, unreadable, rejects, full;
    } const rows[] = {
        {"in time, and nothing more", 10_ms, false, 0, 1, 0, 0},
        {"after the time-out: the silence is taken back", 2_s, false, 0, 1, 0, 0},
        {"a fill that can be read later tells how it ended", 10_ms, true, 1, 0, 0, 1},
    };
    for (const auto& row : rows) {
        Desk d;
        d.market(100.00_px, 100.02_px);
        d.send("A", 600_qty);
        d.wait(row.unread_after);
        EXPECT_EQ(d.report<Unread>("A"), Verdict::applied) << row.name;
        EXPECT_EQ(d.report<Unread>("unknown"), Verdict::ignored) << row.name;
        d.wait(2_s);
        if (row.filled_later) d.fill("A", 600_qty, 100.02_px);
        d.kernel.finish();
        const kpi::Sums s = d.sums();
        EXPECT_EQ(s.n_orders, row.orders) << row.name;
        EXPECT_EQ(s.n_unreadable, row.unreadable) << row.name;
        EXPECT_EQ(s.n_rejected[0] + s.n_timeouts, row.rejects) << row.name;
        EXPECT_EQ(s.n_full, row.full) << row.name;
        EXPECT_TRUE(s.offered == row.orders * (600_qty).micro) << row.name;
        EXPECT_EQ(d.kernel.blotter().counts().unread, 1u) << row.name;
    }
}

TEST(KernelTime, an_end_that_is_read_stands_whatever_else_could_not_be) {
    Desk d;
    d.market(100.00_px, 100.02_px);
    d.send("A", 600_qty);
    d.wait(10_ms);
    d.report<Unread>("A");
    d.reject("A");
    // A fill of a price that cannot be is no fill; its order was answered all the same.
    d.send("B", 600_qty);
    d.wait(10_ms);
    EXPECT_EQ(d.fill("B", 600_qty, 150.02_px), Verdict::quarantined);
    // Of what may rest the fills that were read count, and not the order.
    d.send("C", 600_qty, Tif::day);
    d.wait(10_ms);
    d.fill("C", 200_qty, 100.02_px);
    d.report<Unread>("C");
    d.kernel.finish();
    EXPECT_EQ(d.sums().n_orders, 1) << "A was rejected";
    EXPECT_EQ(d.sums().n_rejected[0], 1);
    EXPECT_EQ(d.sums().n_unreadable, 2) << "B and C";
    EXPECT_EQ(d.sums().n_fills, 1);
    EXPECT_TRUE(d.sums().offered == (600_qty).micro);
}

TEST(KernelTime, what_comes_with_an_earlier_time_counts_at_its_own_time_and_time_stays) {
    Desk d;
    d.market(100.00_px, 100.02_px);
    d.send("A", 600_qty, Tif::day);
    d.at(5_s);
    d.tick();
    d.at(15_ms);
    EXPECT_EQ(d.fill("A", 600_qty, 100.02_px), Verdict::applied);
    EXPECT_EQ(d.kernel.counts().time_backwards, 1u);
    EXPECT_EQ(d.kernel.now(), kTen + 5_s) << "time does not run back";
    const auto first = static_cast<std::size_t>(kpi::Latency::first_fill);
    EXPECT_EQ(d.sums().latency_n[first], 1);
    EXPECT_EQ(static_cast<std::int64_t>(d.sums().latency_sum[first]), 15'000'000) << "15 ms";
    d.kernel.finish();
    for (std::size_t h = 0; h < kpi::kHorizons; ++h)
        EXPECT_TRUE(d.sums().after[h].q == (600_qty).micro) << kpi::kHorizonName[h];
    EXPECT_EQ(d.kernel.timers(), 0u);
}

TEST(KernelTime, a_fill_before_its_order_has_a_price_and_no_latency) {
    Desk d;
    d.market(100.00_px, 100.02_px);
    d.at(1_s);
    d.send("A", 600_qty, Tif::day);
    d.at(990_ms);
    EXPECT_EQ(d.fill("A", 600_qty, 100.01_px), Verdict::applied);
    d.kernel.finish();
    EXPECT_EQ(d.sums().n_fills, 1);
    EXPECT_EQ(d.sums().n_priced, 1);
    const auto first = static_cast<std::size_t>(kpi::Latency::first_fill);
    EXPECT_EQ(d.sums().latency_n[first], 0) << "-10 ms is no latency";
    EXPECT_TRUE(d.kernel.rows()[0].first_fill.empty());
}

TEST(KernelTime, finish_fires_all_that_is_due_with_the_last_quote_and_does_so_once) {
    Desk d;
    d.market(100.00_px, 100.02_px);
    d.ioc("A", 1000_qty, 600_qty, 100.02_px);
    d.lp = "LP_B";
    d.send("B", 500_qty);
    d.wait(2_ms);
    d.reject("B");
    EXPECT_GT(d.kernel.timers(), 0u);
    d.kernel.finish();
    EXPECT_EQ(d.kernel.timers(), 0u);
    EXPECT_EQ(d.kernel.blotter().open_chains(), 0u);
    for (std::size_t h = 0; h < kpi::kHorizons; ++h) {
        EXPECT_TRUE(d.sums().after[h].q == (600_qty).micro) << kpi::kHorizonName[h];
        EXPECT_EQ(d.kernel.rows()[1].sums.reject_drift_n[h], 1) << kpi::kHorizonName[h];
    }
    EXPECT_EQ(d.sums().leak_n, 1);
    EXPECT_TRUE(d.sums().reject_cost_base == 100.02_px * 400_qty)
        << "what the cancel left unfilled";
    const std::string bytes = d.kernel.save();
    d.kernel.finish();
    EXPECT_EQ(d.kernel.save(), bytes) << "there is nothing left to finish";
}

// The clock of slow beliefs: in days from Friday noon.
TEST(KernelTime, the_session_clock_stands_still_at_the_weekend) {
    const Desk d;
    const Nanos friday_noon = kTen + Duration{3 * kDay.ns + 2 * kHour.ns};
    struct {
        const char* when;
        double days, clock;
    } const rows[] = {{"Friday, midnight", 0.5, 0.5}, {"Saturday noon", 1, 0.5},
                      {"Sunday noon", 2, 0.5},        {"Sunday, midnight", 2.5, 0.5},
                      {"Monday 06:00", 2.75, 0.75},   {"Tuesday noon", 4, 2},
                      {"Friday a week later", 7, 5},  {"Thursday, a day before", -1, -1}};
    const Nanos from = d.kernel.session_clock(friday_noon);
    for (const auto& row : rows) {
        const auto days = static_cast<std::int64_t>(row.days * static_cast<double>(kDay.ns));
        const Duration went = d.kernel.session_clock(friday_noon + Duration{days}) - from;
        EXPECT_EQ(static_cast<double>(went.ns) / static_cast<double>(kDay.ns), row.clock)
            << row.when;
    }
}

TEST(KernelTime, a_shard_that_was_told_nothing_has_no_time_and_finishes) {
    Desk d;
    EXPECT_EQ(d.kernel.session_clock(d.kernel.now()), kNever);
    d.kernel.finish();
    EXPECT_EQ(d.kernel.now(), kNever);
    EXPECT_TRUE(d.kernel.rows().empty());
}

// A horizon past the close takes the last valid quote of its session, not the next morning's.
TEST(KernelTime, a_horizon_past_the_close_takes_the_closing_quote) {
    Desk d;
    d.opens();
    d.market(100.00_px, 100.02_px);
    d.ioc("A", 600_qty, 600_qty, 100.02_px);
    d.at(40_ms);
    d.market(100.02_px, 100.04_px);
    d.at(41_ms);
    d.closes();
    d.at(50_ms);
    d.market(105.00_px, 105.02_px);
    d.kernel.finish();
    EXPECT_NEAR(mid_at(d, 1), 100.01, 1e-9) << "10 ms after the fill: 25 ms";
    EXPECT_NEAR(mid_at(d, k50ms), 100.03, 1e-9) << "65 ms: the closing quote";
    EXPECT_NEAR(mid_at(d, k1s), 100.03, 1e-9);
}

// --- where an order counts -----------------------------------------------------------------------

TEST(KernelWindow, an_order_counts_by_when_it_left_since_included_until_not) {
    struct {
        Duration sent;
        int counted;
    } const rows[] = {{999'999'999_ns, 0}, {1_s, 1}, {1'999'999'999_ns, 1}, {2_s, 0}};
    for (const auto& row : rows) {
        Config c = config_by(kByLp);
        c.since = kTen + 1_s;
        c.until = kTen + 2_s;
        Desk d(c);
        d.market(100.00_px, 100.02_px);
        d.at(row.sent);
        d.ioc("A", 600_qty, 600_qty, 100.02_px);
        d.kernel.finish();
        EXPECT_EQ(d.sums().n_orders, row.counted) << row.sent.ns;
        EXPECT_EQ(d.sums().n_fills, row.counted) << row.sent.ns;
        EXPECT_EQ(d.sums().leak_n, row.counted) << row.sent.ns;
        EXPECT_EQ(d.kernel.cells()[0].slow.hot.orders.W, 1) << "it is believed all the same";
    }
}

struct Sized {
    SizeBy by;
    Qty qty;
    const char* bucket;
    Side side{Side::buy};
};
const char* bucket_of(const Sized& s, const Config& base = config_by(kByLp | kBySize),
                      Price bid = 99.99_px, Price ask = 100.01_px) {
    Config c = base;
    c.size_by = s.by;
    Desk d(c);
    d.market(bid, ask);
    d.send("A", s.qty, Tif::ioc, s.side);
    return size_name(s.by, d.kernel.rows().at(0).key.size);
}

// Displayed: 300 to sell to, 400 to buy from; ADV 1,000,000; mid 100.00. A border belongs to what
// is above it.
TEST(KernelSize, buckets_at_their_borders) {
    Config c = config_by(kByLp | kBySize);
    c.instruments.fallback.adv = 1'000'000_qty;
    const Sized rows[] = {
        {SizeBy::displayed, 99.999999_qty, "odd lot"},
        {SizeBy::displayed, 100_qty, "<0.5x"},
        {SizeBy::displayed, 199.999999_qty, "<0.5x"},
        {SizeBy::displayed, 200_qty, "0.5-1x"},
        {SizeBy::displayed, 399.999999_qty, "0.5-1x"},
        {SizeBy::displayed, 400_qty, "1-2x"},
        {SizeBy::displayed, 799.999999_qty, "1-2x"},
        {SizeBy::displayed, 800_qty, "2-5x"},
        {SizeBy::displayed, 1999.999999_qty, "2-5x"},
        {SizeBy::displayed, 2000_qty, ">=5x"},
        {SizeBy::displayed, 299.999999_qty, "0.5-1x", Side::sell},
        {SizeBy::displayed, 300_qty, "1-2x", Side::sell},
        {SizeBy::displayed, 1500_qty, ">=5x", Side::sell},
        {SizeBy::displayed, 1500_qty, "unknown", Side::none},
        {SizeBy::adv, 99.999999_qty, "odd lot"},
        {SizeBy::adv, 100_qty, "0.01-0.05%"},
        {SizeBy::adv, 499.999999_qty, "0.01-0.05%"},
        {SizeBy::adv, 500_qty, "0.05-0.25%"},
        {SizeBy::adv, 2499.999999_qty, "0.05-0.25%"},
        {SizeBy::adv, 2500_qty, "0.25-1%"},
        {SizeBy::adv, 9999.999999_qty, "0.25-1%"},
        {SizeBy::adv, 10'000_qty, ">=1%"},
        {SizeBy::adv, 10'000_qty, ">=1%", Side::none},
        {SizeBy::notional, 99.999999_qty, "odd lot"},
        {SizeBy::notional, 100_qty, "10-50k"},
        {SizeBy::notional, 499.999999_qty, "10-50k"},
        {SizeBy::notional, 500_qty, "50-200k"},
        {SizeBy::notional, 1999.999999_qty, "50-200k"},
        {SizeBy::notional, 2000_qty, "200k-1m"},
        {SizeBy::notional, 9999.999999_qty, "200k-1m"},
        {SizeBy::notional, 10'000_qty, ">=1m"},
    };
    for (const Sized& row : rows)
        EXPECT_STREQ(bucket_of(row, c), row.bucket)
            << as_double(row.qty) << " " << text(row.side) << ", by " << static_cast<int>(row.by);
    c.instruments.fallback.adv = 10'000'000_qty;
    EXPECT_STREQ(bucket_of({SizeBy::adv, 999.999999_qty, ""}, c), "<0.01%");
    EXPECT_STREQ(bucket_of({SizeBy::notional, 100_qty, ""}, c, 99.98_px, 100.00_px), "<10k");
}

TEST(KernelSize, is_unknown_where_there_is_nothing_to_measure_it_by) {
    const Config c = config_by(kByLp | kBySize);
    EXPECT_STREQ(bucket_of({SizeBy::displayed, 500_qty, ""}, c, 100.02_px, 100.00_px), "unknown")
        << "crossed";
    EXPECT_STREQ(bucket_of({SizeBy::notional, 500_qty, ""}, c, 100.02_px, 0_px), "unknown")
        << "one-sided";
    EXPECT_STREQ(bucket_of({SizeBy::adv, 500_qty, ""}, c), "unknown") << "no ADV in the reference";
    Desk d(c);
    d.market(100.00_px, 100.02_px, 0_qty, 0_qty);
    d.send("A", 500_qty);
    EXPECT_STREQ(size_name(SizeBy::displayed, d.kernel.rows()[0].key.size), "unknown")
        << "a feed without sizes";
}

TEST(KernelSize, an_fx_order_is_never_an_odd_lot) {
    Config c = config_by(kByLp | kBySize);
    c.instruments.fallback.asset_class = AssetClass::fx;
    EXPECT_STREQ(bucket_of({SizeBy::displayed, 50_qty, ""}, c), "<0.5x");
}

// A symbol is stressed for ten seconds after a halt, and an order counts where it left.
TEST(KernelRegime, an_order_counts_in_the_regime_it_left_in) {
    struct {
        Duration after_resuming;
        Regime regime;
    } const rows[] = {
        {0_s, Regime::stressed}, {9'999'999'999_ns, Regime::stressed}, {10_s, Regime::normal}};
    for (const bool told_apart : {true, false})
        for (const auto& row : rows) {
            Config c = config_by(kByLp | kByRegime);
            c.regime.told_apart = told_apart;
            Desk d(c);
            d.market(100.00_px, 100.02_px);
            d.halt();
            d.wait(60_s);
            d.resume();
            d.wait(row.after_resuming);
            d.send("A", 500_qty);
            d.wait(30_s);
            d.fill("A", 500_qty, 100.02_px);
            ASSERT_EQ(d.kernel.rows().size(), 1u);
            EXPECT_EQ(static_cast<Regime>(d.kernel.rows()[0].key.regime),
                      told_apart ? row.regime : Regime::normal)
                << row.after_resuming.ns << " ns after the halt, told apart: " << told_apart;
        }
}

TEST(KernelRegime, nothing_is_a_benchmark_during_a_halt) {
    Desk d;
    d.market(100.00_px, 100.02_px);
    d.halt();
    d.send("A", 500_qty);
    EXPECT_EQ(d.kernel.counts().no_benchmark, 1u);
    d.resume();
    d.send("B", 500_qty);
    EXPECT_EQ(d.kernel.counts().no_benchmark, 1u);
}

}  // namespace
}  // namespace assay
