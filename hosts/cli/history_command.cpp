// assay history import, query, executions, decision, export, info, health, configs, prune.
#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <fmt/format.h>
#include <set>
#include <unistd.h>

#include "hosts/cli/commands.h"
#include "hosts/cli/complain.h"
#include "hosts/cli/csv_time.h"
#include "hosts/cli/did_you_mean.h"
#include "hosts/cli/duration_text.h"
#include "hosts/cli/health_output.h"
#include "hosts/cli/history_export.h"
#include "hosts/cli/history_import.h"
#include "hosts/cli/iso_time.h"
#include "hosts/cli/json_writer.h"
#include "hosts/cli/numbers.h"
#include "hosts/cli/progress.h"
#include "hosts/cli/report_output.h"
#include "hosts/cli/rows_output.h"
#include "hosts/cli/settings_command.h"
#include "hosts/history/history.h"

namespace assay::cli {
namespace {

using history::History;
using history::HistoryConfig;

constexpr const char* kWhich = "which history? Name its file: --history FILE";

Result<std::unique_ptr<History>> look(const Arguments& args) {
    const std::string path = args.value("--history");
    if (path.empty()) return fail(kWhich);
    if (::access(path.c_str(), F_OK) != 0)
        return fail(
            fmt::format("{}: there is no such file; `assay history import LOGS... --history "
                        "{}` makes one from logs",
                        path, path));
    return History::look_into(path);
}

Result<std::optional<Nanos>> time_of(const Arguments& args, std::string_view option) {
    if (!args.has(option)) return std::optional<Nanos>();
    const std::string text = args.value(option);
    CsvTime reader;
    Nanos at;
    if (reader.parse(text, at) || reader.parse(text + " 00:00:00", at)) return at;
    return fail(fmt::format("{}: \"{}\" is no time; give it as 2026-03-02 or 2026-03-02T14:30:00Z",
                            option, text));
}

std::vector<std::string> list_of(const Arguments& args, std::string_view option) {
    std::vector<std::string> out;
    for (const std::string& list : args.all(option))
        for (std::string_view rest = list;;) {
            const std::string_view part = rest.substr(0, rest.find(','));
            out.emplace_back(part);
            if (part.size() == rest.size()) break;
            rest.remove_prefix(part.size() + 1);
        }
    return out;
}

Result<history::SeriesQuery> series_query(const Arguments& args) {
    history::SeriesQuery q;
    q.kpi = args.positional.empty() ? "" : args.positional.front();
    if (q.kpi.empty()) return fail("a series of which KPI? `assay catalog` lists them");
    if (auto known = history::with_series(q.kpi); !known) {
        std::vector<std::string_view> names;
        for (const kpi::Entry& e : kpi::catalog()) names.push_back(e.name);
        return fail(known.error().text() +
                    (kpi::find(q.kpi) == nullptr ? did_you_mean(q.kpi, names) : std::string()));
    }
    q.filter = {list_of(args, "--lp"), list_of(args, "--symbol"), list_of(args, "--size"),
                list_of(args, "--regime")};
    const auto from = time_of(args, "--from"), to = time_of(args, "--to");
    if (!from || !to) return std::unexpected((from ? to : from).error());
    q.from = from->value_or(q.from);
    q.to = to->value_or(q.to);
    for (const std::string& by : list_of(args, "--by")) {
        bool* const part = by == "lp"       ? &q.by_lp
                           : by == "symbol" ? &q.by_symbol
                           : by == "size"   ? &q.by_size
                           : by == "regime" ? &q.by_regime
                                            : nullptr;
        if (part == nullptr)
            return fail(fmt::format("--by: \"{}\" is none of lp, symbol, size, regime", by));
        *part = true;
    }
    if (!args.has("--step")) return q;
    const auto step = parse_duration(args.value("--step"));
    if (!step || step->ns <= 0 || step->ns % kMinute.ns != 0)
        return fail(
            fmt::format("--step: \"{}\" is no whole number of minutes, such as 1m, 15m, 4h "
                        "or 1d",
                        args.value("--step")));
    q.step = *step;
    return q;
}

void put_value(JsonWriter& json, const kpi::Value& v) {
    json.member("value", v.number);
    if (!v.number) json.member("absent", kpi::text(v.why));
}

std::string series_json(const history::Series& s, const history::SeriesQuery& q) {
    JsonWriter json;
    json.begin_object();
    json.member("kpi", s.kpi);
    json.member("unit", s.unit);
    json.member("step", format_duration(s.step));
    json.member("rows", std::string_view(history::text(s.level)));
    json.key("remarks");
    json.begin_array();
    for (const std::string& r : s.remarks) json.value(r);
    json.end_array();
    json.key("lines");
    json.begin_array();
    for (const history::Line& line : s.lines) {
        json.begin_object();
        if (q.by_lp) json.member("lp", line.cell.lp);
        if (q.by_symbol) json.member("symbol", line.cell.symbol);
        if (q.by_size) json.member("size", line.cell.size);
        if (q.by_regime) json.member("regime", line.cell.regime);
        json.key("whole");
        json.begin_object();
        put_value(json, line.whole);
        json.end_object();
        json.key("points");
        json.begin_array();
        for (const history::Point& p : line.points) {
            json.begin_object();
            json.member("at", iso_time(p.at));
            put_value(json, p.value);
            json.member("n_orders", p.n_orders);
            json.member("n_fills", p.n_fills);
            json.end_object();
        }
        json.end_array();
        json.end_object();
    }
    json.end_array();
    json.end_object();
    return json.text() + "\n";
}

bool put_series(const history::Series& s, const history::SeriesQuery& q, RowsFormat format) {
    std::vector<std::string> columns{"at"};
    if (q.by_lp) columns.emplace_back("lp");
    if (q.by_symbol) columns.emplace_back("symbol");
    if (q.by_size) columns.emplace_back("size");
    if (q.by_regime) columns.emplace_back("regime");
    for (const char* name : {s.kpi.c_str(), "n_orders", "n_fills"})
        if (std::ranges::find(columns, name) == columns.end()) columns.emplace_back(name);
    const std::size_t numbers = columns.size();
    RowsOutput out(stdout, format, terminal_of(STDOUT_FILENO), columns);
    for (const history::Line& line : s.lines)
        for (const history::Point& p : line.points) {
            std::vector<Datum> row{datum(p.at)};
            if (q.by_lp) row.push_back(datum(line.cell.lp));
            if (q.by_symbol) row.push_back(datum(line.cell.symbol));
            if (q.by_size) row.push_back(datum(line.cell.size));
            if (q.by_regime) row.push_back(datum(line.cell.regime));
            row.push_back(datum(p.value.number));
            if (s.kpi != "n_orders") row.emplace_back(p.n_orders);
            if (s.kpi != "n_fills") row.emplace_back(p.n_fills);
            row.resize(numbers);
            if (!out.row(row)) return false;
        }
    return out.end();
}

std::string health_line(const HistoryImport& done) {
    return fmt::format("{} messages about orders, {} minutes, {} parents and {} decisions imported",
                       grouped(static_cast<std::int64_t>(done.executions)),
                       grouped(static_cast<std::int64_t>(done.minutes)),
                       grouped(static_cast<std::int64_t>(done.parents)),
                       grouped(static_cast<std::int64_t>(done.decisions)));
}

}  // namespace

int history_import(const Arguments& args) {
    const std::string path = args.value("--history");
    if (path.empty()) return complain(kWhich, kUsage);
    auto prepared = prepare(args);
    if (!prepared) return complain(prepared.error().text(), kUsage);
    if (args.positional.empty())
        return complain("import what? Give FIX logs, a spreadsheet of fills, or a folder.", kUsage);
    for (const std::string& w : prepared->warnings) fmt::print(stderr, "assay: warning: {}\n", w);
    auto history = History::open(path, HistoryConfig{});
    if (!history) return complain(history.error().text());
    ProgressBar bar(STDERR_FILENO, terminal_of(STDERR_FILENO), 0, "importing");
    prepared->options.progress = [&](std::uint64_t bytes, std::uint64_t messages) {
        bar.update(bytes, messages);
    };
    auto done = import_history(**history, prepared->settings, prepared->options,
                               prepared->calendars, args.value("--decisions"));
    bar.erase();
    if (!done) return complain(done.error().text());
    for (const std::string& said : done->assumptions) fmt::print(stderr, "{}\n", said);
    const std::string health = health_text(done->health, terminal_of(STDERR_FILENO), Detail::brief);
    std::fwrite(health.data(), 1, health.size(), stderr);
    fmt::print(stderr, "{}\n", health_line(*done));
    if (done->executions == 0 && done->minutes == 0)
        return complain("no order was found in the input: there is nothing to keep");
    return args.has("--strict") && done->health.messages.dead > 0 ? kDeadUnderStrict : kDone;
}

int history_query(const Arguments& args) {
    const auto format = rows_format(args.value("--format", "table"));
    if (!format) return complain(format.error().text(), kUsage);
    const auto query = series_query(args);
    if (!query) return complain(query.error().text(), kUsage);
    auto history = look(args);
    if (!history) return complain(history.error().text());
    const auto series = (*history)->series(*query);
    if (!series) return complain(series.error().text());
    for (const std::string& remark : series->remarks) fmt::print(stderr, "{}\n", remark);
    const bool written = *format == RowsFormat::json ? write_out(series_json(*series, *query))
                                                     : put_series(*series, *query, *format);
    if (!written) return complain("standard output could not be written");
    if (*format == RowsFormat::table && series->lines.empty())
        fmt::print("no orders in this time\n");
    return kDone;
}

int history_executions(const Arguments& args) {
    const auto format = rows_format(args.value("--format", "table"));
    if (!format) return complain(format.error().text(), kUsage);
    history::ExecutionQuery q;
    q.lp = args.value("--lp");
    q.symbol = args.value("--symbol");
    q.cl_ord_id = args.value("--order");
    q.exec_type = args.value("--exec-type");
    q.msg_type = args.value("--type");
    q.cursor = args.value("--after");
    const auto from = time_of(args, "--from"), to = time_of(args, "--to");
    if (!from || !to) return complain((from ? to : from).error().text(), kUsage);
    q.from = *from;
    q.to = *to;
    const auto limit = args.whole("--limit", 100, 1, History::kMostRows);
    if (!limit) return complain(limit.error().text(), kUsage);
    q.limit = static_cast<std::uint32_t>(*limit);
    if (args.has("--parent")) {
        const auto parent = args.whole("--parent", 0, 0, UINT64_MAX);
        if (!parent) return complain(parent.error().text(), kUsage);
        q.parent = *parent;
    }
    auto history = look(args);
    if (!history) return complain(history.error().text());
    const auto page = (*history)->executions(q);
    if (!page) return complain(page.error().text());
    RowsOutput out(stdout, *format, terminal_of(STDOUT_FILENO),
                   execution_columns(*format == RowsFormat::table));
    for (const history::ExecutionRow& r : page->rows)
        if (!out.row(execution_data(r, *format == RowsFormat::table))) break;
    if (!out.end()) return complain("standard output could not be written");
    if (page->rows.empty()) fmt::print(stderr, "no such messages\n");
    if (!page->next.empty())
        fmt::print(stderr, "there are more: the next page is --after {}\n", page->next);
    return kDone;
}

int history_decision(const Arguments& args) {
    std::uint64_t id = 0;
    const std::string text = args.positional.empty() ? "" : args.positional.front();
    const auto [end, bad] = std::from_chars(text.data(), text.data() + text.size(), id);
    if (text.empty() || bad != std::errc() || end != text.data() + text.size())
        return complain(
            fmt::format("which decision? \"{}\" is no number of one; `assay history export "
                        "decisions` lists them",
                        text),
            kUsage);
    auto history = look(args);
    if (!history) return complain(history.error().text());
    const auto found = (*history)->decision(id);
    if (!found) return complain(found.error().text());
    if (!*found) return complain(fmt::format("there is no decision {} in this history", id));
    const std::string said = fmt::format("decision {} at {}, of parent {}\n{}\n", (*found)->id,
                                         iso_time((*found)->at), (*found)->parent, (*found)->words);
    return write_out(said) ? kDone : complain("standard output could not be written");
}

int history_export(const Arguments& args) {
    const auto format = rows_format(args.value("--format", "csv"));
    if (!format || *format == RowsFormat::table)
        return complain(
            fmt::format("--format: \"{}\" is none of csv, json", args.value("--format")), kUsage);
    const std::string table = args.positional.empty() ? "" : args.positional.front();
    const auto known = exported_tables();
    if (std::ranges::find(known, table) == known.end())
        return complain(fmt::format("which table? \"{}\" is none of {}{}", table, listed(known),
                                    did_you_mean(table, known)),
                        kUsage);
    const auto from = time_of(args, "--from"), to = time_of(args, "--to");
    if (!from || !to) return complain((from ? to : from).error().text(), kUsage);
    auto history = look(args);
    if (!history) return complain(history.error().text());
    const std::string path = args.value("--out");
    std::FILE* out = path.empty() ? stdout : std::fopen(path.c_str(), "wx");
    if (out == nullptr)
        return complain(fmt::format("{}: cannot be written, or is there already", path));
    auto done = export_table(**history, table, from->value_or(Nanos{INT64_MIN}),
                             to->value_or(Nanos{INT64_MAX}), out, *format);
    const bool closed = path.empty() || std::fclose(out) == 0;
    if (!done) return complain(done.error().text());
    if (!closed) return complain(fmt::format("{}: could not be written", path));
    fmt::print(stderr, "{} rows exported\n", grouped(static_cast<std::int64_t>(*done)));
    return kDone;
}

int history_info(const Arguments& args) {
    const auto format = rows_format(args.value("--format", "table"));
    if (!format) return complain(format.error().text(), kUsage);
    auto history = look(args);
    if (!history) return complain(history.error().text());
    const auto tables = (*history)->tables();
    if (!tables) return complain(tables.error().text());
    const auto through = (*history)->written_through();
    if (!through) return complain(through.error().text());
    RowsOutput out(stdout, *format, terminal_of(STDOUT_FILENO), {"table", "rows", "first", "last"});
    for (const history::TableFacts& t : *tables)
        out.row({t.name, static_cast<std::int64_t>(t.rows), datum(t.first.value_or(kNever)),
                 datum(t.last.value_or(kNever))});
    if (!out.end()) return complain("standard output could not be written");
    if (*through) fmt::print(stderr, "written through entry {} of the journal\n", **through);
    return kDone;
}

int history_health(const Arguments& args) {
    const auto format = rows_format(args.value("--format", "table"));
    if (!format) return complain(format.error().text(), kUsage);
    const auto from = time_of(args, "--from"), to = time_of(args, "--to");
    if (!from || !to) return complain((from ? to : from).error().text(), kUsage);
    auto history = look(args);
    if (!history) return complain(history.error().text());
    const auto rows =
        (*history)->health(from->value_or(Nanos{INT64_MIN}), to->value_or(Nanos{INT64_MAX}));
    if (!rows) return complain(rows.error().text());
    const auto wanted = list_of(args, "--counter");
    std::set<std::string_view> names;
    for (const history::HealthRow& r : *rows)
        for (const auto& [name, value] : r.counters) names.insert(name);
    const std::vector<std::string_view> known(names.begin(), names.end());
    for (const std::string& name : wanted)
        if (!known.empty() && !names.contains(name))
            return complain(fmt::format("--counter: \"{}\" is none of {}{}", name, listed(known),
                                        did_you_mean(name, known)),
                            kUsage);
    RowsOutput out(stdout, *format, terminal_of(STDOUT_FILENO), {"minute", "counter", "value"});
    for (const history::HealthRow& r : *rows)
        for (const auto& [name, value] : r.counters)
            if (wanted.empty() || std::ranges::find(wanted, name) != wanted.end())
                out.row({datum(Nanos{r.minute * kMinute.ns}), datum(name), value});
    if (!out.end()) return complain("standard output could not be written");
    if (rows->empty()) fmt::print(stderr, "no minutes of health in this time\n");
    return kDone;
}

int history_configs(const Arguments& args) {
    const auto format = rows_format(args.value("--format", "table"));
    if (!format) return complain(format.error().text(), kUsage);
    auto history = look(args);
    if (!history) return complain(history.error().text());
    if (!args.positional.empty()) {
        const auto all = (*history)->configs();
        if (!all) return complain(all.error().text());
        for (const history::ConfigRow& c : *all)
            if (c.version == args.positional.front())
                return write_out(c.text) ? kDone : complain("standard output could not be written");
        return complain(
            fmt::format("no configuration has the version {}", args.positional.front()));
    }
    const auto changes = (*history)->config_changes();
    if (!changes) return complain(changes.error().text());
    RowsOutput out(stdout, *format, terminal_of(STDOUT_FILENO),
                   {"at", "version", "who", "why", "changed"});
    for (const history::ConfigChangeRow& c : *changes)
        out.row({datum(c.at), datum(c.version), datum(c.who), datum(c.why), datum(c.changed)});
    if (!out.end()) return complain("standard output could not be written");
    return kDone;
}

int history_prune(const Arguments& args) {
    const std::string path = args.value("--history");
    if (path.empty()) return complain(kWhich, kUsage);
    HistoryConfig config;
    const auto days = [&](std::string_view option, std::uint32_t& into) -> Result<void> {
        const auto n = args.whole(option, into, 0, 100'000);
        if (!n) return std::unexpected(n.error());
        into = static_cast<std::uint32_t>(*n);
        return {};
    };
    for (auto& [option, into] :
         {std::pair<std::string_view, std::uint32_t&>{"--minutes", config.minute_days},
          {"--quarters", config.quarter_days},
          {"--days", config.day_days},
          {"--executions", config.execution_days},
          {"--scores", config.score_days},
          {"--decisions", config.decision_days},
          {"--health", config.health_days}})
        if (auto put = days(option, into); !put) return complain(put.error().text(), kUsage);
    if (::access(path.c_str(), F_OK) != 0)
        return complain(fmt::format("{}: there is no such file", path));
    auto history = History::open(path, config);
    if (!history) return complain(history.error().text());
    const auto now = std::chrono::duration_cast<std::chrono::nanoseconds>(
                         std::chrono::system_clock::now().time_since_epoch())
                         .count();
    const auto done = (*history)->prune(Nanos{now});
    if (!done) return complain(done.error().text());
    fmt::print(
        "removed: {} minutes, {} quarters, {} days, {} executions, {} scores, {} decisions, "
        "{} parents, {} rejections, {} counters of health\n",
        done->minutes, done->quarters, done->days, done->executions, done->scores, done->decisions,
        done->parents, done->rejections, done->health);
    return kDone;
}

}  // namespace assay::cli
