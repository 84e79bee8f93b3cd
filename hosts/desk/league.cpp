// The league table of a running desk: where LPs stand now, by the page that the router reads and
// the beliefs it is made of; where they stood, by what the history has kept; what they did, by its
// minutes.
#include <algorithm>
#include <charconv>
#include <cmath>
#include <fmt/format.h>
#include <map>

#include "core/kernel/standing.h"
#include "core/score/goalposts.h"
#include "core/score/ranking.h"
#include "core/units/symbol.h"
#include "hosts/desk/asking.h"
#include "hosts/desk/board_view.h"
#include "hosts/desk/bounds.h"
#include "hosts/desk/desk_source.h"
#include "hosts/desk/gate_view.h"

namespace assay::desk {

using http::Answer;
using http::LeagueRow;
using http::LeagueView;
using http::Refused;

namespace {

constexpr std::uint32_t kSparkPoints = 48;
constexpr Duration kWeek{7 * kDay.ns};
// Of P(best): a thousand draws where that takes about a millisecond, fewer where LPs are many.
constexpr std::size_t kDrawnKpis = 60'000;
constexpr std::size_t kFewestDraws = 100;
// What people look at first: how they are filled and refused, at what cost, how fast, and what the
// price does then.
constexpr std::string_view kFirstColumns[] = {"n_orders",
                                              "n_fills",
                                              "filled_qty",
                                              "fill_rate",
                                              "reject_rate",
                                              "reject_rate_discretionary",
                                              "reject_rate_technical",
                                              "reject_rate_risk",
                                              "effective_spread_bps",
                                              "realized_spread_15s_bps",
                                              "realized_spread_5m_bps",
                                              "price_improvement_bps",
                                              "pi_frequency",
                                              "latency_rt_ms_p50",
                                              "latency_rt_ms_p90",
                                              "latency_rt_ms_p99",
                                              "markout_bps_1s",
                                              "markout_bps_15s",
                                              "markout_bps_5m",
                                              "reversion_bps",
                                              "leakage_raw_bps_15s",
                                              "reject_cost_bps",
                                              "fee_bps",
                                              "all_in_cost_bps"};

// What only the desk's thread can tell, copied there.
struct OfDesk {
    score::Profile profile;
    score::PageStamp stamp;
    std::uint64_t config_version{}, priors_version{}, draws_hash{};
    std::uint8_t size{};
    Regime regime{};
    std::vector<std::string> lps;
    std::vector<score::PageRow> rows;  // best first
    std::vector<Standing> standings;   // by LP
    std::vector<double> orders_behind;
    std::vector<http::LpView> gates;                     // by LP
    std::vector<std::pair<std::string, bool>> of_other;  // LPs best first by the profile to compare
    std::map<std::string, double> other_composite;
};

std::string_view scale_name(score::Scale scale) {
    return scale == score::Scale::log ? "log" : "linear";
}

std::optional<double> doubt_of(const score::Term& t, const score::Belief& b) {
    return score::slope(t, b.mean) * std::sqrt(score::scaled_variance(t, b.mean, b.var));
}

std::vector<http::LeagueKpi> kpis_of(const score::Profile& profile, const score::Beliefs& believed,
                                     const score::Beliefs& ranked) {
    std::vector<http::LeagueKpi> all;
    const auto begin = [&](score::Scored kpi) -> http::LeagueKpi& {
        http::LeagueKpi& k = all.emplace_back();
        k.kpi = score::scored_name(kpi);
        const score::Belief& b = score::of(believed, kpi);
        if (!b.usable()) return k;
        k.believed = b.mean;
        k.sd = std::sqrt(std::max(b.var, 0.0));
        k.n_eff = b.n_eff;
        return k;
    };
    const score::Composite c = score::composite(profile, believed);
    for (std::size_t i = 0; i < profile.terms.size(); ++i) {
        const score::Term& t = profile.terms[i];
        http::LeagueKpi& k = begin(t.kpi);
        k.weight_bp = t.weight_bp;
        if (c.parts[i].absent) continue;
        k.u = c.parts[i].u;
        k.u_sd = doubt_of(t, score::of(believed, t.kpi));
        k.rank_u = score::utility(t, score::of(ranked, t.kpi).mean);
        k.rank_u_sd = doubt_of(t, score::of(ranked, t.kpi));
        k.points = c.parts[i].points;
    }
    for (std::size_t i = 0; i < score::kScored; ++i) {
        const auto kpi = static_cast<score::Scored>(i);
        if (std::ranges::none_of(profile.terms, [&](const auto& t) { return t.kpi == kpi; }))
            begin(kpi);
    }
    return all;
}

void put_score(LeagueRow& r, const score::Profile& profile, std::optional<double> composite,
               std::optional<double> sd, std::optional<double> lcb, std::string_view why) {
    r.composite = known_if(composite, why);
    r.sd = known_if(sd, why);
    r.lcb = known_if(lcb, why);
    const bool both = composite && sd;
    r.low = known_if(both ? std::optional(*composite - profile.z_report * *sd) : std::nullopt, why);
    r.high =
        known_if(both ? std::optional(*composite + profile.z_report * *sd) : std::nullopt, why);
}

// Shares of draws in which each LP comes first; absent below two eligible ones.
std::map<std::string, double> first_shares(const OfDesk& d, const std::string& symbol, int& draws) {
    std::vector<score::Candidate> candidates;
    for (const score::PageRow& row : d.rows) {
        score::Candidate c;
        c.name = d.lps[row.lp];
        c.cell = fnv1a(fmt::format("{}\x1f{}\x1f{}\x1f{}", c.name, symbol, d.size,
                                   static_cast<int>(d.regime)));
        c.beliefs = d.standings[row.lp].beliefs;
        c.expected_latency_ms = score::of(c.beliefs, score::Scored::latency_mean_ms).mean;
        c.available = row.gate != score::Gate::unavailable;
        candidates.push_back(std::move(c));
    }
    score::Ranking ranking = score::ranked(d.profile, candidates, d.profile.z_route);
    const auto eligible = std::ranges::count_if(
        ranking.places, [](const auto& p) { return p.gate == score::Gate::open; });
    if (eligible < 2) return {};
    const std::size_t each = static_cast<std::size_t>(eligible) * d.profile.terms.size();
    draws =
        static_cast<int>(std::clamp<std::size_t>(kDrawnKpis / each, kFewestDraws, score::kDraws));
    score::draw_p_best(ranking, d.profile, candidates, d.draws_hash, draws);
    std::map<std::string, double> shares;
    for (const score::Place& p : ranking.places)
        if (p.p_best) shares[candidates[p.candidate].name] = *p.p_best;
    return shares;
}

void put_live_rows(LeagueView& v, const OfDesk& d) {
    const auto shares = first_shares(d, v.symbol, v.draws);
    std::uint32_t rank = 0;
    for (const score::PageRow& row : d.rows) {
        const Standing& s = d.standings[row.lp];
        LeagueRow r;
        r.lp = d.lps[row.lp];
        r.gate = row.gate == score::Gate::open ? "open" : score::text(row.gate);
        if (row.gate == score::Gate::open) r.rank = ++rank;
        r.insufficient = row.evidence() != estimate::Evidence::enough;
        r.cautious = row.caution != score::Caution::none;
        put_score(r, d.profile, row.value(score::PageValue::composite),
                  row.value(score::PageValue::composite_sd), row.value(score::PageValue::lcb),
                  "there is not enough to say");
        const score::Composite c = score::composite(d.profile, s.beliefs);
        r.execution = known_if(c.execution, "the profile weighs no KPI of this tier that is known");
        r.liquidity = known_if(c.liquidity, "the profile weighs no KPI of this tier that is known");
        const auto share = shares.find(r.lp);
        r.p_best = known_if(share != shares.end() ? std::optional(share->second) : std::nullopt,
                            shares.empty() ? "fewer than two LPs are eligible" : "not eligible");
        const auto orders = [](std::optional<double> n, std::string_view none) {
            return known_if(n && *n > 0 ? n : std::nullopt, none);
        };
        r.n_eff = orders(row.value(score::PageValue::n_eff),
                         "none of its orders is known to have been of this size and condition");
        r.n_eff_lp = orders(d.orders_behind[row.lp], "none of its orders is known");
        r.latency_ms =
            known_if(row.value(score::PageValue::latency_ms), "there is not enough to say");
        r.kpis =
            kpis_of(d.profile, s.beliefs, ranked_beliefs(d.standings, d.orders_behind, row.lp));
        v.rows.push_back(std::move(r));
    }
    if (!v.rows.empty() && v.rows.front().p_best.value)
        v.undecided = *v.rows.front().p_best.value < score::kDecided;
}

void put_past_rows(LeagueView& v, const score::Profile& profile,
                   const std::vector<history::ScoreRow>& stood) {
    constexpr std::string_view kWhy = "it is kept for the present only";
    std::vector<history::ScoreRow> order = stood;
    std::ranges::stable_sort(order, {}, [](const auto& s) { return s.rank.value_or(INT32_MAX); });
    for (const history::ScoreRow& s : order) {
        LeagueRow r;
        r.lp = s.lp;
        r.gate = s.rank ? "open" : "not eligible";
        if (s.rank) r.rank = static_cast<std::uint32_t>(*s.rank);
        put_score(r, profile, s.composite, s.sd, s.lcb, "there was not enough to say");
        r.execution = r.liquidity = r.p_best = r.n_eff = r.n_eff_lp = r.latency_ms =
            known_if(std::nullopt, kWhy);
        v.as_of = s.at;
        v.priors_version = s.priors_version;
        std::uint64_t version = 0;
        std::from_chars(s.config_version.data(), s.config_version.data() + s.config_version.size(),
                        version, 16);
        v.config_version = version;
        v.rows.push_back(std::move(r));
    }
}

LeagueRow* row_of(LeagueView& v, std::string_view lp) {
    const auto found = std::ranges::find(v.rows, lp, &LeagueRow::lp);
    return found == v.rows.end() ? nullptr : &*found;
}

}  // namespace

// What a place's scores are kept under: its own size, or, where nothing was kept of it, that of
// orders of unknown size.
history::ScorePlace DeskSource::kept_place(const LeagueView& v, Nanos earliest, Nanos at,
                                           bool& other_size) {
    history::ScorePlace place{v.profile, v.symbol, v.size_name, v.regime};
    const auto there = history_->standing_before(place, earliest, at);
    if (there && !there->empty()) return place;
    place.size = size_name(settings_->desk.desk.kernel.size_by, score::kPageSizes - 1);
    other_size = other_size || place.size != v.size_name;
    return place;
}

void DeskSource::compare_with_past(LeagueView& v, Nanos at) {
    v.against_at = at;
    bool other_size = false;
    const auto place = kept_place(v, at - kDay, at, other_size);
    const auto stood = history_->standing_before(place, at - kDay, at);
    if (!stood || stood->empty()) {
        v.remarks.push_back("nothing is kept of how LPs stood here then, or in the day before it");
        for (LeagueRow& r : v.rows) r.against_composite = {std::nullopt, "nothing is kept of then"};
        return;
    }
    if (other_size) v.remarks.push_back("compared with orders of unknown size, as kept then");
    v.against_at = stood->front().at;
    for (const history::ScoreRow& s : *stood)
        if (LeagueRow* r = row_of(v, s.lp)) {
            r->against_composite = known_if(s.composite, "there was not enough to say");
            if (s.rank) r->against_rank = static_cast<std::uint32_t>(*s.rank);
        }
}

void DeskSource::put_measured(LeagueView& v, const http::LeagueWish& wish, Nanos now) {
    history::MeasureQuery q;
    q.filter.symbol = {v.symbol};
    if (wish.size) q.filter.size = {v.size_name};
    if (wish.regime) q.filter.regime = {v.regime};
    q.to = wish.to.value_or(now);
    q.from = wish.from.value_or(q.to - kDay);
    q.by_lp = true;
    q.most_rows = kMostRowsAtOnce;
    q.most_passed = kMostPassedAtOnce;
    v.measured_from = q.from;
    v.measured_to = q.to;
    const auto measures = history_->measures(q);
    if (!measures) {
        v.remarks.push_back("what was measured cannot be read: " + measures.error().text());
        return;
    }
    v.measured_complete = measures->complete;
    v.rows_read = measures->rows_read;
    if (!measures->complete) {
        v.measured_from = measures->from;
        v.remarks.push_back("too many rows: what was measured is of the latter part of the time");
    }
    for (const std::string& remark : measures->remarks) v.remarks.push_back(remark);
    std::vector<std::string> columns = wish.columns;
    if (columns.empty()) columns.assign(std::begin(kFirstColumns), std::end(kFirstColumns));
    for (LeagueRow& r : v.rows) {
        const auto line =
            std::ranges::find(measures->lines, r.lp, [](const auto& l) { return l.cell.lp; });
        if (line == measures->lines.end()) continue;
        for (std::size_t i = 0; i < r.rejects.size(); ++i)
            r.rejects[i] = line->measured.sums.n_rejected[i];
        for (const std::string& name : columns) {
            const auto kpi = history::with_series(name);
            if (!kpi) {
                if (kpi::find(name) != nullptr)
                    r.measured.push_back({name, {std::nullopt, kpi.error().text()}});
                continue;
            }
            const kpi::Value value = line->value(**kpi);
            r.measured.push_back({name, known_if(value.number, text(value.why))});
        }
    }
}

void DeskSource::put_sparks(LeagueView& v, Nanos to) {
    bool other_size = false;
    const auto place = kept_place(v, to - kDay, to + Duration{1}, other_size);
    const auto line = history_->score_line(place, to - kDay, to + Duration{1}, kSparkPoints);
    if (!line) return;
    for (const history::ScoreRow& s : *line)
        if (LeagueRow* r = row_of(v, s.lp); r != nullptr && s.composite)
            r->spark.emplace_back(s.at, *s.composite);
}

Answer<LeagueView> DeskSource::league(const http::LeagueWish& wish) {
    const auto at = [](const std::optional<Nanos>& t) { return t ? t->ns : INT64_MIN; };
    // Another configuration, and all of it is asked anew.
    std::string key = fmt::format("{}|{}|{}|{}|{}|{}|{}|{}", config_->version(), wish.profile,
                                  wish.symbol, wish.size.value_or(255), wish.regime.value_or(""),
                                  wish.against.value_or(""), at(wish.from), at(wish.to));
    for (const std::string& column : wish.columns) key += "|" + column;
    const auto now = std::chrono::steady_clock::now();
    if (const auto kept = tables_.find(key); kept != tables_.end() && now < kept->second.until)
        return kept->second.table;
    auto made = league_now(wish);
    if (!made) return made;
    if (tables_.size() >= kTables)
        std::erase_if(tables_, [&](const auto& t) { return t.second.until <= now; });
    if (tables_.size() < kTables) tables_[std::move(key)] = {now + kTableAge, *made};
    return made;
}

Answer<LeagueView> DeskSource::league_now(const http::LeagueWish& wish) {
    const auto& names = settings_->desk.desk.ranked;
    const auto ranked = [&](std::string_view name) {
        return std::ranges::any_of(names, [&](const auto& p) { return p.name == name; });
    };
    if (!ranked(wish.profile))
        return no(Refused::Why::not_found,
                  fmt::format("no profile \"{}\" is ranked here; /api/v1/profiles lists them",
                              wish.profile));
    const std::string against = wish.against.value_or("");
    const bool by_time = against == "yesterday" || against == "last-week";
    if (!against.empty() && !by_time && !ranked(against))
        return no(Refused::Why::wrong_query,
                  fmt::format("against: \"{}\" is neither yesterday, last-week, nor a profile that "
                              "is ranked here",
                              against));
    auto told = asked(*service_, [&](SessionDesk& desk) -> Answer<OfDesk> {
        Desk& d = desk.desk();
        OfDesk out;
        out.regime = wish.regime ? regime_named(*wish.regime).value_or(Regime::normal)
                                 : d.regime(wish.symbol);
        if (!against.empty() && !by_time)
            if (const auto other = d.page(against, wish.symbol)) {
                const std::uint8_t size = wish.size.value_or(usual_size(*other, out.regime));
                for (const score::PageRow& row : other->ranked(size, out.regime)) {
                    out.of_other.emplace_back(other->lps[row.lp], row.gate == score::Gate::open);
                    if (const auto c = row.value(score::PageValue::composite))
                        out.other_composite[other->lps[row.lp]] = *c;
                }
            }
        const auto page = d.page(wish.profile, wish.symbol);
        if (!page)
            return no(Refused::Why::not_found,
                      fmt::format("nothing was seen of symbol \"{}\" yet", wish.symbol));
        for (const score::Profile& p : desk.config().desk.ranked)
            if (p.name == wish.profile) out.profile = p;
        out.size = wish.size.value_or(usual_size(*page, out.regime));
        out.stamp = page->stamp;
        out.config_version = page->config_version;
        out.priors_version = page->priors_version;
        out.draws_hash = desk.config().desk.kernel.version;
        out.lps = page->lps;
        const auto rows = page->ranked(out.size, out.regime);
        const auto standings = d.standings(wish.profile, wish.symbol, out.size, out.regime);
        const auto behind = d.orders_behind(wish.profile, wish.symbol);
        out.rows.assign(rows.begin(), rows.end());
        out.standings.assign(standings.begin(), standings.end());
        out.orders_behind.assign(behind.begin(), behind.end());
        const auto& lps = desk.config().desk.router.lps;
        for (const std::string& lp : out.lps) {
            const auto found = std::ranges::find(lps, lp);
            out.gates.push_back(found == lps.end()
                                    ? http::LpView{}
                                    : gate_view(d.router(),
                                                {static_cast<std::uint32_t>(found - lps.begin())},
                                                service_->health().last_at));
        }
        return out;
    });
    if (!told) return busy();
    if (!*told) return std::unexpected(told->error());
    const OfDesk& d = **told;
    const Nanos now = service_->health().last_at;

    LeagueView v;
    v.profile = wish.profile;
    v.symbol = wish.symbol;
    v.rank_by = d.profile.rank_by == score::RankBy::lcb ? "lcb" : "composite";
    v.size = d.size;
    v.size_name = size_name(settings_->desk.desk.kernel.size_by, d.size);
    v.regime = text(d.regime);
    v.z_lcb = d.profile.z_route;
    v.z_interval = d.profile.z_report;
    v.max_reject_rate = d.profile.max_reject_rate;
    for (const score::Term& t : d.profile.terms)
        v.weights.push_back({std::string(score::scored_name(t.kpi)), kpi::text(score::tier(t.kpi)),
                             std::string(scale_name(t.scale)), t.weight_bp, t.worst, t.best});
    v.live = !wish.to || *wish.to >= now;
    if (v.live) {
        v.epoch = d.stamp.epoch;
        v.sequence = d.stamp.sequence;
        v.as_of = d.stamp.as_of;
        v.age = now > d.stamp.as_of ? now - d.stamp.as_of : Duration{};
        v.config_version = d.config_version;
        v.priors_version = d.priors_version;
        put_live_rows(v, d);
    } else {
        if (history_ == nullptr) return keeps_no_history();
        bool other_size = false;
        const auto place = kept_place(v, *wish.to - kDay, *wish.to, other_size);
        const auto stood = history_->standing_before(place, *wish.to - kDay, *wish.to);
        if (!stood) return no(Refused::Why::unavailable, stood.error().text());
        if (stood->empty())
            return no(Refused::Why::not_found,
                      "nothing is kept of how LPs stood here then, or in the day before it");
        if (other_size) v.remarks.push_back("of orders of unknown size, as kept then");
        put_past_rows(v, d.profile, *stood);
    }
    for (std::size_t i = 0; i < d.lps.size(); ++i)
        if (LeagueRow* r = row_of(v, d.lps[i])) {
            r->session = lp_session_state(r->lp);
            r->breaker = d.gates[i].breaker;
            r->breaker_fault = d.gates[i].breaker_fault;
            r->breaker_until = d.gates[i].breaker_until;
            r->killed = d.gates[i].killed;
            r->halted = d.gates[i].halted;
            r->stopped = d.gates[i].stopped;
        }
    v.against = against;
    if (!against.empty() && !by_time) {
        v.against_at = d.stamp.as_of;
        std::uint32_t rank = 0;
        for (const auto& [lp, open] : d.of_other)
            if (LeagueRow* r = row_of(v, lp)) {
                if (open) r->against_rank = ++rank;
                const auto c = d.other_composite.find(lp);
                r->against_composite =
                    known_if(c != d.other_composite.end() ? std::optional(c->second) : std::nullopt,
                             "there is not enough to say");
            }
    }
    if (history_ == nullptr) return v;
    const Nanos at = v.live ? now : *wish.to;
    if (by_time) compare_with_past(v, at - (against == "yesterday" ? kDay : kWeek));
    put_measured(v, wish, now);
    put_sparks(v, at);
    return v;
}

}  // namespace assay::desk
