#include "hosts/http/json_parts.h"
#include "hosts/http/views_json.h"

namespace assay::http {

using cli::JsonWriter;
using namespace parts;

namespace {

constexpr const char* kRejectClasses[] = {"discretionary", "technical", "risk"};

void write_kpi(JsonWriter& out, const LeagueKpi& k) {
    out.member("kpi", k.kpi);
    out.member("weight_bp", k.weight_bp);
    out.member("believed", k.believed);
    out.member("sd", k.sd);
    out.member("n_eff", k.n_eff);
    out.member("u", k.u);
    out.member("u_sd", k.u_sd);
    out.member("rank_u", k.rank_u);
    out.member("rank_u_sd", k.rank_u_sd);
    out.member("points", k.points);
}

void write_row(JsonWriter& out, const LeagueRow& r) {
    out.member("lp", r.lp);
    out.member("rank", r.rank);
    out.member("gate", r.gate);
    out.member("insufficient", r.insufficient);
    out.member("cautious", r.cautious);
    out.member("against_rank", r.against_rank);
    out.member("rank_change", r.rank && r.against_rank
                                  ? std::optional(static_cast<std::int64_t>(*r.against_rank) -
                                                  static_cast<std::int64_t>(*r.rank))
                                  : std::nullopt);
    number(out, "against_composite", r.against_composite);
    number(out, "composite", r.composite);
    number(out, "composite_sd", r.sd);
    number(out, "interval_low", r.low);
    number(out, "interval_high", r.high);
    number(out, "lcb", r.lcb);
    number(out, "execution", r.execution);
    number(out, "liquidity", r.liquidity);
    number(out, "p_best", r.p_best);
    number(out, "n_eff", r.n_eff);
    number(out, "n_eff_lp", r.n_eff_lp);
    number(out, "latency_ms", r.latency_ms);
    array(out, "kpis", r.kpis, [&](const LeagueKpi& k) { write_kpi(out, k); });
    write_measured(out, r.measured);
    out.key("rejects");
    out.begin_object();
    for (std::size_t i = 0; i < r.rejects.size(); ++i) out.member(kRejectClasses[i], r.rejects[i]);
    out.end_object();
    out.member("session", r.session);
    out.member("breaker", r.breaker);
    text_or_null(out, "breaker_fault", r.breaker_fault);
    time(out, "breaker_until", r.breaker_until);
    out.member("killed", r.killed);
    out.member("halted", r.halted);
    text_or_null(out, "stopped", r.stopped);
    out.key("spark");
    out.begin_array();
    for (const auto& [at, composite] : r.spark) {
        out.begin_array();
        out.value(at.ns);
        out.value(composite);
        out.end_array();
    }
    out.end_array();
}

}  // namespace

void write_measured(JsonWriter& out, const std::vector<std::pair<std::string, Known>>& measured) {
    out.key("measured");
    out.begin_object();
    for (const auto& [kpi, x] : measured) out.member(kpi, x.value);
    out.end_object();
    out.key("measured_absent");
    out.begin_object();
    for (const auto& [kpi, x] : measured)
        if (!x.value && !x.absent.empty()) out.member(kpi, x.absent);
    out.end_object();
}

void write_members(JsonWriter& out, const LeagueTerm& t) {
    out.member("kpi", t.kpi);
    out.member("tier", t.tier);
    out.member("weight_bp", t.weight_bp);
    out.member("worst", t.worst);
    out.member("best", t.best);
    out.member("scale", t.scale);
}

void write(JsonWriter& out, const LeagueView& v) {
    out.begin_object();
    out.member("profile", v.profile);
    out.member("symbol", v.symbol);
    out.member("rank_by", v.rank_by);
    out.member("size", v.size);
    out.member("size_name", v.size_name);
    out.member("regime", v.regime);
    out.member("live", v.live);
    text_or_null(out, "page_version",
                 v.live ? std::to_string(v.epoch) + "-" + std::to_string(v.sequence) : "");
    time(out, "as_of", v.as_of);
    out.member("age_ms", v.live ? std::optional(as_ms(v.age)) : std::nullopt);
    id(out, "config_version", v.config_version);
    id(out, "priors_version", v.priors_version);
    out.member("z_lcb", v.z_lcb);
    out.member("z_interval", v.z_interval);
    out.member("max_reject_rate", v.max_reject_rate);
    out.member("undecided", v.undecided);
    out.member("draws", v.draws);
    time(out, "measured_from", v.measured_from);
    time(out, "measured_to", v.measured_to);
    out.member("measured_complete", v.measured_complete);
    out.member("rows_read", v.rows_read);
    out.key("against");
    if (v.against.empty()) {
        out.null();
    } else {
        out.begin_object();
        out.member("what", v.against);
        time(out, "at", v.against_at);
        out.end_object();
    }
    array(out, "weights", v.weights, [&](const LeagueTerm& t) { write_members(out, t); });
    texts(out, "remarks", v.remarks);
    array(out, "rows", v.rows, [&](const LeagueRow& r) { write_row(out, r); });
    out.end_object();
}

}  // namespace assay::http
