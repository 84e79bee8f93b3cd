#include "hosts/cli/json_output.h"

#include "hosts/cli/json_writer.h"
#include "hosts/cli/numbers.h"

namespace assay::cli {
namespace {

void counts(JsonWriter& w, std::string_view name, const std::vector<Count>& list) {
    w.key(name);
    w.begin_array();
    for (const Count& count : list) {
        w.begin_object();
        w.member("name", count.name);
        w.member("n", count.n);
        w.member("meaning", count.meaning);
        w.end_object();
    }
    w.end_array();
}

void time(JsonWriter& w, std::string_view name, Nanos at) {
    w.key(name);
    if (!known(at)) return w.null();
    std::string iso = utc_time(at.ns) + "Z";
    iso[iso.find(' ')] = 'T';
    w.value(iso);
}

void sessions(JsonWriter& w, const Health& health) {
    w.key("sessions");
    w.begin_array();
    for (const SessionLine& s : health.sessions) {
        w.begin_object();
        w.member("us", s.us);
        w.member("them", s.them);
        w.member("lp", s.lp);
        w.member("messages", s.messages);
        w.member("gaps", s.gaps);
        w.member("missing", s.missing);
        w.member("duplicates", s.duplicates);
        time(w, "first", s.first);
        time(w, "last", s.last);
        w.member("clock_offset_ms", s.clock_offset_ms);
        w.member("note", s.note);
        w.end_object();
    }
    w.end_array();
}

void health_object(JsonWriter& w, const Health& health) {
    w.begin_object();
    w.member("bytes_read", health.bytes.read);
    w.member("bytes_messages", health.bytes.messages);
    w.member("bytes_between", health.bytes.between);
    w.member("bytes_dead", health.bytes.dead);
    w.member("bytes_pending", health.bytes.pending);
    w.member("messages_read", health.messages.read);
    w.member("messages_applied", health.messages.applied);
    w.member("messages_duplicate", health.messages.duplicate);
    w.member("messages_waiting", health.messages.waiting);
    w.member("messages_dead", health.messages.dead);
    w.member("lenient", health.lenient);
    w.key("dead_letter_file");
    if (health.dead_letter_file.empty())
        w.null();
    else
        w.value(health.dead_letter_file);
    counts(w, "dead_by_reason", health.dead_by_reason);
    counts(w, "counts", health.counts);
    w.key("by_msg_type");
    w.begin_array();
    for (const auto& [type, n] : health.by_msg_type) {
        w.begin_object();
        w.member("msg_type", type);
        w.member("n", n);
        w.end_object();
    }
    w.end_array();
    sessions(w, health);
    w.key("inputs");
    w.begin_array();
    for (const InputLine& input : health.inputs) {
        w.begin_object();
        w.member("name", input.name);
        w.member("kind", input.kind);
        w.member("bytes", input.bytes);
        w.member("messages", input.messages);
        w.member("dead", input.dead);
        w.member("zone_hours", input.zone_hours);
        w.end_object();
    }
    w.end_array();
    w.end_object();
}

void scores(JsonWriter& w, const score::Row& row) {
    w.member("composite", row.composite);
    w.member("composite_sd", row.composite_sd);
    w.member("lcb", row.lcb);
    w.member("p_best", row.p_best);
    w.member("composite_fast", row.composite_fast);
    w.member("n_eff", row.n_eff);
    w.member("evidence", text(row.evidence));
    w.member("undecided", row.undecided);
    w.member("rank", row.rank);
    w.member("rank_without_rebates", row.rank_without_rebates);
    w.member("execution_score", row.execution_score);
    w.member("liquidity_score", row.liquidity_score);
    w.member("min_max", row.min_max);
    w.member("z_score", row.z_score);
    if (!row.no_score.empty()) w.member("no_score", row.no_score);
}

void contributions(JsonWriter& w, const score::Row& row) {
    w.key("contributions");
    w.begin_array();
    for (const score::Contribution& c : row.contributions) {
        w.begin_object();
        w.member("kpi", c.kpi);
        w.member("weight_bp", c.weight_bp);
        w.member("believed", c.believed);
        w.member("sd", c.sd);
        w.member("points", c.points);
        w.end_object();
    }
    w.end_array();
}

void curve(JsonWriter& w, std::string_view name, const score::Curve& curve) {
    w.key(name);
    w.begin_array();
    for (std::size_t h = 0; h < kpi::kHorizons; ++h) {
        w.begin_object();
        w.member("horizon", kpi::kHorizonName[h]);
        w.member("bps", curve.bps[h]);
        w.member("n", curve.n[h]);
        w.end_object();
    }
    w.end_array();
}

void pictures(JsonWriter& w, const score::Row& row) {
    curve(w, "markout_after_fills", row.fills);
    curve(w, "drift_after_rejects", row.rejects);
    w.key("latency_histogram");
    w.begin_array();
    for (const auto& [upper_ms, n] : row.latency_histogram) {
        w.begin_object();
        w.member("upper_ms", upper_ms);
        w.member("n", n);
        w.end_object();
    }
    w.end_array();
    w.key("fill_rate_by_size");
    w.begin_array();
    for (const score::Bar& bar : row.fill_rate_by_size) {
        w.begin_object();
        w.member("size", bar.label);
        w.member("fill_rate", bar.value);
        w.member("n", bar.n);
        w.end_object();
    }
    w.end_array();
}

void capacity(JsonWriter& w, const score::Row& row) {
    w.key("capacity");
    w.begin_array();
    for (const score::CapacityCurve& c : row.capacity) {
        w.begin_object();
        w.member("tif", c.tif);
        w.member("limit", c.limit);
        w.member("n", c.n);
        w.member("n_by_round_lot", c.n_by_round_lot);
        w.key("points");
        w.begin_array();
        for (const score::CapacityCurve::Point& p : c.points) {
            w.begin_object();
            w.member("size", p.size);
            w.member("p_at_least", p.p_at_least);
            w.member("n_at_risk", p.n_at_risk);
            w.end_object();
        }
        w.end_array();
        w.end_object();
    }
    w.end_array();
}

void calibration(JsonWriter& w, const score::Row& row) {
    w.key("calibration");
    if (!row.calibration) return w.null();
    const score::Calibration& c = *row.calibration;
    w.begin_object();
    w.member("n", c.n);
    w.member("brier", c.brier);
    w.member("brier_lp_mean", c.brier_lp_mean);
    w.member("brier_global_mean", c.brier_global_mean);
    w.member("log_loss", c.log_loss);
    w.member("log_loss_lp_mean", c.log_loss_lp_mean);
    w.member("log_loss_global_mean", c.log_loss_global_mean);
    w.member("ece", c.ece);
    w.member("ece_lp_mean", c.ece_lp_mean);
    w.member("ece_global_mean", c.ece_global_mean);
    w.member("accepted", c.accepted);
    w.member("brier_any", c.brier_any);
    w.member("fraction_forecast", c.fraction_forecast);
    w.member("fraction_filled", c.fraction_filled);
    w.member("fraction_pit_ks", c.fraction_pit_ks);
    w.member("n_latency", c.n_latency);
    w.member("pinball_ms_p50", c.pinball_ms[0]);
    w.member("pinball_ms_p90", c.pinball_ms[1]);
    w.member("pinball_ms_p99", c.pinball_ms[2]);
    w.member("latency_pit_ks", c.latency_pit_ks);
    w.end_object();
}

void row_object(JsonWriter& w, const score::Row& row, Catalog catalog) {
    w.begin_object();
    for (const auto& [key, value] : row.keys) w.member(key, value);
    for (std::size_t i = 0; i < catalog.size(); ++i) {
        if (!held_by_row(catalog[i].name)) w.member(catalog[i].name, value_at(row, i).number);
    }
    scores(w, row);
    w.key("absent");
    w.begin_object();
    for (std::size_t i = 0; i < catalog.size(); ++i) {
        const kpi::Value value = value_at(row, i);
        if (!value.number && !held_by_row(catalog[i].name)) {
            w.member(catalog[i].name, kpi::text(value.why));
        }
    }
    if (!row.p_best && !row.no_p_best.empty()) w.member("p_best", row.no_p_best);
    w.end_object();
    contributions(w, row);
    pictures(w, row);
    capacity(w, row);
    calibration(w, row);
    w.end_object();
}

}  // namespace

std::string json_text(const score::Report& report, const Health& health, Catalog catalog) {
    JsonWriter w;
    w.begin_object();
    w.member("version", 1);
    w.key("health");
    health_object(w, health);
    w.key("assumptions");
    w.begin_array();
    for (const std::string& line : report.assumptions) w.value(line);
    w.end_array();
    w.member("profile", report.profile);
    w.member("config_version", report.config_version);
    if (!report.settings_version.empty()) w.member("settings_version", report.settings_version);
    w.member("lenient", report.lenient);
    w.key("since");
    if (report.since.empty())
        w.null();
    else
        w.value(report.since);
    w.key("until");
    if (report.until.empty())
        w.null();
    else
        w.value(report.until);
    w.key("by");
    w.begin_array();
    for (const std::string& key : report.by) w.value(key);
    w.end_array();
    w.key("rows");
    w.begin_array();
    for (const score::Row& row : report.rows) row_object(w, row, catalog);
    w.end_array();
    w.key("total");
    row_object(w, report.total, catalog);
    w.end_object();
    return w.text() + "\n";
}

std::string health_json(const Health& health) {
    JsonWriter w;
    w.begin_object();
    w.member("version", 1);
    w.key("health");
    health_object(w, health);
    w.end_object();
    return w.text() + "\n";
}

}  // namespace assay::cli
