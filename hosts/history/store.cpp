#include "hosts/history/store.h"

#include <algorithm>

#include "hosts/history/schema.h"

namespace assay::history {

const char* text(Level level) {
    static constexpr const char* kText[] = {"minute", "quarter", "day"};
    return kText[static_cast<std::size_t>(level)];
}

const char* table_of(Level level) {
    static constexpr const char* kTable[] = {"minutes", "quarters", "days"};
    return kTable[static_cast<std::size_t>(level)];
}

std::int64_t first_minute(Nanos from) {
    return floor_div(from.ns, kMinute.ns);
}
std::int64_t end_minute(Nanos to) {
    const std::int64_t whole = floor_div(to.ns, kMinute.ns);
    return whole * kMinute.ns == to.ns ? whole : whole + 1;
}
std::int64_t begin_of(std::int64_t minute, Level level) {
    const std::int64_t period = kMinutesOf[static_cast<std::size_t>(level)];
    return floor_div(minute, period) * period;
}

// --- cells
// -----------------------------------------------------------------------------------------

Result<void> Cells::refresh(Database& db) {
    auto all = db.prepare(
        "SELECT id, lp, symbol, size, size_place, regime, currency FROM cells WHERE id >= ?1 "
        "ORDER BY id");
    if (!all) return std::unexpected(all.error());
    all->bind(1, static_cast<std::int64_t>(by_number_.size()));
    int code = SQLITE_ROW;
    while ((code = all->step()) == SQLITE_ROW) {
        Cell cell{std::string(all->text(1)), std::string(all->text(2)),
                  std::string(all->text(3)), std::string(all->text(5)),
                  std::string(all->text(6)), static_cast<std::uint8_t>(all->whole(4))};
        // Cells are never deleted, so that there is no hole but by damage.
        if (all->whole(0) != static_cast<std::int64_t>(by_number_.size()))
            return fail(fmt::format("{}: cell {} is missing: the file is damaged; restore a copy",
                                    db.path(), by_number_.size()));
        numbers_.emplace(cell, static_cast<std::int64_t>(by_number_.size()));
        by_number_.push_back(std::move(cell));
    }
    if (code != SQLITE_DONE) return std::unexpected(db.error("read its cells"));
    return {};
}

std::optional<std::int64_t> Cells::find(const Cell& cell) const {
    const auto it = numbers_.find(cell);
    return it == numbers_.end() ? std::nullopt : std::optional(it->second);
}

Result<std::int64_t> Cells::number(Database& db, const Cell& cell) {
    if (const auto known = find(cell)) return *known;
    auto put = db.prepare("INSERT INTO cells VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)");
    if (!put) return std::unexpected(put.error());
    const auto number = static_cast<std::int64_t>(by_number_.size());
    put->bind(1, number);
    put->bind(2, std::string_view(cell.lp));
    put->bind(3, std::string_view(cell.symbol));
    put->bind(4, std::string_view(cell.size));
    put->bind(5, std::int64_t{cell.size_place});
    put->bind(6, std::string_view(cell.regime));
    put->bind(7, std::string_view(cell.currency));
    if (put->step() != SQLITE_DONE) return std::unexpected(db.error("add a cell"));
    numbers_.emplace(cell, number);
    by_number_.push_back(cell);
    return number;
}

void Cells::forget_behind(std::size_t size) {
    while (by_number_.size() > size) {
        numbers_.erase(by_number_.back());
        by_number_.pop_back();
    }
}

// --- opening
// -----------------------------------------------------------------------------------------

Result<std::optional<std::int64_t>> History::Store::meta(Database& db, std::string_view name) {
    auto get = db.prepare("SELECT value FROM meta WHERE name = ?1");
    if (!get) return std::unexpected(get.error());
    get->bind(1, name);
    const int code = get->step();
    if (code == SQLITE_DONE) return std::optional<std::int64_t>();
    if (code != SQLITE_ROW) return std::unexpected(db.error("read it"));
    return get->whole_if(0);
}

Result<void> History::Store::set_meta(std::string_view name, std::int64_t value) {
    put_meta.bind(1, name);
    put_meta.bind(2, value);
    return done(put_meta, "write it");
}

Result<void> History::Store::done(Statement& statement, std::string_view doing) {
    const int code = statement.step();
    if (code == SQLITE_DONE) {
        statement.reset();
        return {};
    }
    Error error = writes->error(doing);
    statement.reset();
    return std::unexpected(std::move(error));
}

Result<void> History::Store::prepare_writing() {
    const auto make = [&](Statement& s, const std::string& sql) -> Result<void> {
        auto made = writes->prepare(sql);
        if (!made) return std::unexpected(made.error());
        s = std::move(*made);
        return {};
    };
    struct Wanted {
        Statement* statement;
        std::string sql;
    };
    std::vector<Wanted> all = {
        {&put_execution,
         "INSERT INTO executions VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, "
         "?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26, ?27, ?28) ON "
         "CONFLICT(seq) DO NOTHING"},
        {&put_score,
         "INSERT OR REPLACE INTO scores VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)"},
        {&put_decision,
         "INSERT INTO decisions VALUES(?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT(id) DO NOTHING"},
        {&put_outcome, "UPDATE decisions SET outcome = ?2 WHERE id = ?1"},
        {&put_parent,
         "INSERT OR REPLACE INTO parents VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, "
         "?12)"},
        {&put_rejection,
         "INSERT INTO rejections VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT DO "
         "NOTHING"},
        {&put_health, "INSERT OR REPLACE INTO health VALUES(?1, ?2, ?3)"},
        {&put_meta, "INSERT OR REPLACE INTO meta VALUES(?1, ?2)"}};
    for (const Level level : {Level::minute, Level::quarter, Level::day}) {
        const auto i = static_cast<std::size_t>(level);
        all.push_back({&get_row[i], fmt::format("SELECT sums, latencies, fees_known FROM {} "
                                                "WHERE id = ?1",
                                                table_of(level))});
        all.push_back(
            {&put_row[i], fmt::format("INSERT OR REPLACE INTO {} VALUES(?1, ?2, ?3, ?4, ?5, ?6, "
                                      "?7, ?8, ?9, ?10, ?11, ?12)",
                                      table_of(level))});
    }
    for (auto& [statement, sql] : all)
        if (auto made = make(*statement, sql); !made) return made;
    return {};
}

History::History(std::unique_ptr<Store> store) : store_(std::move(store)) {}
History::~History() = default;

Result<std::unique_ptr<History>> History::open(const std::string& path,
                                               const HistoryConfig& config) {
    auto store = std::make_unique<Store>();
    store->config = config;
    auto writes = Database::open(path, Database::Open::to_write);
    if (!writes) return std::unexpected(writes.error());
    store->writes = std::move(*writes);
    Database& db = *store->writes;
    if (auto made = make_tables(db); !made) return std::unexpected(made.error());
    if (auto set = db.run("PRAGMA synchronous = NORMAL; PRAGMA cache_size = -65536; "
                          "PRAGMA temp_store = MEMORY");
        !set)
        return std::unexpected(set.error());
    if (auto ready = store->prepare_writing(); !ready) return std::unexpected(ready.error());
    if (auto read = store->written_cells.refresh(db); !read) return std::unexpected(read.error());
    auto reads = Database::open(path, Database::Open::to_read);
    if (!reads) return std::unexpected(reads.error());
    store->reads = std::move(*reads);
    return std::unique_ptr<History>(new History(std::move(store)));
}

Result<std::unique_ptr<History>> History::look_into(const std::string& path) {
    auto store = std::make_unique<Store>();
    auto reads = Database::open(path, Database::Open::to_read);
    if (!reads) return std::unexpected(reads.error());
    if (auto known = check_tables(*reads); !known) return std::unexpected(known.error());
    store->reads = std::move(*reads);
    return std::unique_ptr<History>(new History(std::move(store)));
}

}  // namespace assay::history
