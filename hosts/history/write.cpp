// A batch into the tables, and the sums of quarters and days that follow from it.
#include <functional>
#include <limits>

#include "core/units/decimal.h"
#include "hosts/history/measured_bytes.h"
#include "hosts/history/store.h"
#include "hosts/history/words.h"

namespace assay::history {
namespace {

constexpr auto micro = [](Qty q) { return q.micro; };
constexpr auto nano = [](Price p) { return p.nano; };
constexpr auto ns = [](Nanos at) { return at.ns; };
constexpr auto number = [](std::uint64_t n) { return static_cast<std::int64_t>(n); };

// Columns for people; what is exact stands in `sums`. Quantities beyond 64 bits have none.
void bind_quantity(Statement& s, int at, Money micro_units) {
    if (micro_units > std::numeric_limits<std::int64_t>::max() ||
        micro_units < std::numeric_limits<std::int64_t>::min())
        s.bind_null(at);
    else
        s.bind(at, static_cast<std::int64_t>(micro_units));
}
void bind_money(Statement& s, int at, Money money) {
    s.bind(at, ratio(money, 1'000'000) * 1e-9);
}

}  // namespace

Result<void> History::Store::write_executions(const std::vector<ExecutionRow>& rows) {
    for (const ExecutionRow& r : rows) {
        Statement& s = put_execution;
        s.bind(1, r.seq);
        s.bind(2, r.capture_ns.ns);
        s.bind(3, std::string_view(r.session));
        s.bind(4, word(r.direction));
        s.bind(5, std::string_view(r.lp));
        s.bind(6, std::string_view(r.symbol));
        s.bind(7, word(r.side));
        s.bind(8, std::string_view(r.msg_type));
        s.bind(9, std::string_view(r.exec_type));
        s.bind(10, std::string_view(r.ord_status));
        s.bind(11, std::string_view(r.cl_ord_id));
        s.bind(12, std::string_view(r.orig_cl_ord_id));
        s.bind(13, std::string_view(r.order_id));
        s.bind(14, std::string_view(r.exec_id));
        s.bind_if(15, r.order_qty, micro);
        s.bind_if(16, r.price, nano);
        s.bind_if(17, r.last_qty, micro);
        s.bind_if(18, r.last_px, nano);
        s.bind_if(19, r.cum_qty, micro);
        s.bind_if(20, r.leaves_qty, micro);
        s.bind_if(21, r.parent, number);
        s.bind_if(22, r.child, number);
        s.bind(23, std::string_view(r.text));
        s.bind_blob(24, r.bytes);
        s.bind(25, r.place);
        s.bind_if(26, r.price_improvement_bps, std::identity());
        s.bind_if(27, r.effective_spread_bps, std::identity());
        s.bind_if(28, r.latency, [](Duration d) { return d.ns; });
        if (auto put = done(s, "write an execution"); !put) return put;
    }
    return {};
}

Result<void> History::Store::put(Level level, std::int64_t id, const Measured& m) {
    Statement& s = put_row[static_cast<std::size_t>(level)];
    const kpi::Sums& sums = m.sums;
    std::string bytes, sketches;
    save(sums, bytes);
    save_sketches(m, sketches);
    std::int64_t rejects = 0;
    for (const std::int64_t n : sums.n_rejected) rejects += n;
    s.bind(1, id);
    s.bind(2, sums.n_orders);
    s.bind(3, sums.n_fills);
    s.bind(4, rejects);
    bind_quantity(s, 5, sums.offered);
    bind_quantity(s, 6, sums.filled);
    bind_money(s, 7, sums.notional);
    bind_money(s, 8, sums.q_gain);
    bind_money(s, 9, sums.q_far);
    s.bind(10, std::int64_t{m.fees_known});
    s.bind_blob(11, bytes);
    s.bind_blob(12, sketches);
    return done(s, "write a row of sums");
}

Result<std::set<std::int64_t>> History::Store::roll_up(Level level,
                                                       const std::set<std::int64_t>& ids) {
    const Level below = static_cast<Level>(static_cast<int>(level) - 1);
    Statement& get = get_row[static_cast<std::size_t>(below)];
    const std::int64_t each = kMinutesOf[static_cast<std::size_t>(below)];
    const std::int64_t parts = kMinutesOf[static_cast<std::size_t>(level)] / each;
    std::set<std::int64_t> above;
    for (const std::int64_t id : ids) {
        Measured sum;
        for (std::int64_t i = 0; i < parts; ++i) {
            get.bind(1, id + ((i * each) << 32));
            const int code = get.step();
            if (code != SQLITE_ROW && code != SQLITE_DONE)
                return std::unexpected(writes->error("add up rows of sums"));
            const bool sound = code == SQLITE_DONE ||
                               (add(get.text(0), sum.sums) && add_sketches(get.text(1), sum));
            sum.fees_known = sum.fees_known || (code == SQLITE_ROW && get.whole(2) != 0);
            get.reset();
            if (!sound)
                return fail(
                    fmt::format("{}: row {} of {} is damaged; restore a copy of the file, "
                                "or write it again from the journal",
                                writes->path(), id + ((i * each) << 32), table_of(below)));
        }
        if (auto written = put(level, id, sum); !written) return std::unexpected(written.error());
        above.insert(
            row_id(begin_of(minute_of(id), Level::day), static_cast<std::int64_t>(cell_of(id))));
    }
    return above;
}

Result<void> History::Store::write_minutes(const std::vector<MinuteRow>& rows) {
    if (rows.empty()) return {};
    // Of a quarter whose other minutes are gone the sum would be wrong.
    const auto from = meta(*writes, kKeptFrom[0]);
    if (!from) return std::unexpected(from.error());
    std::set<std::int64_t> quarters;
    std::int64_t late = 0;
    for (const MinuteRow& r : rows) {
        if (*from && r.minute < **from) {
            ++late;
            continue;
        }
        const auto cell = written_cells.number(*writes, r.cell);
        if (!cell) return std::unexpected(cell.error());
        if (auto written = put(Level::minute, row_id(r.minute, *cell), r.measured); !written)
            return written;
        quarters.insert(row_id(begin_of(r.minute, Level::quarter), *cell));
    }
    const auto days = roll_up(Level::quarter, quarters);
    if (!days) return std::unexpected(days.error());
    if (auto rolled = roll_up(Level::day, *days); !rolled) return std::unexpected(rolled.error());
    if (late == 0) return {};
    const auto before = meta(*writes, kLateRows);
    if (!before) return std::unexpected(before.error());
    return set_meta(kLateRows, before->value_or(0) + late);
}

Result<void> History::Store::write(const Batch& batch) {
    auto all = Transaction::begin(*writes);
    if (!all) return std::unexpected(all.error());
    const auto through = meta(*writes, kThroughSeq);
    if (!through) return std::unexpected(through.error());
    if (auto put = write_executions(batch.executions); !put) return put;
    const bool older = batch.through_seq && *through && number(*batch.through_seq) < **through;
    if (!older)
        if (auto put = write_minutes(batch.minutes); !put) return put;
    for (const ScoreRow& r : batch.scores) {
        Statement& s = put_score;
        s.bind(1, std::string_view(r.profile));
        s.bind(2, std::string_view(r.symbol));
        s.bind(3, std::string_view(r.size));
        s.bind(4, std::string_view(r.regime));
        s.bind(5, r.at.ns);
        s.bind(6, std::string_view(r.lp));
        s.bind_if(7, r.composite, std::identity());
        s.bind_if(8, r.lcb, std::identity());
        s.bind_if(9, r.sd, std::identity());
        s.bind_if(10, r.rank, [](int rank) { return std::int64_t{rank}; });
        s.bind(11, number(r.priors_version));
        s.bind(12, std::string_view(r.config_version));
        if (auto put = done(s, "write a score"); !put) return put;
    }
    for (const DecisionRow& r : batch.decisions) {
        Statement& s = put_decision;
        s.bind(1, number(r.id));
        s.bind(2, r.at.ns);
        s.bind(3, number(r.parent));
        s.bind_blob(4, r.bytes);
        s.bind_blob(5, r.outcome);
        s.bind(6, std::string_view(r.words));
        if (auto put = done(s, "write a decision"); !put) return put;
    }
    for (const OutcomeRow& r : batch.outcomes) {
        put_outcome.bind(1, number(r.decision));
        put_outcome.bind_blob(2, r.bytes);
        if (auto put = done(put_outcome, "write what became of a decision"); !put) return put;
    }
    for (const RejectionRow& r : batch.rejections) {
        Statement& s = put_rejection;
        s.bind(1, r.seq);
        s.bind(2, r.n);
        s.bind(3, r.at.ns);
        s.bind(4, std::string_view(r.session));
        s.bind(5, std::string_view(r.cl_ord_id));
        s.bind(6, std::string_view(r.symbol));
        s.bind(7, word(r.side));
        s.bind_if(8, r.qty, micro);
        s.bind(9, std::string_view(r.text));
        if (auto put = done(s, "write a rejection"); !put) return put;
    }
    if (!older) {
        for (const ParentRow& r : batch.parents) {
            Statement& s = put_parent;
            s.bind(1, number(r.id));
            s.bind(2, r.at.ns);
            s.bind_if(3, r.ended, ns);
            s.bind(4, std::string_view(r.symbol));
            s.bind(5, word(r.side));
            s.bind(6, std::string_view(r.state));
            s.bind(7, r.qty.micro);
            s.bind(8, r.cum.micro);
            s.bind_if(9, r.avg_px, nano);
            s.bind_if(10, r.shortfall_bps, std::identity());
            s.bind_blob(11, r.bytes);
            s.bind_if(12, r.vwap_slippage_bps, std::identity());
            if (auto put = done(s, "write a parent"); !put) return put;
        }
        for (const HealthRow& r : batch.health)
            for (const auto& [name, value] : r.counters) {
                put_health.bind(1, r.minute);
                put_health.bind(2, std::string_view(name));
                put_health.bind(3, value);
                if (auto put = done(put_health, "write a counter"); !put) return put;
            }
    }
    if (batch.through_seq && !older)
        if (auto put = set_meta(kThroughSeq, number(*batch.through_seq)); !put) return put;
    return all->commit();
}

Result<void> History::write(const Batch& batch) {
    if (!store_->writes) return fail("this history was opened to be asked only");
    const std::size_t cells = store_->written_cells.size();
    auto written = store_->write(batch);
    if (!written) {
        store_->written_cells.forget_behind(cells);
        return std::unexpected(
            std::move(written.error()).in("history, nothing of this batch was written"));
    }
    return written;
}

// Durable when it returns, unlike telemetry.
Result<void> History::Store::put_durably(std::string_view sql, std::int64_t at,
                                         std::span<const std::string_view> texts) {
    if (!writes) return fail("this history was opened to be asked only");
    Database& db = *writes;
    if (auto full = db.run("PRAGMA synchronous = FULL"); !full) return full;
    const auto kept = [&]() -> Result<void> {
        auto put = db.prepare(sql);
        if (!put) return std::unexpected(put.error());
        put->bind(1, at);
        for (std::size_t i = 0; i < texts.size(); ++i) put->bind(static_cast<int>(i) + 2, texts[i]);
        if (put->step() != SQLITE_DONE) return std::unexpected(db.error("keep a configuration"));
        return {};
    }();
    if (auto normal = db.run("PRAGMA synchronous = NORMAL"); !normal) return normal;
    return kept;
}

Result<void> History::keep_config(const ConfigRow& config) {
    const std::string_view texts[] = {config.version, config.text};
    return store_->put_durably("INSERT INTO configs VALUES(?2, ?1, ?3) ON CONFLICT DO NOTHING",
                               config.at.ns, texts);
}

Result<void> History::keep_config_change(const ConfigChangeRow& change) {
    const std::string_view texts[] = {change.version, change.who, change.why, change.changed};
    return store_->put_durably(
        "INSERT INTO config_changes VALUES(?1, ?2, ?3, ?4, ?5) ON CONFLICT DO NOTHING",
        change.at.ns, texts);
}

Result<std::optional<std::uint64_t>> History::written_through() {
    const bool writes = store_->writes.has_value();
    const auto seq = Store::meta(writes ? *store_->writes : *store_->reads, kThroughSeq);
    if (!seq) return std::unexpected(seq.error());
    return *seq ? std::optional(static_cast<std::uint64_t>(**seq)) : std::nullopt;
}

}  // namespace assay::history
