#include "hosts/cli/history_export.h"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace assay::cli {
namespace {

using history::History;
using history::Level;

constexpr std::string_view kTables[] = {"executions", "minutes",        "quarters", "days",
                                        "scores",     "decisions",      "parents",  "rejections",
                                        "configs",    "config_changes", "health"};

std::string side_word(Side side) {
    return side == Side::buy ? "buy" : side == Side::sell ? "sell" : "";
}
std::string direction_word(fix::Direction d) {
    return d == fix::Direction::received ? "received" : d == fix::Direction::sent ? "sent" : "";
}
// As people read it.
std::string shown(std::string bytes) {
    std::replace(bytes.begin(), bytes.end(), '\x01', '|');
    return bytes;
}

constexpr const char* kNotWritten = "the output could not be written";

class Export {
  public:
    Export(std::FILE* file, RowsFormat format) : file_(file), format_(format) {}
    void begin(std::vector<std::string> columns) {
        out_.emplace(file_, format_, Terminal{}, std::move(columns));
    }
    bool row(const std::vector<Datum>& values) {
        good_ = out_->row(values);
        rows_ += good_;
        return good_;
    }
    Result<std::uint64_t> end() {
        if (!good_ || !out_->end()) return fail(kNotWritten);
        return rows_;
    }

  private:
    std::FILE* file_;
    RowsFormat format_;
    std::optional<RowsOutput> out_;
    std::uint64_t rows_{};
    bool good_{true};
};

Result<std::uint64_t> export_executions(History& h, Nanos from, Nanos to, Export out) {
    out.begin(execution_columns(false));
    history::ExecutionQuery q;
    q.from = from;
    q.to = to;
    q.limit = History::kMostRows;
    do {
        const auto page = h.executions(q);
        if (!page) return std::unexpected(page.error());
        for (const history::ExecutionRow& r : page->rows)
            if (!out.row(execution_data(r, false))) return fail(kNotWritten);
        q.cursor = page->next;
    } while (!q.cursor.empty());
    return out.end();
}

Result<std::uint64_t> export_sums(History& h, Level level, Nanos from, Nanos to, Export out) {
    std::vector<std::string> columns{"at", "lp", "symbol", "size", "regime", "currency"};
    std::vector<const kpi::Entry*> kpis;
    for (const kpi::Entry& e : kpi::catalog())
        if (history::with_series(e.name)) {
            kpis.push_back(&e);
            columns.emplace_back(e.name);
        }
    out.begin(std::move(columns));
    bool good = true;
    auto read = h.each_row(level, from, to, [&](const history::MinuteRow& r) {
        const Nanos at{r.minute * kMinute.ns};
        std::vector<Datum> row{datum(at),          datum(r.cell.lp),     datum(r.cell.symbol),
                               datum(r.cell.size), datum(r.cell.regime), datum(r.cell.currency)};
        for (const kpi::Entry* e : kpis)
            row.push_back(datum(history::value_of(*e, r.measured, false, false, {}).number));
        return good = out.row(row);
    });
    if (!read) return std::unexpected(read.error());
    if (!good) return fail(kNotWritten);
    return out.end();
}

bool within(Nanos at, Nanos from, Nanos to) {
    return at >= from && at < to;
}

Result<std::uint64_t> export_scores(History& h, Nanos from, Nanos to, Export out) {
    out.begin({"at", "profile", "symbol", "size", "regime", "lp", "composite", "lcb", "sd", "rank",
               "priors_version", "config_version"});
    const auto rows = h.scores({.from = from, .to = to, .limit = 10'000'000});
    if (!rows) return std::unexpected(rows.error());
    for (const history::ScoreRow& r : *rows)
        if (!out.row({datum(r.at), datum(r.profile), datum(r.symbol), datum(r.size),
                      datum(r.regime), datum(r.lp), datum(r.composite), datum(r.lcb), datum(r.sd),
                      datum(r.rank), static_cast<std::int64_t>(r.priors_version),
                      datum(r.config_version)}))
            break;
    return out.end();
}

Result<std::uint64_t> export_decisions(History& h, Nanos from, Nanos to, Export out) {
    out.begin({"id", "at", "parent", "words"});
    std::string cursor;
    do {
        const auto page = h.decisions(std::nullopt, 1'000, cursor);
        if (!page) return std::unexpected(page.error());
        for (const history::DecisionRow& r : page->rows)
            if (within(r.at, from, to) &&
                !out.row({static_cast<std::int64_t>(r.id), datum(r.at),
                          static_cast<std::int64_t>(r.parent), datum(r.words)}))
                return out.end();
        cursor = page->next;
    } while (!cursor.empty());
    return out.end();
}

Result<std::uint64_t> export_parents(History& h, Nanos from, Nanos to, Export out) {
    out.begin({"id", "at", "ended", "symbol", "side", "state", "qty", "cum_qty", "avg_px",
               "shortfall_bps", "vwap_slippage_bps"});
    std::string cursor;
    do {
        const auto page = h.parents(1'000, cursor);
        if (!page) return std::unexpected(page.error());
        for (const history::ParentRow& r : page->rows)
            if (within(r.at, from, to) &&
                !out.row({static_cast<std::int64_t>(r.id), datum(r.at),
                          datum(r.ended.value_or(kNever)), datum(r.symbol),
                          datum(side_word(r.side)), datum(r.state), datum(std::optional(r.qty)),
                          datum(std::optional(r.cum)), datum(r.avg_px), datum(r.shortfall_bps),
                          datum(r.vwap_slippage_bps)}))
                return out.end();
        cursor = page->next;
    } while (!cursor.empty());
    return out.end();
}

Result<std::uint64_t> export_rejections(History& h, Nanos from, Nanos to, Export out) {
    out.begin({"entry", "at", "session", "cl_ord_id", "symbol", "side", "qty", "text"});
    history::RejectionQuery q{.from = from, .to = to, .limit = History::kMostRows};
    do {
        const auto page = h.rejections(q);
        if (!page) return std::unexpected(page.error());
        for (const history::RejectionRow& r : page->rows)
            if (!out.row({r.seq, datum(r.at), datum(r.session), datum(r.cl_ord_id), datum(r.symbol),
                          datum(side_word(r.side)), datum(r.qty), datum(r.text)}))
                return fail(kNotWritten);
        q.cursor = page->next;
    } while (!q.cursor.empty());
    return out.end();
}

Result<std::uint64_t> export_configs(History& h, Export out) {
    out.begin({"version", "at", "text"});
    const auto rows = h.configs();
    if (!rows) return std::unexpected(rows.error());
    for (const history::ConfigRow& r : *rows)
        if (!out.row({datum(r.version), datum(r.at), datum(r.text)})) break;
    return out.end();
}

Result<std::uint64_t> export_config_changes(History& h, Export out) {
    out.begin({"at", "version", "who", "why", "changed"});
    const auto rows = h.config_changes();
    if (!rows) return std::unexpected(rows.error());
    for (const history::ConfigChangeRow& r : *rows)
        if (!out.row({datum(r.at), datum(r.version), datum(r.who), datum(r.why), datum(r.changed)}))
            break;
    return out.end();
}

Result<std::uint64_t> export_health(History& h, Nanos from, Nanos to, Export out) {
    out.begin({"at", "name", "value"});
    const auto rows = h.health(from, to);
    if (!rows) return std::unexpected(rows.error());
    for (const history::HealthRow& r : *rows)
        for (const auto& [name, value] : r.counters)
            if (!out.row({datum(Nanos{r.minute * kMinute.ns}), datum(name), value}))
                return out.end();
    return out.end();
}

}  // namespace

std::span<const std::string_view> exported_tables() {
    return kTables;
}
std::string listed(std::span<const std::string_view> names) {
    return fmt::format("{}", fmt::join(names, ", "));
}

std::vector<std::string> execution_columns(bool brief) {
    if (brief)
        return {"at",    "lp",        "symbol",   "side",    "type",    "exec",    "status",
                "order", "order_qty", "last_qty", "last_px", "cum_qty", "repeats", "text"};
    return {"seq",
            "at",
            "session",
            "direction",
            "lp",
            "symbol",
            "side",
            "msg_type",
            "exec_type",
            "ord_status",
            "cl_ord_id",
            "orig_cl_ord_id",
            "order_id",
            "exec_id",
            "order_qty",
            "price",
            "last_qty",
            "last_px",
            "cum_qty",
            "leaves_qty",
            "parent",
            "child",
            "price_improvement_bps",
            "effective_spread_bps",
            "latency_ms",
            "repeats",
            "text",
            "bytes"};
}

std::vector<Datum> execution_data(const history::ExecutionRow& r, bool brief) {
    if (brief)
        return {datum(r.capture_ns),      datum(r.lp),        datum(r.symbol),
                datum(side_word(r.side)), datum(r.msg_type),  datum(r.exec_type),
                datum(r.ord_status),      datum(r.cl_ord_id), datum(r.order_qty),
                datum(r.last_qty),        datum(r.last_px),   datum(r.cum_qty),
                datum(r.repeats),         datum(r.text)};
    return {r.seq,
            datum(r.capture_ns),
            datum(r.session),
            datum(direction_word(r.direction)),
            datum(r.lp),
            datum(r.symbol),
            datum(side_word(r.side)),
            datum(r.msg_type),
            datum(r.exec_type),
            datum(r.ord_status),
            datum(r.cl_ord_id),
            datum(r.orig_cl_ord_id),
            datum(r.order_id),
            datum(r.exec_id),
            datum(r.order_qty),
            datum(r.price),
            datum(r.last_qty),
            datum(r.last_px),
            datum(r.cum_qty),
            datum(r.leaves_qty),
            datum(r.parent),
            datum(r.child),
            datum(r.price_improvement_bps),
            datum(r.effective_spread_bps),
            datum(r.latency ? std::optional(as_ms(*r.latency)) : std::nullopt),
            datum(r.repeats),
            datum(r.text),
            datum(shown(r.bytes))};
}

Result<std::uint64_t> export_table(History& history, std::string_view table, Nanos from, Nanos to,
                                   std::FILE* file, RowsFormat format) {
    Export out(file, format);
    if (table == "executions") return export_executions(history, from, to, out);
    if (table == "minutes") return export_sums(history, Level::minute, from, to, out);
    if (table == "quarters") return export_sums(history, Level::quarter, from, to, out);
    if (table == "days") return export_sums(history, Level::day, from, to, out);
    if (table == "scores") return export_scores(history, from, to, out);
    if (table == "decisions") return export_decisions(history, from, to, out);
    if (table == "parents") return export_parents(history, from, to, out);
    if (table == "rejections") return export_rejections(history, from, to, out);
    if (table == "configs") return export_configs(history, out);
    if (table == "config_changes") return export_config_changes(history, out);
    return export_health(history, from, to, out);
}

}  // namespace assay::cli
