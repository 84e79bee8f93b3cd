#include "hosts/history/series.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <map>

#include "hosts/history/history.h"
#include "hosts/history/history_testkit.h"

namespace assay::history {
namespace {

// Two days of three LPs in two symbols, with orders in about half of the minutes.
std::vector<MinuteRow> two_days(std::uint64_t seed) {
    std::mt19937_64 random(seed);
    std::vector<MinuteRow> rows;
    for (int day = 0; day < 2; ++day)
        for (int minute = 0; minute < 390; ++minute)
            for (const char* lp : {"LP_A", "LP_B", "LP_C"})
                for (const char* symbol : {"ABC", "XYZ"})
                    for (const std::uint8_t size : {std::uint8_t{0}, std::uint8_t{2}})
                        if (random() % 2 == 0)
                            rows.push_back({kFirstMinute + 1440 * day + minute,
                                            cell_named(lp, symbol, size,
                                                       random() % 3 == 0 ? "calm" : "normal"),
                                            drawn(random)});
    return rows;
}

struct Filled {
    TestFolder folder;
    std::vector<MinuteRow> rows = two_days(1);
    std::unique_ptr<History> history;
    explicit Filled(const HistoryConfig& config = {}) {
        history = std::move(*History::open(folder.file(), config));
        Batch batch;
        // In pieces that cut through quarters of an hour.
        for (const MinuteRow& r : rows) {
            batch.minutes.push_back(r);
            if (batch.minutes.size() < 97) continue;
            EXPECT_TRUE(history->write(batch));
            batch.minutes.clear();
        }
        EXPECT_TRUE(history->write(batch));
    }
};

Nanos at_minute(std::int64_t minute) {
    return {minute * kMinute.ns};
}

// The same series, straight from the rows.
std::map<std::string, std::map<std::int64_t, Measured>> naive(const std::vector<MinuteRow>& rows,
                                                              const SeriesQuery& q,
                                                              std::int64_t step) {
    std::map<std::string, std::map<std::int64_t, Measured>> out;
    const auto passes = [](const std::vector<std::string>& wanted, const std::string& name) {
        return wanted.empty() || std::ranges::find(wanted, name) != wanted.end();
    };
    for (const MinuteRow& r : rows) {
        if (r.minute * kMinute.ns < q.from.ns || r.minute * kMinute.ns >= q.to.ns) continue;
        if (!passes(q.filter.lp, r.cell.lp) || !passes(q.filter.symbol, r.cell.symbol) ||
            !passes(q.filter.size, r.cell.size) || !passes(q.filter.regime, r.cell.regime))
            continue;
        std::string key;
        if (q.by_lp) key += r.cell.lp + "/";
        if (q.by_symbol) key += r.cell.symbol + "/";
        if (q.by_size) key += r.cell.size + "/";
        if (q.by_regime) key += r.cell.regime + "/";
        out[key][floor_div(r.minute, step) * step] += r.measured;
    }
    return out;
}

void expect_equal(const Series& got, const SeriesQuery& q,
                  const std::map<std::string, std::map<std::int64_t, Measured>>& wanted) {
    const kpi::Entry* kpi = kpi::find(q.kpi);
    std::size_t points = 0;
    for (const Line& line : got.lines) {
        std::string key;
        if (q.by_lp) key += line.cell.lp + "/";
        if (q.by_symbol) key += line.cell.symbol + "/";
        if (q.by_size) key += line.cell.size + "/";
        if (q.by_regime) key += line.cell.regime + "/";
        const auto there = wanted.find(key);
        ASSERT_NE(there, wanted.end()) << key;
        ASSERT_EQ(line.points.size(), there->second.size()) << key;
        std::size_t i = 0;
        for (const auto& [minute, measured] : there->second) {
            const Point& p = line.points[i++];
            EXPECT_EQ(p.at, at_minute(minute));
            const auto v =
                value_of(*kpi, measured, !q.by_symbol && q.filter.symbol.size() != 1, false, {});
            EXPECT_EQ(p.value.number, v.number) << q.kpi << " " << key << " " << minute;
            EXPECT_EQ(p.n_orders, measured.sums.n_orders);
            ++points;
        }
    }
    EXPECT_EQ(got.lines.size(), wanted.size());
    EXPECT_GT(points, 0u);
}

TEST(Series, of_every_step_and_grouping_is_that_of_the_minutes_themselves) {
    Filled f;
    for (const char* kpi : {"fill_rate", "price_improvement_bps", "effective_spread_bps", "n_fills",
                            "latency_rt_ms_p50", "filled_qty"})
        for (const std::int64_t step : {1, 15, 60, 1440})
            for (const int by : {0, 1, 3, 4, 8, 15}) {
                SeriesQuery q{.kpi = kpi};
                q.by_lp = (by & 1) != 0;
                q.by_symbol = (by & 2) != 0;
                q.by_size = (by & 4) != 0;
                q.by_regime = (by & 8) != 0;
                q.step = {step * kMinute.ns};
                const auto got = f.history->series(q);
                ASSERT_TRUE(got) << got.error().text();
                EXPECT_EQ(got->level, step == 1440     ? Level::day
                                      : step % 15 == 0 ? Level::quarter
                                                       : Level::minute);
                expect_equal(*got, q, naive(f.rows, q, step));
            }
}

TEST(Series, of_any_stretch_of_time_is_exact_at_its_ends) {
    Filled f;
    std::mt19937_64 random(9);
    for (int i = 0; i < 300; ++i) {
        SeriesQuery q{.kpi = "fill_rate", .by_lp = true};
        const auto from = kFirstMinute - 20 + static_cast<std::int64_t>(random() % 1'900);
        q.from = at_minute(from);
        q.to = at_minute(from + 1 + static_cast<std::int64_t>(random() % 1'900));
        const std::int64_t steps[] = {1, 15, 30, 240, 1440};
        const std::int64_t step = steps[random() % 5];
        q.step = {step * kMinute.ns};
        if (random() % 2 == 0) q.filter.symbol = {"XYZ"};
        if (random() % 3 == 0) q.filter.lp = {"LP_A", "LP_C"};
        if (random() % 3 == 0) q.filter.size = {"1-2x"};
        if (random() % 3 == 0) q.filter.regime = {"calm"};
        const auto got = f.history->series(q);
        ASSERT_TRUE(got) << got.error().text();
        const auto wanted = naive(f.rows, q, step);
        if (wanted.empty())
            EXPECT_TRUE(got->lines.empty());
        else
            expect_equal(*got, q, wanted);
    }
}

TEST(Series, every_kpi_of_the_catalog_has_one_or_says_why_not) {
    Filled f;
    std::vector<std::string> without;
    for (const kpi::Entry& e : kpi::catalog()) {
        const auto got = f.history->series({.kpi = std::string(e.name), .by_lp = true});
        if (got) {
            EXPECT_EQ(got->lines.size(), 3u) << e.name;
            continue;
        }
        EXPECT_NE(got.error().text().find(std::string(e.name)), std::string::npos)
            << got.error().text();
        if (e.value != nullptr) without.emplace_back(e.name);
    }
    EXPECT_EQ(without,
              (std::vector<std::string>{"last_look_p", "leakage_bps_15s", "leakage_per_lot_bps"}));
    EXPECT_FALSE(f.history->series({.kpi = "fil_rate"}));
    EXPECT_FALSE(f.history->series({.kpi = "composite"})) << "believed, so among the scores";
    EXPECT_FALSE(f.history->series({.kpi = "fill_rate", .step = {30 * kSecond.ns}}));
}

TEST(Series, what_is_not_there_is_null_with_its_reason_and_never_zero) {
    TestFolder folder;
    auto history = std::move(*History::open(folder.file(), {}));
    Batch batch;
    Measured rejected;
    rejected.sums.n_orders = rejected.sums.n_offered = 1;
    rejected.sums.offered = 100;
    batch.minutes = {{kFirstMinute, cell_named("LP_A", "XYZ"), rejected}};
    ASSERT_TRUE(history->write(batch));
    const auto series = history->series({.kpi = "price_improvement_bps"});
    ASSERT_EQ(series->lines.at(0).points.size(), 1u);
    const kpi::Value& v = series->lines[0].points[0].value;
    EXPECT_FALSE(v.number);
    EXPECT_EQ(v.why, kpi::Absent::no_fills);
    EXPECT_EQ(history->series({.kpi = "fill_rate"})->lines[0].points[0].value.number, 0.0)
        << "a zero that was measured is one";
    EXPECT_EQ(history->series({.kpi = "fee_bps"})->lines[0].points[0].value.why,
              kpi::Absent::not_measured)
        << "no schedule of fees";
    const auto none = history->series({.kpi = "fill_rate", .filter = {.lp = {"LP_Z"}}});
    EXPECT_TRUE(none->lines.empty());
    ASSERT_EQ(none->remarks.size(), 1u);
    EXPECT_EQ(none->remarks[0], "no LP here is called \"LP_Z\"");
}

TEST(Series, over_several_symbols_or_currencies_amounts_are_absent) {
    TestFolder folder;
    auto history = std::move(*History::open(folder.file(), {}));
    std::mt19937_64 random(4);
    Batch batch;
    Cell euros = cell_named("LP_A", "DEF");
    euros.currency = "EUR";
    Measured m;
    while (m.sums.n_fills == 0) m = drawn(random);
    batch.minutes = {{kFirstMinute, cell_named("LP_A", "XYZ"), m}, {kFirstMinute, euros, m}};
    ASSERT_TRUE(history->write(batch));
    const auto why = [&](const char* kpi) {
        return history->series({.kpi = kpi})->lines.at(0).points.at(0).value.why;
    };
    EXPECT_EQ(why("vwap"), kpi::Absent::mixed_symbols);
    EXPECT_EQ(why("price_improvement_bps"), kpi::Absent::mixed_currency);
    EXPECT_EQ(why("fill_rate"), kpi::Absent::no);
    const auto by_symbol = history->series({.kpi = "vwap", .by_symbol = true});
    EXPECT_TRUE(by_symbol->lines.at(0).points.at(0).value.number);
}

TEST(Series, a_step_that_was_not_asked_for_gives_no_more_points_than_a_chart_can_show) {
    Filled f;
    const auto whole = f.history->series({.kpi = "fill_rate"});
    EXPECT_EQ(whole->step, (Duration{15 * kMinute.ns})) << "2 days: 192 quarters";
    EXPECT_EQ(whole->level, Level::quarter);
    const auto hour = f.history->series(
        {.kpi = "fill_rate", .from = at_minute(kFirstMinute), .to = at_minute(kFirstMinute + 60)});
    EXPECT_EQ(hour->step, kMinute);
    EXPECT_EQ(hour->lines.at(0).points.size(), 60u);
}

TEST(Series, the_whole_of_a_line_is_that_of_its_orders_together_not_a_mean_of_points) {
    Filled f;
    for (const char* kpi :
         {"fill_rate", "price_improvement_bps", "latency_rt_ms_p90", "n_orders"}) {
        SeriesQuery q{.kpi = kpi, .by_lp = true};
        q.step = {kMinute.ns};
        const auto fine = f.history->series(q);
        q.step = {1440 * 30 * kMinute.ns};
        const auto coarse = f.history->series(q);
        ASSERT_EQ(fine->lines.size(), coarse->lines.size());
        for (std::size_t i = 0; i < fine->lines.size(); ++i) {
            EXPECT_EQ(fine->lines[i].whole.number, coarse->lines[i].points.at(0).value.number);
            EXPECT_TRUE(fine->lines[i].whole.number);
        }
    }
}

TEST(Series, the_daily_spread_of_improvement_is_that_between_days) {
    Filled f;
    const auto days = f.history->series({.kpi = "price_improvement_bps", .step = kDay});
    const auto& points = days->lines.at(0).points;
    ASSERT_EQ(points.size(), 2u);
    const double a = *points[0].value.number, b = *points[1].value.number;
    for (const Duration step : {Duration{30 * kDay.ns}, Duration{7 * kDay.ns}}) {
        const auto sd = f.history->series({.kpi = "pi_day_sd_bps", .step = step});
        EXPECT_NEAR(*sd->lines.at(0).whole.number, std::abs(a - b) / std::sqrt(2.0), 1e-9);
    }
}

TEST(Series, of_a_time_whose_minutes_are_gone_says_so) {
    Filled f({.minute_days = 1});
    const Nanos now = at_minute(kFirstMinute + 1440 * 2);
    ASSERT_GT(f.history->prune(now)->minutes, 0u);
    const auto refused = f.history->series({.kpi = "n_orders", .step = kMinute});
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().text().find("no longer kept; ask for --step 15m"), std::string::npos)
        << refused.error().text();
    // By itself it takes what is there.
    const auto hour = f.history->series(
        {.kpi = "n_orders", .from = at_minute(kFirstMinute), .to = at_minute(kFirstMinute + 60)});
    ASSERT_TRUE(hour) << hour.error().text();
    EXPECT_EQ(hour->step, (Duration{15 * kMinute.ns}));
    // An end within a quarter counts the whole quarter, and that is said.
    SeriesQuery q{.kpi = "n_orders", .from = at_minute(kFirstMinute + 7)};
    q.step = kDay;
    const auto ragged = f.history->series(q);
    ASSERT_TRUE(ragged) << ragged.error().text();
    ASSERT_EQ(ragged->remarks.size(), 1u);
    EXPECT_NE(ragged->remarks[0].find("no longer kept"), std::string::npos);
    std::int64_t all = 0;
    for (const MinuteRow& r : f.rows) all += r.measured.sums.n_orders;
    EXPECT_EQ(*ragged->lines.at(0).whole.number, static_cast<double>(all));
}

TEST(Series, reads_no_more_rows_than_the_coarsest_that_serve) {
    Filled f;
    SeriesQuery q{.kpi = "fill_rate", .by_lp = true};
    q.step = kDay;
    EXPECT_LE(f.history->series(q)->rows_read, 2u * 3 * 2 * 2 * 2);
    q.step = {15 * kMinute.ns};
    EXPECT_LE(f.history->series(q)->rows_read, 2u * 26 * 3 * 2 * 2 * 2);
    q.step = kMinute;
    EXPECT_EQ(f.history->series(q)->rows_read, f.rows.size());
}

}  // namespace
}  // namespace assay::history
