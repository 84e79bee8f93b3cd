#include "hosts/people/people.h"

#include <algorithm>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <functional>
#include <sys/stat.h>
#include <unistd.h>

#include "hosts/history/database.h"

namespace assay::people {

namespace {

using history::Database;
using history::Statement;

constexpr std::int64_t kApplicationId = 0x41737065, kVersion = 1;  // "Aspe"
constexpr const char* kTables = R"sql(
CREATE TABLE people(name TEXT PRIMARY KEY, role TEXT NOT NULL, approve INTEGER NOT NULL,
  release INTEGER NOT NULL, disabled INTEGER NOT NULL, must_change INTEGER NOT NULL,
  hash TEXT NOT NULL, created INTEGER NOT NULL, password_at INTEGER NOT NULL,
  password_until INTEGER, last_login INTEGER, generation INTEGER NOT NULL) WITHOUT ROWID, STRICT;
CREATE TABLE tokens(id INTEGER PRIMARY KEY AUTOINCREMENT, owner TEXT NOT NULL, name TEXT NOT NULL,
  role TEXT NOT NULL, sha256 TEXT NOT NULL UNIQUE, created INTEGER NOT NULL,
  expires INTEGER NOT NULL, last_used INTEGER, revoked INTEGER NOT NULL) STRICT;
)sql";
constexpr std::string_view kPerson =
    "SELECT name, role, approve, release, disabled, must_change, hash, created, password_at, "
    "password_until, last_login, generation FROM people";
constexpr std::string_view kToken =
    "SELECT id, owner, name, role, created, expires, last_used, revoked FROM tokens";

std::optional<Nanos> time_if(const Statement& s, int column) {
    const auto ns = s.whole_if(column);
    return ns ? std::optional(Nanos{*ns}) : std::nullopt;
}

// A role that this version does not know may as little as can be.
Role role_of(std::string_view name) {
    return role_named(name).value_or(Role::viewer);
}

Person person_of(const Statement& s) {
    Person p;
    p.name = s.text(0);
    p.rights = {role_of(s.text(1)), s.whole(2) != 0, s.whole(3) != 0};
    p.disabled = s.whole(4) != 0;
    p.must_change = s.whole(5) != 0;
    p.hash = s.text(6);
    p.created = Nanos{s.whole(7)};
    p.password_at = Nanos{s.whole(8)};
    p.password_until = time_if(s, 9);
    p.last_login = time_if(s, 10);
    p.generation = static_cast<std::uint64_t>(s.whole(11));
    return p;
}

Token token_of_row(const Statement& s) {
    Token t;
    t.id = static_cast<std::uint64_t>(s.whole(0));
    t.owner = s.text(1);
    t.name = s.text(2);
    t.role = role_of(s.text(3));
    t.created = Nanos{s.whole(4)};
    t.expires = Nanos{s.whole(5)};
    t.last_used = time_if(s, 6);
    t.revoked = s.whole(7) != 0;
    return t;
}

// The file is there and its user's alone before SQLite writes into it; its journal takes the same.
Result<void> make_private(const std::string& path) {
    const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0) return fail(fmt::format("{}: {}", path, std::strerror(errno)));
    const bool done = ::fchmod(fd, 0600) == 0;
    ::close(fd);
    if (!done) return fail(fmt::format("{}: {}", path, std::strerror(errno)));
    return {};
}

}  // namespace

struct People::Store {
    Database db;

    // `bind` may be empty; each row is given to `row`.
    Result<void> ask(std::string_view sql, const std::function<void(Statement&)>& bind,
                     const std::function<void(const Statement&)>& row = {}) {
        auto statement = db.prepare(sql);
        if (!statement) return std::unexpected(statement.error());
        if (bind) bind(*statement);
        int code = 0;
        while ((code = statement->step()) == SQLITE_ROW)
            if (row) row(*statement);
        if (code != SQLITE_DONE) return std::unexpected(db.error("use it"));
        return {};
    }
    template <class T>
    Result<std::vector<T>> rows(std::string_view sql, T (*read)(const Statement&),
                                const std::function<void(Statement&)>& bind = {}) {
        std::vector<T> found;
        auto asked = ask(sql, bind, [&](const Statement& s) { found.push_back(read(s)); });
        if (!asked) return std::unexpected(asked.error());
        return found;
    }
    template <class T>
    Result<std::optional<T>> row(std::string_view sql, T (*read)(const Statement&),
                                 const std::function<void(Statement&)>& bind) {
        auto found = rows<T>(sql, read, bind);
        if (!found) return std::unexpected(found.error());
        return found->empty() ? std::optional<T>() : std::optional<T>(std::move(found->front()));
    }
};

bool may_be_called(std::string_view name) {
    if (name.empty() || name.size() > 32 || name[0] < 'a' || name[0] > 'z') return false;
    return name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789._-") == name.npos;
}

People::People(std::unique_ptr<Store> store) : store_(std::move(store)) {}
People::~People() = default;

Result<std::unique_ptr<People>> People::open(const std::string& path) {
    if (auto made = make_private(path); !made) return std::unexpected(made.error());
    auto opened = Database::open(path, Database::Open::to_write);
    if (!opened) return std::unexpected(opened.error());
    auto store = std::make_unique<Store>();
    store->db = std::move(*opened);
    Database& db = store->db;
    if (auto set = db.run("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL"); !set)
        return std::unexpected(set.error());
    auto begun = history::Transaction::begin(db);
    if (!begun) return std::unexpected(begun.error());
    const auto id = db.one_whole("PRAGMA application_id"),
               version = db.one_whole("PRAGMA user_version"),
               tables = db.one_whole("SELECT count(*) FROM sqlite_schema");
    for (const auto* got : {&id, &version, &tables})
        if (!*got) return std::unexpected(got->error());
    if (*tables == 0) {
        const std::string sql =
            fmt::format("{} PRAGMA application_id = {}; PRAGMA user_version = {}", kTables,
                        kApplicationId, kVersion);
        if (auto made = db.run(sql.c_str()); !made) return std::unexpected(made.error());
    } else if (*id != kApplicationId || *version != kVersion) {
        return fail(
            fmt::format("{}: these are not the people of a desk of this version; put the "
                        "file aside, and the next start makes a new admin",
                        path));
    }
    if (auto done = begun->commit(); !done) return std::unexpected(done.error());
    return std::unique_ptr<People>(new People(std::move(store)));
}

Result<std::optional<Person>> People::find(std::string_view name) {
    return store_->row<Person>(fmt::format("{} WHERE name = ?1", kPerson), person_of,
                               [&](Statement& s) { s.bind(1, name); });
}

Result<std::vector<Person>> People::all() {
    return store_->rows<Person>(fmt::format("{} ORDER BY name", kPerson), person_of);
}

Result<void> People::add(const Person& p) {
    auto before = find(p.name);
    if (!before) return std::unexpected(before.error());
    if (*before) return fail(fmt::format("somebody is called {} already", p.name));
    return store_->ask(
        "INSERT INTO people VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, NULL, 1)",
        [&](Statement& s) {
            s.bind(1, std::string_view(p.name));
            s.bind(2, text(p.rights.role));
            s.bind(3, std::int64_t{p.rights.approve});
            s.bind(4, std::int64_t{p.rights.release});
            s.bind(5, std::int64_t{p.disabled});
            s.bind(6, std::int64_t{p.must_change});
            s.bind(7, std::string_view(p.hash));
            s.bind(8, p.created.ns);
            s.bind(9, p.password_at.ns);
            s.bind_if(10, p.password_until, [](Nanos at) { return at.ns; });
        });
}

Result<bool> People::another_admin(std::string_view name) {
    std::int64_t n = 0;
    auto asked = store_->ask(
        "SELECT count(*) FROM people WHERE name <> ?1 AND role = 'admin' AND disabled = 0",
        [&](Statement& s) { s.bind(1, name); }, [&](const Statement& s) { n = s.whole(0); });
    if (!asked) return std::unexpected(asked.error());
    return n > 0;
}

Result<void> People::change(std::string_view name, const Rights& rights, bool disabled) {
    if (rights.role != Role::admin || disabled) {
        auto before = find(name);
        if (!before) return std::unexpected(before.error());
        auto other = another_admin(name);
        if (!other) return std::unexpected(other.error());
        if (*before && (*before)->rights.role == Role::admin && !(*before)->disabled && !*other)
            return fail(fmt::format("{} is the last admin; make another one first", name));
    }
    return store_->ask(
        "UPDATE people SET role = ?2, approve = ?3, release = ?4, disabled = ?5, "
        "generation = generation + 1 WHERE name = ?1",
        [&](Statement& s) {
            s.bind(1, name);
            s.bind(2, text(rights.role));
            s.bind(3, std::int64_t{rights.approve});
            s.bind(4, std::int64_t{rights.release});
            s.bind(5, std::int64_t{disabled});
        });
}

Result<void> People::set_password(std::string_view name, const std::string& hash, Nanos at,
                                  std::optional<Nanos> until) {
    return store_->ask(
        "UPDATE people SET hash = ?2, password_at = ?3, password_until = ?4, must_change = ?5, "
        "generation = generation + 1 WHERE name = ?1",
        [&](Statement& s) {
            s.bind(1, name);
            s.bind(2, std::string_view(hash));
            s.bind(3, at.ns);
            s.bind_if(4, until, [](Nanos t) { return t.ns; });
            s.bind(5, std::int64_t{until.has_value()});
        });
}

Result<void> People::rehash(std::string_view name, const std::string& before,
                            const std::string& hash) {
    return store_->ask("UPDATE people SET hash = ?3 WHERE name = ?1 AND hash = ?2",
                       [&](Statement& s) {
                           s.bind(1, name);
                           s.bind(2, std::string_view(before));
                           s.bind(3, std::string_view(hash));
                       });
}

Result<void> People::logged_in(std::string_view name, Nanos at) {
    return store_->ask("UPDATE people SET last_login = ?2 WHERE name = ?1", [&](Statement& s) {
        s.bind(1, name);
        s.bind(2, at.ns);
    });
}

Result<Token> People::add_token(Token t, const std::string& sha256) {
    auto put = store_->ask("INSERT INTO tokens VALUES(NULL, ?1, ?2, ?3, ?4, ?5, ?6, NULL, 0)",
                           [&](Statement& s) {
                               s.bind(1, std::string_view(t.owner));
                               s.bind(2, std::string_view(t.name));
                               s.bind(3, text(t.role));
                               s.bind(4, std::string_view(sha256));
                               s.bind(5, t.created.ns);
                               s.bind(6, t.expires.ns);
                           });
    if (!put) return std::unexpected(put.error());
    t.id = static_cast<std::uint64_t>(sqlite3_last_insert_rowid(store_->db.handle()));
    return t;
}

Result<std::optional<Token>> People::token_of(const std::string& sha256) {
    return store_->row<Token>(fmt::format("{} WHERE sha256 = ?1", kToken), token_of_row,
                              [&](Statement& s) { s.bind(1, std::string_view(sha256)); });
}

Result<std::optional<Token>> People::token(std::uint64_t id) {
    return store_->row<Token>(fmt::format("{} WHERE id = ?1", kToken), token_of_row,
                              [&](Statement& s) { s.bind(1, static_cast<std::int64_t>(id)); });
}

Result<std::vector<Token>> People::tokens(std::optional<std::string_view> owner) {
    if (!owner)
        return store_->rows<Token>(fmt::format("{} ORDER BY id DESC LIMIT 1000", kToken),
                                   token_of_row);
    return store_->rows<Token>(
        fmt::format("{} WHERE owner = ?1 ORDER BY id DESC LIMIT 1000", kToken), token_of_row,
        [&](Statement& s) { s.bind(1, *owner); });
}

Result<void> People::revoke(std::uint64_t id) {
    return store_->ask("UPDATE tokens SET revoked = 1 WHERE id = ?1",
                       [&](Statement& s) { s.bind(1, static_cast<std::int64_t>(id)); });
}

Result<void> People::used(std::uint64_t id, Nanos at) {
    return store_->ask("UPDATE tokens SET last_used = ?2 WHERE id = ?1", [&](Statement& s) {
        s.bind(1, static_cast<std::int64_t>(id));
        s.bind(2, at.ns);
    });
}

}  // namespace assay::people
