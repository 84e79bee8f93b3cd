#include "hosts/cli/html_output.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "hosts/cli/columns.h"
#include "hosts/cli/html_charts.h"
#include "hosts/cli/html_health.h"
#include "hosts/cli/html_style.h"
#include "hosts/cli/html_tables.h"
#include "hosts/cli/html_text.h"
#include "hosts/cli/numbers.h"

namespace assay::cli {
namespace {

constexpr std::size_t kPictures = 64;

std::string header(const score::Report& r) {
    std::string out = "<header><h1>Scorecard of liquidity providers</h1><div class=\"meta\">";
    const auto item = [&](const char* name, const std::string& value) {
        if (value.empty()) return;
        out += fmt::format("<span>{} <b>{}</b></span>", name, html_escaped(value));
    };
    item("profile", r.profile);
    std::string by;
    for (const std::string& key : r.by) by += (by.empty() ? "" : ", ") + key;
    item("by", by);
    if (!r.since.empty() || !r.until.empty()) {
        item("period",
             (r.since.empty() ? "start" : r.since) + " to " + (r.until.empty() ? "end" : r.until));
    }
    item("config", r.config_version);
    return out + "</div></header>";
}

// A picture with the table of its numbers.
std::string card(const char* title, const std::string& says, const std::string& picture,
                 const std::string& table, const char* layout = "duo", const char* css = "card") {
    std::string out =
        fmt::format("<div class=\"{}\"><h3>{}</h3><p class=\"sub\">{}</p>", css, title, says);
    if (picture.empty()) return out + "<p class=\"none\">not enough was measured</p></div>";
    return out + fmt::format("<div class=\"{}\">", layout) + picture + "<table>" + table +
           "</table></div></div>";
}

std::string markouts(const score::Row& row) {
    const std::string picture = curve_chart(
        {{"after fills", "fills", &row.fills}, {"after rejects", "rejects", &row.rejects}}, 430,
        230);
    std::string table = "<thead><tr><th></th><th>fills</th><th>rejects</th></tr></thead><tbody>";
    for (std::size_t h = 0; h < kpi::kHorizons; ++h) {
        const auto number = [](std::optional<double> x) {
            return x ? fmt::format("{:+.2f}", *x) : std::string("–");
        };
        table +=
            fmt::format("<tr><th>{}</th><td title=\"n {}\">{}</td><td title=\"n {}\">{}</td></tr>",
                        kpi::kHorizonName[h], grouped(row.fills.n[h]), number(row.fills.bps[h]),
                        grouped(row.rejects.n[h]), number(row.rejects.bps[h]));
    }
    return card("Markout", "bps after fills and after rejects; above zero the price moved our way",
                picture, table + "</tbody>");
}

std::string latency(const score::Row& row, Catalog catalog) {
    std::vector<std::pair<std::string, double>> quantiles;
    std::string table = "<tbody>";
    const auto line = [&](const char* name, const char* label, const char* quantile) {
        const auto index = index_of(catalog, name);
        if (!index) return;
        const auto ms = value_at(row, *index).number;
        table += fmt::format("<tr title=\"{}\"><th class=\"t\">{}</th><td>{}</td></tr>",
                             html_escaped(catalog[*index].formula), label,
                             ms ? with_decimals(*ms, ms_decimals(*ms)) : "–");
        if (ms && quantile[0] != '\0') quantiles.emplace_back(quantile, *ms);
    };
    table += "<tr><th class=\"t\">ms</th><td></td></tr>";
    line("latency_rt_ms_p50", "p50", "p50");
    line("latency_rt_ms_p90", "p90", "p90");
    line("latency_rt_ms_p99", "p99", "p99");
    line("latency_rt_ms_mean", "mean", "");
    line("latency_cmd_ms_mean", "answer", "");
    line("latency_ack_to_fill_ms_mean", "ack to fill", "");
    line("latency_first_fill_ms_mean", "first fill", "");
    line("latency_last_fill_ms_mean", "last fill", "");
    line("latency_reject_ms_mean", "reject", "");
    return card("Round trip", "orders by the time from send to their end, logarithmic",
                latency_chart(row.latency_histogram, quantiles), table + "</tbody>");
}

std::string by_size(const score::Row& row) {
    std::string table =
        "<thead><tr><th class=\"t\">size</th><th>fill %</th><th>n</th></tr></thead><tbody>";
    for (const score::Bar& bar : row.fill_rate_by_size) {
        table += fmt::format("<tr><td class=\"t\">{}</td><td>{}</td><td>{}</td></tr>",
                             html_escaped(bar.label),
                             bar.value ? with_decimals(100 * *bar.value, 1) : "–", grouped(bar.n));
    }
    return card("Fill rate by order size", "filled share of the ordered quantity",
                fill_rate_chart(row.fill_rate_by_size), table + "</tbody>");
}

// The kinds of orders with the most evidence. All-or-nothing orders are left out: what stopped them
// is not known, so their curves hold fills only. So are kinds of a handful of orders: a curve of
// one order looks like knowledge.
std::vector<const score::CapacityCurve*> shown_curves(const score::Row& row) {
    constexpr std::size_t kShown = 4;
    constexpr std::int64_t kEnough = 10;
    std::vector<const score::CapacityCurve*> out;
    for (const score::CapacityCurve& c : row.capacity)
        if (c.tif != "fok" && !c.points.empty() && c.n >= kEnough) out.push_back(&c);
    std::stable_sort(out.begin(), out.end(),
                     [](const auto* a, const auto* b) { return a->n > b->n; });
    if (out.size() > kShown) out.resize(kShown);
    return out;
}

// T at the first grid point that is not below `size`; nothing where nobody went as far.
std::string chance_at(const score::CapacityCurve& c, double size) {
    for (const score::CapacityCurve::Point& p : c.points)
        if (p.size >= size * 0.999) return with_decimals(100 * p.p_at_least, 0);
    return "–";
}

std::string calibration_line(const score::Calibration& c) {
    if (!c.brier || !c.brier_lp_mean || !c.ece) return {};
    const char* verdict = c.accepted.value_or(false)     ? "well calibrated"
                          : *c.ece < 0.03                ? "calibrated, but no better than the mean"
                          : *c.brier <= *c.brier_lp_mean ? "better than the mean, but off in places"
                                                         : "not to be relied on here";
    return fmt::format(
        "<p class=\"sub\">Predicted fill: Brier {} against {} by the LP&#39;s mean; {}: ECE {}; n "
        "{}</p>",
        with_decimals(*c.brier, 3), with_decimals(*c.brier_lp_mean, 3), verdict,
        with_decimals(*c.ece, 3), grouped(c.n));
}

std::string capacity(const score::Row& row) {
    const std::vector<const score::CapacityCurve*> curves = shown_curves(row);
    std::string says =
        "P(at least k) against order size over displayed size; kinds of 10 orders and more";
    std::int64_t n = 0, by_round_lot = 0;
    for (const score::CapacityCurve* c : curves) {
        n += c->n;
        by_round_lot += c->n_by_round_lot;
    }
    if (by_round_lot > 0)
        says += fmt::format("; {} of {} orders over the round lot, as nothing was displayed",
                            grouped(by_round_lot), grouped(n));
    constexpr std::array<double, 5> kSizes{0.1, 0.5, 1, 2, 10};
    std::string table = "<thead><tr><th class=\"t\">fills %</th>";
    for (const double size : kSizes) table += "<th>" + shortest(size) + "x</th>";
    table += "<th>n</th></tr></thead><tbody>";
    for (const score::CapacityCurve* c : curves) {
        table += "<tr><td class=\"t\">" + html_escaped(name_of(*c)) + "</td>";
        for (const double size : kSizes) table += "<td>" + chance_at(*c, size) + "</td>";
        table += "<td>" + grouped(c->n) + "</td></tr>";
    }
    std::string out = card("How much fills", says, capacity_chart(curves), table + "</tbody>",
                           "duo", "card wide");
    if (row.calibration) {
        const std::string line = calibration_line(*row.calibration);
        out.insert(out.rfind("</div>"), line);
    }
    return out;
}

std::string composition(const score::Row& row) {
    std::string table =
        "<thead><tr><th class=\"t\">believed</th><th></th><th>sd</th></tr></thead><tbody>";
    for (const score::Contribution& c : row.contributions) {
        const std::string name = title_of(c.kpi);
        table +=
            fmt::format("<tr><td class=\"t\">{}</td><td>{}</td><td>{}</td></tr>",
                        html_escaped(name), c.believed ? fmt::format("{:.4g}", *c.believed) : "–",
                        c.sd ? fmt::format("{:.2g}", *c.sd) : "–");
    }
    return card("Where the composite comes from", "points of those each KPI could give",
                contribution_chart(row.contributions), table + "</tbody>", "duo stack");
}

std::string row_section(const score::Row& row, std::size_t index, Catalog catalog) {
    std::string out =
        fmt::format("<section class=\"lp\" id=\"row{}\"><div class=\"head\"><h2>{}</h2>", index,
                    html_escaped(label_of(row)));
    if (row.composite) {
        out += fmt::format(
            "<span><span class=\"big\">{}</span> <span class=\"muted\">± {} (90 %)</span></span>",
            with_decimals(*row.composite, 1),
            with_decimals(1.645 * row.composite_sd.value_or(0), 1));
    } else if (!row.no_score.empty()) {
        out += "<span class=\"muted\">no score: " + html_escaped(row.no_score) + "</span>";
    }
    const auto item = [&](const char* name, const std::optional<double>& x) {
        if (x)
            out += fmt::format("<span class=\"muted\">{} <b>{}</b></span>", name,
                               with_decimals(*x, 1));
    };
    if (row.rank) out += fmt::format("<span class=\"muted\">rank <b>{}</b></span>", *row.rank);
    item("LCB", shown_lcb(row));
    item("fast score", row.composite_fast);
    item("execution quality", row.execution_score);
    item("liquidity and impact", row.liquidity_score);
    item("n eff", row.n_eff);
    if (row.evidence != score::Evidence::enough) {
        out += fmt::format("<span class=\"tag\">{}</span>", text(row.evidence));
    }
    out += "</div><div class=\"grid\">" + markouts(row) + latency(row, catalog) + by_size(row) +
           composition(row) + (row.capacity.empty() ? "" : capacity(row));
    return out + "</div></section>\n";
}

// All leaders' curves in one picture.
std::string comparison(const score::Report& report) {
    constexpr std::size_t kLines = 8;
    std::vector<Series> series;
    std::size_t left_out = 0;
    for (const score::Row& row : report.rows) {
        const auto known = [](const auto& bps) { return bps.has_value(); };
        if (std::none_of(row.fills.bps.begin(), row.fills.bps.end(), known)) continue;
        if (series.size() == kLines) {
            ++left_out;
            continue;
        }
        series.push_back({label_of(row), fmt::format("s{}", series.size()), &row.fills});
    }
    if (series.size() < 2) return {};
    std::string says = "bps after fills by horizon; above zero the price moved our way";
    if (left_out > 0) says += fmt::format("; the first {} rows", kLines);
    return "<section class=\"panel\"><h2>Markout after fills, compared</h2><p class=\"sub\">" +
           says + "</p><div class=\"scroll wider\">" + curve_chart(series, 1260, 300) +
           "</div></section>";
}

}  // namespace

std::string html_text(const score::Report& report, const Health& health, Catalog catalog) {
    std::string out =
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
        "<title>Assay scorecard</title><style>";
    out += html_style();
    out += "</style></head><body><main>";
    out += header(report);
    if (report.lenient) {
        out +=
            "<p class=\"banner\">Lenient: messages with a wrong BodyLength or CheckSum were taken "
            "as "
            "they stand.</p>";
    }
    out += html_health(health);
    if (report.rows.empty()) {
        out +=
            "<section class=\"panel\"><h2>Nothing to rank</h2><p>There are no orders in what was "
            "read.</p></section>";
    } else {
        out += "<section class=\"panel\"><h2>League table</h2>" + html_league(report, catalog) +
               html_notes(report, catalog) + "</section>";
        for (const kpi::Tier tier : {kpi::Tier::execution, kpi::Tier::liquidity}) {
            out += fmt::format("<section class=\"panel\"><h2>{}</h2>{}</section>", title_of(tier),
                               html_tier(report, catalog, tier));
        }
        out += comparison(report);
    }
    const std::size_t pictures = std::min(report.rows.size(), kPictures);
    for (std::size_t i = 0; i < pictures; ++i) out += row_section(report.rows[i], i, catalog);
    out += "<footer>";
    if (pictures < report.rows.size()) {
        out += fmt::format("<p>Pictures of the first {} of {} rows.</p>", pictures,
                           report.rows.size());
    }
    if (!report.assumptions.empty()) {
        out += "<h3>Assumptions</h3>";
        for (const std::string& line : report.assumptions)
            out += "<p>" + html_escaped(line) + "</p>";
    }
    out += "</footer></main><script>";
    out += html_script();
    return out + "</script></body></html>\n";
}

}  // namespace assay::cli
