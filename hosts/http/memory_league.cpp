// The league table of the desk in memory: four LPs of known beliefs, scored by the real rules.
#include <algorithm>
#include <cmath>

#include "core/score/composite.h"
#include "core/score/goalposts.h"
#include "hosts/http/memory_desk.h"

namespace assay::http {
namespace {

// Two KPIs, half of the weight each.
score::Profile of_memory(std::string name) {
    score::Profile p;
    p.name = std::move(name);
    p.terms = {{score::Scored::fill_rate, 5'000, 0.5, 1, score::Scale::linear},
               {score::Scored::latency_mean_ms, 5'000, 100, 1, score::Scale::log}};
    return p;
}

LeagueKpi part_of(const score::Term& term, const score::Belief& belief, const score::Part& part) {
    LeagueKpi k;
    k.kpi = score::scored_name(term.kpi);
    k.weight_bp = term.weight_bp;
    k.believed = belief.mean;
    k.sd = std::sqrt(belief.var);
    k.n_eff = belief.n_eff;
    k.u = k.rank_u = part.u;
    k.u_sd = k.rank_u_sd = score::slope(term, belief.mean) *
                           std::sqrt(score::scaled_variance(term, belief.mean, belief.var));
    k.points = part.points;
    return k;
}

}  // namespace

Answer<LeagueView> MemoryDesk::league(const LeagueWish& wish) {
    const auto page = ranking({wish.profile, wish.symbol, wish.size, wish.regime});
    if (!page) return std::unexpected(page.error());
    const score::Profile profile = of_memory(wish.profile);
    LeagueView v;
    v.profile = page->profile;
    v.symbol = page->symbol;
    v.rank_by = page->rank_by;
    v.size = page->size;
    v.size_name = page->size_name;
    v.regime = page->regime;
    v.live = !wish.to;
    v.epoch = page->epoch;
    v.sequence = page->sequence;
    v.as_of = page->as_of;
    v.age = page->age;
    v.config_version = page->config_version;
    v.priors_version = page->priors_version;
    v.z_lcb = profile.z_route;
    v.z_interval = profile.z_report;
    v.undecided = true;
    v.draws = 1'000;
    v.measured_to = wish.to.value_or(page->as_of);
    v.measured_from = wish.from.value_or(v.measured_to - kDay);
    if (wish.against) {
        v.against = *wish.against;
        v.against_at = v.as_of - kDay;
    }
    for (const score::Term& t : profile.terms)
        v.weights.push_back({std::string(score::scored_name(t.kpi)), kpi::text(score::tier(t.kpi)),
                             t.scale == score::Scale::log ? "log" : "linear", t.weight_bp, t.worst,
                             t.best});
    v.remarks = {"history reaches back to 2026-03-02 only"};
    for (std::uint32_t i = 0; i < page->rows.size(); ++i) {
        const RankingRow& of_page = page->rows[i];
        score::Beliefs beliefs;
        score::of(beliefs, score::Scored::fill_rate) = {0.95 - 0.05 * i, 0.0004, 400, false};
        score::of(beliefs, score::Scored::latency_mean_ms) = {2.0 + i, 0.25, 400, false};
        const score::Composite c = score::composite(profile, beliefs);
        LeagueRow r;
        r.lp = of_page.lp;
        r.gate = of_page.gate;
        r.rank = of_page.rank;
        r.insufficient = r.cautious = of_page.insufficient;
        if (wish.against && r.rank) r.against_rank = 4 - *r.rank;
        if (wish.against) r.against_composite = {90.0};
        r.composite = {c.score};
        r.sd = {c.sd};
        r.low = {*c.score - profile.z_report * c.sd};
        r.high = {*c.score + profile.z_report * c.sd};
        r.lcb = {c.lcb(profile.z_route)};
        r.execution = {c.execution};
        r.liquidity = {c.liquidity};
        r.p_best = r.rank ? Known{1.0 / (1.0 + *r.rank)} : Known{std::nullopt, "not eligible"};
        r.n_eff = of_page.n_eff;
        r.n_eff_lp = of_page.n_eff_lp;
        r.latency_ms = {2.0 + i};
        for (std::size_t t = 0; t < profile.terms.size(); ++t)
            r.kpis.push_back(
                part_of(profile.terms[t], score::of(beliefs, profile.terms[t].kpi), c.parts[t]));
        r.measured = {{"n_orders", {120}},
                      {"fill_rate", {0.95 - 0.05 * i}},
                      {"reversion_bps", {std::nullopt, "no usable quote at the horizon"}}};
        r.rejects = {3, 1, 0};
        r.session = "up";
        r.breaker = i == 2 ? "open" : "closed";
        if (i == 2) r.breaker_fault = "rejects";
        if (i == 2) r.breaker_until = v.as_of + kMinute;
        r.killed = stopped(KillScope::lp, r.lp);
        if (r.killed) r.stopped = "killed by a person";
        r.spark = {{v.as_of - kHour, 90.0}, {v.as_of, *c.score}};
        v.rows.push_back(std::move(r));
    }
    return v;
}

}  // namespace assay::http
