#include "hosts/history/measures.h"

#include <gtest/gtest.h>
#include <map>

#include "hosts/history/history.h"
#include "hosts/history/history_testkit.h"

namespace assay::history {
namespace {

// A day of two LPs in two symbols: an order of each in every third minute or so.
struct OneDay {
    TestFolder folder;
    std::vector<MinuteRow> rows;
    std::unique_ptr<History> history = std::move(*History::open(folder.file(), {}));
    OneDay() {
        std::mt19937_64 random(3);
        Batch batch;
        for (int minute = 0; minute < 390; ++minute)
            for (const char* lp : {"LP_A", "LP_B"})
                for (const char* symbol : {"ABC", "XYZ"})
                    if (random() % 3 == 0)
                        rows.push_back({kFirstMinute + minute,
                                        cell_named(lp, symbol, random() % 2 == 0 ? 0 : 2,
                                                   random() % 2 == 0 ? "calm" : "normal"),
                                        drawn(random)});
        batch.minutes = rows;
        EXPECT_TRUE(history->write(batch));
    }
};

TEST(Measures, of_a_time_are_the_sums_of_its_minutes) {
    OneDay day;
    MeasureQuery q;
    q.by_lp = q.by_size = true;
    q.filter.symbol = {"ABC"};
    q.from = {(kFirstMinute + 7) * kMinute.ns};  // inside of quarters of an hour, at both ends
    q.to = {(kFirstMinute + 251) * kMinute.ns};
    const auto got = day.history->measures(q);
    ASSERT_TRUE(got) << got.error().text();
    std::map<std::pair<std::string, std::string>, Measured> wanted;
    for (const MinuteRow& r : day.rows)
        if (r.cell.symbol == "ABC" && r.minute >= kFirstMinute + 7 && r.minute < kFirstMinute + 251)
            wanted[{r.cell.lp, r.cell.size}] += r.measured;
    ASSERT_EQ(got->lines.size(), 4u);
    for (const MeasuredLine& line : got->lines) {
        EXPECT_EQ(line.measured, (wanted[{line.cell.lp, line.cell.size}])) << line.cell.lp;
        EXPECT_FALSE(line.several_symbols);
        EXPECT_EQ(line.value(*kpi::find("fill_rate")).number,
                  value_of(*kpi::find("fill_rate"), line.measured, false, false, {}).number);
    }
    EXPECT_TRUE(got->complete);
    EXPECT_EQ(got->from, q.from);
    EXPECT_EQ(got->to, q.to);
}

TEST(Measures, by_hour_are_those_of_the_utc_hours) {
    OneDay day;
    MeasureQuery q;
    q.by_hour = true;
    const auto got = day.history->measures(q);
    ASSERT_TRUE(got) << got.error().text();
    std::map<int, std::int64_t> orders;
    for (const MinuteRow& r : day.rows)
        orders[static_cast<int>(r.minute % 1440 / 60)] += r.measured.sums.n_orders;
    ASSERT_EQ(got->lines.size(), orders.size()) << "09:30 to 16:00 is eight hours begun";
    for (const MeasuredLine& line : got->lines)
        EXPECT_EQ(line.measured.sums.n_orders, orders[line.hour]) << line.hour;
    EXPECT_TRUE(got->lines[0].several_symbols);
}

TEST(Measures, beyond_their_rows_they_say_how_far_back_they_reach_and_count_that_whole) {
    OneDay day;
    MeasureQuery q;
    q.from = {(kFirstMinute + 1) * kMinute.ns};
    q.to = {(kFirstMinute + 389) * kMinute.ns};
    q.most_rows = 20;
    const auto got = day.history->measures(q);
    ASSERT_TRUE(got) << got.error().text();
    EXPECT_FALSE(got->complete);
    EXPECT_GE(got->rows_read, 20u);
    EXPECT_GT(got->from, q.from);
    Measured wanted;
    for (const MinuteRow& r : day.rows)
        if (r.minute * kMinute.ns >= got->from.ns && r.minute < kFirstMinute + 389)
            wanted += r.measured;
    ASSERT_EQ(got->lines.size(), 1u);
    EXPECT_EQ(got->lines[0].measured, wanted);
}

TEST(Measures, of_a_time_without_any_order_are_none) {
    OneDay day;
    MeasureQuery q;
    q.from = {(kFirstMinute + 100'000) * kMinute.ns};
    const auto got = day.history->measures(q);
    ASSERT_TRUE(got) << got.error().text();
    EXPECT_TRUE(got->lines.empty());
    EXPECT_TRUE(got->complete);
}

TEST(Scores, where_lps_stood_is_found_by_time_and_drawn_in_as_many_points_as_asked) {
    TestFolder folder;
    auto history = std::move(*History::open(folder.file(), {}));
    Batch batch;
    for (int i = 0; i < 100; ++i)
        for (const char* lp : {"LP_A", "LP_B"})
            batch.scores.push_back({.at = {1'000 + 10 * i},
                                    .profile = "acme",
                                    .symbol = "XYZ",
                                    .size = "unknown",
                                    .regime = "calm",
                                    .lp = lp,
                                    .composite = i,
                                    .rank = lp[3] == 'A' ? 1 : 2});
    ASSERT_TRUE(history->write(batch));
    const ScorePlace place{"acme", "XYZ", "unknown", "calm"};
    const auto then = history->standing_before(place, {0}, {1'500});
    ASSERT_TRUE(then);
    ASSERT_EQ(then->size(), 2u);
    EXPECT_EQ((*then)[0].lp, "LP_A");
    EXPECT_EQ((*then)[0].at, Nanos{1'490});
    EXPECT_EQ((*then)[1].rank, 2);
    EXPECT_TRUE(history->standing_before(place, {0}, {1'000})->empty());
    EXPECT_TRUE(history->standing_before(place, {3'000}, {5'000})->empty());
    const auto line = history->score_line(place, {1'000}, {3'000}, 20);  // the last ten are empty
    ASSERT_TRUE(line);
    ASSERT_EQ(line->size(), 20u);
    EXPECT_EQ(line->front().composite, 9);
    EXPECT_EQ(line->back().composite, 99);
}

}  // namespace
}  // namespace assay::history
