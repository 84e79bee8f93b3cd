#include "hosts/cli/history_import.h"

#include <filesystem>
#include <gtest/gtest.h>
#include <map>

#include "core/kernel/scorecard.h"
#include "hosts/cli/cli_in_testkit.h"
#include "hosts/cli/config_toml.h"
#include "hosts/cli/history_export.h"
#include "hosts/cli/profile_toml.h"
#include "hosts/history/history.h"
#include "hosts/history/minute_rows.h"

namespace assay {
namespace {

using history::History;
using testkit::Folder;

const std::string kDay = std::string(ASSAY_SOURCE_DIR) + "/examples/day";

Settings settings() {
    Settings s = default_settings();
    s.config.profile = load_profile(s.profile)->profile;
    return s;
}

ReplayOptions example_day() {
    ReplayOptions o;
    o.inputs = {kDay};
    return o;
}

score::Report report_of(const Settings& wanted, std::uint32_t by) {
    Settings s = wanted;
    s.config.by = by;
    Calendars calendars;
    auto done = replay(s, example_day(), calendars);
    EXPECT_TRUE(done) << done.error().text();
    return scorecard(done->shards(), s.config);
}

struct Imported {
    Folder folder;
    std::unique_ptr<History> history;
    HistoryImport done;
    Imported() {
        history = std::move(*History::open(folder.path() + "/history.db", {}));
        import();
    }
    void import() {
        auto imported = import_history(*history, settings(), example_day(), {}, "");
        ASSERT_TRUE(imported) << imported.error().text();
        done = std::move(*imported);
    }
};

// Every KPI that has a series, over all of the day, beside the scorecard of the same day.
void expect_same(History& history, const score::Report& report, bool by_lp, bool by_symbol,
                 Nanos from, Nanos to, bool own_quotes) {
    int compared = 0;
    for (std::size_t i = 0; i < kpi::catalog().size(); ++i) {
        const kpi::Entry& e = kpi::catalog()[i];
        if (!history::with_series(e.name)) continue;
        const bool of_quotes = e.name.starts_with("touch_") || e.name.starts_with("quoted_two") ||
                               e.name.starts_with("own_s");
        if (of_quotes && !own_quotes) continue;
        const auto series = history.series({.kpi = std::string(e.name),
                                            .from = from,
                                            .to = to,
                                            .by_lp = by_lp,
                                            .by_symbol = by_symbol,
                                            .step = kMinute});
        ASSERT_TRUE(series) << series.error().text();
        std::map<std::pair<std::string, std::string>, std::optional<double>> values;
        for (const history::Line& line : series->lines)
            values[{line.cell.lp, line.cell.symbol}] = line.whole.number;
        for (const score::Row& row : report.rows) {
            std::string lp, symbol;
            for (const auto& [key, name] : row.keys) (key == "lp" ? lp : symbol) = name;
            if (row.values[0].number == 0.0) continue;  // no order in this time
            const auto mine = values.find({lp, symbol});
            ASSERT_NE(mine, values.end()) << e.name << " " << lp << " " << symbol;
            EXPECT_EQ(mine->second, row.values[i].number) << e.name << " " << lp << " " << symbol;
            compared += row.values[i].number.has_value();
        }
    }
    EXPECT_GT(compared, 100);
}

TEST(HistoryImport, minutes_added_up_are_the_scorecard_of_the_day_to_the_last_digit) {
    Imported day;
    EXPECT_GT(day.done.executions, 100u);
    EXPECT_GT(day.done.minutes, 10u);
    const Nanos first{INT64_MIN}, last{INT64_MAX};
    expect_same(*day.history, report_of(settings(), kByLp), true, false, first, last, true);
    expect_same(*day.history, report_of(settings(), kByLp | kBySymbol), true, true, first, last,
                true);
    expect_same(*day.history, report_of(settings(), kBySymbol), false, true, first, last, true);
}

TEST(HistoryImport, minutes_of_a_window_are_the_scorecard_with_since_and_until) {
    Imported day;
    Nanos first{INT64_MAX}, last{INT64_MIN};
    ASSERT_TRUE(day.history->each_row(history::Level::minute, {INT64_MIN}, {INT64_MAX},
                                      [&](const history::MinuteRow& r) {
                                          const Nanos at{r.minute * kMinute.ns};
                                          first = std::min(first, at);
                                          last = std::max(last, at);
                                          return true;
                                      }));
    ASSERT_GT((last - first).ns, 20 * kMinute.ns);
    Settings s = settings();
    s.config.since = first + Duration{7 * kMinute.ns};
    s.config.until = last - Duration{6 * kMinute.ns};
    expect_same(*day.history, report_of(s, kByLp), true, false, s.config.since, s.config.until,
                false);
}

// The desk keeps its rows by minute and shows reports by LP all the same.
TEST(HistoryImport, a_scorecard_of_rows_kept_by_minute_is_that_of_rows_kept_by_lp) {
    for (const std::uint32_t by : {std::uint32_t{kByLp}, kByLp | kBySymbol, kByLp | kByRegime}) {
        Settings fine = settings(), plain = settings();
        plain.config.by = by;
        fine.config.by = history::kHistoryBy;
        Calendars calendars;
        auto a = replay(plain, example_day(), calendars);
        Calendars again;
        auto b = replay(fine, example_day(), again);
        ASSERT_TRUE(a && b);
        const score::Report wanted = scorecard(a->shards(), plain.config),
                            got = scorecard(b->shards(), plain.config);
        ASSERT_EQ(got.rows.size(), wanted.rows.size());
        for (std::size_t i = 0; i < got.rows.size(); ++i) {
            EXPECT_EQ(got.rows[i].keys, wanted.rows[i].keys);
            EXPECT_EQ(got.rows[i].composite, wanted.rows[i].composite);
            EXPECT_EQ(got.rows[i].n_eff, wanted.rows[i].n_eff);
            for (std::size_t k = 0; k < got.rows[i].values.size(); ++k) {
                // By condition an LP's own quotes are not accounted for, whatever the rows.
                EXPECT_EQ(got.rows[i].values[k].number, wanted.rows[i].values[k].number)
                    << kpi::catalog()[k].name;
            }
        }
    }
}

TEST(HistoryImport, what_changed_is_told_once_and_whole) {
    Settings s = settings();
    s.config.by = history::kHistoryBy;
    Calendars calendars;
    auto done = replay(s, example_day(), calendars);
    ASSERT_TRUE(done);
    std::size_t rows = 0;
    for (auto& k : done->kernels) {
        if (k == nullptr) continue;
        const auto all = k->rows(), changed = k->changed_rows();
        ASSERT_EQ(changed.size(), all.size()) << "nobody asked before";
        std::map<RowKey, kpi::Sums> sums;
        for (const ReportRow& r : all) sums[r.key] = r.sums;
        for (const ReportRow& r : changed) EXPECT_EQ(r.sums, sums[r.key]);
        rows += changed.size();
        // Only those with orders under way are told again: they may have moved.
        for (const ReportRow& r : k->changed_rows()) EXPECT_EQ(r.sums, sums[r.key]);
        EXPECT_LT(k->changed_rows().size(), std::max<std::size_t>(all.size(), 1));
        // A kernel that was loaded tells all: what was told before the crash is not known.
        Kernel loaded(s.config);
        ASSERT_TRUE(loaded.load(k->save()));
        EXPECT_EQ(loaded.changed_rows().size(), all.size());
    }
    EXPECT_GT(rows, 10u);
}

TEST(HistoryImport, the_same_logs_again_change_nothing) {
    Imported day;
    const auto facts = [&] {
        std::map<std::string, std::uint64_t> rows;
        const auto tables = day.history->tables();
        for (const auto& t : *tables) rows[t.name] = t.rows;
        return rows;
    };
    const auto before = facts();
    day.import();
    EXPECT_EQ(facts(), before);
    expect_same(*day.history, report_of(settings(), kByLp), true, false, {INT64_MIN}, {INT64_MAX},
                true);
}

TEST(HistoryImport, every_report_of_the_logs_is_there_with_its_bytes) {
    Imported day;
    std::uint64_t in_logs = 0, rejects_in_logs = 0;
    for (const auto& file : std::filesystem::directory_iterator(kDay)) {
        if (file.path().extension() != ".log") continue;
        const std::string text = testkit::file_content(file.path().string());
        for (const char delimiter : {'\x01', '|'}) {
            const std::string d(1, delimiter);
            for (auto at = text.find(d + "35=8" + d); at != text.npos;
                 at = text.find(d + "35=8" + d, at + 1))
                ++in_logs;
            for (auto at = text.find(d + "150=8" + d); at != text.npos;
                 at = text.find(d + "150=8" + d, at + 1))
                ++rejects_in_logs;
        }
    }
    ASSERT_GT(in_logs, 100u);
    const std::uint64_t duplicates = day.done.health.messages.duplicate,
                        dead = day.done.health.messages.dead;
    const auto count = [&](const std::string& exec_type) {
        std::uint64_t n = 0;
        history::ExecutionQuery q{.exec_type = exec_type, .msg_type = "8", .limit = 1'000};
        do {
            const auto page = day.history->executions(q);
            for (const auto& r : page->rows) {
                EXPECT_TRUE(r.bytes.starts_with("8=FIX")) << r.seq;
                EXPECT_FALSE(r.lp.empty()) << r.bytes;
                EXPECT_FALSE(r.symbol.empty()) << r.bytes;
                EXPECT_LT(r.seq, 0);
            }
            n += page->rows.size();
            q.cursor = page->next;
        } while (!q.cursor.empty());
        return n;
    };
    EXPECT_LE(count(""), in_logs);
    EXPECT_GE(count("") + duplicates + dead, in_logs);
    EXPECT_GT(rejects_in_logs, 0u);
    EXPECT_GT(count("8"), 0u);
    EXPECT_LE(count("8"), rejects_in_logs);
}

TEST(HistoryImport, a_history_that_a_desk_writes_takes_no_logs) {
    Imported day;
    history::Batch batch;
    batch.through_seq = 1;
    ASSERT_TRUE(day.history->write(batch));
    const auto refused = import_history(*day.history, settings(), example_day(), {}, "");
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().text().find("file of their own"), std::string::npos);
}

TEST(HistoryExport, every_table_is_written_and_its_rows_are_counted) {
    Imported day;
    std::map<std::string, std::uint64_t> rows;
    const auto tables = day.history->tables();
    for (const auto& t : *tables) rows[t.name] = t.rows;
    for (const std::string_view table : cli::exported_tables()) {
        std::FILE* file = std::tmpfile();
        const auto n = cli::export_table(*day.history, table, {INT64_MIN}, {INT64_MAX}, file,
                                         cli::RowsFormat::csv);
        ASSERT_TRUE(n) << n.error().text();
        EXPECT_EQ(*n, rows[std::string(table)]) << table;
        EXPECT_GT(std::ftell(file), 0) << table;
        std::fclose(file);
    }
}

}  // namespace
}  // namespace assay
