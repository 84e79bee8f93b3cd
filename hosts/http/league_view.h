// The league table: a row an LP for one profile, symbol, size and condition, with all that its
// score is made of, so that a page can work out what other weights would give (docs/api.md).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/units/nanos.h"
#include "hosts/http/answer.h"

namespace assay::http {

struct LeagueWish {
    std::string profile, symbol;
    std::optional<std::uint8_t> size;    // absent: that of most orders
    std::optional<std::string> regime;   // absent: the one the symbol is in now
    std::optional<std::string> against;  // yesterday, last-week, or a profile
    std::optional<Nanos> from, to;       // absent: now, and the last day
    std::vector<std::string> columns{};  // KPIs of `measured`; empty: those people look at first
};

// One KPI of a profile: what it weighs, and between which goalposts (score::Term).
struct LeagueTerm {
    std::string kpi, tier, scale;
    int weight_bp{};
    double worst{}, best{};
};

// What is believed of one KPI of one LP, in the KPI's unit, and where that lies between goalposts.
struct LeagueKpi {
    std::string kpi;
    int weight_bp{};  // 0: the profile does not weigh it; then it has no `u`
    std::optional<double> believed, sd, n_eff;
    std::optional<double> u, u_sd;  // 0 to 1, and the doubt of it
    std::optional<double> rank_u,
        rank_u_sd;                 // by which it is ranked: careful where it is hardly known
    std::optional<double> points;  // of the composite
};

struct LeagueRow {
    std::string lp, gate;
    std::optional<std::uint32_t> rank;  // from 1; absent: not eligible
    bool insufficient{};                // too little evidence to rely on
    bool cautious{};                    // ranked as one who is hardly known
    std::optional<std::uint32_t> against_rank;
    Known against_composite;
    Known composite, sd, low, high, lcb;  // low to high: composite -+ z_interval sd
    Known execution, liquidity;           // sub-scores of the tiers
    Known p_best, n_eff, n_eff_lp, latency_ms;
    std::vector<LeagueKpi> kpis;
    std::vector<std::pair<std::string, Known>> measured;  // by KPI
    std::array<std::int64_t, 3> rejects{};                // discretionary, technical, risk
    std::string session, breaker, breaker_fault, stopped;
    std::optional<Nanos> breaker_until;
    bool killed{}, halted{};
    std::vector<std::pair<Nanos, double>> spark;  // composite, oldest first
};

struct LeagueView {
    std::string profile, symbol, rank_by, size_name, regime;
    std::uint8_t size{};
    bool live{};  // false: as it stood before `to`
    std::uint64_t epoch{}, sequence{};
    Nanos as_of{kNever};
    Duration age{};
    std::uint64_t config_version{}, priors_version{};
    double z_lcb{}, z_interval{}, max_reject_rate{1};
    bool undecided{};
    int draws{};
    Nanos measured_from{kNever}, measured_to{kNever};
    bool measured_complete{true};
    std::uint64_t rows_read{};
    std::string against;  // empty: nothing
    std::optional<Nanos> against_at;
    std::vector<LeagueTerm> weights;
    std::vector<std::string> remarks;
    std::vector<LeagueRow> rows;  // best first
};

}  // namespace assay::http
