#include "hosts/history/database.h"

#include <sys/stat.h>
#include <utility>

namespace assay::history {

Result<Database> Database::open(const std::string& path, Open how) {
    Database out;
    out.path_ = path;
    sqlite3* db = nullptr;
    const int flags =
        how == Open::to_write ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY;
    const int code = sqlite3_open_v2(path.c_str(), &db, flags | SQLITE_OPEN_NOMUTEX, nullptr);
    out.db_.reset(db);
    if (code != SQLITE_OK) return std::unexpected(out.error("open it"));
    // Orders and their prices are not for everybody on the machine; its -wal and -shm follow it.
    struct stat file{};
    if (how == Open::to_write && ::stat(path.c_str(), &file) == 0)
        ::chmod(path.c_str(), file.st_mode & 0640);
    // Another program may be at it for a moment: a sqlite3 shell, a back-test.
    sqlite3_busy_timeout(db, 10'000);
    return out;
}

Error Database::error(std::string_view doing) const {
    const int code = db_ == nullptr ? SQLITE_NOMEM : sqlite3_extended_errcode(db_.get());
    const char* said = db_ == nullptr ? "out of memory" : sqlite3_errmsg(db_.get());
    const char* remedy = "";
    switch (code & 0xff) {
        case SQLITE_NOTADB:
            remedy = ": this is no history of Assay; name another file";
            break;
        case SQLITE_CORRUPT:
            remedy =
                ": the file is damaged; put it aside and restore a copy of it, or write it again "
                "from the journal or the logs (assay history import)";
            break;
        case SQLITE_FULL:
            remedy = ": the disk is full; make room, nothing of this batch was written";
            break;
        case SQLITE_READONLY:
        case SQLITE_CANTOPEN:
        case SQLITE_PERM:
            remedy = ": is the file there, and may this user read and write it and its folder?";
            break;
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
            remedy = ": another program has been writing to it for 10 s; end that one first";
            break;
        default:
            break;
    }
    return Error(fmt::format("{}: could not {}: {}{}", path_, doing, said, remedy));
}

Result<Statement> Database::prepare(std::string_view sql) {
    sqlite3_stmt* statement = nullptr;
    if (sqlite3_prepare_v3(db_.get(), sql.data(), static_cast<int>(sql.size()),
                           SQLITE_PREPARE_PERSISTENT, &statement, nullptr) != SQLITE_OK)
        return std::unexpected(error("ask it"));
    return Statement(statement);
}

Result<void> Database::run(const char* sql) {
    if (sqlite3_exec(db_.get(), sql, nullptr, nullptr, nullptr) != SQLITE_OK)
        return std::unexpected(error("change it"));
    return {};
}

Result<std::int64_t> Database::one_whole(std::string_view sql) {
    auto statement = prepare(sql);
    if (!statement) return std::unexpected(statement.error());
    if (statement->step() != SQLITE_ROW) return std::unexpected(error("read it"));
    return statement->whole(0);
}

Result<Transaction> Transaction::begin(Database& db) {
    if (auto begun = db.run("BEGIN IMMEDIATE"); !begun) return std::unexpected(begun.error());
    return Transaction(db);
}

Transaction::~Transaction() {
    if (db_ != nullptr) sqlite3_exec(db_->handle(), "ROLLBACK", nullptr, nullptr, nullptr);
}

Result<void> Transaction::commit() {
    if (auto done = db_->run("COMMIT"); !done) return done;
    db_ = nullptr;
    return {};
}

}  // namespace assay::history
