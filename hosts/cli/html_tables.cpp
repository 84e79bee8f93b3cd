#include "hosts/cli/html_tables.h"

#include <algorithm>
#include <fmt/format.h>

#include "hosts/cli/columns.h"
#include "hosts/cli/html_charts.h"
#include "hosts/cli/html_text.h"
#include "hosts/cli/numbers.h"

namespace assay::cli {
namespace {

constexpr double kNinety = 1.645;  // a 90 % interval is the mean and this many sd to each side

std::string head(std::string_view text, std::string_view tip, bool left = false) {
    return fmt::format("<th scope=\"col\"{} title=\"{}\"><button type=\"button\">{}</button></th>",
                       left ? " class=\"t\"" : "", html_escaped(tip), text);
}

// A cell sorted by `value`; absent ones last.
std::string cell(std::optional<double> value, std::string_view text,
                 std::string_view css_class = "") {
    if (!value) return "<td class=\"absent\" data-v=\"\">–</td>";
    return fmt::format("<td class=\"{}\" data-v=\"{}\">{}</td>", css_class, shortest(*value), text);
}

std::string kpi_tip(const kpi::Entry& entry) {
    const char* good = entry.good == kpi::Good::higher  ? "; higher is better"
                       : entry.good == kpi::Good::lower ? "; lower is better"
                                                        : "";
    return fmt::format("{} ({}{}): {}", entry.name, entry.unit, good, entry.formula);
}

std::string two_lines(const kpi::Entry& entry) {
    const TwoLines lines = narrow_heading(entry);
    if (lines.over.empty()) return html_escaped(lines.head);
    return html_escaped(lines.over) + "<br>" + html_escaped(lines.head);
}

// One column of a KPI: its head and its cells, the last of them for the total.
struct KpiColumn {
    std::string head;
    std::vector<std::string> cells;
};

KpiColumn kpi_column(const score::Report& report, Catalog catalog, const ChosenKpi& kpi) {
    const kpi::Entry& entry = catalog[kpi.index];
    const std::vector<Standing> standing = standings(report, catalog, kpi.index);
    const bool marked = std::any_of(standing.begin(), standing.end(),
                                    [](Standing s) { return s != Standing::none; });
    const int decimals = ms_decimals(largest(report, kpi.index));
    KpiColumn column{head(two_lines(entry), kpi_tip(entry)), {}};
    const auto one = [&](const score::Row& row, Standing s) {
        const kpi::Value value = value_at(row, kpi.index);
        if (!value.number) {
            return fmt::format("<td class=\"absent{}\" data-v=\"\" title=\"{}\">–</td>",
                               marked ? " pad" : "", html_escaped(kpi::text(value.why)));
        }
        const char* css = s == Standing::best    ? "best"
                          : s == Standing::worst ? "worst"
                          : marked               ? "pad"
                                                 : "";
        return cell(value.number, in_table(*value.number, entry, decimals), css);
    };
    for (std::size_t i = 0; i < report.rows.size(); ++i) {
        column.cells.push_back(one(report.rows[i], standing[i]));
    }
    column.cells.push_back(one(report.total, Standing::none));
    return column;
}

std::string key_heads(const score::Report& report) {
    std::string out = head("#", "rank within its group");
    for (const std::string& key : report.by) {
        out += head(key == "lp" ? "LP" : html_escaped(key), "what the rows are grouped by", true);
    }
    return out;
}

std::string key_cells(const score::Row& row, std::size_t index) {
    std::string out = row.rank ? fmt::format("<td data-v=\"{0}\">{0}</td>", *row.rank)
                               : std::string("<td class=\"absent\" data-v=\"\">–</td>");
    for (const auto& [key, value] : row.keys) {
        const std::string text = html_escaped(value);
        if (key == "lp") {
            out += fmt::format(
                "<td class=\"t name\" data-v=\"{0}\" title=\"{0}\"><a "
                "href=\"#row{1}\">{0}</a></td>",
                text, index);
        } else {
            out += fmt::format("<td class=\"t\" data-v=\"{0}\">{0}</td>", text);
        }
    }
    return out;
}

std::string total_keys(const score::Report& report) {
    return fmt::format("<td></td><td class=\"t\" colspan=\"{}\">total</td>",
                       std::max<std::size_t>(1, report.by.size()));
}

// A tag after a number, in a slot that every row of the column has, so that digits stay in line.
std::string tagged(std::string number, std::string_view tag, const char* slot) {
    const std::string inside =
        tag.empty() ? std::string{} : fmt::format("<span class=\"tag\">{}</span>", tag);
    return fmt::format("{}<span class=\"{}\">{}</span>", number, slot, inside);
}

bool weak(const score::Row& row) {
    return row.evidence != score::Evidence::enough;
}
bool open_lead(const score::Row& row) {
    return row.undecided && row.rank == 1;
}

std::string score_cells(const score::Report& report, const score::Row& row) {
    const bool any_weak = std::any_of(report.rows.begin(), report.rows.end(), weak);
    const bool any_open = std::any_of(report.rows.begin(), report.rows.end(), open_lead);
    std::string n_eff = with_decimals(row.n_eff.value_or(0), 1);
    if (any_weak) n_eff = tagged(n_eff, weak(row) ? text(row.evidence) : "", "slot");
    std::string out = cell(row.n_eff, n_eff);
    if (!row.composite) {
        return out +
               fmt::format("<td class=\"absent\" data-v=\"\" title=\"{}\">–</td>",
                           html_escaped(row.no_score)) +
               "<td></td><td></td><td></td><td></td>";
    }
    const double half = kNinety * row.composite_sd.value_or(0);
    out += cell(row.composite, with_decimals(*row.composite, 1), "score");
    out += fmt::format("<td class=\"muted\" data-v=\"{}\">±{}</td>", shortest(half),
                       with_decimals(half, 1));
    out += fmt::format("<td>{}</td>", score_chart(*row.composite, half));
    const auto lcb = shown_lcb(row);
    out += lcb ? cell(lcb, with_decimals(*lcb, 1)) : cell(std::nullopt, "");
    if (!row.p_best)
        return out + fmt::format("<td class=\"absent\" data-v=\"\" title=\"{}\">–</td>",
                                 html_escaped(row.no_p_best));
    std::string p_best = fmt::format("{:.0f} %", 100 * *row.p_best);
    if (any_open) p_best = tagged(p_best, open_lead(row) ? "undecided" : "", "slot wide");
    return out + cell(row.p_best, p_best);
}

// The heads leave room for a tag where a cell below has one.
std::string score_heads(const score::Report& report) {
    const auto slot = [&](bool (*tag)(const score::Row&), const char* css) {
        const bool any = std::any_of(report.rows.begin(), report.rows.end(), tag);
        return any ? fmt::format("<span class=\"{}\"></span>", css) : std::string();
    };
    return head("n eff" + slot(weak, "slot"),
                "orders the estimate is worth, after decay and clustering") +
           head("composite", "0 to 100: the profile's weighted KPIs between their goalposts") +
           head("± 90 %", "half of the 90 % interval of the composite") +
           "<th scope=\"col\" title=\"composite with its 90 % interval\">0 – 100</th>" +
           head("LCB",
                "lower confidence bound: what the ranking goes by, unless the profile says "
                "otherwise") +
           head("P(best)" + slot(open_lead, "slot wide"),
                "share of posterior draws in which it ranks first");
}

}  // namespace

std::string html_league(const score::Report& report, Catalog catalog) {
    const bool scored = compares_lps(report);
    const bool rebates = rebates_matter(report);
    std::vector<KpiColumn> columns;
    for (const ChosenKpi& kpi : chosen_kpis(catalog, kpi::Tier::volume)) {
        columns.push_back(kpi_column(report, catalog, kpi));
    }
    std::string out = "<div class=\"scroll\"><table class=\"sort\"><thead><tr>" + key_heads(report);
    if (scored) out += score_heads(report);
    if (rebates) out += head("rank without<br>rebates", "the rank if no rebate were paid");
    for (const KpiColumn& c : columns) out += c.head;
    out += "</tr></thead><tbody>";
    for (std::size_t i = 0; i < report.rows.size(); ++i) {
        const score::Row& row = report.rows[i];
        out += "<tr>" + key_cells(row, i);
        if (scored) out += score_cells(report, row);
        if (rebates) {
            const auto rank = row.rank_without_rebates;
            out += rank ? cell(*rank, fmt::format("{}", *rank)) : cell(std::nullopt, "");
        }
        for (const KpiColumn& c : columns) out += c.cells[i];
        out += "</tr>\n";
    }
    out += "</tbody><tfoot><tr>" + total_keys(report);
    if (const int skipped = (scored ? 6 : 0) + (rebates ? 1 : 0); skipped > 0) {
        out += fmt::format("<td colspan=\"{}\"></td>", skipped);
    }
    for (const KpiColumn& c : columns) out += c.cells.back();
    return out + "</tr></tfoot></table></div>";
}

std::string html_tier(const score::Report& report, Catalog catalog, kpi::Tier tier) {
    std::vector<KpiColumn> columns;
    for (const ChosenKpi& kpi : chosen_kpis(catalog, tier)) {
        columns.push_back(kpi_column(report, catalog, kpi));
    }
    std::string out = "<div class=\"scroll\"><table class=\"sort\"><thead><tr>" + key_heads(report);
    out += head("score", "the composite's share of this tier, 0 to 100");
    for (const KpiColumn& c : columns) out += c.head;
    out += "</tr></thead><tbody>";
    for (std::size_t i = 0; i < report.rows.size(); ++i) {
        const auto score = sub_score(report.rows[i], tier);
        out += "<tr>" + key_cells(report.rows[i], i);
        out += score ? cell(score, with_decimals(*score, 1), "score") : cell(std::nullopt, "");
        for (const KpiColumn& c : columns) out += c.cells[i];
        out += "</tr>\n";
    }
    out += "</tbody><tfoot><tr>" + total_keys(report) + "<td></td>";
    for (const KpiColumn& c : columns) out += c.cells.back();
    return out + "</tr></tfoot></table></div>";
}

std::string html_notes(const score::Report& report, Catalog catalog) {
    std::string out = "<div class=\"notes\">";
    for (const std::string& line : remarks(report, catalog)) {
        out += "<p class=\"say\">" + html_escaped(line) + "</p>";
    }
    std::vector<ChosenKpi> shown;
    for (const kpi::Tier tier : {kpi::Tier::volume, kpi::Tier::execution, kpi::Tier::liquidity}) {
        for (const ChosenKpi& kpi : chosen_kpis(catalog, tier)) shown.push_back(kpi);
    }
    for (const std::string& line : absences(report, catalog, shown)) {
        out += "<p>– " + html_escaped(line) + "</p>";
    }
    out +=
        "<p>▲ best and ▽ worst of those with enough orders. low: fewer than 10 effective orders; "
        "prior: hardly any, the score is that of its peers. Point at a head for its formula, click "
        "it to sort.</p>";
    return out + "</div>";
}

}  // namespace assay::cli
