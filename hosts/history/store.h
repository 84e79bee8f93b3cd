// What a History is made of: two connections to one file, and the cells by their numbers.
//
// A row of minutes, quarters or days has one number: its first minute << 32 | the number of its
// cell. So a table lies in order of time, and a series reads it from end to end.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "hosts/history/database.h"
#include "hosts/history/history.h"

namespace assay::history {

inline constexpr int kApplicationId = 0x41735931;  // "AsY1"

constexpr std::int64_t row_id(std::int64_t minute, std::int64_t cell) {
    return (minute << 32) | cell;
}
constexpr std::int64_t minute_of(std::int64_t id) {
    return id >> 32;
}
constexpr std::size_t cell_of(std::int64_t id) {
    return static_cast<std::size_t>(id & 0xffff'ffff);
}
// "minutes", "quarters", "days".
const char* table_of(Level level);
// Of times that may be the ends of time: no overflow.
std::int64_t first_minute(Nanos from);  // rounded down
std::int64_t end_minute(Nanos to);      // rounded up
std::int64_t begin_of(std::int64_t minute, Level level);

// The cells of a file, as one connection knows them. Numbers are never reused.
class Cells {
  public:
    // Those that came since the last call.
    Result<void> refresh(Database& db);
    std::optional<std::int64_t> find(const Cell& cell) const;
    Result<std::int64_t> number(Database& db, const Cell& cell);
    std::size_t size() const { return by_number_.size(); }
    const Cell& operator[](std::size_t number) const { return by_number_[number]; }
    // After a transaction that was not committed.
    void forget_behind(std::size_t size);

  private:
    std::vector<Cell> by_number_{Cell{}};  // from 1 on
    std::map<Cell, std::int64_t> numbers_;
};

struct History::Store {
    HistoryConfig config;
    // Writing: one thread.
    std::optional<Database> writes;
    Cells written_cells;
    Statement put_execution, put_score, put_decision, put_outcome, put_parent, put_health, put_meta,
        put_rejection;
    Statement get_row[3], put_row[3];  // by Level
    // Asking: one at a time.
    std::mutex asking;
    std::optional<Database> reads;
    Cells cells;

    Result<void> prepare_writing();
    Result<void> write(const Batch& batch);
    Result<void> write_executions(const std::vector<ExecutionRow>& rows);
    Result<void> write_minutes(const std::vector<MinuteRow>& rows);
    Result<void> put(Level level, std::int64_t id, const Measured& m);
    // Sums up what the level below holds of these rows; returns those of the level above.
    Result<std::set<std::int64_t>> roll_up(Level level, const std::set<std::int64_t>& ids);
    Result<void> set_meta(std::string_view name, std::int64_t value);
    // Of what is kept of a level; absent: all of it.
    static Result<std::optional<std::int64_t>> meta(Database& db, std::string_view name);
    Result<void> done(Statement& statement, std::string_view doing);
    // `at` is ?1, the texts are ?2 and on.
    Result<void> put_durably(std::string_view sql, std::int64_t at,
                             std::span<const std::string_view> texts);
};

// Names in `meta`.
inline constexpr std::string_view kThroughSeq = "through_seq";
inline constexpr std::string_view kLateRows = "late_rows";
// The first minute that is still there, by Level; it is not there while all are.
inline constexpr std::string_view kKeptFrom[] = {"minutes_from", "quarters_from", "days_from"};

}  // namespace assay::history
