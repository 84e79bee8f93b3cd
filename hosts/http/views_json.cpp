#include "hosts/http/views_json.h"

#include "hosts/http/json_parts.h"

namespace assay::http {

using cli::JsonWriter;
using namespace parts;

void write(JsonWriter& out, const VersionView& v) {
    out.begin_object();
    out.member("version", v.version);
    out.member("build", v.build);
    out.member("mode", v.mode);
    version(out, "config_version", v.config_version);
    out.member("run", v.run);
    time(out, "started", v.started);
    out.end_object();
}

void write(JsonWriter& out, const StatusView& v) {
    out.begin_object();
    out.member("mode", v.mode);
    time(out, "at", v.at);
    out.member("lag_s", as_seconds(v.lag));
    text_or_null(out, "step", v.step);
    text_or_null(out, "step_reason", v.reason);
    array(out, "steps", v.steps, [&](const FootingView& f) {
        out.member("profile", f.profile);
        out.member("symbol", f.symbol);
        out.member("step", f.step);
        time(out, "at", f.at);
    });
    out.member("killed", v.killed);
    array(out, "stops", v.stops, [&](const KillView& k) {
        out.member("scope", text(k.scope));
        text_or_null(out, "value", k.value);
        out.member("who", k.who);
        out.member("why", k.why);
        time(out, "at", k.at);
    });
    out.member("parents_open", v.parents_open);
    out.member("children_open", v.children_open);
    out.member("children_unknown", v.children_unknown);
    array(out, "sessions", v.sessions, [&](const SessionView& s) {
        out.member("name", s.name);
        text_or_null(out, "lp", s.lp);
        out.member("state", s.state);
        time(out, "since", s.since);
        out.member("next_in", s.next_in);
        out.member("next_out", s.next_out);
    });
    out.key("journal");
    out.begin_object();
    out.member("next_seq", v.journal.next_seq);
    out.member("durable_seq", v.journal.durable_seq);
    out.member("entries", v.journal.entries);
    out.member("bytes", v.journal.bytes);
    out.member("waiting_bytes", v.journal.waiting_bytes);
    out.member("longest_write_s", as_seconds(v.journal.longest_write));
    text_or_null(out, "failed", v.journal.failed);
    out.end_object();
    array(out, "queues", v.queues, [&](const QueueView& q) {
        out.member("name", q.name);
        out.member("length", q.length);
        out.member("capacity", q.capacity);
        out.member("dropped", q.dropped);
    });
    out.end_object();
}

void write(JsonWriter& out, const LpView& v) {
    out.begin_object();
    out.member("lp", v.name);
    out.member("session", v.session);
    out.member("enabled", v.enabled);
    out.member("killed", v.killed);
    out.member("halted", v.halted);
    text_or_null(out, "stopped", v.stopped);
    out.member("breaker", v.breaker);
    text_or_null(out, "breaker_fault", v.breaker_fault);
    time(out, "breaker_until", v.breaker_until);
    exact(out, "open_qty", v.open_qty);
    out.member("open_notional", v.open_notional);
    out.member("open_orders", v.open_orders);
    out.member("orders_today", v.orders_today);
    out.end_object();
}

void write(JsonWriter& out, const ProfileView& v) {
    out.begin_object();
    out.member("name", v.name);
    out.member("rank_by", v.rank_by);
    out.key("weights");
    out.begin_object();
    for (const auto& [kpi, weight] : v.weights) out.member(kpi, weight);
    out.end_object();
    out.end_object();
}

void write(JsonWriter& out, const RankingView& v) {
    out.begin_object();
    out.member("profile", v.profile);
    out.member("symbol", v.symbol);
    out.member("rank_by", v.rank_by);
    out.member("size", v.size);
    out.member("size_name", v.size_name);
    out.member("regime", v.regime);
    out.member("page_version", std::to_string(v.epoch) + "-" + std::to_string(v.sequence));
    time(out, "as_of", v.as_of);
    out.member("age_ms", as_ms(v.age));
    version(out, "config_version", v.config_version);
    id(out, "priors_version", v.priors_version);
    number(out, "p_leader", v.p_leader);
    array(out, "rows", v.rows, [&](const RankingRow& r) {
        out.member("lp", r.lp);
        out.member("rank", r.rank);
        out.member("gate", r.gate);
        out.member("insufficient", r.insufficient);
        number(out, "composite", r.composite);
        number(out, "lcb", r.lcb);
        number(out, "sd", r.sd);
        number(out, "n_eff", r.n_eff);
        number(out, "n_eff_lp", r.n_eff_lp);
        for (const auto& [name, x] : r.values) number(out, name, x);
    });
    out.end_object();
}

void write(JsonWriter& out, const SymbolView& v) {
    out.begin_object();
    out.member("symbol", v.symbol);
    text_or_null(out, "currency", v.currency);
    text_or_null(out, "regime", v.regime);
    out.member("shard", v.shard);
    exact(out, "bid", v.bid);
    exact(out, "ask", v.ask);
    exact(out, "bid_qty", v.bid_qty);
    exact(out, "ask_qty", v.ask_qty);
    time(out, "quote_at", v.quote_at);
    out.end_object();
}

void write(JsonWriter& out, const ParentView& v) {
    out.begin_object();
    id(out, "id", v.id);
    out.member("cl_ord_id", v.cl_ord_id);
    out.member("symbol", v.symbol);
    out.member("side", text(v.side));
    out.member("state", v.state);
    text_or_null(out, "stop_reason", v.stop_reason);
    text_or_null(out, "held", v.held);
    exact(out, "qty", v.qty);
    exact(out, "cum_qty", v.cum_qty);
    exact(out, "leaves_qty", v.leaves_qty);
    exact(out, "lot", v.lot);
    exact(out, "limit", v.limit);
    number(out, "avg_px", v.avg_px);
    number(out, "shortfall_bps", v.shortfall_bps);
    number(out, "vwap_slippage_bps", v.vwap_slippage_bps);
    out.member("profile", v.profile);
    out.member("policy", v.policy);
    out.member("fallback", v.fallback);
    out.member("children", v.children);
    time(out, "received", v.received);
    time(out, "starts", v.starts);
    time(out, "ends", v.ends);
    time(out, "ended", v.ended);
    out.end_object();
}

void write(JsonWriter& out, const ChildView& v) {
    out.begin_object();
    id(out, "id", v.id);
    id(out, "parent", v.parent);
    id_or_null(out, "decision", v.decision);
    out.member("cl_ord_id", v.cl_ord_id);
    out.member("lp", v.lp);
    out.member("symbol", v.symbol);
    out.member("side", text(v.side));
    out.member("kind", v.kind);
    out.member("state", v.state);
    text_or_null(out, "text", v.text);
    exact(out, "qty", v.qty);
    exact(out, "cum_qty", v.cum_qty);
    exact(out, "leaves_qty", v.leaves_qty);
    exact(out, "limit", v.limit);
    number(out, "avg_px", v.avg_px);
    number(out, "latency_ms", v.latency_ms);
    time(out, "sent", v.sent);
    time(out, "ended", v.ended);
    out.end_object();
}

void write(JsonWriter& out, const DecisionView& v) {
    out.begin_object();
    id(out, "id", v.id);
    id(out, "parent", v.parent);
    out.member("round", v.round);
    time(out, "at", v.at);
    out.member("symbol", v.symbol);
    out.member("side", text(v.side));
    out.member("policy", v.policy);
    out.member("profile", v.profile);
    out.member("regime", v.regime);
    out.member("step", v.step);
    text_or_null(out, "held", v.held);
    text_or_null(out, "plan", v.plan);
    number(out, "chance", v.chance);
    exact(out, "bid", v.bid);
    exact(out, "ask", v.ask);
    id(out, "page_version", v.page_version);
    id(out, "priors_version", v.priors_version);
    version(out, "config_version", v.config_version);
    number(out, "predicted_lots", v.predicted_lots);
    number(out, "filled_lots", v.filled_lots);
    text_or_null(out, "words", v.words);
    array(out, "candidates", v.candidates, [&](const DecisionCandidate& c) {
        out.member("lp", c.lp);
        out.member("rank", c.rank);
        text_or_null(out, "excluded", c.excluded);
        time(out, "until", c.until);
        number(out, "reject_share", c.reject_share);
        number(out, "latency_ms", c.latency_ms);
        number(out, "n_eff", c.n_eff);
    });
    array(out, "children", v.children, [&](const DecisionChild& c) {
        out.member("lp", c.lp);
        out.member("kind", c.kind);
        exact(out, "qty", c.qty);
        exact(out, "limit", c.limit);
        out.member("delay_ms", as_ms(c.delay));
        number(out, "predicted_fill", c.predicted_fill);
        number(out, "predicted_ms", c.predicted_ms);
        number(out, "cost_bps", c.cost_bps);
    });
    out.end_object();
}

void write(JsonWriter& out, const ExecutionView& v) {
    out.begin_object();
    out.member("exec_id", v.exec_id);
    out.member("exec_type", v.exec_type);
    time(out, "at", v.at);
    out.member("lp", v.lp);
    out.member("symbol", v.symbol);
    out.member("side", text(v.side));
    out.member("cl_ord_id", v.cl_ord_id);
    id_or_null(out, "parent", v.parent);
    id_or_null(out, "child", v.child);
    exact(out, "last_qty", v.last_qty);
    exact(out, "last_px", v.last_px);
    number(out, "price_improvement_bps", v.price_improvement_bps);
    number(out, "effective_spread_bps", v.effective_spread_bps);
    number(out, "latency_ms", v.latency_ms);
    out.end_object();
}

void write(JsonWriter& out, const SeriesView& v) {
    out.begin_object();
    out.member("kpi", v.kpi);
    out.member("unit", v.unit);
    text_or_null(out, "by", v.by);
    out.member("step_s", as_seconds(v.step));
    array(out, "points", v.points, [&](const SeriesPoint& p) {
        time(out, "from", p.from);
        text_or_null(out, "key", p.key);
        number(out, "value", p.value);
        out.member("n", p.n);
    });
    out.end_object();
}

void write(JsonWriter& out, const HealthView& v) {
    out.begin_object();
    out.member("bytes_read", v.bytes_read);
    out.member("bytes_messages", v.bytes_messages);
    out.member("bytes_between", v.bytes_between);
    out.member("bytes_dead", v.bytes_dead);
    out.member("bytes_pending", v.bytes_pending);
    out.member("messages_read", v.messages_read);
    out.member("messages_applied", v.messages_applied);
    out.member("messages_duplicate", v.messages_duplicate);
    out.member("messages_waiting", v.messages_waiting);
    out.member("messages_dead", v.messages_dead);
    out.member("gaps", v.gaps);
    out.member("no_benchmark", v.no_benchmark);
    array(out, "dead_letters", v.dead_letters, [&](const DeadLetter& d) {
        time(out, "at", d.at);
        out.member("session", d.session);
        out.member("reason", d.reason);
        out.member("text", d.text);
    });
    out.end_object();
}

void write(JsonWriter& out, const KillView& v) {
    out.begin_object();
    id(out, "id", v.id);
    out.member("scope", text(v.scope));
    text_or_null(out, "value", v.value);
    out.member("who", v.who);
    out.member("why", v.why);
    time(out, "at", v.at);
    out.member("active", v.active);
    time(out, "released", v.released);
    text_or_null(out, "released_by", v.released_by);
    text_or_null(out, "released_second", v.released_second);
    text_or_null(out, "released_why", v.released_why);
    out.member("known", v.known);
    out.member("again", v.again);
    out.end_object();
}

void write(JsonWriter& out, const UnsettledView& v) {
    out.begin_object();
    id(out, "child", v.child);
    id(out, "parent", v.parent);
    out.member("cl_ord_id", v.cl_ord_id);
    out.member("lp", v.lp);
    out.member("symbol", v.symbol);
    out.member("side", text(v.side));
    out.member("state", v.state);
    exact(out, "qty", v.qty);
    exact(out, "cum_qty", v.cum_qty);
    exact(out, "open_qty", v.open_qty);
    out.member("owed", v.owed);
    time(out, "since", v.since);
    out.end_object();
}

void write(JsonWriter& out, const RejectionView& v) {
    out.begin_object();
    id(out, "entry", v.entry);
    time(out, "at", v.at);
    out.member("session", v.session);
    out.member("cl_ord_id", v.cl_ord_id);
    text_or_null(out, "symbol", v.symbol);
    text_or_null(out, "side", v.side == Side::none ? "" : text(v.side));
    exact(out, "qty", v.qty);
    out.member("text", v.text);
    out.end_object();
}

void write(JsonWriter& out, const ConfigView& v) {
    out.begin_object();
    version(out, "version", v.version);
    out.member("toml", v.toml);
    array(out, "overrides", v.overrides, [&](const OverrideView& o) {
        out.member("key", o.key);
        out.member("value", o.value);
        out.member("option", o.option);
    });
    out.end_object();
}

void write(JsonWriter& out, const ReloadView& v) {
    out.begin_object();
    version(out, "version", v.version);
    version(out, "before", v.before);
    time(out, "at", v.at);
    out.member("who", v.who);
    out.member("why", v.why);
    texts(out, "changed", v.changed);
    out.end_object();
}

}  // namespace assay::http
