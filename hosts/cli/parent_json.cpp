// An explained parent for programs.
#include "hosts/cli/explained_parent.h"
#include "hosts/cli/iso_time.h"
#include "hosts/cli/json_writer.h"

namespace assay::cli {
namespace {

template <class Items, class Write>
void list(JsonWriter& w, const char* name, const Items& items, Write write) {
    w.key(name);
    w.begin_array();
    for (const auto& item : items) write(item);
    w.end_array();
}

std::optional<std::string> time(Nanos at) {
    return known(at) ? std::optional(iso_time(at)) : std::nullopt;
}

void message(JsonWriter& w, const ExplainedMessage& m) {
    w.begin_object();
    w.member("at", time(m.at));
    w.member("direction", m.direction == Direction::out ? "out" : "in");
    w.member("file", m.file);
    w.member("offset", m.offset);
    w.member("type", m.type);
    w.member("in_words", m.in_words);
    w.member("raw", m.raw);
    w.end_object();
}

void child(JsonWriter& w, const ExplainedChild& c) {
    w.begin_object();
    w.member("lp", c.lp);
    w.member("cl_ord_id", c.cl_ord_id);
    w.member("quantity", as_double(c.qty));
    w.member("limit", as_double(c.limit));
    w.member("expected", c.expected);
    w.member("predicted_full", c.predicted_full);
    w.member("predicted_ms", c.predicted_ms);
    w.member("filled", c.filled ? std::optional(as_double(*c.filled)) : std::nullopt);
    w.member("average_price", c.average);
    w.member("took_ms", c.took_ms);
    w.member("state", c.state);
    w.member("refused", c.refused);
    list(w, "messages", c.messages, [&](const ExplainedMessage& m) { message(w, m); });
    w.end_object();
}

void decision(JsonWriter& w, const ExplainedDecision& d) {
    w.begin_object();
    w.member("decision", d.id);
    w.member("at", time(d.at));
    w.member("line", d.line);
    list(w, "words", d.words, [&](const std::string& line) { w.value(line); });
    w.member("predicted_in_time", d.predicted_in_time);
    list(w, "children", d.children, [&](const ExplainedChild& c) { child(w, c); });
    w.member("seconds_to_next",
             d.until_next ? std::optional(as_seconds(*d.until_next)) : std::nullopt);
    list(w, "scores_changed", d.changed, [&](const ExplainedScore& s) {
        w.begin_object();
        w.member("lp", s.lp);
        w.member("before", s.before);
        w.member("after", s.after);
        w.member("rank_before", s.rank_before);
        w.member("rank_after", s.rank_after);
        w.end_object();
    });
    w.end_object();
}

void order(JsonWriter& w, const std::optional<route::ParentOrder>& o) {
    w.key("order");
    if (!o) return w.null();
    w.begin_object();
    w.member("cl_ord_id", o->cl_ord_id);
    w.member("symbol", o->symbol);
    w.member("side", text(o->side));
    w.member("quantity", as_double(o->qty));
    w.member("starts", time(o->starts));
    w.member("ends", time(o->ends));
    w.member("profile", o->profile);
    w.member("policy", route::policy(o->policy).name);
    w.end_object();
}

void end(JsonWriter& w, const std::optional<ParentEnd>& e) {
    w.key("end");
    if (!e) return w.null();
    w.begin_object();
    w.member("at", time(e->at));
    w.member("state", route::text(e->state));
    w.member("filled", as_double(e->filled));
    w.member("forced", as_double(e->forced));
    w.member("cost_bps", e->cost_bps);
    w.member("vwap_slippage_bps", e->vwap_slippage_bps);
    w.end_object();
}

}  // namespace

std::string parent_json(const ExplainedParent& p) {
    JsonWriter w;
    w.begin_object();
    w.member("version", 1);
    w.member("parent", p.id);
    order(w, p.order);
    end(w, p.end);
    list(w, "decisions", p.decisions, [&](const ExplainedDecision& d) { decision(w, d); });
    list(w, "alerts", p.alerts, [&](const std::string& line) { w.value(line); });
    list(w, "remarks", p.remarks, [&](const std::string& line) { w.value(line); });
    w.end_object();
    return w.text() + "\n";
}

}  // namespace assay::cli
