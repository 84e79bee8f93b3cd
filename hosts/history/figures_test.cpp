// A history of 5 million minutes (ASSAY_HISTORY_ROWS: others), and how much work its questions are.
// Work is asserted in rows read and in steps of SQLite's machine, which are the same on every
// machine; milliseconds are printed beside. The file is made once, in the folder it runs in.
#include <chrono>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <gtest/gtest.h>

#include "hosts/history/history_testkit.h"
#include "hosts/history/measured_bytes.h"
#include "hosts/history/schema.h"
#include "hosts/history/store.h"

namespace assay::history {
namespace {

constexpr int kLps = 8, kSymbols = 20, kSizesUsed = 2, kRegimesUsed = 2;
constexpr std::int64_t kCells = kLps * kSymbols * kSizesUsed * kRegimesUsed;
constexpr std::int64_t kSession = 390;  // minutes of a day
constexpr std::size_t kKinds = 251;     // of minutes

std::int64_t days_wanted() {
    const char* given = std::getenv("ASSAY_HISTORY_ROWS");
    const std::int64_t rows = given != nullptr ? std::atoll(given) : 5'000'000;
    return (rows + kCells * kSession - 1) / (kCells * kSession);
}

std::vector<Cell> cells() {
    std::vector<Cell> out;
    for (int lp = 0; lp < kLps; ++lp)
        for (int symbol = 0; symbol < kSymbols; ++symbol)
            for (const std::uint8_t size : {std::uint8_t{0}, std::uint8_t{2}})
                for (const char* regime : {"calm", "normal"})
                    out.push_back(cell_named(fmt::format("LP_{}", lp),
                                             fmt::format("S{:02}", symbol), size, regime));
    return out;
}

struct Kind {
    Measured measured;
    std::string sums, sketches;
};
std::vector<Kind> kinds() {
    std::mt19937_64 random(605);
    std::vector<Kind> out(kKinds);
    for (Kind& k : out) {
        k.measured = drawn(random);
        save(k.measured.sums, k.sums);
        save_sketches(k.measured, k.sketches);
    }
    return out;
}
std::size_t kind_at(std::int64_t day, std::int64_t minute, std::int64_t cell) {
    return static_cast<std::size_t>((day * 7'919 + minute * 104'729 + cell * 31) % kKinds);
}

// As History::write() would, in order of time and without reading anything back.
void fill(History::Store& store, std::int64_t days) {
    Database& db = *store.writes;
    const std::vector<Kind> all = kinds();
    {
        auto begun = Transaction::begin(db);
        ASSERT_TRUE(begun);
        for (const Cell& c : cells()) ASSERT_TRUE(store.written_cells.number(db, c));
        ASSERT_TRUE(begun->commit());
    }
    for (std::int64_t day = 0; day < days; ++day) {
        auto begun = Transaction::begin(db);
        ASSERT_TRUE(begun);
        std::vector<Measured> of_day(kCells), of_quarter(kCells);
        const std::int64_t first = kFirstMinute + 1440 * day;
        for (std::int64_t minute = 0; minute < kSession; ++minute) {
            Statement& put = store.put_row[0];
            for (std::int64_t cell = 0; cell < kCells; ++cell) {
                const Kind& k = all[kind_at(day, minute, cell)];
                put.bind(1, row_id(first + minute, cell + 1));
                put.bind(2, k.measured.sums.n_orders);
                put.bind(3, k.measured.sums.n_fills);
                put.bind(10, std::int64_t{0});
                put.bind_blob(11, k.sums);
                put.bind_blob(12, k.sketches);
                ASSERT_TRUE(store.done(put, "fill it"));
                of_quarter[static_cast<std::size_t>(cell)] += k.measured;
            }
            if (const std::int64_t next = first + minute + 1;
                next % 15 == 0 || minute + 1 == kSession)
                for (std::int64_t cell = 0; cell < kCells; ++cell) {
                    Measured& q = of_quarter[static_cast<std::size_t>(cell)];
                    ASSERT_TRUE(store.put(Level::quarter,
                                          row_id(begin_of(next - 1, Level::quarter), cell + 1), q));
                    of_day[static_cast<std::size_t>(cell)] += q;
                    q = {};
                }
        }
        for (std::int64_t cell = 0; cell < kCells; ++cell)
            ASSERT_TRUE(store.put(Level::day, row_id(begin_of(first, Level::day), cell + 1),
                                  of_day[static_cast<std::size_t>(cell)]));
        ASSERT_TRUE(begun->commit());
    }
    ASSERT_TRUE(db.run("PRAGMA wal_checkpoint(TRUNCATE)"));
}

std::string file_of(std::int64_t days) {
    return fmt::format("history-of-{}-days.db", days);
}

std::unique_ptr<History> made() {
    const std::int64_t days = days_wanted();
    const std::string path = file_of(days);
    std::error_code none;
    // Left by a build whose sums were others, it is made anew.
    if (!std::filesystem::exists(path, none) || !History::look_into(path)) {
        // Under another name until it is whole.
        const std::string part = path + ".part";
        for (const char* end : {"", "-wal", "-shm"}) std::filesystem::remove(part + end, none);
        History::Store store;
        auto db = Database::open(part, Database::Open::to_write);
        EXPECT_TRUE(db);
        store.writes = std::move(*db);
        EXPECT_TRUE(make_tables(*store.writes));
        EXPECT_TRUE(store.writes->run("PRAGMA synchronous = OFF"));
        EXPECT_TRUE(store.prepare_writing());
        fill(store, days);
        if (::testing::Test::HasFailure()) return nullptr;
        store.writes.reset();
        std::filesystem::rename(part, path);
        for (const char* end : {"-wal", "-shm"}) std::filesystem::remove(part + end, none);
    }
    auto history = History::look_into(path);
    EXPECT_TRUE(history) << history.error().text();
    return history ? std::move(*history) : nullptr;
}

TEST(Figures, a_series_over_five_million_minutes_reads_the_roll_ups_alone) {
    const auto history = made();
    ASSERT_NE(history, nullptr);
    const std::int64_t days = days_wanted();
    const std::uint64_t day_rows = static_cast<std::uint64_t>(days * kCells),
                        quarter_rows = day_rows * 26;
    struct {
        const char* what;
        SeriesQuery query;
        std::uint64_t most_rows;
        std::size_t lines;
    } const cases[] = {
        {"fill rate by LP, a step that suits a chart",
         {.kpi = "fill_rate", .by_lp = true},
         quarter_rows,
         kLps},
        {"price improvement by LP, day by day",
         {.kpi = "price_improvement_bps", .by_lp = true, .step = kDay},
         day_rows,
         kLps},
        {"by LP and symbol, day by day",
         {.kpi = "price_improvement_bps", .by_lp = true, .by_symbol = true, .step = kDay},
         day_rows,
         kLps * kSymbols},
        {"by size, day by day", {.kpi = "fill_rate", .by_size = true, .step = kDay}, day_rows, 2},
        {"by regime, day by day",
         {.kpi = "fill_rate", .by_regime = true, .step = kDay},
         day_rows,
         2},
        {"p99 of the latency by LP, day by day",
         {.kpi = "latency_rt_ms_p99", .by_lp = true, .step = kDay},
         day_rows,
         kLps},
        {"one LP and symbol, every 4 h",
         {.kpi = "fill_rate",
          .filter = {.lp = {"LP_3"}, .symbol = {"S07"}},
          .step = {4 * kHour.ns}},
         quarter_rows,
         1},
        {"a day by LP, every quarter of an hour",
         {.kpi = "fill_rate",
          .from = {kFirstMinute * kMinute.ns},
          .to = {(kFirstMinute + kSession) * kMinute.ns},
          .by_lp = true,
          .step = {15 * kMinute.ns}},
         static_cast<std::uint64_t>(27 * kCells),
         kLps},
        {"an hour by LP, minute by minute",
         {.kpi = "fill_rate",
          .from = {(kFirstMinute + 60) * kMinute.ns},
          .to = {(kFirstMinute + 120) * kMinute.ns},
          .by_lp = true,
          .step = kMinute},
         static_cast<std::uint64_t>(60 * kCells),
         kLps},
    };
    for (const auto& c : cases) {
        double least_ms = 1e9, least_cpu_ms = 1e9;
        Series series;
        for (int i = 0; i < 3; ++i) {
            const auto start = std::chrono::steady_clock::now();
            const std::clock_t cpu = std::clock();
            auto got = history->series(c.query);
            const std::chrono::duration<double, std::milli> took =
                std::chrono::steady_clock::now() - start;
            ASSERT_TRUE(got) << got.error().text();
            series = std::move(*got);
            least_ms = std::min(least_ms, took.count());
            least_cpu_ms = std::min(least_cpu_ms,
                                    1e3 * static_cast<double>(std::clock() - cpu) / CLOCKS_PER_SEC);
        }
        EXPECT_EQ(series.lines.size(), c.lines) << c.what;
        EXPECT_LE(series.rows_read, c.most_rows) << c.what;
        EXPECT_LE(series.vm_steps, 8 * series.rows_read + 200)
            << c.what << ": no sorting, no seeks";
        fmt::print("{:>7.1f} ms ({:.1f} of the processor) {:>9} rows {:>9} steps  {} ({})\n",
                   least_ms, least_cpu_ms, series.rows_read, series.vm_steps, c.what,
                   text(series.level));
    }
}

TEST(Figures, roll_ups_are_the_sums_of_their_minutes) {
    const auto history = made();
    ASSERT_NE(history, nullptr);
    for (const char* kpi : {"fill_rate", "price_improvement_bps", "latency_rt_ms_p50"}) {
        SeriesQuery q{.kpi = kpi, .filter = {.lp = {"LP_1"}, .symbol = {"S03"}}};
        q.from = {(kFirstMinute - 60) * kMinute.ns};
        q.to = {(kFirstMinute + 2 * 1440 - 60) * kMinute.ns};
        std::vector<std::optional<double>> wholes;
        for (const Duration step : {kMinute, Duration{15 * kMinute.ns}, kDay}) {
            q.step = step;
            const auto series = history->series(q);
            ASSERT_TRUE(series) << series.error().text();
            wholes.push_back(series->lines.at(0).whole.number);
        }
        EXPECT_EQ(wholes[0], wholes[1]) << kpi;
        EXPECT_EQ(wholes[0], wholes[2]) << kpi;
        EXPECT_TRUE(wholes[0]);
    }
}

}  // namespace
}  // namespace assay::history
