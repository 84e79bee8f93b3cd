#include "hosts/cli/made_up_report.h"

#include <array>
#include <cmath>
#include <utility>

namespace assay::cli {
namespace {

using enum kpi::Tier;
using enum kpi::Good;

constexpr kpi::Entry entry(std::string_view name, std::string_view title, std::string_view unit,
                           kpi::Tier tier, kpi::Good good, std::string_view formula) {
    return {name, title, unit, tier, good, formula, "docs/spec.md section 2", "made up", nullptr};
}

constexpr std::array kCatalog = {
    entry("n_orders", "orders", "count", volume, neither, "chains with a NewOrderSingle"),
    entry("n_fills", "fills", "count", volume, neither, "unbusted fills"),
    entry("filled_qty", "filled", "shares", volume, neither, "sum of q over fills"),
    entry("vwap", "VWAP", "currency/share", volume, neither, "sum q p / sum q"),
    entry("price_improvement_bps", "PI", "bps", execution, higher,
          "1e4 * sum q s (F - p) / sum q F; s = +1 buy, -1 sell; F = far touch at route"),
    entry("pi_frequency", "PI frequency", "share of 1", execution, higher,
          "share of quantity with s (F - p) > 1e-6"),
    entry("effective_spread_bps", "effective spread", "bps", execution, lower,
          "1e4 * sum q 2 s (p - M) / sum q M"),
    entry("realized_spread_15s_bps", "realised spread 15s", "bps", execution, lower,
          "1e4 * sum q 2 s (p - M(t+15s)) / sum q M"),
    entry("e_over_q", "E/Q", "share of 1", execution, lower, "effective over quoted spread"),
    entry("quoted_spread_bps", "quoted spread", "bps", execution, neither,
          "1e4 * sum q QS / sum q M"),
    entry("pi_day_sd_bps", "PI day sd", "bps", execution, lower, "sd of daily price improvement"),
    entry("n_fills_unpriced", "fills unpriced", "count", execution, neither,
          "fills without a usable quote at route"),
    entry("fill_rate", "fill rate", "share of 1", liquidity, higher, "filled / ordered quantity"),
    entry("reject_rate", "reject rate", "share of 1", liquidity, lower, "rejects / orders"),
    entry("n_rejects_discretionary", "rejects: LP's choice", "count", liquidity, lower, "by class"),
    entry("n_rejects_technical", "rejects: technical", "count", liquidity, lower, "by class"),
    entry("n_rejects_risk", "rejects: risk", "count", liquidity, lower, "by class"),
    entry("latency_rt_ms_p50", "round trip p50", "ms", liquidity, lower,
          "median of t_term - t_send"),
    entry("latency_rt_ms_p90", "round trip p90", "ms", liquidity, lower, "90 % of t_term - t_send"),
    entry("latency_rt_ms_p99", "round trip p99", "ms", liquidity, lower, "99 % of t_term - t_send"),
    entry("latency_cmd_ms_mean", "command", "ms", liquidity, lower, "first response - t_send"),
    entry("latency_first_fill_ms_mean", "first fill", "ms", liquidity, lower,
          "first fill - t_send"),
    entry("markout_bps_15s", "markout 15s", "bps", liquidity, higher,
          "1e4 * sum q s (M(t+15s) - p) / sum q p"),
    entry("reversion_bps", "reversion", "bps", liquidity, lower,
          "-1e4 * sum q s (M(5m) - M(15s)) / sum q M"),
    entry("leakage_bps_15s", "net leakage 15s", "bps", liquidity, lower,
          "mean LK - mean LK of the other LPs"),
    entry("reject_cost_bps", "reject cost", "bps", liquidity, lower,
          "cost of what was left unfilled / offered"),
    entry("all_in_cost_bps", "all-in cost", "bps", liquidity, lower,
          "effective spread / 2 + reject cost + fees"),
    entry("composite", "score", "points of 100", volume, higher, "docs/spec.md 5.2"),
};

struct Lp {
    const char* name;
    double orders, fills, qty, vwap, pi, freq, es, rs, eq, qs, sd;
    double fill, reject, disc, tech, risk, p50, p90, p99, cmd, first, mo, rev, leak, rc, all_in;
    double composite, composite_sd, p_best, n_eff, execution, liquidity;
};

constexpr Lp kLps[] = {
    {"LP_A", 18452, 24101, 4120400, 100.0125, .50,  .612, 1.21, -.84,  .605, 2.0,
     .12,    .985,  .012,  150,     40,       31,   14.2, 22.9, 48.7,  4.1,  15.2,
     .63,    .21,   .05,   .11,     .715,     92.5, 1.1,  .61,  612.3, 88.1, 94.2},
    {"LP_C", 12033, 15480, 2410050, 100.0131, 1.00, .783, .98,  -.31,  .49,  2.0,
     .33,    .95,   .035,  311,     80,       30,   24.6, 41.2, 103.5, 6.0,  25.3,
     .12,    .44,   .27,   .19,     .68,      91.7, 1.6,  .38,  402.0, 93.5, 90.2},
    {"<script>alert(1)</script>",
     950,
     1201,
     98000,
     99.98,
     .22,
     .40,
     1.52,
     .61,
     .76,
     2.0,
     .41,
     .88,
     .061,
     40,
     12,
     6,
     19.3,
     77.4,
     212.0,
     7.7,
     21.0,
     -.40,
     .11,
     .42,
     .33,
     1.09,
     74.0,
     4.2,
     .01,
     88.4,
     70.1,
     76.3},
    {"=cmd|' /C calc'!A0",
     4210,
     2890,
     611200,
     100.1,
     -.25,
     .105,
     2.45,
     1.9,
     1.225,
     2.0,
     .58,
     .65,
     .15,
     520,
     71,
     40,
     55.0,
     120.2,
     801.5,
     11.8,
     58.9,
     -1.31,
     -.22,
     .93,
     1.42,
     2.645,
     45.8,
     2.4,
     0,
     213.9,
     31.2,
     52.7},
    {"Börse Zürich 東京 \xE2\x80\xAE"
     "evil",
     61,
     44,
     5100,
     100.02,
     .81,
     .55,
     1.1,
     .2,
     .55,
     2.0,
     .9,
     .91,
     .033,
     2,
     0,
     0,
     31.0,
     44.0,
     61.0,
     9.0,
     33.0,
     .35,
     .1,
     .11,
     .21,
     .76,
     84.2,
     9.8,
     0,
     6.2,
     86.0,
     83.3},
    {"A dark pool whose name somebody made sixty characters long!!",
     3,
     1,
     100,
     100.05,
     0,
     0,
     0,
     0,
     0,
     0,
     0,
     .33,
     .667,
     1,
     1,
     0,
     18.0,
     18.0,
     18.0,
     5.0,
     18.0,
     0,
     0,
     0,
     0,
     0,
     78.9,
     14.0,
     0,
     .4,
     0,
     80.1},
};

std::vector<kpi::Value> values_of(const Lp& lp) {
    std::vector<kpi::Value> v;
    const double unpriced = lp.orders < 10 ? 1 : 11;
    for (const double x : {lp.orders, lp.fills, lp.qty,  lp.vwap, lp.pi,    lp.freq,   lp.es,
                           lp.rs,     lp.eq,    lp.qs,   lp.sd,   unpriced, lp.fill,   lp.reject,
                           lp.disc,   lp.tech,  lp.risk, lp.p50,  lp.p90,   lp.p99,    lp.cmd,
                           lp.first,  lp.mo,    lp.rev,  lp.leak, lp.rc,    lp.all_in, 0.0}) {
        v.push_back({x, kpi::Absent::no});
    }
    v.back() = {std::nullopt, kpi::Absent::not_measured};  // the row holds the composite itself
    return v;
}

void make_absent(score::Row& row, std::string_view name, kpi::Absent why) {
    row.values[*index_of(kCatalog, name)] = {std::nullopt, why};
}

score::Curve curve(double start, double end, std::int64_t n) {
    score::Curve c;
    for (std::size_t h = 0; h < kpi::kHorizons; ++h) {
        const double share = static_cast<double>(h) / (kpi::kHorizons - 1);
        c.bps[h] = start + (end - start) * std::sqrt(share);
        c.n[h] = n - static_cast<std::int64_t>(h) * (n / 100);
    }
    return c;
}

score::Row row_of(const Lp& lp, int rank) {
    score::Row row;
    row.keys = {{"lp", lp.name}};
    row.values = values_of(lp);
    row.composite = lp.composite;
    row.composite_sd = lp.composite_sd;
    row.lcb = lp.composite - 1.645 * lp.composite_sd;
    row.p_best = lp.p_best;
    row.composite_fast = lp.composite - 0.7;
    row.n_eff = lp.n_eff;
    row.evidence = lp.n_eff >= 10  ? score::Evidence::enough
                   : lp.n_eff >= 1 ? score::Evidence::low
                                   : score::Evidence::prior;
    row.undecided = true;
    row.execution_score = lp.execution;
    row.liquidity_score = lp.liquidity;
    row.rank = rank;
    row.rank_without_rebates = rank;
    row.min_max = lp.composite - 45.8;
    row.z_score = (lp.composite - 78) / 15;
    const auto points = [&](double share) { return lp.composite * share; };
    row.contributions = {{"fill_rate", 3500, lp.fill, .012, points(.35)},
                         {"latency_mean_ms", 3500, lp.p50, 1.2, points(.36)},
                         {"reject_rate", 2000, lp.reject, .006, points(.19)},
                         {"price_improvement_bps", 1000, lp.pi, .1, points(.10)}};
    row.fills = curve(-lp.es / 2, lp.mo, static_cast<std::int64_t>(lp.fills));
    row.rejects = curve(.05, lp.leak * 3, static_cast<std::int64_t>(lp.disc));
    for (int i = 0; i < 24; ++i) {
        const double upper = .5 * std::pow(1.5, i);
        const double z = std::log(upper / lp.p50) / .5;
        const double n = lp.orders * .4 * std::exp(-z * z / 2);
        if (n >= .5) row.latency_histogram.emplace_back(upper, std::llround(n));
    }
    row.fill_rate_by_size = {{"<0.5x", std::min(1.0, lp.fill * 1.02), 9000},
                             {"0.5-1x", lp.fill, 4000},
                             {"1-2x", lp.fill * .93, 900},
                             {"2-5x", lp.fill * .71, 120},
                             {">5x", std::nullopt, 0}};
    row.capacity = {
        {"ioc", "at", 4000, 12, {}}, {"resting", "market", 90, 0, {}}, {"fok", "at", 7, 0, {}}};
    for (int i = 0; i < 12; ++i) {
        const double size = .01 * std::pow(2.0, i), n = 4000 * std::pow(.7, i);
        row.capacity[0].points.push_back({size, lp.fill * std::pow(.97, i), n});
        if (i < 8) row.capacity[1].points.push_back({size, lp.fill * std::pow(.9, i), n / 40});
    }
    row.capacity[2].points = {{.01, 1, 7}};
    row.calibration = score::Calibration{.n = 14000,
                                         .n_latency = 13500,
                                         .brier = .1284,
                                         .brier_lp_mean = .1504,
                                         .brier_global_mean = .1546,
                                         .log_loss = .406,
                                         .log_loss_lp_mean = .471,
                                         .log_loss_global_mean = .482,
                                         .ece = .0096,
                                         .ece_lp_mean = .004,
                                         .ece_global_mean = .003,
                                         .accepted = true,
                                         .brier_any = .05,
                                         .fraction_forecast = .93,
                                         .fraction_filled = .929,
                                         .fraction_pit_ks = .012,
                                         .pinball_ms = {1.5, 3.25, 2.0},
                                         .latency_pit_ks = .031};
    return row;
}

}  // namespace

Catalog made_up_catalog() {
    return kCatalog;
}

score::Report made_up_report() {
    score::Report report;
    report.by = {"lp"};
    for (const std::size_t i : {0, 1, 4, 5, 2, 3}) {
        report.rows.push_back(row_of(kLps[i], static_cast<int>(report.rows.size()) + 1));
    }
    report.rows[0].rank_without_rebates = 2;
    report.rows[1].rank_without_rebates = 1;
    score::Row& dark = report.rows[3];
    for (const char* name : {"price_improvement_bps", "pi_frequency", "effective_spread_bps",
                             "e_over_q", "quoted_spread_bps", "all_in_cost_bps"}) {
        make_absent(dark, name, kpi::Absent::no_quote);
    }
    make_absent(dark, "pi_day_sd_bps", kpi::Absent::too_few);
    make_absent(dark, "leakage_bps_15s", kpi::Absent::no_peers);
    dark.execution_score.reset();
    dark.fills.bps = {};
    dark.rejects = {};
    dark.capacity.clear();
    dark.calibration.reset();
    score::Row& script = report.rows[4];
    make_absent(script, "realized_spread_15s_bps", kpi::Absent::no_horizon);
    script.composite.reset();
    script.composite_sd.reset();
    script.lcb.reset();
    script.p_best.reset();
    script.rank.reset();
    script.rank_without_rebates.reset();
    script.no_score = "55 % of the profile's weight is absent";
    report.total = row_of({"",  35709, 43717, 7244850, 100.02, .44, .55,  1.3,  -.4,   .65, 2.0,
                           .3,  .93,   .03,   1024,    204,    107, 20.1, 44.0, 310.0, 5.3, 22.4,
                           .31, .2,    .2,    .3,      .95,    0,   0,    0,    0,     0,   0},
                          1);
    report.total.keys.clear();
    report.total.composite.reset();
    report.total.rank.reset();
    make_absent(report.total, "vwap", kpi::Absent::mixed_symbols);
    report.profile = "balanced";
    report.assumptions = {
        "Side is missing in 4 rows and was taken to be buy (--assume-side).",
        "The LP is the counterparty's CompID.",
        "Quotes count as fresh until the next change: the file holds only changes."};
    report.config_version = "3f2a9c01d4e5b677";
    report.since = "2025-08-02T00:00:00Z";
    report.lenient = true;
    return report;
}

score::Report made_up_report_by_symbol() {
    score::Report report = made_up_report();
    report.by = {"lp", "symbol"};
    report.rows.clear();
    report.lenient = false;
    for (const char* symbol : {"ABC", "XYZ"}) {
        for (const std::size_t i : {0, 1}) {
            score::Row row = row_of(kLps[i], static_cast<int>(i) + 1);
            row.keys = {{"lp", kLps[i].name}, {"symbol", symbol}};
            row.undecided = symbol[0] == 'A';
            report.rows.push_back(std::move(row));
        }
    }
    return report;
}

}  // namespace assay::cli
