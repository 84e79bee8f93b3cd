#include "hosts/history/history.h"

#include <algorithm>
#include <fstream>
#include <gtest/gtest.h>

#include "hosts/history/database.h"
#include "hosts/history/decision_rows.h"
#include "hosts/history/execution_row.h"
#include "hosts/history/history_testkit.h"

namespace assay::history {
namespace {

std::unique_ptr<History> opened(const std::string& path, const HistoryConfig& config = {}) {
    auto history = History::open(path, config);
    EXPECT_TRUE(history) << (history ? "" : history.error().text());
    return history ? std::move(*history) : nullptr;
}

void write(History& history, const Batch& batch) {
    const auto written = history.write(batch);
    ASSERT_TRUE(written) << written.error().text();
}

std::int64_t rows_of(History& history, const std::string& table) {
    const auto tables = history.tables();
    if (!tables) return -1;
    for (const TableFacts& t : *tables)
        if (t.name == table) return static_cast<std::int64_t>(t.rows);
    return -1;
}

TEST(History, what_is_written_is_read_back_whole) {
    TestFolder folder;
    const auto history = opened(folder.file());
    Batch batch;
    batch.through_seq = 41;
    for (int i = 1; i <= 40; ++i) batch.executions.push_back(execution_of(i));
    batch.scores.push_back({.at = {5},
                            .profile = "balanced",
                            .symbol = "XYZ",
                            .size = "1-2x",
                            .regime = "calm",
                            .lp = "LP_A",
                            .composite = 81.5,
                            .lcb = 79.0,
                            .sd = 1.5,
                            .rank = 1,
                            .priors_version = 7,
                            .config_version = "c0"});
    batch.scores.push_back({.at = {5},
                            .profile = "balanced",
                            .symbol = "XYZ",
                            .size = "1-2x",
                            .regime = "calm",
                            .lp = "LP_B"});
    batch.decisions.push_back({3, {77}, 9, std::string("\x01\x00\x02", 3), "", "all to LP_A"});
    batch.outcomes.push_back({3, "filled"});
    batch.parents.push_back({.id = 9,
                             .at = {70},
                             .symbol = "XYZ",
                             .state = "working",
                             .side = Side::sell,
                             .qty = Qty{100},
                             .cum = Qty{40},
                             .avg_px = Price{5},
                             .shortfall_bps = 1.25,
                             .bytes = "order",
                             .vwap_slippage_bps = -.5});
    batch.health.push_back({kFirstMinute, {{"applied", 12}, {"dead", 0}}});
    write(*history, batch);
    ASSERT_TRUE(history->keep_config({"c0", {60}, "[report]\nby = \"lp\"\n"}));

    EXPECT_EQ(history->written_through()->value(), 41u);
    EXPECT_EQ(history->executions({.limit = 100})->rows, batch.executions);
    EXPECT_EQ(*history->scores({}), batch.scores);
    DecisionRow decided = batch.decisions[0];
    decided.outcome = "filled";
    EXPECT_EQ(history->decision(3)->value(), decided);
    EXPECT_FALSE(history->decision(4)->has_value());
    EXPECT_EQ(history->decisions(9, 10, "")->rows, std::vector{decided});
    EXPECT_TRUE(history->decisions(8, 10, "")->rows.empty());
    EXPECT_EQ(history->parents(10, "")->rows, batch.parents);
    EXPECT_EQ(history->parent(9)->value(), batch.parents[0]);
    EXPECT_EQ(*history->configs(),
              (std::vector<ConfigRow>{{"c0", {60}, "[report]\nby = \"lp\"\n"}}));
    EXPECT_EQ(*history->health({0}, {INT64_MAX}), batch.health);
}

TEST(History, writing_again_changes_nothing) {
    TestFolder folder;
    const auto history = opened(folder.file());
    std::mt19937_64 random(1);
    Batch batch;
    batch.through_seq = 20;
    for (int i = 1; i <= 20; ++i) batch.executions.push_back(execution_of(i));
    for (int i = 0; i < 40; ++i)
        batch.minutes.push_back({kFirstMinute + i, cell_named("LP_A", "XYZ"), drawn(random)});
    write(*history, batch);
    const auto days = [&] {
        std::vector<Measured> out;
        EXPECT_TRUE(history->each_row(Level::day, {0}, {INT64_MAX}, [&](const MinuteRow& r) {
            out.push_back(r.measured);
            return true;
        }));
        return out;
    };
    const auto before = days();
    write(*history, batch);
    write(*history, batch);
    EXPECT_EQ(days(), before);
    EXPECT_EQ(before.size(), 1u);
    EXPECT_EQ(rows_of(*history, "executions"), 20);
    EXPECT_EQ(rows_of(*history, "minutes"), 40);
}

TEST(History, a_minute_that_changes_changes_its_quarter_and_its_day) {
    TestFolder folder;
    const auto history = opened(folder.file());
    std::mt19937_64 random(2);
    const Measured first = drawn(random), second = drawn(random), busted = drawn(random);
    const Cell cell = cell_named("LP_A", "XYZ");
    Batch batch;
    batch.minutes = {{kFirstMinute, cell, first}, {kFirstMinute + 14, cell, second}};
    write(*history, batch);
    batch.minutes = {{kFirstMinute, cell, busted}};
    write(*history, batch);
    for (const Level level : {Level::quarter, Level::day}) {
        Measured sum = busted;
        sum += second;
        int rows = 0;
        ASSERT_TRUE(history->each_row(level, {0}, {INT64_MAX}, [&](const MinuteRow& r) {
            EXPECT_EQ(r.measured, sum) << text(level);
            return ++rows;
        }));
        EXPECT_EQ(rows, 1);
    }
}

TEST(History, a_batch_that_reaches_less_far_takes_no_minute_back) {
    TestFolder folder;
    const auto history = opened(folder.file());
    std::mt19937_64 random(3);
    const Measured now = drawn(random), before = drawn(random);
    Batch batch;
    batch.through_seq = 100;
    batch.minutes = {{kFirstMinute, cell_named("LP_A", "XYZ"), now}};
    write(*history, batch);
    batch.through_seq = 90;  // a replay on its way
    batch.minutes[0].measured = before;
    batch.executions = {execution_of(80)};
    write(*history, batch);
    EXPECT_EQ(history->written_through()->value(), 100u);
    EXPECT_EQ(rows_of(*history, "executions"), 1) << "what it lacks it still brings";
    ASSERT_TRUE(history->each_row(Level::minute, {0}, {INT64_MAX}, [&](const MinuteRow& r) {
        EXPECT_EQ(r.measured, now);
        return true;
    }));
}

TEST(History, executions_come_in_pages_without_a_gap_or_a_repeat) {
    TestFolder folder;
    const auto history = opened(folder.file());
    Batch batch;
    for (int i = 1; i <= 500; ++i) {
        batch.executions.push_back(
            execution_of(i, i % 3 == 0 ? "LP_B" : "LP_A", i % 4 == 0 ? "ABC" : "XYZ"));
        // Several of one time: their place tells what came first, whatever their numbers.
        batch.executions.back().capture_ns.ns = kFirstMinute * kMinute.ns + i / 10;
        batch.executions.back().place = i;
        if (i % 2 == 0) batch.executions.back().seq = -7 * i;
    }
    std::vector<ExecutionRow> sorted = batch.executions;
    std::ranges::shuffle(batch.executions, std::mt19937_64(4));
    write(*history, batch);
    const Nanos from{kFirstMinute * kMinute.ns + 10}, to{kFirstMinute * kMinute.ns + 40};
    struct {
        const char* what;
        ExecutionQuery query;
        bool (*passes)(const ExecutionRow&);
    } const cases[] = {
        {"all", {}, [](const ExecutionRow&) { return true; }},
        {"lp", {.lp = "LP_B"}, [](const ExecutionRow& r) { return r.lp == "LP_B"; }},
        {"symbol", {.symbol = "ABC"}, [](const ExecutionRow& r) { return r.symbol == "ABC"; }},
        {"order", {.cl_ord_id = "C21"}, [](const ExecutionRow& r) { return r.cl_ord_id == "C21"; }},
        {"rejects", {.exec_type = "8"}, [](const ExecutionRow& r) { return r.exec_type == "8"; }},
        {"orders", {.msg_type = "D"}, [](const ExecutionRow& r) { return r.msg_type == "D"; }},
        {"parent", {.parent = 3}, [](const ExecutionRow& r) { return r.parent == 3u; }},
        {"time",
         {.from = from, .to = to},
         [](const ExecutionRow& r) {
             const auto at = r.capture_ns.ns - kFirstMinute * kMinute.ns;
             return at >= 10 && at < 40;
         }},
        {"both",
         {.lp = "LP_A", .symbol = "XYZ", .from = from},
         [](const ExecutionRow& r) {
             return r.lp == "LP_A" && r.symbol == "XYZ" &&
                    r.capture_ns.ns - kFirstMinute * kMinute.ns >= 10;
         }},
    };
    for (const auto& c : cases) {
        std::vector<ExecutionRow> wanted, got;
        std::ranges::copy_if(sorted, std::back_inserter(wanted), c.passes);
        ASSERT_FALSE(wanted.empty()) << c.what;
        ExecutionQuery query = c.query;
        query.limit = 7;
        do {
            const auto page = history->executions(query);
            ASSERT_TRUE(page) << page.error().text();
            EXPECT_LE(page->rows.size(), 7u);
            got.insert(got.end(), page->rows.begin(), page->rows.end());
            query.cursor = page->next;
        } while (!query.cursor.empty());
        EXPECT_EQ(got, wanted) << c.what;
        got.clear();
        query.newest_first = true;
        do {
            const auto page = history->executions(query);
            ASSERT_TRUE(page) << page.error().text();
            got.insert(got.end(), page->rows.begin(), page->rows.end());
            query.cursor = page->next;
        } while (!query.cursor.empty());
        std::ranges::reverse(got);
        EXPECT_EQ(got, wanted) << c.what << ", the newest first";
    }
    EXPECT_FALSE(history->executions({.limit = 0}));
    EXPECT_FALSE(history->executions({.limit = 1'000'000}));
    EXPECT_FALSE(history->executions({.cursor = "yesterday"}));
}

TEST(History, what_is_old_goes_by_whole_days_and_the_coarser_rows_stay) {
    TestFolder folder;
    const auto history =
        opened(folder.file(), {.minute_days = 2, .quarter_days = 4, .execution_days = 3});
    std::mt19937_64 random(5);
    const Cell cell = cell_named("LP_A", "XYZ");
    Batch batch;
    for (int day = 0; day < 6; ++day) {
        batch.minutes.push_back({kFirstMinute + 1440 * day, cell, drawn(random)});
        batch.executions.push_back(execution_of(day + 1));
        batch.executions.back().capture_ns.ns += day * kDay.ns;
    }
    write(*history, batch);
    const Nanos now{(kFirstMinute + 1440 * 5) * kMinute.ns};
    const auto pruned = history->prune(now);
    ASSERT_TRUE(pruned) << pruned.error().text();
    EXPECT_EQ(pruned->minutes, 3u) << "those of the last 2 days and of today stay";
    EXPECT_EQ(pruned->quarters, 1u);
    EXPECT_EQ(pruned->days, 0u) << "for ever";
    EXPECT_EQ(pruned->executions, 2u);
    EXPECT_EQ(history->prune(now)->minutes, 0u) << "nothing more to do";

    // A minute that comes after its day's minutes are gone would spoil the sum of its quarter.
    Batch late;
    late.minutes = {{kFirstMinute + 1440, cell, drawn(random)}};
    write(*history, late);
    EXPECT_EQ(rows_of(*history, "minutes"), 3);
    EXPECT_EQ(rows_of(*history, "days"), 6);
}

TEST(History, a_configuration_that_is_kept_stays_as_it_was) {
    TestFolder folder;
    const auto history = opened(folder.file());
    ASSERT_TRUE(history->keep_config({"v1", {1}, "one"}));
    ASSERT_TRUE(history->keep_config({"v1", {2}, "another"}));
    EXPECT_EQ(*history->configs(), (std::vector<ConfigRow>{{"v1", {1}, "one"}}));
}

TEST(History, a_configuration_may_come_into_force_more_than_once) {
    TestFolder folder;
    const auto history = opened(folder.file());
    const std::vector<ConfigChangeRow> all{{{1}, "v1", "ann", "a start", ""},
                                           {{2}, "v2", "bob", "less", "limits.collar_bps: 9 -> 5"},
                                           {{3}, "v1", "ann", "as it was", ""}};
    for (const ConfigChangeRow& one : all) ASSERT_TRUE(history->keep_config_change(one));
    ASSERT_TRUE(history->keep_config_change(all.back())) << "written again";
    EXPECT_EQ(*history->config_changes(), all);
}

TEST(History, what_an_older_version_wrote_is_brought_up_and_read_as_it_is) {
    TestFolder folder;
    {
        const auto history = opened(folder.file());
        ASSERT_TRUE(history->keep_config({"v1", {1}, "one"}));
        Batch batch;
        batch.executions = {execution_of(1)};
        write(*history, batch);
    }
    {
        auto db = Database::open(folder.file(), Database::Open::to_write);
        ASSERT_TRUE(db);
        ASSERT_TRUE(
            db->run("DROP TABLE config_changes; DROP TABLE rejections; "
                    "ALTER TABLE executions DROP COLUMN price_improvement_bps; "
                    "ALTER TABLE executions DROP COLUMN effective_spread_bps; "
                    "ALTER TABLE executions DROP COLUMN latency_ns; "
                    "ALTER TABLE parents DROP COLUMN vwap_slippage_bps; "
                    "PRAGMA user_version = 1"));
    }
    {
        const auto reader = History::look_into(folder.file());
        ASSERT_TRUE(reader) << reader.error().text();
        EXPECT_TRUE((*reader)->config_changes()->empty());
        EXPECT_TRUE((*reader)->tables());
        EXPECT_TRUE((*reader)->parents(10, "")->rows.empty());
        EXPECT_TRUE((*reader)->rejections({})->rows.empty());
        EXPECT_EQ((*reader)->executions({})->rows, std::vector{execution_of(1)});
    }
    const auto history = opened(folder.file());
    EXPECT_EQ(history->executions({})->rows, std::vector{execution_of(1)});
    ASSERT_TRUE(history->keep_config_change({{2}, "v1", "ann", "a start", ""}));
    EXPECT_EQ(history->config_changes()->size(), 1u);
    EXPECT_EQ(history->configs()->size(), 1u);
}

// E1 comes as a fill, again on the same session, and by the drop copy; E1 of another order, and E1
// with another price, are others.
TEST(History, a_fill_that_is_said_again_is_marked_and_among_trades_once) {
    TestFolder folder;
    const auto history = opened(folder.file());
    const auto fill = [](std::int64_t seq, std::string order, Price px, const char* session) {
        ExecutionRow r = execution_of(1);
        r.seq = r.place = seq;
        r.capture_ns = {kFirstMinute * kMinute.ns + seq * 1'000'000};
        r.cl_ord_id = std::move(order);
        r.exec_id = "E1";
        r.last_px = px;
        r.session = session;
        return r;
    };
    Batch batch;
    batch.executions = {fill(1, "C1", Price{100}, "LP_A"), fill(2, "C1", Price{100}, "LP_A"),
                        fill(3, "C1", Price{100}, "COPY"), fill(4, "C2", Price{100}, "LP_A"),
                        fill(5, "C1", Price{101}, "LP_A")};
    write(*history, batch);
    ExecutionQuery once;
    once.trades = true;
    std::vector<std::optional<std::int64_t>> repeats;
    const auto all = history->executions({}), each = history->executions(once);
    for (const ExecutionRow& r : all->rows) repeats.push_back(r.repeats);
    EXPECT_EQ(repeats, (std::vector<std::optional<std::int64_t>>{{}, 1, 1, {}, {}}));
    std::vector<std::int64_t> trades;
    for (const ExecutionRow& r : each->rows) trades.push_back(r.seq);
    EXPECT_EQ(trades, (std::vector<std::int64_t>{1, 4, 5}));
}

TEST(History, parents_that_were_refused_are_found_with_their_reason) {
    TestFolder folder;
    const auto history = opened(folder.file());
    Batch batch;
    for (std::int64_t i = 1; i <= 5; ++i)
        batch.rejections.push_back({.seq = i / 2,
                                    .n = i % 2,
                                    .at = {kFirstMinute * kMinute.ns + i},
                                    .session = i == 5 ? "API" : "OMS",
                                    .cl_ord_id = "O" + std::to_string(i),
                                    .symbol = i == 1 ? "" : "ACME",
                                    .side = Side::sell,
                                    .qty = i == 1 ? std::nullopt : std::optional(Qty{i}),
                                    .text = "tag 55 is missing"});
    write(*history, batch);
    write(*history, batch);
    EXPECT_EQ(history->rejections({})->rows, batch.rejections);
    RejectionQuery q;
    q.limit = 2;
    std::vector<RejectionRow> all;
    do {
        const auto page = history->rejections(q);
        ASSERT_TRUE(page) << page.error().text();
        all.insert(all.end(), page->rows.begin(), page->rows.end());
        q.cursor = page->next;
    } while (!q.cursor.empty());
    EXPECT_EQ(all, batch.rejections);
    RejectionQuery some;
    some.session = "OMS";
    some.from = Nanos{kFirstMinute * kMinute.ns + 2};
    some.to = Nanos{kFirstMinute * kMinute.ns + 4};
    EXPECT_EQ(history->rejections(some)->rows.size(), 2u);
}

TEST(History, another_retention_holds_from_the_next_pruning_on) {
    TestFolder folder;
    const auto history = opened(folder.file());
    Batch batch;
    batch.health = {{0, {{"messages_read", 1}}}, {1440 * 20, {{"messages_read", 2}}}};
    write(*history, batch);
    const Nanos now{30 * kDay.ns};
    EXPECT_EQ(history->prune(now)->health, 0u);
    HistoryConfig less;
    less.health_days = 15;
    history->keep(less);
    EXPECT_EQ(history->prune(now)->health, 1u);
    EXPECT_EQ(history->health({0}, now)->size(), 1u);
}

TEST(History, is_there_after_it_was_closed_and_may_be_looked_into_while_it_is_written) {
    TestFolder folder;
    std::mt19937_64 random(6);
    Batch batch;
    batch.through_seq = 5;
    batch.executions = {execution_of(5)};
    batch.minutes = {{kFirstMinute, cell_named("LP_A", "XYZ"), drawn(random)}};
    {
        const auto history = opened(folder.file());
        write(*history, batch);
    }
    const auto writer = opened(folder.file());
    EXPECT_EQ(writer->written_through()->value(), 5u);
    const auto reader = History::look_into(folder.file());
    ASSERT_TRUE(reader) << reader.error().text();
    EXPECT_FALSE((*reader)->write(batch)) << "it was opened to be asked only";
    batch.through_seq = 6;
    batch.executions = {execution_of(6)};
    batch.minutes[0].cell = cell_named("LP_NEW", "XYZ");
    write(*writer, batch);
    EXPECT_EQ((*reader)->executions({})->rows.size(), 2u);
    EXPECT_EQ((*reader)->series({.kpi = "n_orders", .by_lp = true})->lines.size(), 2u)
        << "cells that came later are known too";
}

TEST(History, files_that_are_none_are_refused_with_a_remedy) {
    TestFolder folder;
    const auto refused = [](const std::string& path, const char* remedy) {
        for (const bool to_write : {true, false}) {
            const auto history = to_write ? History::open(path, {}) : History::look_into(path);
            ASSERT_FALSE(history) << path;
            EXPECT_NE(history.error().text().find(remedy), std::string::npos)
                << history.error().text();
            EXPECT_NE(history.error().text().find(path), std::string::npos)
                << history.error().text();
        }
    };
    std::ofstream(folder.file("text")) << std::string(5'000, 'x');
    refused(folder.file("text"), "no history of Assay; name another file");
    {
        auto db = Database::open(folder.file("other.db"), Database::Open::to_write);
        ASSERT_TRUE(db->run("CREATE TABLE songs(name TEXT)"));
    }
    refused(folder.file("other.db"), "no history of Assay; name another file");
    opened(folder.file("newer.db"));
    {
        auto db = Database::open(folder.file("newer.db"), Database::Open::to_write);
        ASSERT_TRUE(db->run("PRAGMA user_version = 99"));
    }
    refused(folder.file("newer.db"), "use the newer program");
    opened(folder.file("sums.db"));
    {
        auto db = Database::open(folder.file("sums.db"), Database::Open::to_write);
        ASSERT_TRUE(db->run("UPDATE meta SET value = 3 WHERE name = 'sums_fields'"));
    }
    refused(folder.file("sums.db"), "make the history again");
    EXPECT_FALSE(History::look_into(folder.file("none.db")));
    EXPECT_FALSE(std::filesystem::exists(folder.file("none.db"))) << "asking makes no file";
    EXPECT_FALSE(History::open((folder.path / "no" / "folder" / "h.db").string(), {}));
}

TEST(History, a_damaged_file_is_refused_with_a_remedy) {
    TestFolder folder;
    {
        const auto history = opened(folder.file());
        Batch batch;
        for (int i = 1; i <= 3'000; ++i) batch.executions.push_back(execution_of(i));
        write(*history, batch);
    }
    {
        std::fstream file(folder.file(), std::ios::in | std::ios::out | std::ios::binary);
        file.seekp(0, std::ios::end);
        const auto size = static_cast<long>(file.tellp());
        ASSERT_GT(size, 200'000);
        for (long at = 60'000; at < size; at += 9'000) {
            file.seekp(at);
            file << std::string(400, '\x5a');
        }
    }
    const auto history = History::open(folder.file(), {});
    ASSERT_FALSE(history);
    EXPECT_NE(history.error().text().find("damaged"), std::string::npos) << history.error().text();
    EXPECT_NE(history.error().text().find("restore a copy"), std::string::npos);
}

TEST(ExecutionRow, of_every_message_about_an_order_and_of_no_other) {
    struct {
        const char* what;
        const char* body;
        bool kept;
    } const cases[] = {
        {"report",
         "35=8|34=1|49=LP_A|56=DESK|52=20260302-14:30:00|11=C1|37=O1|17=E1|150=F|39=2|"
         "55=XYZ|54=2|38=100|32=100|31=10.5|14=100|151=0|",
         true},
        {"reject",
         "35=8|34=1|49=LP_A|56=DESK|52=20260302-14:30:00|11=C1|37=O1|17=E1|150=8|39=8|"
         "55=XYZ|54=2|58=last look|",
         true},
        {"cancel reject",
         "35=9|34=1|49=LP_A|56=DESK|52=20260302-14:30:00|11=C2|41=C1|37=O1|39=2|"
         "434=1|",
         true},
        {"order",
         "35=D|34=1|49=DESK|56=LP_A|52=20260302-14:30:00|11=C1|55=XYZ|54=1|38=100|40=2|"
         "44=10.5|",
         true},
        {"cancel", "35=F|34=1|49=DESK|56=LP_A|52=20260302-14:30:00|11=C2|41=C1|55=XYZ|54=1|", true},
        {"business reject", "35=j|34=1|49=LP_A|56=DESK|52=20260302-14:30:00|372=D|380=0|", true},
        {"heartbeat", "35=0|34=1|49=LP_A|56=DESK|52=20260302-14:30:00|", false},
        {"logon", "35=A|34=1|49=LP_A|56=DESK|52=20260302-14:30:00|98=0|108=30|", false},
        {"quotes", "35=W|34=1|49=LP_A|56=DESK|52=20260302-14:30:00|55=XYZ|268=0|", false},
    };
    for (const auto& c : cases) {
        const std::string bytes = std::string("8=FIX.4.4|9=1|") + c.body + "10=000|";
        fix::Message m;
        ASSERT_FALSE(fix::parse(bytes, '|', m)) << c.what;
        const auto row = execution_row(m, {.seq = 9, .at = {77}, .session = "s", .lp = "A"});
        EXPECT_EQ(row.has_value(), c.kept) << c.what;
    }
    const std::string bytes = std::string("8=FIX.4.4|9=1|") + cases[0].body + "10=000|";
    fix::Message m;
    ASSERT_FALSE(fix::parse(bytes, '|', m));
    const auto row = execution_row(m, {.seq = 9,
                                       .at = {77},
                                       .session = "s",
                                       .direction = fix::Direction::received,
                                       .lp = "A",
                                       .symbol = "XYZ.N",
                                       .keep_bytes = true});
    ExecutionRow wanted;
    wanted.seq = wanted.place = 9;
    wanted.capture_ns = {77};
    wanted.session = "s";
    wanted.direction = fix::Direction::received;
    wanted.lp = "A";
    wanted.symbol = "XYZ.N";
    wanted.side = Side::sell;
    wanted.msg_type = "8";
    wanted.exec_type = "F";
    wanted.ord_status = "2";
    wanted.cl_ord_id = "C1";
    wanted.order_id = "O1";
    wanted.exec_id = "E1";
    wanted.order_qty = wanted.last_qty = wanted.cum_qty = Qty{100'000'000};
    wanted.leaves_qty = Qty{0};
    wanted.last_px = Price{10'500'000'000};
    wanted.bytes = bytes;
    std::ranges::replace(wanted.bytes, '|', '\x01');
    EXPECT_EQ(*row, wanted);
}

TEST(ExecutionRow, an_imported_message_has_the_same_number_whenever_it_comes) {
    const auto n = [](std::int64_t at, const char* session, fix::Direction d, const char* bytes) {
        return number_of_imported({at}, session, d, bytes);
    };
    using enum fix::Direction;
    const std::int64_t one = n(1, "A B", sent, "8=FIX");
    EXPECT_LT(one, 0) << "apart from those of a journal";
    EXPECT_EQ(n(1, "A B", sent, "8=FIX"), one);
    EXPECT_NE(n(2, "A B", sent, "8=FIX"), one);
    EXPECT_NE(n(1, "A C", sent, "8=FIX"), one);
    EXPECT_NE(n(1, "A B", received, "8=FIX"), one);
    EXPECT_NE(n(1, "A B", sent, "8=FIY"), one);
}

TEST(DecisionRows, a_decision_and_what_became_of_it_come_back) {
    route::Decision d;
    d.inputs.id = 5;
    d.inputs.parent = 2;
    d.inputs.at = {99};
    d.inputs.symbol = "XYZ";
    d.inputs.order.lot = Qty{100};
    DecisionRow row = decision_row(d);
    EXPECT_EQ(row.id, 5u);
    EXPECT_EQ(row.parent, 2u);
    EXPECT_FALSE(row.words.empty());
    route::DecisionOutcome outcome;
    outcome.decision = 5;
    outcome.filled_lots = 3;
    row.outcome = outcome_row(outcome).bytes;
    const auto back = decision_of(row);
    ASSERT_TRUE(back) << back.error().text();
    ASSERT_TRUE(back->outcome);
    route::Decision without = *back;
    without.outcome.reset();
    EXPECT_EQ(without.bytes(), row.bytes);
    EXPECT_EQ(back->outcome->filled_lots, 3);
    row.outcome.pop_back();
    EXPECT_FALSE(decision_of(row));

    route::ParentOrder order;
    order.id = 8;
    order.symbol = "XYZ";
    order.qty = Qty{500};
    const auto parent = parent_order_of(parent_row(order, {1}));
    ASSERT_TRUE(parent);
    EXPECT_EQ(parent->qty, order.qty);
}

}  // namespace
}  // namespace assay::history
