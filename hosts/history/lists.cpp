// Executions, decisions, parents, scores, configurations and health, as they were written.
#include <algorithm>
#include <charconv>
#include <optional>

#include "hosts/history/measured_bytes.h"
#include "hosts/history/store.h"
#include "hosts/history/words.h"

namespace assay::history {
namespace {

// The version of the tables from which on executions say what they were worth.
constexpr std::int64_t kMeasuresExecutions = 3;

// And from which on parents that were refused are kept.
constexpr std::int64_t kKeepsRejections = 4;

// The same of one LP said before of the same order, on either of its sessions: an ExecID may come
// again after a day, and with other content it is no repetition.
constexpr std::string_view kRepeats =
    "(SELECT b.seq FROM executions b WHERE b.cl_ord_id = executions.cl_ord_id AND b.lp = "
    "executions.lp AND b.exec_id = executions.exec_id AND b.exec_type = executions.exec_type AND "
    "b.last_qty IS executions.last_qty AND b.last_px IS executions.last_px AND b.capture_ns > "
    "executions.capture_ns - 86400000000000 AND (b.capture_ns, b.place, b.seq) < "
    "(executions.capture_ns, executions.place, executions.seq) AND executions.exec_id <> '' AND "
    "executions.cl_ord_id <> '' AND executions.msg_type = '8' AND b.msg_type = '8' ORDER BY "
    "b.capture_ns LIMIT 1)";

// Where a page ended: the time, place and number of its last row; or its number alone.
struct Cursor {
    std::int64_t at{}, place{}, id{};
};
std::string text_of(Cursor c) {
    return fmt::format("{}.{}.{}", c.at, c.place, c.id);
}
Result<std::optional<Cursor>> cursor_of(std::string_view text) {
    if (text.empty()) return std::optional<Cursor>();
    Cursor c;
    const char* at = text.data();
    const char* const end = text.data() + text.size();
    bool good = true;
    for (std::int64_t* part : {&c.at, &c.place, &c.id}) {
        const auto [behind, bad] = std::from_chars(at, end, *part);
        good = good && bad == std::errc() &&
               (part == &c.id ? behind == end : behind != end && *behind == '.');
        at = behind == end ? end : behind + 1;
    }
    if (good) return std::optional(c);
    return fail(
        fmt::format("\"{}\" is no cursor: give the one that came with the last page, or "
                    "none for the first page",
                    text));
}

Result<std::uint32_t> limit_of(std::uint32_t limit) {
    if (limit == 0 || limit > History::kMostRows)
        return fail(fmt::format("a page has 1 to {} rows", History::kMostRows));
    return limit;
}

// WHERE ... AND ..., with values for ?1, ?2 ...
class Where {
  public:
    void is(const char* column, const std::string& text) {
        if (!text.empty()) add(fmt::format("{} = ", column), text);
    }
    void add(std::string condition, std::string_view text) {
        values_.push_back({text, 0, true});
        note(std::move(condition));
    }
    void add(std::string condition, std::int64_t v) {
        values_.push_back({{}, v, false});
        note(std::move(condition));
    }
    void plain(std::string_view condition) { text_ += fmt::format("{} {}", word(), condition); }
    // Several values at once: (a, b, c) > (?, ?, ?); backwards, below them.
    void after(Cursor c, bool backwards = false) {
        for (const std::int64_t v : {c.at, c.place, c.id}) values_.push_back({{}, v, false});
        text_ += fmt::format("{} (capture_ns, place, seq) {} (?{}, ?{}, ?{})", word(),
                             backwards ? '<' : '>', values_.size() - 2, values_.size() - 1,
                             values_.size());
    }
    const std::string& text() const { return text_; }
    void bind(Statement& s) const {
        int at = 1;
        for (const Value& v : values_) {
            if (v.is_text)
                s.bind(at++, v.text);
            else
                s.bind(at++, v.whole);
        }
    }

  private:
    struct Value {
        std::string_view text;
        std::int64_t whole;
        bool is_text;
    };
    const char* word() const { return text_.empty() ? " WHERE" : " AND"; }
    void note(std::string condition) {
        text_ += fmt::format("{} {}?{}", word(), condition, values_.size());
    }
    std::string text_;
    std::vector<Value> values_;
};

std::optional<Qty> qty(const Statement& s, int column) {
    return s.null(column) ? std::nullopt : std::optional(Qty{s.whole(column)});
}
std::optional<Price> price(const Statement& s, int column) {
    return s.null(column) ? std::nullopt : std::optional(Price{s.whole(column)});
}
std::optional<std::uint64_t> number_at(const Statement& s, int column) {
    return s.null(column) ? std::nullopt
                          : std::optional(static_cast<std::uint64_t>(s.whole(column)));
}
std::string name(const Statement& s, int column) {
    return std::string(s.text(column));
}

// `measured`: the table has columns for it, as every one has that this program wrote to.
ExecutionRow execution(const Statement& s, bool measured) {
    return {
        .seq = s.whole(0),
        .capture_ns = {s.whole(1)},
        .place = s.whole(24),
        .session = name(s, 2),
        .direction = direction_of(s.text(3)),
        .lp = name(s, 4),
        .symbol = name(s, 5),
        .side = side_of(s.text(6)),
        .msg_type = name(s, 7),
        .exec_type = name(s, 8),
        .ord_status = name(s, 9),
        .cl_ord_id = name(s, 10),
        .orig_cl_ord_id = name(s, 11),
        .order_id = name(s, 12),
        .exec_id = name(s, 13),
        .order_qty = qty(s, 14),
        .last_qty = qty(s, 16),
        .cum_qty = qty(s, 18),
        .leaves_qty = qty(s, 19),
        .price = price(s, 15),
        .last_px = price(s, 17),
        .parent = number_at(s, 20),
        .child = number_at(s, 21),
        .price_improvement_bps = measured ? s.real_if(25) : std::nullopt,
        .effective_spread_bps = measured ? s.real_if(26) : std::nullopt,
        .latency = measured && !s.null(27) ? std::optional(Duration{s.whole(27)}) : std::nullopt,
        .repeats = s.whole_if(measured ? 28 : 25),
        .text = name(s, 22),
        .bytes = name(s, 23)};
}

DecisionRow decision_row(const Statement& s) {
    return {static_cast<std::uint64_t>(s.whole(0)),
            {s.whole(1)},
            static_cast<std::uint64_t>(s.whole(2)),
            name(s, 3),
            name(s, 4),
            name(s, 5)};
}

ParentRow parent_row(const Statement& s) {
    return {.id = static_cast<std::uint64_t>(s.whole(0)),
            .at = {s.whole(1)},
            .ended = s.null(2) ? std::nullopt : std::optional(Nanos{s.whole(2)}),
            .symbol = name(s, 3),
            .state = name(s, 5),
            .side = side_of(s.text(4)),
            .qty = {s.whole(6)},
            .cum = {s.whole(7)},
            .avg_px = price(s, 8),
            .shortfall_bps = s.real_if(9),
            .bytes = name(s, 10),
            .vwap_slippage_bps = s.real_if(11)};
}

RejectionRow rejection_row(const Statement& s) {
    return {.seq = s.whole(0),
            .n = s.whole(1),
            .at = {s.whole(2)},
            .session = name(s, 3),
            .cl_ord_id = name(s, 4),
            .symbol = name(s, 5),
            .side = side_of(s.text(6)),
            .qty = qty(s, 7),
            .text = name(s, 8)};
}

ScoreRow score_row(const Statement& s) {
    const auto rank = s.whole_if(9);
    return {.at = {s.whole(4)},
            .profile = name(s, 0),
            .symbol = name(s, 1),
            .size = name(s, 2),
            .regime = name(s, 3),
            .lp = name(s, 5),
            .composite = s.real_if(6),
            .lcb = s.real_if(7),
            .sd = s.real_if(8),
            .rank = rank ? std::optional(static_cast<int>(*rank)) : std::nullopt,
            .priors_version = static_cast<std::uint64_t>(s.whole(10)),
            .config_version = name(s, 11)};
}

// The rows of the last time in [earliest, at) that the place has any.
Result<void> last_standing(Statement& rows, Database& db, const ScorePlace& place, Nanos earliest,
                           Nanos at, std::vector<ScoreRow>& out) {
    rows.reset();
    rows.bind(1, std::string_view(place.profile));
    rows.bind(2, std::string_view(place.symbol));
    rows.bind(3, std::string_view(place.size));
    rows.bind(4, std::string_view(place.regime));
    rows.bind(5, earliest.ns);
    rows.bind(6, at.ns);
    int code = SQLITE_ROW;
    std::optional<std::int64_t> when;
    while ((code = rows.step()) == SQLITE_ROW) {
        if (when && *when != rows.whole(4)) return {};
        when = rows.whole(4);
        out.push_back(score_row(rows));
    }
    if (code != SQLITE_DONE) return std::unexpected(db.error("read scores"));
    return {};
}

// By the table's own order, so that each asks for what it shows and no more.
constexpr std::string_view kNewestScores =
    "SELECT * FROM scores WHERE profile = ?1 AND symbol = ?2 AND size = ?3 AND regime = ?4 AND "
    "at_ns >= ?5 AND at_ns < ?6 ORDER BY at_ns DESC, lp DESC";

// A page of `sql`, with one row more to know whether there are any behind it.
template <class Row, class Read, class At>
Result<Page<Row>> page(Database& db, std::string sql, const Where& where, std::string_view order,
                       std::uint32_t limit, Read read, At at) {
    sql += where.text();
    sql += fmt::format(" ORDER BY {} LIMIT {}", order, limit + 1);
    auto rows = db.prepare(sql);
    if (!rows) return std::unexpected(rows.error());
    where.bind(*rows);
    Page<Row> out;
    int code = SQLITE_ROW;
    while ((code = rows->step()) == SQLITE_ROW) {
        if (out.rows.size() == limit) {
            out.next = text_of(at(out.rows.back()));
            return out;
        }
        out.rows.push_back(read(*rows));
    }
    if (code != SQLITE_DONE) return std::unexpected(db.error("read rows"));
    return out;
}

}  // namespace

Result<Page<ExecutionRow>> History::executions(const ExecutionQuery& q) {
    const auto limit = limit_of(q.limit);
    if (!limit) return std::unexpected(limit.error());
    const auto cursor = cursor_of(q.cursor);
    if (!cursor) return std::unexpected(cursor.error());
    Where where;
    where.is("lp", q.lp);
    where.is("symbol", q.symbol);
    where.is("cl_ord_id", q.cl_ord_id);
    where.is("exec_type", q.exec_type);
    where.is("msg_type", q.msg_type);
    if (q.parent) where.add("parent = ", static_cast<std::int64_t>(*q.parent));
    if (q.child) where.add("child = ", static_cast<std::int64_t>(*q.child));
    if (q.trades) where.plain(fmt::format("exec_type IN ('F', 'G', 'H') AND {} IS NULL", kRepeats));
    if (q.from) where.add("capture_ns >= ", q.from->ns);
    if (q.to) where.add("capture_ns < ", q.to->ns);
    if (*cursor) where.after(**cursor, q.newest_first);
    std::lock_guard lock(store_->asking);
    const auto version = store_->reads->one_whole("PRAGMA user_version");
    if (!version) return std::unexpected(version.error());
    return page<ExecutionRow>(
        *store_->reads, fmt::format("SELECT *, {} FROM executions", kRepeats), where,
        q.newest_first ? "capture_ns DESC, place DESC, seq DESC" : "capture_ns, place, seq", *limit,
        [&](const Statement& s) { return execution(s, *version >= kMeasuresExecutions); },
        [](const ExecutionRow& r) { return Cursor{r.capture_ns.ns, r.place, r.seq}; });
}

Result<std::optional<DecisionRow>> History::decision(std::uint64_t id) {
    Where where;
    where.add("id = ", static_cast<std::int64_t>(id));
    std::lock_guard lock(store_->asking);
    auto one = page<DecisionRow>(*store_->reads, "SELECT * FROM decisions", where, "id", 1,
                                 decision_row, [](const auto&) { return Cursor{}; });
    if (!one) return std::unexpected(one.error());
    return one->rows.empty() ? std::nullopt : std::optional(std::move(one->rows.front()));
}

Result<Page<DecisionRow>> History::decisions(std::optional<std::uint64_t> parent,
                                             std::uint32_t limit, std::string cursor) {
    const auto most = limit_of(limit);
    if (!most) return std::unexpected(most.error());
    const auto from = cursor_of(cursor);
    if (!from) return std::unexpected(from.error());
    Where where;
    if (parent) where.add("parent = ", static_cast<std::int64_t>(*parent));
    if (*from) where.add("id > ", (*from)->id);
    std::lock_guard lock(store_->asking);
    return page<DecisionRow>(
        *store_->reads, "SELECT * FROM decisions", where, "id", *most, decision_row,
        [](const DecisionRow& r) { return Cursor{0, 0, static_cast<std::int64_t>(r.id)}; });
}

Result<Page<DecisionRow>> History::decisions_between(Nanos from, Nanos to, std::uint32_t limit,
                                                     std::string cursor) {
    const auto most = limit_of(limit);
    if (!most) return std::unexpected(most.error());
    const auto behind = cursor_of(cursor);
    if (!behind) return std::unexpected(behind.error());
    std::lock_guard lock(store_->asking);
    Database& db = *store_->reads;
    // The first number of the time: there is no index by time, and rows are large.
    auto probe = db.prepare("SELECT id, at_ns FROM decisions WHERE id >= ?1 ORDER BY id LIMIT 1");
    if (!probe) return std::unexpected(probe.error());
    std::int64_t low = 0, high = INT64_MAX;  // the number sought is in [low, high]
    while (low < high) {
        const std::int64_t middle = low + (high - low) / 2;
        probe->reset();
        probe->bind(1, middle);
        const int code = probe->step();
        if (code != SQLITE_ROW && code != SQLITE_DONE)
            return std::unexpected(db.error("read decisions"));
        if (code == SQLITE_DONE || probe->whole(1) >= from.ns)
            high = middle;
        else
            low = probe->whole(0) + 1;
    }
    probe->reset();
    Where where;
    where.add("id >= ", low);
    where.add("at_ns < ", to.ns);
    if (*behind) where.add("id > ", (*behind)->id);
    return page<DecisionRow>(
        db, "SELECT * FROM decisions", where, "id", *most, decision_row,
        [](const DecisionRow& r) { return Cursor{0, 0, static_cast<std::int64_t>(r.id)}; });
}

Result<Page<ParentRow>> History::parents(std::uint32_t limit, std::string cursor) {
    const auto most = limit_of(limit);
    if (!most) return std::unexpected(most.error());
    const auto from = cursor_of(cursor);
    if (!from) return std::unexpected(from.error());
    Where where;
    if (*from) where.add("id > ", (*from)->id);
    std::lock_guard lock(store_->asking);
    return page<ParentRow>(
        *store_->reads, "SELECT * FROM parents", where, "id", *most, parent_row,
        [](const ParentRow& r) { return Cursor{0, 0, static_cast<std::int64_t>(r.id)}; });
}

Result<std::optional<ParentRow>> History::parent(std::uint64_t id) {
    Where where;
    where.add("id = ", static_cast<std::int64_t>(id));
    std::lock_guard lock(store_->asking);
    auto one = page<ParentRow>(*store_->reads, "SELECT * FROM parents", where, "id", 1, parent_row,
                               [](const auto&) { return Cursor{}; });
    if (!one) return std::unexpected(one.error());
    return one->rows.empty() ? std::nullopt : std::optional(std::move(one->rows.front()));
}

Result<Page<RejectionRow>> History::rejections(const RejectionQuery& q) {
    const auto limit = limit_of(q.limit);
    if (!limit) return std::unexpected(limit.error());
    const auto cursor = cursor_of(q.cursor);
    if (!cursor) return std::unexpected(cursor.error());
    Where where;
    where.is("session", q.session);
    if (q.from) where.add("at_ns >= ", q.from->ns);
    if (q.to) where.add("at_ns < ", q.to->ns);
    std::lock_guard lock(store_->asking);
    // A file of an older program that nobody has written to since has none.
    const auto version = store_->reads->one_whole("PRAGMA user_version");
    if (!version) return std::unexpected(version.error());
    if (*version < kKeepsRejections) return Page<RejectionRow>{};
    if (*cursor) where.plain(fmt::format("(seq, n) > ({}, {})", (*cursor)->id, (*cursor)->place));
    return page<RejectionRow>(*store_->reads, "SELECT * FROM rejections", where, "seq, n", *limit,
                              rejection_row,
                              [](const RejectionRow& r) { return Cursor{r.at.ns, r.n, r.seq}; });
}

Result<std::vector<ScoreRow>> History::scores(const ScoreQuery& q) {
    Where where;
    where.is("profile", q.profile);
    where.is("symbol", q.symbol);
    where.is("lp", q.lp);
    where.add("at_ns >= ", q.from.ns);
    where.add("at_ns < ", q.to.ns);
    std::lock_guard lock(store_->asking);
    auto rows = page<ScoreRow>(*store_->reads, "SELECT * FROM scores", where,
                               "at_ns, profile, symbol, size, regime, lp", q.limit, score_row,
                               [](const auto&) { return Cursor{}; });
    if (!rows) return std::unexpected(rows.error());
    if (!rows->next.empty())
        return fail(
            fmt::format("there are more than {} such scores; ask for one profile, symbol "
                        "or LP, or for a shorter time",
                        q.limit));
    return std::move(rows->rows);
}

Result<std::vector<ScoreRow>> History::standing_before(const ScorePlace& place, Nanos earliest,
                                                       Nanos at) {
    std::lock_guard lock(store_->asking);
    Database& db = *store_->reads;
    auto rows = db.prepare(kNewestScores);
    if (!rows) return std::unexpected(rows.error());
    std::vector<ScoreRow> out;
    if (auto read = last_standing(*rows, db, place, earliest, at, out); !read)
        return std::unexpected(read.error());
    std::ranges::reverse(out);
    return out;
}

Result<std::vector<ScoreRow>> History::score_line(const ScorePlace& place, Nanos from, Nanos to,
                                                  std::uint32_t points) {
    std::vector<ScoreRow> out;
    if (points == 0 || to <= from) return out;
    const std::int64_t part = std::max<std::int64_t>((to - from).ns / points, 1);
    std::lock_guard lock(store_->asking);
    Database& db = *store_->reads;
    auto rows = db.prepare(kNewestScores);
    if (!rows) return std::unexpected(rows.error());
    for (Nanos at = from; at < to; at.ns += part)
        if (auto read = last_standing(*rows, db, place, at, std::min(Nanos{at.ns + part}, to), out);
            !read)
            return std::unexpected(read.error());
    return out;
}

Result<std::vector<ConfigRow>> History::configs() {
    std::lock_guard lock(store_->asking);
    auto rows = page<ConfigRow>(
        *store_->reads, "SELECT * FROM configs", {}, "at_ns, version", 1'000'000,
        [](const Statement& s) { return ConfigRow{name(s, 0), {s.whole(1)}, name(s, 2)}; },
        [](const auto&) { return Cursor{}; });
    if (!rows) return std::unexpected(rows.error());
    return std::move(rows->rows);
}

Result<std::vector<ConfigChangeRow>> History::config_changes() {
    std::lock_guard lock(store_->asking);
    // A file of an older program that nobody has written to since has none.
    const auto version = store_->reads->one_whole("PRAGMA user_version");
    if (!version) return std::unexpected(version.error());
    if (*version < 2) return std::vector<ConfigChangeRow>();
    auto rows = page<ConfigChangeRow>(
        *store_->reads, "SELECT * FROM config_changes", {}, "at_ns, version", 1'000'000,
        [](const Statement& s) {
            return ConfigChangeRow{{s.whole(0)}, name(s, 1), name(s, 2), name(s, 3), name(s, 4)};
        },
        [](const auto&) { return Cursor{}; });
    if (!rows) return std::unexpected(rows.error());
    return std::move(rows->rows);
}

Result<std::vector<HealthRow>> History::health(Nanos from, Nanos to) {
    Where where;
    where.add("minute >= ", first_minute(from));
    where.add("minute < ", end_minute(to));
    std::lock_guard lock(store_->asking);
    Database& db = *store_->reads;
    auto rows = db.prepare("SELECT minute, name, value FROM health" + where.text() +
                           " ORDER BY minute, name");
    if (!rows) return std::unexpected(rows.error());
    where.bind(*rows);
    std::vector<HealthRow> out;
    int code = SQLITE_ROW;
    while ((code = rows->step()) == SQLITE_ROW) {
        if (out.empty() || out.back().minute != rows->whole(0)) out.push_back({rows->whole(0), {}});
        out.back().counters.emplace_back(name(*rows, 1), rows->whole(2));
    }
    if (code != SQLITE_DONE) return std::unexpected(db.error("read health"));
    return out;
}

Result<void> History::each_row(Level level, Nanos from, Nanos to,
                               const std::function<bool(const MinuteRow&)>& each) {
    std::lock_guard lock(store_->asking);
    Database& db = *store_->reads;
    if (auto read = store_->cells.refresh(db); !read) return read;
    auto rows =
        db.prepare(fmt::format("SELECT id, sums, latencies, fees_known FROM {} WHERE id >= "
                               "?1 AND id < ?2 ORDER BY id",
                               table_of(level)));
    if (!rows) return std::unexpected(rows.error());
    // Minutes that a number has room for.
    constexpr std::int64_t kMost = INT64_MAX >> 32;
    const auto within = [&](std::int64_t m) { return std::clamp(m, -kMost, kMost); };
    rows->bind(1, row_id(within(first_minute(from)), 0));
    rows->bind(2, row_id(within(end_minute(to)), 0));
    int code = SQLITE_ROW;
    while ((code = rows->step()) == SQLITE_ROW) {
        const std::int64_t id = rows->whole(0);
        // A cell that came after they were read: its rows are part of the next answer.
        if (cell_of(id) >= store_->cells.size()) continue;
        MinuteRow row;
        row.minute = minute_of(id);
        row.cell = store_->cells[cell_of(id)];
        row.measured.fees_known = rows->whole(3) != 0;
        if (!add(rows->text(1), row.measured.sums) || !add_sketches(rows->text(2), row.measured))
            return fail(
                fmt::format("{}: row {} of {} is damaged; restore a copy of the file, or "
                            "write it again from the journal",
                            db.path(), id, table_of(level)));
        if (!each(row)) return {};
    }
    if (code != SQLITE_DONE) return std::unexpected(db.error("read rows of sums"));
    return {};
}

Result<std::vector<TableFacts>> History::tables() {
    struct Table {
        const char* name;
        const char* time;  // ns
    };
    static constexpr Table kTables[] = {{"executions", "capture_ns"},
                                        {"minutes", "(id >> 32) * 60000000000"},
                                        {"quarters", "(id >> 32) * 60000000000"},
                                        {"days", "(id >> 32) * 60000000000"},
                                        {"scores", "at_ns"},
                                        {"decisions", "at_ns"},
                                        {"parents", "at_ns"},
                                        {"rejections", "at_ns"},
                                        {"configs", "at_ns"},
                                        {"config_changes", "at_ns"},
                                        {"health", "minute * 60000000000"}};
    std::lock_guard lock(store_->asking);
    Database& db = *store_->reads;
    std::vector<TableFacts> out;
    const auto version = db.one_whole("PRAGMA user_version");
    if (!version) return std::unexpected(version.error());
    for (const Table& t : kTables) {
        if (*version < 2 && std::string_view(t.name) == "config_changes") continue;
        if (*version < kKeepsRejections && std::string_view(t.name) == "rejections") continue;
        auto row =
            db.prepare(fmt::format("SELECT count(*), min({0}), max({0}) FROM {1}", t.time, t.name));
        if (!row) return std::unexpected(row.error());
        if (row->step() != SQLITE_ROW) return std::unexpected(db.error("count its rows"));
        const auto first = row->whole_if(1), last = row->whole_if(2);
        out.push_back({t.name, static_cast<std::uint64_t>(row->whole(0)),
                       first ? std::optional(Nanos{*first}) : std::nullopt,
                       last ? std::optional(Nanos{*last}) : std::nullopt});
    }
    return out;
}

}  // namespace assay::history
