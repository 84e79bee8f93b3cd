// What machines ask: is it alive, is it ready, how much of everything, which version.
#include <array>
#include <fmt/format.h>

#include "core/units/symbol.h"
#include "hosts/http/api.h"
#include "hosts/http/views_json.h"

namespace assay::http {
namespace {

using Kind = MetricRow::Kind;

// Rows of one family, with what they have in common.
class MetricRows {
  public:
    void add(Kind kind, std::string name, std::string help, double value,
             std::vector<Pair> labels = {}) {
        rows.push_back({kind, std::move(name), std::move(help), std::move(labels), value});
    }
    void count(std::string name, std::string help, std::uint64_t n, std::vector<Pair> labels = {}) {
        add(Kind::counter, std::move(name), std::move(help), static_cast<double>(n),
            std::move(labels));
    }
    void gauge(std::string name, std::string help, double x, std::vector<Pair> labels = {}) {
        add(Kind::gauge, std::move(name), std::move(help), x, std::move(labels));
    }
    std::vector<MetricRow> rows;
};

void add_status(MetricRows& out, const StatusView& s) {
    const std::vector<Pair> mode = {{"mode", s.mode}};
    for (const SessionView& session : s.sessions)
        out.gauge("fix_session_up", "1 while the FIX session is logged on", session.state == "up",
                  {{"session", session.name}, {"lp", session.lp}});
    out.gauge("sor_lag_seconds", "From the capture of an event to its being applied",
              as_seconds(s.lag), mode);
    for (const char* step : {"live", "last_good", "static_table", "equal", "hold"})
        out.gauge("sor_ladder_step", "1 for the step that decisions are made on", s.step == step,
                  {{"mode", s.mode}, {"step", step}});
    out.gauge("sor_parents_open", "Parents that are not over", static_cast<double>(s.parents_open),
              mode);
    out.gauge("sor_children_open", "Child orders at LPs", static_cast<double>(s.children_open),
              mode);
    out.gauge("sor_children_unknown", "Child orders of which nothing is known",
              static_cast<double>(s.children_unknown), mode);
    out.gauge("gate_killed", "1 while everything is killed", s.killed, mode);
    for (const KillView& k : s.stops)
        if (k.scope == KillScope::symbol)
            out.gauge("gate_symbol_killed", "1 while the symbol is killed", 1,
                      {{"symbol", k.value}, {"mode", s.mode}});
    for (const QueueView& queue : s.queues) {
        const std::vector<Pair> name = {{"queue", queue.name}};
        out.gauge("bus_queue_length", "Entries that wait", static_cast<double>(queue.length), name);
        out.gauge("bus_queue_capacity", "The most that may wait",
                  static_cast<double>(queue.capacity), name);
        out.count("bus_queue_dropped_total", "Entries dropped for want of room", queue.dropped,
                  name);
    }
    const JournalView& j = s.journal;
    out.count("wal_entries_total", "Entries appended to the journal", j.entries);
    out.count("wal_bytes_total", "Bytes appended to the journal", j.bytes);
    out.gauge("wal_next_seq", "Number of the next entry", static_cast<double>(j.next_seq));
    out.gauge("wal_durable_seq", "All before it is on the disk",
              static_cast<double>(j.durable_seq));
    out.gauge("wal_waiting_bytes", "Bytes not on the disk yet",
              static_cast<double>(j.waiting_bytes));
    out.gauge("wal_longest_write_seconds", "Longest write since the start",
              as_seconds(j.longest_write));
    out.gauge("wal_failed", "1 once the journal has ended with an error", !j.failed.empty());
}

void add_lps(MetricRows& out, const std::vector<LpView>& lps, const std::string& mode) {
    for (const LpView& lp : lps) {
        const std::vector<Pair> labels = {{"lp", lp.name}, {"mode", mode}};
        out.gauge("gate_lp_enabled", "0 while the configuration switches the LP off", lp.enabled,
                  labels);
        out.gauge("gate_lp_killed", "1 while the LP is killed", lp.killed, labels);
        out.gauge("gate_lp_halted", "1 while the LP is halted", lp.halted, labels);
        out.gauge("gate_open_quantity", "Quantity outstanding at the LP", as_double(lp.open_qty),
                  labels);
        out.gauge("gate_open_notional", "Notional outstanding at the LP", lp.open_notional, labels);
        out.gauge("sor_breaker_open", "1 open, 0.5 half open, 0 closed",
                  lp.breaker == "open"        ? 1
                  : lp.breaker == "half_open" ? 0.5
                                              : 0,
                  labels);
    }
}

void add_health(MetricRows& out, const HealthView& h) {
    const std::array<std::pair<const char*, std::uint64_t>, 3> outcomes = {
        {{"applied", h.messages_applied},
         {"duplicate", h.messages_duplicate},
         {"dead", h.messages_dead}}};
    for (const auto& [outcome, n] : outcomes)
        out.count("fix_messages_total", "Captured messages, by what became of them", n,
                  {{"outcome", outcome}});
    out.gauge("fix_messages_waiting", "Messages that wait for their order",
              static_cast<double>(h.messages_waiting));
    out.count("fix_bytes_total", "Captured bytes", h.bytes_read);
    out.count("fix_gaps_total", "Gaps of MsgSeqNum", h.gaps);
    out.count("kpi_no_benchmark_total", "Fills without a usable quote", h.no_benchmark);
}

std::string metrics(Source& source, const EventHub& hub, const Meters& meters) {
    MetricRows out;
    const VersionView version = source.version();
    const StatusView status = source.status();
    out.gauge("build_info", "Always 1; the labels say which", 1,
              {{"version", version.version}, {"build", version.build}, {"mode", version.mode}});
    add_status(out, status);
    add_lps(out, source.lps(), status.mode);
    add_health(out, source.health());
    const std::vector<MetricRow> more = source.metrics();
    out.rows.insert(out.rows.end(), more.begin(), more.end());
    return meters.text(hub.counts(), out.rows, status.mode);
}

Reply readiness(Source& source, const Request& request) {
    const std::vector<std::string> reasons = source.not_ready();
    if (reasons.empty()) {
        // It routes, though not everything.
        cli::JsonWriter out;
        out.begin_object();
        out.member("status", "ready");
        out.key("stopped");
        out.begin_array();
        for (const KillView& k : source.kills())
            if (k.active)
                out.value(
                    fmt::format("{} {}: killed by {}: {}", text(k.scope), k.value, k.who, k.why));
        out.end_array();
        out.end_object();
        return json_reply(out.text() + "\n");
    }
    Problem problem{.status = 503,
                    .detail = fmt::format("Not ready: {}", fmt::join(reasons, "; ")),
                    .name = "not-ready",
                    .title = "Not ready"};
    for (const std::string& reason : reasons) problem.errors.push_back({"ready", reason});
    return refusal(request, std::move(problem));
}

}  // namespace

void add_probes(Routes& routes, Source& source, const EventHub& hub, const Meters& meters) {
    routes.add("GET", "/healthz",
               [](const Request&) { return json_reply("{\"status\": \"alive\"}\n"); });
    routes.add("GET", "/readyz", [&](const Request& r) { return readiness(source, r); });
    routes.add("GET", "/version",
               [&](const Request&) { return json_reply(json_of(source.version())); });
    routes.add("GET", "/metrics", [&](const Request&) {
        Reply reply = json_reply(metrics(source, hub, meters));
        reply.content_type = Meters::kContentType;
        return reply;
    });
    routes.add("GET", "/openapi.yaml", [](const Request&) {
        Reply reply = json_reply(std::string(openapi_yaml()));
        reply.content_type = "application/yaml";
        static const std::uint64_t hash = fnv1a(openapi_yaml());
        reply.etag = fmt::format("\"{:016x}\"", hash);
        return reply;
    });
}

}  // namespace assay::http
