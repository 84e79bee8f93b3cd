// What is older than the configuration keeps.
#include "hosts/history/store.h"

namespace assay::history {
namespace {

Result<std::uint64_t> remove(Database& db, const std::string& sql) {
    if (auto done = db.run(sql.c_str()); !done) return std::unexpected(done.error());
    return static_cast<std::uint64_t>(sqlite3_changes64(db.handle()));
}

}  // namespace

void History::keep(const HistoryConfig& config) {
    store_->config = config;
}

Result<Pruned> History::prune(Nanos now) {
    if (!store_->writes) return fail("this history was opened to be asked only");
    Database& db = *store_->writes;
    const HistoryConfig& c = store_->config;
    auto all = Transaction::begin(db);
    if (!all) return std::unexpected(all.error());
    Pruned out;
    // The first day that is kept; whole days, so that no quarter and no day loses a part of itself.
    const auto first_day = [&](std::uint32_t days) { return utc_day(now) - std::int64_t{days}; };

    const std::uint32_t kept[] = {c.minute_days, c.quarter_days, c.day_days};
    std::uint64_t* const counts[] = {&out.minutes, &out.quarters, &out.days};
    for (const Level level : {Level::minute, Level::quarter, Level::day}) {
        const auto i = static_cast<std::size_t>(level);
        if (kept[i] == 0) continue;
        const std::int64_t from = first_day(kept[i]) * 1440;
        const auto before = Store::meta(db, kKeptFrom[i]);
        if (!before) return std::unexpected(before.error());
        if (*before && **before >= from) continue;
        const auto n = remove(
            db, fmt::format("DELETE FROM {} WHERE id < {}", table_of(level), row_id(from, 0)));
        if (!n) return std::unexpected(n.error());
        *counts[i] = *n;
        // Nothing was lost so far: whoever imports older logs later may still do so.
        if (*n == 0 && !*before) continue;
        if (auto put = store_->set_meta(kKeptFrom[i], from); !put)
            return std::unexpected(put.error());
    }
    struct Rows {
        const char* table;
        const char* time;
        std::uint32_t days;
        std::uint64_t* count;
        bool minutes;
    };
    const Rows rows[] = {{"executions", "capture_ns", c.execution_days, &out.executions, false},
                         {"scores", "at_ns", c.score_days, &out.scores, false},
                         {"decisions", "at_ns", c.decision_days, &out.decisions, false},
                         {"rejections", "at_ns", c.decision_days, &out.rejections, false},
                         {"parents", "at_ns", c.decision_days, &out.parents, false},
                         {"health", "minute", c.health_days, &out.health, true}};
    for (const Rows& r : rows) {
        if (r.days == 0) continue;
        const std::int64_t from = first_day(r.days) * (r.minutes ? 1440 : kDay.ns);
        const auto n =
            remove(db, fmt::format("DELETE FROM {} WHERE {} < {}", r.table, r.time, from));
        if (!n) return std::unexpected(n.error());
        *r.count = *n;
    }
    if (auto done = all->commit(); !done) return std::unexpected(done.error());
    return out;
}

}  // namespace assay::history
