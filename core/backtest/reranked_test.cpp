#include "core/backtest/reranked.h"

#include <gtest/gtest.h>

#include "core/backtest/backtest_testkit.h"

namespace assay::backtest {
namespace {

using testkit::kAll;

std::vector<Reranked> ranked(const testkit::Day& day, const std::vector<LoggedOrder>& orders,
                             Nanos until, Reranking* result = nullptr) {
    const score::Profile &a = *score::find_profile("balanced"), &b = *score::find_profile("note4");
    desk::Desk desk(testkit::reader_of(day, {a, b}), 1);
    Reranker reranker(a, b, day.lps, orders, 0.35);
    testkit::read(day, desk, until, [&](const Event& e) { reranker.pass(e.at, desk); }, {});
    reranker.pass(until, desk);
    if (result != nullptr) *result = reranker.result({.draws = 200});
    return reranker.seen();
}

// No look-ahead: what a log says of an order cannot change with what comes after it.
TEST(Reranked, a_log_that_is_cut_ranks_what_stands_before_the_cut_as_the_whole_log_does) {
    const testkit::Day day = testkit::traded(
        testkit::config_of(testkit::small_world(60, 100), route::PolicyId::uniform, {}), 5);
    desk::Desk hindsight(testkit::reader_of(day, {*score::find_profile("balanced")}), 1);
    const auto orders = testkit::orders_in(day, hindsight, {}, true);
    Reranking all;
    const auto whole = ranked(day, orders, kAll, &all);
    EXPECT_GT(all.differ, 0) << "else this test sees nothing";
    for (const std::size_t at : {orders.size() / 3, orders.size() / 2, orders.size() - 2}) {
        const auto cut = ranked(day, orders, orders[at].at);
        ASSERT_GT(cut.size(), 10u);
        for (std::size_t i = 0; i < cut.size(); ++i) {
            ASSERT_EQ(cut[i].first, whole[i].first) << at << ", " << i;
            ASSERT_EQ(cut[i].second, whole[i].second) << at << ", " << i;
            ASSERT_EQ(cut[i].first_by, whole[i].first_by) << at << ", " << i;
        }
    }
    // Groups hold every ranked order once, and shares of flow add up.
    EXPECT_EQ(all.both.orders + all.only_first.orders + all.only_second.orders + all.neither.orders,
              all.orders);
    double sent = 0, first = 0, second = 0;
    for (const LpShare& l : all.flow) sent += l.sent, first += l.first, second += l.second;
    EXPECT_NEAR(sent, 1, 1e-9);
    EXPECT_NEAR(first, 1, 1e-9);
    EXPECT_NEAR(second, 1, 1e-9);
}

// Events by hand: two LPs, one of which fills everything just before the market turns against it.
struct Log {
    desk::Desk& desk;
    std::vector<LoggedChild> children;
    std::uint64_t n = 0;
    desk::Output out;

    void give(Nanos at, const char* lp, Happening what,
              const std::function<void(const Event&)>& before) {
        Event e;
        e.at = at;
        e.place = {++n, 1, 0};
        e.symbol = "ACME";
        e.lp = lp;
        e.session = *lp == '\0' ? 0 : lp[3] == 'A' ? 1 : 2;
        e.what = std::move(what);
        if (before) before(e);
        desk.take(e, out);
        out.clear();
    }
};

constexpr Nanos kMidnight{1'754'438'400'000'000'000};  // between a Tuesday and a Wednesday
Nanos at(double seconds) {
    return kMidnight + Duration{static_cast<std::int64_t>(seconds * 1e9)};
}

// An order and its answer, 10 ms later.
void trade(Log& log, double second, const char* lp, const std::string& id, Side side, Price px,
           int filled, const std::function<void(const Event&)>& before) {
    const OrderRef ref{.cl_ord_id = id, .orig_cl_ord_id = {}, .order_id = {}};
    Sent sent{.ref = ref,
              .side = side,
              .side_given = true,
              .ord_type = OrdType::limit,
              .tif = Tif::ioc,
              .order_qty = Qty{1'000'000'000},
              .price = px,
              .min_qty = {},
              .poss_resend = false};
    log.give(at(second), lp, sent, before);
    Execution x;
    const std::string exec = "E" + id;
    x.exec_id = exec;
    x.last_qty = Qty{filled * 1'000'000};
    x.last_px = px;
    x.side = side;
    log.give(at(second + .01), lp, Filled{ref, x}, before);
    if (filled < 1000) log.give(at(second + .011), lp, Canceled{ref, x.last_qty}, before);
    LoggedChild c;
    c.symbol = "ACME";
    c.lp = lp;
    c.side = side;
    c.sent = at(second);
    c.ended = at(second + .02);
    c.qty = Qty{1'000'000'000};
    c.cum = x.last_qty;
    c.notional = px * x.last_qty;
    log.children.push_back(c);
}

// The board ranks by long memory as it stood when the session began (docs/spec.md 4.1), and a
// markout enters that memory fifteen seconds after its fill.
TEST(Reranked, a_fifteen_second_markout_is_known_fifteen_seconds_later_and_not_before) {
    score::Profile by_markout = *score::find_profile("balanced");
    by_markout.name = "markout";
    by_markout.terms = {
        {.kpi = score::Scored::fill_rate, .weight_bp = 6500, .worst = .3, .best = 1},
        {.kpi = score::Scored::markout_bps_15s, .weight_bp = 3500, .worst = -10, .best = 10}};
    by_markout.rank_by = score::RankBy::composite;
    score::Profile other = by_markout;
    other.name = "other";
    const std::vector<std::string> lps = {"LP_A", "LP_B"};
    desk::DeskConfig config;
    config.ranked = {by_markout, other};
    const Price bid{99'990'000'000}, ask{100'010'000'000}, bid2{99'490'000'000},
        ask2{99'510'000'000};
    const Qty size{10'000'000'000};
    const struct {
        const char* what;
        double burst;  // seconds to midnight
        std::uint32_t next_day, day_after;
    } rows[] = {
        {"20 s before midnight: the markouts are known 5 s before it", -20, 1, 1},
        {"10 s before midnight: 5 s after it, too late for that session", -10, 0, 1},
    };
    for (const auto& row : rows) {
        // Runs the log; `reranker` null: only to learn it all.
        const auto run = [&](desk::Desk& desk, Reranker* reranker) {
            Log log{desk, {}, 0, {}};
            const auto before = [&](const Event& e) {
                if (reranker != nullptr) reranker->pass(e.at, desk);
            };
            const auto quote = [&](double second, Price b, Price a) {
                log.give(at(second), "", Quote{b, a, size, size}, before);
            };
            quote(-60, bid, ask);
            // A fills every buy in full, B four fifths of every sell. Then the market falls: what
            // was bought from A was dear, what was sold to B was not.
            for (int i = 0; i < 40; ++i) {
                const double t = row.burst + .02 * i;
                trade(log, t, "LP_A", "A" + std::to_string(i), Side::buy, ask, 1000, before);
                trade(log, t + .01, "LP_B", "B" + std::to_string(i), Side::sell, bid, 800, before);
            }
            quote(row.burst + 2, bid2, ask2);
            quote(-1, bid2, ask2);
            quote(20, bid2, ask2);
            trade(log, 30, "LP_A", "X", Side::buy, ask2, 1000, before);
            quote(86'420, bid2, ask2);
            trade(log, 86'430, "LP_A", "Y", Side::buy, ask2, 1000, before);
            quote(86'900, bid2, ask2);
            return log.children;
        };
        desk::Desk whole(config, 1), reading(config, 1);
        const auto orders = orders_of(run(whole, nullptr), {}, {});
        Reranker reranker(by_markout, other, lps, orders, 0.35);
        run(reading, &reranker);
        reranker.pass(kAll, reading);
        ASSERT_EQ(reranker.seen().size(), 82u);
        EXPECT_EQ(reranker.seen()[80].first, row.next_day) << row.what;
        EXPECT_EQ(reranker.seen()[81].first, row.day_after) << row.what;
        // With the whole log in sight the order of the next day would always be ranked otherwise.
        Reranker looking_ahead(by_markout, other, lps, orders, 0.35);
        looking_ahead.pass(kAll, whole);
        EXPECT_EQ(looking_ahead.seen()[80].first, 1u) << row.what;
    }
}

}  // namespace
}  // namespace assay::backtest
