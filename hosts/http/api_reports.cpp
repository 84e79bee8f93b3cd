// One LP in full, heat maps, the mirror.
#include <array>

#include "hosts/http/api.h"
#include "hosts/http/json_parts.h"
#include "hosts/http/reports.h"
#include "hosts/http/views_json.h"

namespace assay::http {
namespace {

using cli::JsonWriter;

constexpr std::array<std::string_view, 4> kHeatColumns = {"symbol", "size", "hour", "regime"};
constexpr std::array<std::string_view, 3> kMirrorBy = {"size", "regime", "hour"};
constexpr std::array<const char*, 3> kClasses = {"discretionary", "technical", "risk"};

OrdersOf orders_of(Fields& query, bool of_lp) {
    OrdersOf orders;
    if (!of_lp) orders.lp = query.text("lp");
    orders.symbol = query.text("symbol");
    if (const auto size = query.integer("size", 0, 6))
        orders.size = static_cast<std::uint8_t>(*size);
    orders.regime = query.choice("regime", kRegimes);
    orders.from = query.time("from");
    orders.to = query.time("to");
    if (orders.from && orders.to && *orders.to <= *orders.from)
        query.refuse("to", "it is not later than from");
    return orders;
}

void write_of(JsonWriter& out, const Measured& of) {
    parts::time(out, "from", of.from);
    parts::time(out, "to", of.to);
    out.member("complete", of.complete);
    out.member("rows_read", of.rows_read);
}

template <std::size_t N>
void write_curve(JsonWriter& out, const char* name, const char* weighting,
                 const std::array<std::optional<double>, N>& bps,
                 const std::array<std::int64_t, N>& n) {
    out.key(name);
    out.begin_object();
    out.key(weighting);
    out.begin_array();
    for (const auto& x : bps) out.value(x);
    out.end_array();
    out.key("n");
    out.begin_array();
    for (const std::int64_t x : n) out.value(x);
    out.end_array();
    out.end_object();
}

void write_slices(JsonWriter& out, const char* name, const std::vector<LpSlice>& slices) {
    parts::array(out, name, slices, [&](const LpSlice& s) {
        out.member("key", s.key);
        out.member("n_orders", s.n_orders);
        for (const auto& [kpi, x] : s.values) parts::number(out, kpi, x);
    });
}

void write_report(JsonWriter& out, const LpReportView& v) {
    out.begin_object();
    out.member("lp", v.lp);
    write_of(out, v.of);
    parts::texts(out, "remarks", v.remarks);
    write_measured(out, v.measured);
    out.key("horizons");
    out.begin_array();
    for (const char* name : kpi::kHorizonName) out.value(name);
    out.end_array();
    out.key("horizon_s");
    out.begin_array();
    for (const Duration h : kpi::kHorizon) out.value(static_cast<double>(h.ns) / 1e9);
    out.end_array();
    write_curve(out, "fills", "by_notional", v.fills_bps, v.fills_n);
    write_curve(out, "rejects", "by_reject", v.rejects_bps, v.rejects_n);
    out.key("latency");
    out.begin_object();
    parts::array(out, "parts", v.latency, [&](const LatencyPart& p) {
        out.member("part", p.part);
        out.member("n", p.n);
        parts::number(out, "mean_ms", p.mean);
        parts::number(out, "p50_ms", p.p50);
        parts::number(out, "p90_ms", p.p90);
        parts::number(out, "p99_ms", p.p99);
    });
    out.key("histogram");
    out.begin_array();
    for (const auto& [upper, orders] : v.histogram) {
        out.begin_array();
        out.value(upper);
        out.value(orders);
        out.end_array();
    }
    out.end_array();
    out.end_object();
    write_slices(out, "by_size", v.by_size);
    write_slices(out, "by_regime", v.by_regime);
    write_slices(out, "by_hour", v.by_hour);
    out.key("rejects_by_class");
    out.begin_object();
    for (std::size_t i = 0; i < kClasses.size(); ++i) out.member(kClasses[i], v.rejects[i]);
    out.end_object();
    out.key("last_look");
    out.begin_object();
    out.member("up_n", v.last_look.up_n);
    out.member("up_rejected", v.last_look.up_rejected);
    out.member("down_n", v.last_look.down_n);
    out.member("down_rejected", v.last_look.down_rejected);
    out.member("difference", v.last_look.difference);
    out.member("z", v.last_look.z);
    out.member("p", v.last_look.p);
    out.member("flagged", v.last_look.flagged);
    out.end_object();
    parts::text_or_null(out, "changes_of", v.changes_of);
    parts::array(out, "changes", v.changes, [&](const ScoreChange& c) {
        parts::time(out, "at", c.at);
        out.member("composite_before", c.before);
        out.member("composite_after", c.after);
        out.member("rank_before", c.rank_before);
        out.member("rank_after", c.rank_after);
        parts::text_or_null(out, "cause", c.cause);
        parts::text_or_null(out, "exec_id", c.exec_id);
        parts::text_or_null(out, "cl_ord_id", c.cl_ord_id);
    });
    out.end_object();
}

void write_heatmap(JsonWriter& out, const HeatmapView& v) {
    out.begin_object();
    out.member("kpi", v.kpi);
    out.member("unit", v.unit);
    out.member("good", v.good);
    out.member("columns_by", v.columns_by);
    parts::texts(out, "columns", v.columns);
    out.member("few_below", kFewOrders);
    parts::array(out, "rows", v.rows, [&](const auto& row) {
        out.member("lp", row.first);
        parts::array(out, "cells", row.second, [&](const HeatmapCell& c) {
            parts::number(out, "value", c.value);
            out.member("n", c.n);
            out.member("few", c.n < kFewOrders);
        });
    });
    write_of(out, v.of);
    parts::texts(out, "remarks", v.remarks);
    out.end_object();
}

void write_mirror(JsonWriter& out, const MirrorView& v) {
    out.begin_object();
    out.member("by", v.by);
    write_of(out, v.of);
    parts::array(out, "flow", v.flow, [&](const MirrorFlow& f) {
        out.member("lp", f.lp);
        out.member("key", f.key);
        out.member("n_orders", f.n_orders);
        out.member("share", f.share);
        parts::number(out, "notional_share", f.notional_share);
    });
    parts::array(out, "over_time", v.over_time, [&](const MirrorPoint& p) {
        parts::time(out, "at", p.at);
        out.member("lp", p.lp);
        out.member("share", p.share);
    });
    parts::array(out, "stated", v.stated, [&](const LeagueTerm& t) { write_members(out, t); });
    parts::array(out, "rebates", v.rebates, [&](const MirrorRebate& r) {
        out.member("lp", r.lp);
        parts::number(out, "fee_bps", r.fee_bps);
        parts::number(out, "markout_bps_15s", r.markout_bps_15s);
        parts::number(out, "net_bps", r.net_bps);
    });
    parts::texts(out, "remarks", v.remarks);
    out.end_object();
}

template <class View, class Write>
Reply report_reply(const Request& request, const Answer<View>& found, Write write) {
    if (!found) return refusal(request, found.error());
    JsonWriter out;
    write(out, *found);
    return json_reply(out.text());
}

}  // namespace

void add_reports(Routes& routes, Reports& reports) {
    routes.add("GET", "/api/v1/lps/{lp}/report", [&](const Request& request) {
        Fields query = Fields::of_query(request);
        const LpReportWish wish{std::string(request.param("lp")), orders_of(query, true)};
        if (auto problem = query.wrong()) return refusal(request, *std::move(problem));
        return report_reply(request, reports.lp_report(wish), write_report);
    });
    routes.add("GET", "/api/v1/heatmap", [&](const Request& request) {
        Fields query = Fields::of_query(request);
        HeatmapWish wish;
        wish.kpi = query.required_text("kpi");
        wish.columns = query.choice("columns", kHeatColumns).value_or("symbol");
        wish.orders = orders_of(query, false);
        if (auto problem = query.wrong()) return refusal(request, *std::move(problem));
        return report_reply(request, reports.heatmap(wish), write_heatmap);
    });
    routes.add("GET", "/api/v1/mirror", [&](const Request& request) {
        Fields query = Fields::of_query(request);
        MirrorWish wish;
        wish.by = query.choice("by", kMirrorBy).value_or("size");
        wish.profile = query.text("profile");
        wish.from = query.time("from");
        wish.to = query.time("to");
        if (wish.from && wish.to && *wish.to <= *wish.from)
            query.refuse("to", "it is not later than from");
        if (auto problem = query.wrong()) return refusal(request, *std::move(problem));
        return report_reply(request, reports.mirror(wish), write_mirror);
    });
}

}  // namespace assay::http
