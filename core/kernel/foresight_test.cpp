#include "core/kernel/foresight.h"

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <vector>

#include "core/estimate/predict.h"
#include "core/kernel/kernel.h"
#include "core/kernel/scorecard.h"

namespace assay {
namespace {

using estimate::Capacity;
using estimate::CapacityKey;
using estimate::LimitClass;
using estimate::TifClass;

constexpr CapacityKey kIocAtTouch{TifClass::ioc, LimitClass::at};

Qty lots(std::int64_t n) {
    return {n * 1'000'000};
}
Price px(std::int64_t cents) {
    return {cents * 10'000'000};
}

// One symbol, one shard; a lot is one share. Quotes: 100.00 x 8 / 100.02 x 8 lots.
class Market {
  public:
    explicit Market(Config config = {}) : kernel(config) { quote(lots(8)); }

    Event event(Happening what, std::string_view whose) {
        Event e;
        e.at = now;
        e.symbol = "XYZ";
        e.lp = whose;
        e.what = std::move(what);
        return e;
    }
    void quote(Qty size) { kernel.apply(event(Quote{px(10000), px(10002), size, size}, "")); }
    void wait(Duration d) { now = now + d; }
    Verdict send(const std::string& id, std::int64_t size, Tif tif = Tif::ioc,
                 std::optional<Price> limit = px(10002), std::int64_t min_qty = 0) {
        Sent m;
        m.ref.cl_ord_id = id;
        m.side = Side::buy;
        m.tif = tif;
        m.order_qty = lots(size);
        m.price = limit;
        m.min_qty = lots(min_qty);
        return kernel.apply(event(m, lp));
    }
    template <class M>
    Verdict report(const std::string& id) {
        M m;
        m.ref.cl_ord_id = id;
        return kernel.apply(event(m, lp));
    }
    Verdict fill(const std::string& id, std::int64_t n, const std::string& exec_id = "1") {
        Filled m;
        m.ref.cl_ord_id = id;
        m.execution.exec_id = exec_id;
        m.execution.last_qty = lots(n);
        m.execution.last_px = px(10002);
        m.execution.trade_date = static_cast<std::int32_t>(utc_day(now));
        return kernel.apply(event(m, lp));
    }
    Verdict bust(const std::string& id, const std::string& exec_id = "1") {
        Busted m;
        m.ref.cl_ord_id = id;
        m.exec_ref_id = exec_id;
        const std::string own = exec_id + "b";
        m.exec_id = own;
        m.trade_date = static_cast<std::int32_t>(utc_day(now));
        return kernel.apply(event(m, lp));
    }
    Verdict cancel(const std::string& id) {
        CancelRequested m;
        const std::string own = id + "c";
        m.ref.cl_ord_id = own;
        m.ref.orig_cl_ord_id = id;
        return kernel.apply(event(m, lp));
    }
    Verdict reject(const std::string& id, RejectClass c) {
        Rejected m;
        m.ref.cl_ord_id = id;
        m.reject_class = c;
        return kernel.apply(event(m, lp));
    }
    // An IOC of `size` of which `filled` come.
    void ioc(const std::string& id, std::int64_t size, std::int64_t filled) {
        send(id, size);
        wait(2_ms);
        if (filled > 0) fill(id, filled);
        if (filled < size) report<Canceled>(id);
        wait(2_ms);
    }
    const Foresight::Lp& of(std::uint32_t id = 0) const { return kernel.foresight().lps().at(id); }
    // Weight of what was seen of this kind in (exact, censored) counters, as of now.
    std::pair<double, double> seen(CapacityKey key = kIocAtTouch) const {
        const Capacity* c = kernel.foresight().lps().empty() ? nullptr : of().capacity.find(key);
        std::pair<double, double> sum;
        if (c == nullptr) return sum;
        const double w = kernel.foresight().weight_at(kernel.session_clock(now));
        for (const double x : c->exact) sum.first += x / w;
        for (const double x : c->censored) sum.second += x / w;
        return sum;
    }
    const Forecast* forecast(const std::string& id) const {
        const Blotter& b = kernel.blotter();
        const std::uint32_t i = b.find(0, OrderRef{id, {}, {}});
        return i == kNoIndex ? nullptr : kernel.foresight().forecast(b.chain(i));
    }

    Nanos now{1'700'000'000'000'000'000};  // a Tuesday
    std::string lp{"LP_A"};
    Kernel kernel;
};

// T of the LP's curve by the functions of core/estimate, its own weights brought to now.
std::vector<double> tail_of(const Market& m, double m0) {
    const Foresight& f = m.kernel.foresight();
    const Capacity& seen = *m.of().capacity.find(kIocAtTouch);
    const double w = f.weight_at(m.kernel.session_clock(m.now));
    // One LP: the pool is itself.
    return estimate::tail(
        estimate::hazard(seen, estimate::pooled_hazard(seen, f.grid(), w), w, m0));
}

// How far before its upper end T drops in each cell, on average.
std::vector<double> gaps_of(const Market& m, double m0) {
    const Foresight& f = m.kernel.foresight();
    const estimate::CapacityGrid& grid = f.grid();
    const Capacity& seen = *m.of().capacity.find(kIocAtTouch);
    const double w = f.weight_at(m.kernel.session_clock(m.now));
    std::vector<double> gaps;
    double at_risk = 0;
    for (std::size_t b = 0; b < grid.upper.size(); ++b)
        at_risk += (seen.exact[b] + seen.censored[b]) / w;
    for (std::size_t b = 0; b < grid.upper.size(); ++b) {
        const double own = seen.exact[b] / w, own_gap = seen.beyond[b] / w;
        const double events = own + m0 * (own + grid.prior[b]) / (at_risk + 1);
        const double beyond = own_gap + m0 * (own_gap + grid.prior_beyond[b]) / (at_risk + 1);
        gaps.push_back(events > 0 ? beyond / events : 0);
        at_risk -= (seen.exact[b] + seen.censored[b]) / w;
    }
    return gaps;
}

// 20 orders of 8 lots, displayed 8, whose capacities give T = .95 .9 .85 .8 .6 .6 .5 .4.
void twenty_orders(Market& m) {
    const int took[] = {0, 1, 2, 3, 4, 4, 4, 4, 6, 6, 7, 7, 8, 8, 8, 8, 8, 8, 8, 8};
    int i = 0;
    for (const int filled : took) m.ioc("A" + std::to_string(i++), 8, filled);
}

TEST(Foresight, worked_6_1_at_least_5_full_and_expected_fill) {
    Market m;
    twenty_orders(m);
    const std::vector<double> t = tail_of(m, 0);
    const estimate::FillForecast f(m.kernel.foresight().grid().upper, t);
    EXPECT_NEAR(f.at_least(5.0 / 8), 0.6, 1e-6) << "P(>=5) = .6";
    EXPECT_NEAR(f.full(8.0 / 8), 0.4, 1e-6) << "P(full) = .4";
    // Within a cell of the grid (21.7 % wide) T drops where orders ended, not at either end.
    const std::vector<double> gap = gaps_of(m, 0);
    const estimate::FillForecast steps(m.kernel.foresight().grid().upper, t, gap);
    EXPECT_NEAR(8 * steps.expected(1.0), 5.6, 1e-6) << "E = 5.6 of 8";
    EXPECT_LT(8 * f.expected(1.0), 5.4) << "dropping at the lower ends: too little";
}

TEST(Foresight, worked_kaplan_meier_through_events) {
    // (sent, filled): (10,10)(10,4)(10,0)(6,6)(20,12)(8,3), displayed 8 lots.
    Market m;
    const int orders[6][2] = {{10, 10}, {10, 4}, {10, 0}, {6, 6}, {20, 12}, {8, 3}};
    int i = 0;
    for (const auto& o : orders) m.ioc("A" + std::to_string(i++), o[0], o[1]);
    const std::vector<double> t = tail_of(m, 0);
    const estimate::FillForecast f(m.kernel.foresight().grid().upper, t);
    EXPECT_NEAR(f.at_least(1.0 / 8), 5.0 / 6, 1e-6) << "T(1) = 5/6";
    EXPECT_NEAR(f.at_least(3.2 / 8), 0.6667, 0.00005) << "T(4) = .6667, at the grid point below";
    EXPECT_NEAR(f.at_least(5.0 / 8), 0.5, 1e-6) << "T(5) = .5";
    EXPECT_NEAR(f.at_least(15.0 / 8), 0, 1e-6) << "T(13) = 0, at the next grid point";
}

TEST(Foresight, forecast_is_that_of_the_estimates) {
    Market m;
    twenty_orders(m);
    for (const std::int64_t size : {1, 3, 8, 20, 5000}) {
        SCOPED_TRACE(size);
        const std::string id = "B" + std::to_string(size);
        m.send(id, size);
        const Forecast* f = m.forecast(id);
        ASSERT_NE(f, nullptr);
        const std::vector<double> t = tail_of(m, estimate::kPriorOrders);
        const std::vector<double>& upper = m.kernel.foresight().grid().upper;
        const std::vector<double> gap = gaps_of(m, estimate::kPriorOrders);
        const estimate::FillForecast worked(upper, t, gap);
        const double k = std::min(static_cast<double>(size) / 8, upper.back());
        EXPECT_NEAR(f->p_full, worked.full(k), 1e-12);
        EXPECT_NEAR(f->p_any, t[0], 1e-12);
        EXPECT_NEAR(f->fraction, worked.expected(k) / k, 1e-12);
        for (int quarter = 1; quarter <= 3; ++quarter)
            EXPECT_NEAR(f->p_quarters[static_cast<std::size_t>(quarter - 1)],
                        worked.at_least(k * quarter / 4), 1e-12);
        // 8 of 20 in full so far: the baselines, with half an order at 1/2 and one at the global.
        EXPECT_NEAR(f->p_full_global, 8.5 / 21, 1e-12);
        EXPECT_NEAR(f->p_full_lp, (8 + 8.5 / 21) / 21, 1e-12);
        EXPECT_NEAR(f->ln_mean, std::log(2e6), 1e-9) << "every order took 2 ms";
    }
}

TEST(Foresight, prequential_an_order_does_not_foresee_itself) {
    Market m;
    m.send("A1", 8);
    const Forecast first = *m.forecast("A1");
    m.send("A2", 8);
    EXPECT_EQ(*m.forecast("A2"), first) << "nothing has ended in between";
    m.fill("A1", 8);
    EXPECT_EQ(m.forecast("A1"), nullptr) << "scored and gone";
    ASSERT_NE(m.forecast("A2"), nullptr);
    EXPECT_EQ(*m.forecast("A2"), first) << "what was foreseen stays as it was";
    const ForecastScores* s = m.kernel.foresight().scores(m.of());
    ASSERT_NE(s, nullptr);
    EXPECT_EQ(s->full.model.n(), 1);
    EXPECT_NEAR(*s->full.model.brier(), (1 - first.p_full) * (1 - first.p_full), 1e-15)
        << "scored by the forecast made before, not by what the fill taught";
    EXPECT_NEAR(*s->full.lp_mean.brier(), 0.25, 1e-15) << "nothing known: 1/2";
    EXPECT_NEAR(*s->full.lp_mean.log_loss(), std::log(2), 1e-15) << "nothing known: 1/2";
    m.send("A3", 8);
    EXPECT_GT(m.forecast("A3")->p_full, first.p_full) << "now the fill counts";
}

// What each end of an order says (docs/spec.md 1.5).
TEST(Foresight, censoring_table) {
    struct Case {
        const char* name;
        void (*story)(Market&);
        double exact, censored;
        CapacityKey key{kIocAtTouch};
    };
    constexpr CapacityKey kFok{TifClass::fok, LimitClass::at},
        kRest{TifClass::resting, LimitClass::at};
    const Case cases[] = {
        {"IOC remainder: exact r < v", [](Market& m) { m.ioc("A", 8, 3); }, 1, 0},
        {"IOC without a fill: exact 0", [](Market& m) { m.ioc("A", 8, 0); }, 1, 0},
        {"full fill: censored at v", [](Market& m) { m.ioc("A", 8, 8); }, 0, 1},
        {"over-fill: censored at v", [](Market& m) { m.ioc("A", 8, 9); }, 0, 1},
        {"LP's reject: exact 0",
         [](Market& m) { m.send("A", 8), m.reject("A", RejectClass::discretionary); }, 1, 0},
        {"our fault: nothing", [](Market& m) { m.send("A", 8), m.reject("A", RejectClass::ours); },
         0, 0},
        {"FOK killed: below v, no telling where",
         [](Market& m) { m.send("A", 8, Tif::fok), m.report<Canceled>("A"); }, 0, 0, kFok},
        {"FOK filled: censored at v", [](Market& m) { m.send("A", 8, Tif::fok), m.fill("A", 8); },
         0, 1, kFok},
        {"MinQty not met: nothing",
         [](Market& m) { m.send("A", 8, Tif::ioc, px(10002), 4), m.report<Canceled>("A"); }, 0, 0},
        {"MinQty met in part: exact",
         [](Market& m) {
             m.send("A", 8, Tif::ioc, px(10002), 4);
             m.fill("A", 5);
             m.report<Canceled>("A");
         },
         1, 0},
        {"our cancel of a live remainder: censored at r",
         [](Market& m) {
             m.send("A", 8, Tif::day);
             m.report<Acked>("A");
             m.wait(2_s);
             m.fill("A", 3);
             m.cancel("A");
             m.report<Canceled>("A");
         },
         0, 1, kRest},
        {"our cancel, nothing filled: nothing",
         [](Market& m) {
             m.send("A", 8, Tif::day), m.report<Acked>("A");
             m.wait(2_s);
             m.cancel("A"), m.report<Canceled>("A");
         },
         0, 0, kRest},
        {"our cancel before any answer: no exposure",
         [](Market& m) { m.send("A", 8, Tif::day), m.cancel("A"), m.report<Canceled>("A"); }, 0, 0,
         kRest},
        {"resting, expired: exact",
         [](Market& m) { m.send("A", 8, Tif::day), m.fill("A", 3), m.report<Expired>("A"); }, 1, 0,
         kRest},
        {"time-out without a fill: exact 0",
         [](Market& m) { m.send("A", 8), m.wait(3_s), m.quote(lots(8)); }, 1, 0},
        {"time-out, then the fill comes: only the fill",
         [](Market& m) { m.send("A", 8), m.wait(3_s), m.quote(lots(8)), m.fill("A", 8); }, 0, 1},
        {"late fill after the end: once, exact at more",
         [](Market& m) { m.ioc("A", 8, 3), m.fill("A", 2, "2"); }, 1, 0},
        {"late fill to the full: once, censored",
         [](Market& m) { m.ioc("A", 8, 3), m.fill("A", 5, "2"); }, 0, 1},
        {"still open: nothing yet", [](Market& m) { m.send("A", 8), m.fill("A", 3); }, 0, 0},
        {"busted full fill: taken out", [](Market& m) { m.ioc("A", 8, 8), m.bust("A"); }, 0, 0},
        {"busted part of a full fill: what stands was there",
         [](Market& m) { m.send("A", 8), m.fill("A", 5), m.fill("A", 3, "2"), m.bust("A", "2"); },
         0, 1},
        {"busted partial fill: as if never filled",
         [](Market& m) { m.ioc("A", 8, 3), m.bust("A"); }, 1, 0},
        {"limit inside",
         [](Market& m) { m.send("A", 8, Tif::ioc, px(10001)), m.fill("A", 8); },
         0,
         1,
         {TifClass::ioc, LimitClass::inside}},
        {"limit through",
         [](Market& m) { m.send("A", 8, Tif::ioc, px(10003)), m.fill("A", 8); },
         0,
         1,
         {TifClass::ioc, LimitClass::through}},
        {"no limit",
         [](Market& m) { m.send("A", 8, Tif::ioc, std::nullopt), m.fill("A", 8); },
         0,
         1,
         {TifClass::ioc, LimitClass::market}},
    };
    for (const Case& c : cases) {
        SCOPED_TRACE(c.name);
        Market m;
        c.story(m);
        const auto [exact, censored] = m.seen(c.key);
        EXPECT_NEAR(exact, c.exact, 1e-5);
        EXPECT_NEAR(censored, c.censored, 1e-5);
        // And nowhere else.
        double all = 0;
        for (const Foresight::Seen& s : m.of().seen) all += static_cast<double>(s.n);
        EXPECT_EQ(all, c.exact + c.censored);
    }
}

TEST(Foresight, busted_partial_is_exact_at_what_is_left) {
    Market with, never;
    with.send("A", 8), never.send("A", 8);
    with.wait(2_ms), never.wait(2_ms);
    with.fill("A", 3, "1"), with.fill("A", 2, "2");
    never.fill("A", 3, "1");
    with.report<Canceled>("A"), never.report<Canceled>("A");
    with.bust("A", "2");
    EXPECT_EQ(with.of().capacity, never.of().capacity);
    EXPECT_EQ(with.of().seen, never.of().seen);
}

TEST(Foresight, unknown_displayed_size_is_measured_by_the_round_lot_and_says_so) {
    Market m;
    m.ioc("A", 8, 8);
    m.quote(Qty{});
    m.ioc("B", 100, 40);  // 0.4 of a round lot of 100
    const Foresight::Seen& s = m.of().seen[index(kIocAtTouch)];
    EXPECT_EQ(s.n, 2);
    EXPECT_EQ(s.by_round_lot, 1);
    const Capacity& c = *m.of().capacity.find(kIocAtTouch);
    const auto& upper = m.kernel.foresight().grid().upper;
    for (std::size_t b = 0; b < upper.size(); ++b)
        EXPECT_EQ(c.exact[b] > 0, upper[b] > 0.4 && (b == 0 || upper[b - 1] <= 0.4)) << b;
}

TEST(Foresight, our_cancel_is_not_scored_and_neither_is_a_replaced_order) {
    Market m;
    m.send("A", 8, Tif::day), m.report<Acked>("A"), m.wait(2_s);
    m.cancel("A"), m.report<Canceled>("A");
    m.send("B", 8, Tif::day), m.report<Acked>("B");
    ReplaceRequested r;
    r.ref.cl_ord_id = "B2", r.ref.orig_cl_ord_id = "B";
    r.order_qty = lots(4), r.price = px(10002);
    m.kernel.apply(m.event(r, m.lp));
    Replaced done;
    done.ref.cl_ord_id = "B2", done.ref.orig_cl_ord_id = "B";
    done.order_qty = lots(4);
    m.kernel.apply(m.event(done, m.lp));
    m.fill("B2", 4);
    const ForecastScores* s = m.kernel.foresight().scores(m.of());
    EXPECT_TRUE(s == nullptr || s->full.model.n() == 0);
    EXPECT_EQ(m.of().ended, 0);
}

TEST(Foresight, saved_and_loaded_it_goes_on_the_same) {
    for (int cut = 0; cut < 12; ++cut) {
        SCOPED_TRACE(cut);
        Market whole, part;
        const auto day = [](Market& m, int from, int to) {
            for (int i = from; i < to; ++i) {
                m.lp = i % 3 == 0 ? "LP_B" : "LP_A";
                m.send("A" + std::to_string(i), 4 + i % 5);
                m.wait(1_ms);
                if (i > 0) m.fill("A" + std::to_string(i - 1), 1 + i % 8);
                if (i > 1) m.report<Canceled>("A" + std::to_string(i - 2));
            }
        };
        day(whole, 0, 12);
        day(part, 0, cut);
        Kernel loaded{Config{}};
        ASSERT_TRUE(loaded.load(part.kernel.save()));
        part.kernel = std::move(loaded);
        day(part, cut, 12);
        EXPECT_EQ(whole.kernel.save(), part.kernel.save());
    }
}

// 64 bits from a counter: splitmix64.
double uniform(std::uint64_t seed, std::uint64_t n) {
    std::uint64_t z = seed + (n + 1) * 0x9E3779B97F4A7C15ull;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
    return static_cast<double>((z ^ (z >> 31)) >> 11) * 0x1p-53;
}

// docs/spec.md 6.6: 6 LPs with 2,000 orders each, capacities zero-binned geometric. Accepted: Brier
// no worse than the LP's mean, ECE < .03.
TEST(Foresight, calibrated_where_lps_have_a_capacity) {
    constexpr std::uint64_t kSeed = 20241122;
    SCOPED_TRACE(kSeed);
    Config config;
    config.by = kByLp;
    Market m(config);
    std::uint64_t draw = 0;
    double true_squares = 0;
    for (int i = 0; i < 12'000; ++i) {
        const int who = i % 6;
        m.lp = std::string("LP_") + static_cast<char>('A' + who);
        const double zero = 0.05 + 0.08 * who, stay = 0.80 + 0.03 * who;
        const auto size = static_cast<std::int64_t>(1 + 39 * uniform(kSeed, draw++));
        const double u = uniform(kSeed, draw++);
        const double v = uniform(kSeed, draw++);
        const auto capacity =
            u < zero ? 0 : 1 + static_cast<std::int64_t>(std::log(1 - v) / std::log(stay));
        const std::string id = "A" + std::to_string(i);
        m.send(id, size);
        m.wait(Duration{static_cast<std::int64_t>(1e6 * std::exp(uniform(kSeed, draw++)))});
        const std::int64_t filled = std::min(size, capacity);
        // P(capacity >= size) of the true model, scored on the same orders.
        const double p = (1 - zero) * std::pow(stay, static_cast<double>(size - 1));
        true_squares += (p - (filled == size ? 1 : 0)) * (p - (filled == size ? 1 : 0));
        if (filled > 0) m.fill(id, filled);
        if (filled < size) m.report<Canceled>(id);
        m.wait(10_ms);
    }
    m.kernel.finish();
    const Kernel* const shards[] = {&m.kernel};
    const score::Report report = scorecard(shards, config);
    ASSERT_EQ(report.rows.size(), 6u);
    ASSERT_TRUE(report.total.calibration.has_value());
    const score::Calibration& all = *report.total.calibration;
    EXPECT_EQ(all.n, 12'000);
    EXPECT_LT(*all.brier, *all.brier_lp_mean) << "by how much orders differ in size";
    EXPECT_LT(*all.brier_lp_mean, *all.brier_global_mean);
    EXPECT_LT(*all.log_loss, 0.45);
    EXPECT_LT(*all.ece, 0.03);
    EXPECT_TRUE(*all.accepted);
    EXPECT_NEAR(*all.fraction_forecast, *all.fraction_filled, 0.02);
    EXPECT_LT(*all.log_loss, *all.log_loss_lp_mean);
    EXPECT_LT(*all.log_loss_lp_mean, *all.log_loss_global_mean);
    EXPECT_LT(*all.ece_lp_mean, 0.05) << "a mean is right on average";
    EXPECT_LT(*all.fraction_pit_ks, 0.04);
    EXPECT_LT(*all.latency_pit_ks, 0.1) << "uniform ln latency against a normal";
    EXPECT_LT(*all.pinball_ms[2], *all.pinball_ms[0]);
    const double brier_true = true_squares / 12'000;
    EXPECT_LT(*all.brier, 1.02 * brier_true) << "within 2 % of who knows the true capacities";
    std::printf("Brier of the true model %.4f\n", brier_true);
    std::printf(
        "Brier %.4f (LP mean %.4f, global %.4f), log loss %.4f, ECE %.4f, E %.4f of %.4f, KS "
        "%.3f, of the fraction %.3f\n",
        *all.brier, *all.brier_lp_mean, *all.brier_global_mean, *all.log_loss, *all.ece,
        *all.fraction_forecast, *all.fraction_filled, *all.latency_pit_ks, *all.fraction_pit_ks);
    for (const score::Row& row : report.rows) {
        SCOPED_TRACE(row.keys.front().second);
        ASSERT_TRUE(row.calibration.has_value());
        EXPECT_EQ(row.calibration->n, 2'000);
        EXPECT_LE(*row.calibration->brier, *row.calibration->brier_lp_mean);
        EXPECT_LT(*row.calibration->ece, 0.04) << "2,000 orders in 10 bins";
        ASSERT_EQ(row.capacity.size(), 1u);
        const score::CapacityCurve& c = row.capacity.front();
        EXPECT_EQ(c.tif, "ioc");
        EXPECT_EQ(c.limit, "at");
        EXPECT_EQ(c.n, 2'000);
        ASSERT_GT(c.points.size(), 20u);
        for (std::size_t i = 1; i < c.points.size(); ++i) {
            EXPECT_LE(c.points[i].p_at_least, c.points[i - 1].p_at_least);
            EXPECT_LE(c.points[i].n_at_risk, c.points[i - 1].n_at_risk);
        }
    }
}

TEST(Foresight, rows_by_more_than_the_lp_have_none) {
    Config config;
    config.by = kByLp | kBySymbol;
    Market m(config);
    m.ioc("A", 8, 8);
    const Kernel* const shards[] = {&m.kernel};
    const score::Report report = scorecard(shards, config);
    ASSERT_EQ(report.rows.size(), 1u);
    EXPECT_TRUE(report.rows.front().capacity.empty());
    EXPECT_FALSE(report.rows.front().calibration.has_value());
    EXPECT_EQ(report.total.capacity.size(), 1u);
    EXPECT_TRUE(report.total.calibration.has_value());
}

TEST(Foresight, outside_the_window_is_believed_but_not_scored) {
    Config config;
    config.since = Nanos{INT64_MAX};
    Market m(config);
    m.ioc("A", 8, 8);
    EXPECT_NEAR(m.seen().second, 1, 1e-6);
    EXPECT_EQ(m.kernel.foresight().scores(m.of()), nullptr);
}

}  // namespace
}  // namespace assay
