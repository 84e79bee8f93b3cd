// SQLite's C interface with owners and errors. Only files of this folder and of hosts/people
// include it.
#pragma once

#include <cstdint>
#include <fmt/format.h>
#include <memory>
#include <optional>
#include <sqlite3.h>
#include <string>
#include <string_view>

#include "core/units/result.h"

namespace assay::history {

// A prepared statement. Values are bound from 1 on, as in ?1; columns count from 0.
class Statement {
  public:
    explicit Statement(sqlite3_stmt* statement = nullptr) : statement_(statement) {}

    void bind(int at, std::int64_t v) { sqlite3_bind_int64(statement_.get(), at, v); }
    void bind(int at, double v) { sqlite3_bind_double(statement_.get(), at, v); }
    // The text must live until the statement is reset.
    void bind(int at, std::string_view v) {
        sqlite3_bind_text64(statement_.get(), at, v.data() == nullptr ? "" : v.data(), v.size(),
                            SQLITE_STATIC, SQLITE_UTF8);
    }
    void bind_blob(int at, std::string_view v) {
        if (v.empty())
            sqlite3_bind_null(statement_.get(), at);
        else
            sqlite3_bind_blob64(statement_.get(), at, v.data(), v.size(), SQLITE_STATIC);
    }
    void bind_null(int at) { sqlite3_bind_null(statement_.get(), at); }
    template <class T, class As>
    void bind_if(int at, const std::optional<T>& v, As as) {
        if (v)
            bind(at, as(*v));
        else
            bind_null(at);
    }

    // SQLITE_ROW, SQLITE_DONE or an error.
    int step() { return sqlite3_step(statement_.get()); }
    void reset() {
        sqlite3_reset(statement_.get());
        sqlite3_clear_bindings(statement_.get());
    }
    bool null(int column) const {
        return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL;
    }
    std::int64_t whole(int column) const { return sqlite3_column_int64(statement_.get(), column); }
    double real(int column) const { return sqlite3_column_double(statement_.get(), column); }
    // Until the next step.
    std::string_view text(int column) const {
        const auto* bytes = sqlite3_column_blob(statement_.get(), column);
        return {static_cast<const char*>(bytes),
                static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column))};
    }
    std::optional<double> real_if(int column) const {
        return null(column) ? std::nullopt : std::optional(real(column));
    }
    std::optional<std::int64_t> whole_if(int column) const {
        return null(column) ? std::nullopt : std::optional(whole(column));
    }
    // Instructions of SQLite's machine since the last call.
    std::uint64_t work() {
        return static_cast<std::uint64_t>(
            sqlite3_stmt_status(statement_.get(), SQLITE_STMTSTATUS_VM_STEP, 1));
    }

  private:
    struct Finalize {
        void operator()(sqlite3_stmt* s) const { sqlite3_finalize(s); }
    };
    std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

class Database {
  public:
    enum class Open : std::uint8_t { to_write, to_read };
    static Result<Database> open(const std::string& path, Open how);

    Result<Statement> prepare(std::string_view sql);
    // Statements without results.
    Result<void> run(const char* sql);
    Result<std::int64_t> one_whole(std::string_view sql);
    // What went wrong in the last call, and where: for people.
    Error error(std::string_view doing) const;
    sqlite3* handle() const { return db_.get(); }
    const std::string& path() const { return path_; }

  private:
    struct Close {
        void operator()(sqlite3* db) const { sqlite3_close_v2(db); }
    };
    std::string path_;
    std::unique_ptr<sqlite3, Close> db_;
};

// Everything between its making and commit(), or nothing.
class Transaction {
  public:
    static Result<Transaction> begin(Database& db);
    Transaction(Transaction&& other) noexcept : db_(std::exchange(other.db_, nullptr)) {}
    Transaction& operator=(Transaction&&) = delete;
    ~Transaction();
    Result<void> commit();

  private:
    explicit Transaction(Database& db) : db_(&db) {}
    Database* db_;
};

}  // namespace assay::history
