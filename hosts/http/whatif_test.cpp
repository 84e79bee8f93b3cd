// What a page works out from a league table alone, when weights or goalposts are moved, is what the
// scores would say: vectors for the page's own tests are made here from the scores themselves, and
// the arithmetic of docs/api.md is held against them. UPDATE_GOLDEN=1 writes the file anew.
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fmt/format.h>
#include <fstream>
#include <gtest/gtest.h>
#include <limits>
#include <nlohmann/json.hpp>
#include <random>
#include <sstream>

#include "core/kernel/standing.h"
#include "core/score/goalposts.h"

namespace assay::http {
namespace {

using Json = nlohmann::ordered_json;
using score::Scored;

Json json_or_null(std::optional<double> x) {
    return x ? Json(*x) : Json(nullptr);
}

Json terms_json(const score::Profile& p) {
    Json terms = Json::array();
    for (const score::Term& t : p.terms)
        terms.push_back({{"kpi", score::scored_name(t.kpi)},
                         {"weight_bp", t.weight_bp},
                         {"worst", t.worst},
                         {"best", t.best},
                         {"scale", t.scale == score::Scale::log ? "log" : "linear"}});
    return terms;
}

// LPs of one place, drawn: some hardly known, some with KPIs that are not known at all.
struct DrawnPlace {
    std::vector<std::string> lps;
    std::vector<score::Beliefs> beliefs;
    std::vector<double> n_eff;
    explicit DrawnPlace(std::uint64_t seed) {
        std::mt19937_64 random(seed);
        const auto upto = [&](double most) {
            return most * static_cast<double>(random() >> 11) * 0x1p-53;
        };
        for (int i = 0; i < 6; ++i) {
            lps.push_back(fmt::format("LP_{}", static_cast<char>('A' + i)));
            n_eff.push_back(i % 3 == 2 ? upto(19) : 20 + upto(500));
            score::Beliefs b;
            for (std::size_t k = 0; k < score::kScored; ++k) {
                const auto kpi = static_cast<Scored>(k);
                const bool rate = kpi == Scored::fill_rate || kpi == Scored::reject_rate;
                const bool ms = kpi == Scored::latency_mean_ms || kpi == Scored::latency_p50_ms ||
                                kpi == Scored::latency_p99_ms;
                const double mean = rate ? 0.05 + upto(0.9) : ms ? 0.5 + upto(60) : upto(4) - 2;
                const double sd = rate ? 0.005 + upto(0.03) : 0.05 * std::fabs(mean) + 0.01;
                b[k] = {mean, sd * sd, n_eff.back(), i == 4 && k % 3 == 1};
            }
            beliefs.push_back(b);
        }
    }
};

std::vector<Standing> standings_of(const score::Profile& p, const DrawnPlace& place) {
    std::vector<Standing> all;
    for (const score::Beliefs& b : place.beliefs) {
        const score::Composite c = score::composite(p, b);
        Standing s;
        s.beliefs = b;
        s.composite = c.score;
        s.lcb = c.lcb(p.z_route);
        s.row.gate = score::gate_of(p, b, c);
        if (const score::Belief& ms = score::of(b, Scored::latency_mean_ms); ms.usable())
            s.row.put(score::PageValue::latency_ms, ms.mean);
        all.push_back(s);
    }
    return all;
}

Json given(const score::Profile& p, const DrawnPlace& place) {
    const auto standings = standings_of(p, place);
    Json rows = Json::array();
    for (std::size_t i = 0; i < place.lps.size(); ++i) {
        const score::Beliefs ranked = ranked_beliefs(standings, place.n_eff, i);
        const score::Belief& rejects = score::of(place.beliefs[i], Scored::reject_rate);
        Json kpis = Json::array();
        for (const score::Term& t : p.terms) {
            const score::Belief &b = score::of(place.beliefs[i], t.kpi),
                                &r = score::of(ranked, t.kpi);
            const auto u = [&](const score::Belief& x) {
                return json_or_null(b.usable() ? std::optional(score::utility(t, x.mean))
                                               : std::nullopt);
            };
            const auto doubt = [&](const score::Belief& x) {
                return json_or_null(
                    b.usable() ? std::optional(score::slope(t, x.mean) *
                                               std::sqrt(score::scaled_variance(t, x.mean, x.var)))
                               : std::nullopt);
            };
            kpis.push_back(
                {{"kpi", score::scored_name(t.kpi)},
                 {"believed", json_or_null(b.usable() ? std::optional(b.mean) : std::nullopt)},
                 {"sd", json_or_null(b.usable() ? std::optional(std::sqrt(b.var)) : std::nullopt)},
                 {"u", u(b)},
                 {"u_sd", doubt(b)},
                 {"rank_u", u(r)},
                 {"rank_u_sd", doubt(r)}});
        }
        const bool gated = rejects.usable() && rejects.mean > p.max_reject_rate;
        rows.push_back(
            {{"lp", place.lps[i]},
             {"gate", gated ? score::text(score::Gate::reject_rate) : "open"},
             {"latency_ms", json_or_null(standings[i].row.value(score::PageValue::latency_ms))},
             {"kpis", kpis}});
    }
    return rows;
}

Json expected(const score::Profile& p, const DrawnPlace& place) {
    const auto standings = standings_of(p, place);
    std::vector<score::PageRow> rows(place.lps.size());
    rank(p, standings, place.n_eff, rows);
    Json result = Json::array();
    for (const score::PageRow& row : rows) {
        const score::Composite c = score::composite(p, place.beliefs[row.lp]);
        result.push_back({{"lp", place.lps[row.lp]},
                          {"composite", json_or_null(c.score)},
                          {"sd", json_or_null(c.score ? std::optional(c.sd) : std::nullopt)},
                          {"lcb", json_or_null(row.value(score::PageValue::lcb))}});
    }
    return result;
}

Json vectors() {
    Json all = Json::array();
    for (const char* name : {"balanced", "acme", "block"}) {
        for (std::uint64_t seed = 1; seed <= 2; ++seed) {
            const score::Profile p = *score::find_profile(name);
            const DrawnPlace place(seed * 7 + std::string_view(name).size());
            Json cases = Json::array();
            std::mt19937_64 random(seed);
            for (int change = 0; change < 6; ++change) {
                score::Profile q = p;
                const auto n = q.terms.size();
                if (change > 0) {  // from one KPI to another; the last ones leave some without any
                    const std::size_t from = random() % n, to = (from + 1 + random() % (n - 1)) % n;
                    const int bp = change < 4 ? std::min(500 * change, q.terms[from].weight_bp)
                                              : q.terms[from].weight_bp;
                    q.terms[from].weight_bp -= bp;
                    q.terms[to].weight_bp += bp;
                }
                cases.push_back({{"weights", terms_json(q)}, {"expected", expected(q, place)}});
            }
            score::Profile q = p;  // other goalposts
            for (score::Term& t : q.terms) t.best = t.worst + 0.7 * (t.best - t.worst);
            Json goalposts = {{"weights", terms_json(q)}, {"rows", given(q, place)}};
            goalposts["expected"] = expected(q, place);
            all.push_back({{"profile", name},
                           {"rank_by", p.rank_by == score::RankBy::lcb ? "lcb" : "composite"},
                           {"z_lcb", p.z_route},
                           {"weights", terms_json(p)},
                           {"rows", given(p, place)},
                           {"cases", cases},
                           {"other_goalposts", goalposts}});
        }
    }
    return all;
}

// --- what a page does ----------------------------------------------------------------------------

struct Worked {
    std::string lp;
    bool open{};
    std::optional<double> composite, sd, lcb, value;
    double latency{std::numeric_limits<double>::infinity()};
};

struct Mixed {
    std::optional<double> mean;
    double sd{};
};
Mixed mixed(const Json& weights, const Json& kpis, const char* u_name, const char* sd_name) {
    double present = 0, absent = 0, sum = 0, var = 0;
    for (std::size_t i = 0; i < weights.size(); ++i)
        (kpis[i][u_name].is_null() ? absent : present) += weights[i]["weight_bp"].get<double>();
    for (std::size_t i = 0; i < weights.size(); ++i) {
        if (kpis[i][u_name].is_null()) continue;
        const double w = weights[i]["weight_bp"].get<double>() / present;
        sum += 100 * w * kpis[i][u_name].get<double>();
        var += std::pow(100 * w * kpis[i][sd_name].get<double>(), 2);
    }
    if (!(present > 0 && 10 * absent <= 4 * (present + absent))) return {};
    return {sum, std::sqrt(var)};
}

std::vector<Worked> worked(const Json& table, const Json& weights, const Json& rows) {
    const double z = table["z_lcb"];
    std::vector<Worked> all;
    for (const Json& row : rows) {
        Worked w;
        w.lp = row["lp"];
        const Mixed shown = mixed(weights, row["kpis"], "u", "u_sd"),
                    ranked = mixed(weights, row["kpis"], "rank_u", "rank_u_sd");
        w.open = row["gate"] == "open" && shown.mean;
        w.composite = shown.mean;
        if (shown.mean) w.sd = shown.sd;
        if (ranked.mean) w.lcb = *ranked.mean - z * ranked.sd;
        w.value = table["rank_by"] == "lcb" ? w.lcb : ranked.mean;
        if (!row["latency_ms"].is_null()) w.latency = row["latency_ms"];
        all.push_back(w);
    }
    std::ranges::sort(all, [](const Worked& a, const Worked& b) {
        if (a.open != b.open) return a.open;
        const double none = -std::numeric_limits<double>::infinity();
        if (a.value != b.value) return a.value.value_or(none) > b.value.value_or(none);
        if (a.latency != b.latency) return a.latency < b.latency;
        return a.lp < b.lp;
    });
    return all;
}

void expect_the_same(const std::vector<Worked>& got, const Json& wanted, const std::string& which) {
    ASSERT_EQ(got.size(), wanted.size());
    for (std::size_t i = 0; i < got.size(); ++i) {
        EXPECT_EQ(got[i].lp, wanted[i]["lp"].get<std::string>()) << which << " place " << i + 1;
        const auto same = [&](const char* name, std::optional<double> x) {
            ASSERT_EQ(x.has_value(), !wanted[i][name].is_null()) << which << got[i].lp << name;
            if (x) {
                EXPECT_NEAR(*x, wanted[i][name].get<double>(), 1e-9) << which << got[i].lp << name;
            }
        };
        same("composite", got[i].composite);
        same("sd", got[i].sd);
        same("lcb", got[i].lcb);
    }
}

TEST(WhatIf, from_a_league_table_alone_is_what_the_scores_would_say) {
    for (const Json& table : vectors()) {
        const std::string profile = table["profile"];
        for (const Json& c : table["cases"])
            expect_the_same(worked(table, c["weights"], table["rows"]), c["expected"], profile);
        const Json& g = table["other_goalposts"];
        expect_the_same(worked(table, g["weights"], g["rows"]), g["expected"], profile);
    }
}

TEST(WhatIf, vectors_of_pages_are_what_the_scores_say_now) {
    const std::string path = std::string(ASSAY_SOURCE_DIR) + "/tests/vectors/whatif.json";
    std::string now;  // a table a line
    for (const Json& table : vectors()) now += (now.empty() ? "[\n" : ",\n") + table.dump();
    now += "\n]\n";
    if (const char* update = std::getenv("UPDATE_GOLDEN"); update != nullptr && *update == '1')
        std::ofstream(path, std::ios::binary) << now;
    std::stringstream kept;
    kept << std::ifstream(path, std::ios::binary).rdbuf();
    EXPECT_TRUE(kept.str() == now)
        << path << " is not what the scores say; UPDATE_GOLDEN=1 writes it";
}

}  // namespace
}  // namespace assay::http
