#include "hosts/cli/comparison_output.h"
#include "hosts/cli/json_writer.h"
#include "hosts/cli/off_policy_json.h"

namespace assay::cli {
namespace {

using judge::Comparison;

void regret_object(JsonWriter& w, const judge::Row& row) {
    w.key("regret");
    if (!row.regret) {
        w.null();
        return;
    }
    const judge::Paired& r = *row.regret;
    w.begin_object();
    w.member("bps", r.bps.mean);
    interval_members(w, r.bps.interval);
    w.member("se", r.bps.se);
    w.member("p", r.bps.p);
    w.member("p_holm", row.p_holm);
    w.member("n", r.n);
    w.member("left_out", r.left_out);
    w.member("drawn_by", r.drawn_by == judge::Unit::block ? "blocks" : "worlds");
    w.member("worlds", r.worlds);
    w.member("worlds_above", r.worlds_above);
    w.key("diebold_mariano");
    if (r.check) {
        w.begin_object();
        w.member("statistic", r.check->statistic);
        w.member("p", r.check->p);
        w.member("lags", r.check->lags);
        w.end_object();
    } else {
        w.null();
    }
    w.end_object();
}

void row_object(JsonWriter& w, const judge::Row& row) {
    w.begin_object();
    w.member("policy", row.policy);
    w.key("scenario");
    if (row.scenario.empty())
        w.null();
    else
        w.value(row.scenario);
    w.member("standing", text(row.standing));
    w.member("parents", row.parents);
    w.member("shortfall_bps", row.shortfall_bps);
    w.member("shortfall_p95_bps", row.shortfall_p95_bps);
    regret_object(w, row);
    w.member("filled_share", row.filled_share);
    w.member("swept_share", row.swept_share);
    w.member("complete_share", row.complete_share);
    w.member("completion_seconds", row.completion_seconds);
    w.member("completion_p95_seconds", row.completion_p95_seconds);
    w.member("rounds", row.rounds);
    w.member("children", row.children);
    w.member("rejects", row.rejects);
    w.end_object();
}

void calibration_object(JsonWriter& w, std::string_view name, const estimate::Calibration& c) {
    w.key(name);
    w.begin_object();
    w.member("n", c.n());
    w.member("brier", c.brier());
    w.member("log_loss", c.log_loss());
    w.member("ece", c.ece());
    w.key("reliability");
    w.begin_array();
    for (const auto& bin : c.table()) {
        if (!(bin.n > 0)) continue;
        w.begin_object();
        w.member("n", bin.n);
        w.member("forecast", bin.p / bin.n);
        w.member("happened", bin.y / bin.n);
        w.end_object();
    }
    w.end_array();
    w.end_object();
}

void policy_object(JsonWriter& w, const judge::PolicyForecasts& p) {
    w.begin_object();
    w.member("policy", p.policy);
    w.key("completion");
    w.begin_array();
    for (const judge::CompletionPoint& point : p.completion) {
        w.begin_object();
        w.member("seconds", point.seconds);
        w.member("share", point.share);
        w.end_object();
    }
    w.end_array();
    calibration_object(w, "filled", p.forecasts.filled);
    calibration_object(w, "in_time", p.forecasts.in_time);
    w.key("latency");
    w.begin_object();
    w.member("n", p.forecasts.latency_ms.n);
    w.member("pinball_ms_p50", p.forecasts.latency_ms.mean(0));
    w.member("pinball_ms_p90", p.forecasts.latency_ms.mean(1));
    w.member("pinball_ms_p99", p.forecasts.latency_ms.mean(2));
    const bool any = p.forecasts.latency.n() > 0;
    w.member("pit_ks", any ? std::optional(p.forecasts.latency.ks()) : std::nullopt);
    w.end_object();
    w.key("agreement");
    if (p.agreement) {
        w.begin_object();
        w.member("snapshots", p.agreement->snapshots);
        w.member("spearman", p.agreement->spearman.mean);
        interval_members(w, p.agreement->spearman.interval);
        w.member("concordance", p.agreement->concordance);
        w.end_object();
    } else {
        w.null();
    }
    w.end_object();
}

void logged_object(JsonWriter& w, const judge::LoggedAnswer& a) {
    const judge::OffPolicy& e = a.estimate;
    w.begin_object();
    w.member("policy", a.policy);
    w.member("conclusion", text(a.conclusion));
    off_policy_members(w, e);
    w.member("drawn_by", e.resampled == judge::Unit::block ? "blocks" : "days");
    w.end_object();
}

void gaming_object(JsonWriter& w, const judge::GamingCase& g) {
    w.begin_object();
    w.member("tactic", g.tactic);
    w.member("worlds", g.share.worlds);
    w.member("gaming_share", g.share.gaming_share);
    w.member("honest_share", g.share.honest_share);
    w.member("gain_bp", g.share.gain_bp);
    interval_members(w, g.share.interval_bp);
    w.member("limit_bp", g.limit_bp);
    w.member("gain", text(g.share.gain));
    w.member("flagged", g.flagged);
    w.member("twins_flagged", g.twins_flagged);
    w.end_object();
}

template <class Values, class Write>
void array(JsonWriter& w, std::string_view name, const Values& values, Write write) {
    w.key(name);
    w.begin_array();
    for (const auto& value : values) write(w, value);
    w.end_array();
}

}  // namespace

void write_comparison(JsonWriter& w, const Comparison& c) {
    const auto plain = [](JsonWriter& to, const std::string& value) { to.value(value); };
    w.begin_object();
    w.member("version", 1);
    if (!c.about.empty()) w.member("about", c.about);
    w.member("reference", c.reference);
    array(w, "scenarios", c.scenarios, plain);
    w.member("seeds", c.seeds);
    w.key("resampling");
    w.begin_object();
    w.member("block", c.how.block);
    w.member("draws", c.how.draws);
    w.member("level", c.how.level);
    w.member("seed", c.how.seed);
    w.end_object();
    array(w, "says", c.says, plain);
    array(w, "rows", c.rows, row_object);
    array(w, "policies", c.policies, policy_object);
    array(w, "logged", c.logged, logged_object);
    array(w, "gaming", c.gaming, gaming_object);
    w.end_object();
}

std::string comparison_json(const Comparison& c) {
    JsonWriter w;
    write_comparison(w, c);
    return w.text() + "\n";
}

}  // namespace assay::cli
