#include "hosts/history/schema.h"

#include <iterator>

#include "hosts/history/history.h"
#include "hosts/history/measured_bytes.h"
#include "hosts/history/store.h"

namespace assay::history {
namespace {

// Files up to this size are checked page by page when they are opened.
constexpr std::int64_t kCheckedWhole = std::int64_t{128} << 20;

constexpr const char* kTables = R"(
CREATE TABLE meta(name TEXT PRIMARY KEY, value INTEGER) WITHOUT ROWID;
CREATE TABLE cells(id INTEGER PRIMARY KEY, lp TEXT NOT NULL, symbol TEXT NOT NULL,
  size TEXT NOT NULL, size_place INTEGER NOT NULL, regime TEXT NOT NULL, currency TEXT NOT NULL);
CREATE TABLE minutes(id INTEGER PRIMARY KEY, orders INTEGER, fills INTEGER, rejects INTEGER,
  ordered INTEGER, filled INTEGER, notional REAL, gain REAL, far REAL, fees_known INTEGER,
  sums BLOB, latencies BLOB);
CREATE TABLE quarters(id INTEGER PRIMARY KEY, orders INTEGER, fills INTEGER, rejects INTEGER,
  ordered INTEGER, filled INTEGER, notional REAL, gain REAL, far REAL, fees_known INTEGER,
  sums BLOB, latencies BLOB);
CREATE TABLE days(id INTEGER PRIMARY KEY, orders INTEGER, fills INTEGER, rejects INTEGER,
  ordered INTEGER, filled INTEGER, notional REAL, gain REAL, far REAL, fees_known INTEGER,
  sums BLOB, latencies BLOB);
CREATE TABLE executions(seq INTEGER PRIMARY KEY, capture_ns INTEGER NOT NULL, session TEXT,
  direction TEXT, lp TEXT, symbol TEXT, side TEXT, msg_type TEXT, exec_type TEXT, ord_status TEXT,
  cl_ord_id TEXT, orig_cl_ord_id TEXT, order_id TEXT, exec_id TEXT, order_qty INTEGER,
  price INTEGER, last_qty INTEGER, last_px INTEGER, cum_qty INTEGER, leaves_qty INTEGER,
  parent INTEGER, child INTEGER, text TEXT, bytes BLOB, place INTEGER,
  price_improvement_bps REAL, effective_spread_bps REAL, latency_ns INTEGER);
CREATE INDEX executions_by_time ON executions(capture_ns, place, seq);
CREATE INDEX executions_by_lp ON executions(lp, capture_ns, place, seq);
CREATE INDEX executions_by_symbol ON executions(symbol, capture_ns, place, seq);
CREATE INDEX executions_by_order ON executions(cl_ord_id, capture_ns, place, seq);
CREATE INDEX executions_by_parent ON executions(parent, capture_ns, place, seq) WHERE parent IS NOT NULL;
CREATE TABLE scores(profile TEXT, symbol TEXT, size TEXT, regime TEXT, at_ns INTEGER, lp TEXT,
  composite REAL, lcb REAL, sd REAL, rank INTEGER, priors_version INTEGER, config_version TEXT,
  PRIMARY KEY(profile, symbol, size, regime, at_ns, lp)) WITHOUT ROWID;
CREATE TABLE decisions(id INTEGER PRIMARY KEY, at_ns INTEGER, parent INTEGER, bytes BLOB,
  outcome BLOB, words TEXT);
CREATE INDEX decisions_by_parent ON decisions(parent, id);
CREATE TABLE parents(id INTEGER PRIMARY KEY, at_ns INTEGER, ended_ns INTEGER, symbol TEXT,
  side TEXT, state TEXT, qty INTEGER, cum INTEGER, avg_px INTEGER, shortfall_bps REAL, bytes BLOB,
  vwap_slippage_bps REAL);
CREATE TABLE rejections(seq INTEGER, n INTEGER, at_ns INTEGER NOT NULL, session TEXT,
  cl_ord_id TEXT, symbol TEXT, side TEXT, qty INTEGER, text TEXT, PRIMARY KEY(seq, n)) WITHOUT ROWID;
CREATE TABLE configs(version TEXT PRIMARY KEY, at_ns INTEGER, text TEXT) WITHOUT ROWID;
CREATE TABLE config_changes(at_ns INTEGER, version TEXT, who TEXT, why TEXT, changed TEXT,
  PRIMARY KEY(at_ns, version)) WITHOUT ROWID;
CREATE TABLE health(minute INTEGER, name TEXT, value INTEGER, PRIMARY KEY(minute, name))
  WITHOUT ROWID;
CREATE VIEW minute_rows AS SELECT datetime((m.id >> 32) * 60, 'unixepoch') AS at, c.lp, c.symbol,
  c.size, c.regime, c.currency, m.orders, m.fills, m.rejects, m.ordered / 1e6 AS ordered,
  m.filled / 1e6 AS filled, m.notional, m.gain, m.far
  FROM minutes m JOIN cells c ON c.id = m.id & 0xffffffff;
CREATE VIEW quarter_rows AS SELECT datetime((m.id >> 32) * 60, 'unixepoch') AS at, c.lp, c.symbol,
  c.size, c.regime, c.currency, m.orders, m.fills, m.rejects, m.ordered / 1e6 AS ordered,
  m.filled / 1e6 AS filled, m.notional, m.gain, m.far
  FROM quarters m JOIN cells c ON c.id = m.id & 0xffffffff;
CREATE VIEW day_rows AS SELECT date((m.id >> 32) * 60, 'unixepoch') AS at, c.lp, c.symbol, c.size,
  c.regime, c.currency, m.orders, m.fills, m.rejects, m.ordered / 1e6 AS ordered,
  m.filled / 1e6 AS filled, m.notional, m.gain, m.far
  FROM days m JOIN cells c ON c.id = m.id & 0xffffffff;
)";

// From a version to the next one, in order: 1 -> 2, ...
constexpr const char* kUpgrades[] = {
    "CREATE TABLE config_changes(at_ns INTEGER, version TEXT, who TEXT, why TEXT, changed TEXT, "
    "PRIMARY KEY(at_ns, version)) WITHOUT ROWID",
    "ALTER TABLE executions ADD COLUMN price_improvement_bps REAL; "
    "ALTER TABLE executions ADD COLUMN effective_spread_bps REAL; "
    "ALTER TABLE executions ADD COLUMN latency_ns INTEGER; "
    "ALTER TABLE parents ADD COLUMN vwap_slippage_bps REAL",
    "CREATE TABLE rejections(seq INTEGER, n INTEGER, at_ns INTEGER NOT NULL, session TEXT, "
    "cl_ord_id TEXT, symbol TEXT, side TEXT, qty INTEGER, text TEXT, PRIMARY KEY(seq, n)) WITHOUT "
    "ROWID"};
static_assert(std::size(kUpgrades) == History::kSchemaVersion - 1);

Error not_ours(const Database& db, const std::string& why) {
    return Error(fmt::format("{}: {}", db.path(), why));
}

Result<void> check_version(Database& db, std::int64_t version) {
    if (version > History::kSchemaVersion)
        return std::unexpected(not_ours(
            db, fmt::format("this history has version {} of its tables, and this program knows "
                            "them up to {}; use the newer program that wrote it",
                            version, History::kSchemaVersion)));
    if (version < 1)
        return std::unexpected(not_ours(db, "this history says no version of its tables"));
    const auto fields = History::Store::meta(db, "sums_fields");
    if (!fields) return std::unexpected(fields.error());
    if (*fields != static_cast<std::int64_t>(kSumsFields))
        return std::unexpected(not_ours(
            db, fmt::format("its minutes hold {} sums, and this program knows {}; they were "
                            "written by another version of Assay: make the history again from the "
                            "journal or the logs (assay history import)",
                            fields->value_or(0), kSumsFields)));
    return {};
}

Result<void> check_pages(Database& db) {
    const auto pages = db.one_whole("PRAGMA page_count"), size = db.one_whole("PRAGMA page_size");
    if (!pages || !size) return std::unexpected((pages ? size : pages).error());
    if (*pages * *size > kCheckedWhole) return {};
    auto check = db.prepare("PRAGMA quick_check(1)");
    if (!check) return std::unexpected(check.error());
    if (check->step() != SQLITE_ROW) return std::unexpected(db.error("check it"));
    if (check->text(0) == "ok") return {};
    return std::unexpected(not_ours(
        db, fmt::format("the file is damaged: {}; put it aside and restore a copy of it, or write "
                        "it again from the journal or the logs (assay history import)",
                        check->text(0))));
}

}  // namespace

Result<void> check_tables(Database& db) {
    const auto id = db.one_whole("PRAGMA application_id");
    if (!id) return std::unexpected(id.error());
    if (*id != kApplicationId)
        return std::unexpected(not_ours(db, "this is no history of Assay; name another file"));
    const auto version = db.one_whole("PRAGMA user_version");
    if (!version) return std::unexpected(version.error());
    if (auto known = check_version(db, *version); !known) return known;
    return check_pages(db);
}

// What an older program wrote, with the tables of this one.
Result<void> bring_up(Database& db) {
    if (auto checked = check_tables(db); !checked) return checked;
    auto all = Transaction::begin(db);
    if (!all) return std::unexpected(all.error());
    const auto version = db.one_whole("PRAGMA user_version");
    if (!version) return std::unexpected(version.error());
    for (std::int64_t v = *version; v < History::kSchemaVersion; ++v) {
        const std::string step = fmt::format("{}; PRAGMA user_version = {}",
                                             kUpgrades[static_cast<std::size_t>(v - 1)], v + 1);
        if (auto done = db.run(step.c_str()); !done) return done;
    }
    return all->commit();
}

Result<void> make_tables(Database& db) {
    const auto tables = db.one_whole("SELECT count(*) FROM sqlite_master");
    if (!tables) return std::unexpected(tables.error());
    if (*tables > 0) return bring_up(db);
    if (auto sized = db.run("PRAGMA page_size = 8192; PRAGMA journal_mode = WAL"); !sized)
        return sized;
    auto all = Transaction::begin(db);
    if (!all) return std::unexpected(all.error());
    // Another program may have made them just now.
    const auto again = db.one_whole("SELECT count(*) FROM sqlite_master");
    if (again && *again > 0) return check_tables(db);
    if (auto made = db.run(kTables); !made) return made;
    const std::string marks = fmt::format(
        "INSERT INTO meta VALUES('sums_fields', {}); PRAGMA application_id = {}; "
        "PRAGMA user_version = {}",
        kSumsFields, kApplicationId, History::kSchemaVersion);
    if (auto made = db.run(marks.c_str()); !made) return made;
    return all->commit();
}

}  // namespace assay::history
