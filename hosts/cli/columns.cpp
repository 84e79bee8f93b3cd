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
    ShownKpi{"price_improvement_bps", execution, 1},
    ShownKpi{"pi_frequency", execution, 2},
    ShownKpi{"effective_spread_bps", execution, 1},
    ShownKpi{"realized_spread_15s_bps", execution, 1},
    ShownKpi{"e_over_q", execution, 1},
    ShownKpi{"quoted_spread_bps", execution, 4},
    ShownKpi{"half_spread_capture", execution, 5},
    ShownKpi{"price_impact_bps_15s", execution, 6},
    ShownKpi{"pi_day_sd_bps", execution, 3},
    ShownKpi{"fill_rate", liquidity, 1},
    ShownKpi{"reject_rate", liquidity, 1},
    ShownKpi{"n_rejects_discretionary", liquidity, 5},
    ShownKpi{"n_rejects_technical", liquidity, 5},
    ShownKpi{"n_rejects_risk", liquidity, 5},
    ShownKpi{"latency_rt_ms_p50", liquidity, 1},
    ShownKpi{"latency_rt_ms_p90", liquidity, 3},
    ShownKpi{"latency_rt_ms_p99", liquidity, 1},
    ShownKpi{"latency_cmd_ms_mean", liquidity, 4},
    ShownKpi{"latency_first_fill_ms_mean", liquidity, 4},
    ShownKpi{"latency_ack_to_fill_ms_mean", liquidity, 6},
    ShownKpi{"markout_bps_15s", liquidity, 1},
    ShownKpi{"reversion_bps", liquidity, 3},
    ShownKpi{"leakage_bps_15s", liquidity, 2},
    ShownKpi{"reject_cost_bps", liquidity, 2},
    ShownKpi{"n_orders", volume, 1},
    ShownKpi{"n_fills", volume, 5},
    ShownKpi{"filled_qty", volume, 6},
    ShownKpi{"all_in_cost_bps", volume, 3},
};

// A reason that several rows share is said once, with who they are.
template <class Applies>
void say_by_reason(const score::Report& report, std::string_view what,
                   std::string score::Row::* reason, Applies applies,
                   std::vector<std::string>& lines) {
    constexpr std::size_t kNamed = 4;
    std::vector<std::pair<std::string, std::vector<std::string>>> said;
    for (const score::Row& row : report.rows) {
        if (!applies(row) || (row.*reason).empty()) continue;
        auto it = std::find_if(said.begin(), said.end(),
                               [&](const auto& s) { return s.first == row.*reason; });
        if (it == said.end()) it = said.insert(it, {row.*reason, {}});
        it->second.push_back(label_of(row));
    }
    for (const auto& [why, rows] : said) {
        std::string who;
        for (std::size_t i = 0; i < std::min(rows.size(), kNamed); ++i)
            who += (i > 0 ? ", " : "") + rows[i];
        if (rows.size() > kNamed) who += fmt::format(" and {} more rows", rows.size() - kNamed);
        if (rows.size() == report.rows.size() && rows.size() > 1) who = "any row";
        lines.push_back(fmt::format("{} for {}: {}", what, who, why));
    }
}

void say_below_the_scale(const score::Report& report, std::vector<std::string>& lines) {
    for (const score::Row& row : report.rows)
        if (row.lcb && *row.lcb < 0)
            lines.push_back(
                fmt::format("LCB of {}: its interval reaches below the scale, to {}; 0 is shown",
                            label_of(row), with_decimals(*row.lcb, 1)));
}

std::string joined(const std::vector<std::string>& parts) {
    std::string out;
    for (const std::string& part : parts) out += (out.empty() ? "" : ", ") + part;
    return out;
}

}  // namespace

std::span<const ShownKpi> shown_kpis() {
    return kShown;
}

std::string heading(const kpi::Entry& entry) {
    const std::string_view unit = unit_in_table(entry.unit);
    const bool named = unit == "count" || entry.title.find(unit) != entry.title.npos;
    return named ? std::string(entry.title) : fmt::format("{} {}", entry.title, unit);
}

bool per_offered_share(std::string_view term) {
    return term == "half_spread_capture" || term == "price_improvement_bps";
}

std::string title_of(std::string_view name) {
    if (const kpi::Entry* entry = kpi::find(name))
        return std::string(entry->title) + (per_offered_share(name) ? " per offered share" : "");
    std::string words(name);
    std::replace(words.begin(), words.end(), '_', ' ');
    return words;
}

TwoLines narrow_heading(const kpi::Entry& entry) {
    const std::string all = heading(entry);
    TwoLines best{"", all};
    std::size_t width = all.npos;
    for (std::size_t at = all.find(' '); at != all.npos; at = all.find(' ', at + 1)) {
        const std::size_t here = std::max(at, all.size() - at - 1);
        if (here > width) continue;
        width = here;
        best = {all.substr(0, at), all.substr(at + 1)};
    }
    return best;
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

namespace {

// Whether two rows differ in a KPI by more than chance, as far as it is known: a term of the
// profile has an interval (90 %), and where those of the two overlap neither is best or worst.
bool told_apart(const score::Row& a, const score::Row& b, std::string_view kpi) {
    const auto term_of = [&](const score::Row& row) -> const score::Contribution* {
        for (const score::Contribution& c : row.contributions)
            if (c.kpi == kpi && c.believed && c.sd) return &c;
        return nullptr;
    };
    const score::Contribution *x = term_of(a), *y = term_of(b);
    if (x == nullptr || y == nullptr) return true;
    return std::abs(*x->believed - *y->believed) > kNinety * (*x->sd + *y->sd);
}

}  // namespace

std::vector<Standing> standings(const score::Report& report, Catalog catalog, std::size_t index) {
    std::vector<Standing> standing(report.rows.size(), Standing::none);
    const kpi::Good good = catalog[index].good;
    // A count says as much of how much was sent as of the LP.
    if (good == kpi::Good::neither || catalog[index].unit == "count") return standing;
    if (!compares_lps(report)) return standing;
    std::map<std::string, std::vector<std::size_t>> groups;
    for (std::size_t i = 0; i < report.rows.size(); ++i) {
        const score::Row& row = report.rows[i];
        if (row.evidence != score::Evidence::enough) continue;
        if (value_at(row, index).number) groups[group_of(row)].push_back(i);
    }
    const auto number = [&](std::size_t i) { return *value_at(report.rows[i], index).number; };
    for (const auto& [group, members] : groups) {
        if (members.size() < 3) continue;  // of two, the one is as plainly better as it is without
        const auto [least, most] = std::minmax_element(
            members.begin(), members.end(),
            [&](std::size_t a, std::size_t b) { return number(a) < number(b); });
        const double low = number(*least), high = number(*most);
        if (low == high ||
            !told_apart(report.rows[*least], report.rows[*most], catalog[index].name))
            continue;
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
            here[value.why].kpis.push_back(heading(catalog[kpi.index]));
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
        const bool alike = std::all_of(rows.begin(), rows.end(),
                                       [&](const Who& w) { return w.kpis == rows[0].kpis; });
        if (alike && rows.size() > 1 && rows.size() == report.rows.size() + 1) {
            lines.push_back(line + fmt::format("all rows ({})", joined(rows[0].kpis)));
            continue;
        }
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

namespace {

// Who leads, by what, and who is most likely the best, where these differ.
std::string undecided_line(const score::Report& report, const score::Row& leader,
                           const std::string& where) {
    const std::string group = group_of(leader);
    const score::Row* likeliest = &leader;
    bool by_lcb = leader.lcb.has_value();
    for (const score::Row& row : report.rows) {
        if (group_of(row) != group) continue;
        if (row.p_best && *row.p_best > *likeliest->p_best) likeliest = &row;
        if (row.lcb && leader.lcb && *row.lcb > *leader.lcb) by_lcb = false;
    }
    std::string line =
        fmt::format("undecided: {} leads{} by {} with P(best) {:.1f} %, below 95 %",
                    name_in_group(leader), where, by_lcb ? "LCB" : "score", 100 * *leader.p_best);
    if (likeliest != &leader)
        line += fmt::format("; the highest P(best) is that of {}, {:.1f} %",
                            name_in_group(*likeliest), 100 * *likeliest->p_best);
    return line + "; the intervals do not separate";
}

// A score of a part of the scorecard is of the terms that the profile has in it.
void say_missing_tiers(const score::Report& report, std::vector<std::string>& lines) {
    if (!compares_lps(report)) return;
    const auto scored = [](const score::Row& row) { return row.composite.has_value(); };
    if (std::none_of(report.rows.begin(), report.rows.end(), scored)) return;
    std::string parts;
    int missing = 0;
    for (const kpi::Tier tier : {kpi::Tier::execution, kpi::Tier::liquidity}) {
        const auto has = [&](const score::Row& row) { return sub_score(row, tier).has_value(); };
        if (std::any_of(report.rows.begin(), report.rows.end(), has)) continue;
        const auto weighed = [&](const score::Row& row) {
            return std::any_of(row.contributions.begin(), row.contributions.end(),
                               [&](const score::Contribution& c) {
                                   const kpi::Entry* entry = kpi::find(c.kpi);
                                   return entry != nullptr && entry->tier == tier;
                               });
        };
        if (std::any_of(report.rows.begin(), report.rows.end(), weighed)) continue;
        parts += fmt::format("{}\"{}\"", missing++ == 0 ? "" : " and ", title_of(tier));
    }
    if (missing > 0)
        lines.push_back(fmt::format("no score of {}: profile {} weighs no KPI of {}", parts,
                                    report.profile, missing == 1 ? "it" : "them"));
}

// What stands in the column is of what was filled, and the score is not.
void say_offered_terms(const score::Report& report, Catalog catalog,
                       std::vector<std::string>& lines) {
    std::vector<std::string> terms;
    for (const score::Row& row : report.rows)
        for (const score::Contribution& c : row.contributions) {
            const auto index = index_of(catalog, c.kpi);
            if (!per_offered_share(c.kpi) || !index) continue;
            const std::string title(catalog[*index].title);
            if (std::find(terms.begin(), terms.end(), title) == terms.end()) terms.push_back(title);
        }
    if (!terms.empty())
        lines.push_back(
            fmt::format("the score takes {} per offered share, where what was not "
                        "filled counts 0; the column is per filled share",
                        joined(terms)));
}

}  // namespace

std::vector<std::string> remarks(const score::Report& report, Catalog catalog) {
    std::vector<std::string> lines;
    const auto where = [](const score::Row& row) {
        const std::string group = group_of(row);
        return group.empty() ? std::string{} : " (" + group + ")";
    };
    for (const score::Row& row : report.rows) {
        if (row.undecided && row.rank == 1 && row.p_best) {
            lines.push_back(undecided_line(report, row, where(row)));
        }
    }
    say_by_reason(
        report, "no score", &score::Row::no_score,
        [](const score::Row& row) { return !row.composite; }, lines);
    say_by_reason(
        report, "no P(best)", &score::Row::no_p_best,
        [](const score::Row& row) { return row.composite && !row.p_best; }, lines);
    say_below_the_scale(report, lines);
    if (compares_lps(report) && !(report.since.empty() && report.until.empty()))
        lines.push_back(
            "orders and KPIs are those of the period; score, LCB, P(best) and n eff rest on all "
            "that "
            "was read, so that n eff may be above the orders shown");
    say_missing_tiers(report, lines);
    say_offered_terms(report, catalog, lines);
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
        // Fewer rejects after moves our way are what impact leaves: an order that is taken moves
        // the price on, one that is rejected does not. An LP that looks last has more.
        lines.push_back(
            shown > 0
                ? fmt::format("last look: {}{} rejects more when the price has moved our way (z "
                              "{:.1f}, p {:.2g} over all LPs)",
                              name_in_group(row), where(row), shown, *value)
                : fmt::format("no last look: after orders that {}{} takes the price moves our way, "
                              "after its rejects less (z {:.1f}, p {:.2g} over all LPs), as impact "
                              "does",
                              name_in_group(row), where(row), shown, *value));
    }
    return lines;
}

}  // namespace assay::cli
