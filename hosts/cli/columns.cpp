#include "hosts/cli/columns.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/format.h>
#include <map>

#include "core/kpi/last_look.h"
#include "hosts/cli/numbers.h"

namespace assay::cli {
namespace {

using enum kpi::Tier;

constexpr std::array kShown = {
    ShownKpi{"price_improvement_bps", "PI", "bps", execution, 1},
    ShownKpi{"pi_frequency", "PI", "freq %", execution, 2},
    ShownKpi{"effective_spread_bps", "effective", "bps", execution, 1},
    ShownKpi{"realized_spread_15s_bps", "realised", "15s bps", execution, 1},
    ShownKpi{"e_over_q", "E/Q", "%", execution, 1},
    ShownKpi{"quoted_spread_bps", "quoted", "bps", execution, 4},
    ShownKpi{"half_spread_capture", "half-spr", "capture", execution, 5},
    ShownKpi{"price_impact_bps_15s", "impact", "15s bps", execution, 6},
    ShownKpi{"pi_day_sd_bps", "PI daily", "sd bps", execution, 3},
    ShownKpi{"fill_rate", "fill", "%", liquidity, 1},
    ShownKpi{"reject_rate", "reject", "%", liquidity, 1},
    ShownKpi{"n_rejects_discretionary", "rejects", "discr.", liquidity, 5},
    ShownKpi{"n_rejects_technical", "rejects", "techn.", liquidity, 5},
    ShownKpi{"n_rejects_risk", "rejects", "risk", liquidity, 5},
    ShownKpi{"latency_rt_ms_p50", "trip ms", "p50", liquidity, 1},
    ShownKpi{"latency_rt_ms_p90", "trip ms", "p90", liquidity, 3},
    ShownKpi{"latency_rt_ms_p99", "trip ms", "p99", liquidity, 1},
    ShownKpi{"latency_cmd_ms_mean", "first", "answer", liquidity, 4},
    ShownKpi{"latency_first_fill_ms_mean", "first", "fill", liquidity, 4},
    ShownKpi{"latency_ack_to_fill_ms_mean", "ack to", "fill", liquidity, 6},
    ShownKpi{"markout_bps_15s", "markout", "15s bps", liquidity, 1},
    ShownKpi{"reversion_bps", "reversion", "bps", liquidity, 3},
    ShownKpi{"leakage_bps_15s", "leakage", "15s bps", liquidity, 2},
    ShownKpi{"reject_cost_bps", "rej. cost", "bps", liquidity, 2},
    ShownKpi{"n_orders", "", "orders", volume, 1},
    ShownKpi{"n_fills", "", "fills", volume, 5},
    ShownKpi{"filled_qty", "filled", "shares", volume, 6},
    ShownKpi{"all_in_cost_bps", "all-in", "bps", volume, 3},
};

std::string joined(const std::vector<std::string>& parts) {
    std::string out;
    for (const std::string& part : parts) out += (out.empty() ? "" : ", ") + part;
    return out;
}

std::string in_words(const ShownKpi& shown) {
    if (shown.over.empty()) return std::string(shown.head);
    return fmt::format("{} {}", shown.over, shown.head);
}

}  // namespace

std::span<const ShownKpi> shown_kpis() {
    return kShown;
}

std::vector<ChosenKpi> chosen_kpis(Catalog catalog, kpi::Tier tier) {
    std::vector<ChosenKpi> chosen;
    for (const ShownKpi& shown : kShown) {
        if (shown.tier != tier) continue;
        if (const auto index = index_of(catalog, shown.name)) chosen.push_back({shown, *index});
    }
    return chosen;
}

std::string_view title_of(kpi::Tier tier) {
    switch (tier) {
        case execution:
            return "Execution quality";
        case liquidity:
            return "Liquidity and impact";
        case volume:
            return "Volume";
    }
    return "";
}

std::optional<double> sub_score(const score::Row& row, kpi::Tier tier) {
    if (tier == execution) return row.execution_score;
    if (tier == liquidity) return row.liquidity_score;
    return std::nullopt;
}

std::vector<Standing> standings(const score::Report& report, Catalog catalog, std::size_t index) {
    std::vector<Standing> standing(report.rows.size(), Standing::none);
    const kpi::Good good = catalog[index].good;
    // A count says as much of how much was sent as of the LP.
    if (good == kpi::Good::neither || catalog[index].unit == "count") return standing;
    std::map<std::string, std::vector<std::size_t>> groups;
    for (std::size_t i = 0; i < report.rows.size(); ++i) {
        const score::Row& row = report.rows[i];
        if (!has_lp(row) || row.evidence != score::Evidence::enough) continue;
        if (value_at(row, index).number) groups[group_of(row)].push_back(i);
    }
    const auto number = [&](std::size_t i) { return *value_at(report.rows[i], index).number; };
    for (const auto& [group, members] : groups) {
        if (members.size() < 3) continue;  // of two, the one is as plainly better as it is without
        const auto [least, most] = std::minmax_element(
            members.begin(), members.end(),
            [&](std::size_t a, std::size_t b) { return number(a) < number(b); });
        const double low = number(*least), high = number(*most);
        if (low == high) continue;
        const double best = good == kpi::Good::higher ? high : low;
        const double worst = good == kpi::Good::higher ? low : high;
        for (const std::size_t i : members) {
            if (number(i) == best) standing[i] = Standing::best;
            if (number(i) == worst) standing[i] = Standing::worst;
        }
    }
    return standing;
}

double largest(const score::Report& report, std::size_t index) {
    double most = 0;
    for (const score::Row& row : report.rows) {
        most = std::max(most, std::abs(value_at(row, index).number.value_or(0)));
    }
    return std::max(most, std::abs(value_at(report.total, index).number.value_or(0)));
}

bool rebates_matter(const score::Report& report) {
    return std::any_of(report.rows.begin(), report.rows.end(), [](const score::Row& row) {
        return row.rank && row.rank_without_rebates && row.rank != row.rank_without_rebates;
    });
}

std::vector<std::string> absences(const score::Report& report, Catalog catalog,
                                  const std::vector<ChosenKpi>& shown) {
    // reason -> row -> KPIs; in the order of the enum and of the rows.
    struct Who {
        std::string label;
        std::vector<std::string> kpis;
    };
    std::map<kpi::Absent, std::vector<Who>> reasons;
    const auto look = [&](const score::Row& row) {
        std::map<kpi::Absent, Who> here;
        for (const ChosenKpi& kpi : shown) {
            const kpi::Value value = value_at(row, kpi.index);
            if (value.number) continue;
            here[value.why].kpis.push_back(in_words(kpi.shown));
        }
        for (auto& [why, who] : here) {
            who.label = label_of(row);
            reasons[why].push_back(std::move(who));
        }
    };
    for (const score::Row& row : report.rows) look(row);
    look(report.total);

    std::vector<std::string> lines;
    const auto unpriced = index_of(catalog, "n_fills_unpriced");
    for (const auto& [why, rows] : reasons) {
        std::string line = kpi::text(why);
        if (why == kpi::Absent::no_quote && unpriced) {
            const auto n = value_at(report.total, *unpriced).number;
            if (n && *n > 0)
                line += fmt::format(" ({} {})", grouped(*n), *n == 1 ? "fill" : "fills");
        }
        line += ": ";
        constexpr std::size_t kNamed = 4;
        for (std::size_t i = 0; i < std::min(rows.size(), kNamed); ++i) {
            if (i > 0) line += "; ";
            const bool same = i > 0 && rows[i].kpis == rows[i - 1].kpis;
            line += fmt::format("{} ({})", rows[i].label, same ? "likewise" : joined(rows[i].kpis));
        }
        if (rows.size() > kNamed) line += fmt::format("; and {} more rows", rows.size() - kNamed);
        lines.push_back(std::move(line));
    }
    return lines;
}

std::vector<std::string> remarks(const score::Report& report, Catalog catalog) {
    std::vector<std::string> lines;
    const auto where = [](const score::Row& row) {
        const std::string group = group_of(row);
        return group.empty() ? std::string{} : " (" + group + ")";
    };
    for (const score::Row& row : report.rows) {
        if (row.undecided && row.rank == 1 && row.p_best) {
            lines.push_back(
                fmt::format("undecided: {} leads{} with P(best) {:.1f} %, below 95 %; the "
                            "intervals do not separate",
                            name_in_group(row), where(row), 100 * *row.p_best));
        }
    }
    for (const score::Row& row : report.rows) {
        if (!row.composite && !row.no_score.empty()) {
            lines.push_back(fmt::format("no score for {}: {}", label_of(row), row.no_score));
        }
    }
    for (const score::Row& row : report.rows) {
        if (row.rank && row.rank_without_rebates && row.rank != row.rank_without_rebates) {
            lines.push_back(fmt::format("rebates: without them {} would be {} instead of {}{}",
                                        name_in_group(row), *row.rank_without_rebates, *row.rank,
                                        where(row)));
        }
    }
    const auto p = index_of(catalog, "last_look_p"), z = index_of(catalog, "last_look_z");
    for (const score::Row& row : report.rows) {
        if (!p || !z || !has_lp(row)) break;
        const auto value = value_at(row, *p).number;
        if (!value || *value >= kpi::kLastLookFlagP) continue;
        const double shown = value_at(row, *z).number.value_or(0);
        lines.push_back(fmt::format(
            "last look: {}{} rejects {} when the price has moved our way (z {:.1f}, p {:.2g} over "
            "all LPs)",
            name_in_group(row), where(row), shown > 0 ? "more" : "less", shown, *value));
    }
    return lines;
}

}  // namespace assay::cli
