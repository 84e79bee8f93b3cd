#include "hosts/cli/comparison_html.h"

#include <fmt/format.h>

#include "hosts/cli/comparison_charts.h"
#include "hosts/cli/comparison_output.h"
#include "hosts/cli/html_style.h"
#include "hosts/cli/html_text.h"
#include "hosts/cli/numbers.h"

namespace assay::cli {
namespace {

using judge::Comparison;
using judge::Row;
using Number = std::optional<double>;

std::string head(std::string_view text, std::string_view tip, std::string_view css = "") {
    return fmt::format(
        "<th scope=\"col\" class=\"{}\" title=\"{}\"><button type=\"button\">{}</button></th>", css,
        html_escaped(tip), text);
}

std::string cell(Number x, int decimals, double times = 1) {
    if (!x) return "<td class=\"absent\" data-v=\"\">–</td>";
    return fmt::format("<td data-v=\"{}\">{}</td>", shortest(*x),
                       with_decimals(times * *x, decimals));
}

std::string name_cell(const std::string& name) {
    return fmt::format("<td class=\"t name\" title=\"{0}\">{0}</td>", html_escaped(name));
}

// "0.109 (0.089 to 0.130)".
std::string with_interval(double value, const judge::Interval& i, int decimals) {
    return fmt::format("{} ({} to {})", with_decimals(value, decimals),
                       with_decimals(i.low, decimals), with_decimals(i.high, decimals));
}

std::string header(const Comparison& c) {
    std::string out = "<header><h1>Policies compared</h1><div class=\"meta\">";
    out += fmt::format("<span>reference <b>{}</b></span><span>seeds <b>{}</b></span>",
                       html_escaped(c.reference), c.seeds);
    for (const std::string& scenario : c.scenarios)
        out += fmt::format("<span>scenario <b>{}</b></span>", html_escaped(scenario));
    out += "</div>";
    if (!c.about.empty()) out += "<p>" + html_escaped(c.about) + "</p>";
    return out + "</header>";
}

std::string words(const Comparison& c) {
    std::string out = "<section class=\"panel\"><h2>What can be said</h2>";
    for (const std::string& line : c.says) out += "<p>" + html_escaped(line) + "</p>";
    return out + "<p class=\"sub\">" + html_escaped(method_of(c, c.reference)) + "</p></section>";
}

std::string row_of(const Row& row) {
    std::string out = "<tr>" + name_cell(row.policy) + cell(row.shortfall_bps, 3) +
                      cell(row.shortfall_p95_bps, 2);
    if (const auto& r = row.regret)
        out += fmt::format(
            "<td data-v=\"{}\" title=\"p {:.4f}, Diebold-Mariano p {}, {} pairs, {} left out\">{}"
            "</td>",
            shortest(r->bps.mean), r->bps.p, r->check ? fmt::format("{:.4f}", r->check->p) : "–",
            r->n, r->left_out, with_interval(r->bps.mean, r->bps.interval, 3));
    else
        out += cell({}, 0);
    out += cell(row.p_holm, 4);
    if (row.regret)
        out += fmt::format("<td data-v=\"{0}\">{0} of {1}</td>", row.regret->worlds_above,
                           row.regret->worlds);
    else
        out += cell({}, 0);
    out += fmt::format("<td class=\"t\">{}</td>", text(row.standing));
    out += cell(static_cast<double>(row.parents), 0) + cell(row.filled_share, 1, 100) +
           cell(row.swept_share, 1, 100) + cell(row.complete_share, 1, 100) +
           cell(row.completion_seconds, 1) + cell(row.completion_p95_seconds, 1) +
           cell(row.rounds, 1) + cell(row.children, 1) + cell(row.rejects, 1);
    return out + "</tr>\n";
}

std::string table(const std::vector<Row>& rows) {
    std::string out = "<div class=\"scroll\"><table class=\"sort\"><thead><tr>";
    out += head("policy", "the policy that routed", "t") +
           head("shortfall<br>bps", "Perold shortfall against the arrival mid; above 0: a cost") +
           head("p95", "95 % of parents cost at most so much, bps") +
           head("regret, bps", "shortfall less the reference's on the same parents") +
           head("p", "of no difference, adjusted by Holm over the policies") +
           head("worlds", "seeds and scenarios in which it cost more than the reference") +
           head("", "what may be concluded", "t") + head("parents", "that were routed") +
           head("filled<br>%", "of the quantity, before anything was swept") +
           head("swept<br>%", "of the quantity, forced at the end") +
           head("done<br>%", "of parents that were completed") +
           head("time<br>s", "mean, from arrival to the last fill") +
           head("p95<br>s", "of the time") + head("rounds", "mean a parent") +
           head("children", "mean a parent") + head("rejects", "mean a parent");
    out += "</tr></thead><tbody>";
    for (const Row& row : rows) out += row_of(row);
    return out + "</tbody></table></div>";
}

std::string scenarios(const Comparison& c) {
    std::string out;
    for (std::size_t first = 0; first < c.rows.size();) {
        std::vector<Row> rows;
        const std::string& scenario = c.rows[first].scenario;
        for (; first < c.rows.size() && c.rows[first].scenario == scenario; ++first)
            rows.push_back(c.rows[first]);
        out +=
            fmt::format("<section class=\"panel\"><h2>{}</h2>{}",
                        scenario.empty() ? "All scenarios" : html_escaped(scenario), table(rows));
        if (const std::string picture = regret_chart(rows, c.reference); !picture.empty())
            out += fmt::format(
                "<h3>Regret to {}</h3><p class=\"sub\">bps with {:.0f} % interval; left of 0 is "
                "cheaper</p>{}",
                html_escaped(c.reference), 100 * c.how.level, picture);
        out += "</section>";
    }
    return out;
}

std::string completion(const Comparison& c) {
    const std::string picture = completion_chart(c.policies);
    if (picture.empty()) return {};
    return "<section class=\"panel\"><h2>Time to completion</h2><p class=\"sub\">share of parents "
           "complete by then; a line that ends below 100 % left some unfinished</p>" +
           picture + "</section>";
}

std::string numbers_of(const judge::PolicyForecasts& p) {
    const judge::Forecasts& f = p.forecasts;
    std::string out = "<table><tbody>";
    const auto line = [&](const char* name, Number x, int decimals) {
        out += fmt::format("<tr><th class=\"t\">{}</th><td>{}</td></tr>", name,
                           x ? with_decimals(*x, decimals) : "–");
    };
    line("forecasts of a fill", f.filled.n(), 0);
    line("Brier", f.filled.brier(), 4);
    line("log loss", f.filled.log_loss(), 4);
    line("ECE", f.filled.ece(), 4);
    line("Brier, in time", f.in_time.brier(), 4);
    line("pinball p50, ms", f.latency_ms.mean(0), 3);
    line("pinball p90, ms", f.latency_ms.mean(1), 3);
    line("pinball p99, ms", f.latency_ms.mean(2), 3);
    line("latency PIT, KS", f.latency.n() > 0 ? Number(f.latency.ks()) : std::nullopt, 4);
    if (p.agreement)
        out += fmt::format(
            "<tr><th class=\"t\">score with truth, Spearman</th><td>{}</td></tr>"
            "<tr><th class=\"t\">concordance</th><td>{}</td></tr>",
            with_interval(p.agreement->spearman.mean, p.agreement->spearman.interval, 2),
            with_decimals(p.agreement->concordance, 2));
    return out + "</tbody></table>";
}

std::string reliability(const Comparison& c) {
    std::string cards;
    for (const judge::PolicyForecasts& p : c.policies) {
        const std::string picture = reliability_chart(p.forecasts.filled);
        if (picture.empty() && !p.agreement) continue;
        cards += fmt::format("<div class=\"card\"><h3>{}</h3><div class=\"duo\">{}{}</div></div>",
                             html_escaped(p.policy),
                             picture.empty() ? "<p class=\"none\">no forecasts</p>" : picture,
                             numbers_of(p));
    }
    if (cards.empty()) return {};
    return "<section class=\"panel\"><h2>Were the forecasts right</h2><p class=\"sub\">filled in "
           "full: forecast against what happened, dots by count; the line is honest</p>"
           "<div class=\"grid\">" +
           cards + "</div></section>";
}

std::string from_log(const Comparison& c) {
    if (c.logged.empty()) return {};
    std::string out =
        "<section class=\"panel\"><h2>From logged decisions</h2><div class=\"scroll\"><table>"
        "<thead><tr><th class=\"t\">policy</th><th class=\"t\">question</th><th>IPS, bps</th>"
        "<th>SNIPS, bps</th><th>DR, bps</th><th>ESS</th><th>clipped %</th>"
        "<th class=\"t\">conclusion</th></tr></thead><tbody>";
    for (const judge::LoggedAnswer& a : c.logged) {
        const judge::OffPolicy& e = a.estimate;
        out +=
            "<tr>" + name_cell(a.policy) + fmt::format("<td class=\"t\">{}</td>", text(e.question));
        for (const auto* x : {&e.ips, &e.snips, &e.dr})
            out += *x ? fmt::format("<td>{}</td>",
                                    with_interval((*x)->difference, (*x)->difference_interval, 3))
                      : cell({}, 0);
        out += cell(e.plain.ess, 0) + cell(e.plain.clipped_mass, 1, 100) +
               fmt::format("<td class=\"t\">{}{}</td></tr>", text(a.conclusion),
                           e.refused ? ": " + html_escaped(e.why) : "");
    }
    return out +
           "</tbody></table></div><p class=\"sub\">difference to what was done, with interval; "
           "below 0 is cheaper</p></section>";
}

std::string gaming(const Comparison& c) {
    if (c.gaming.empty()) return {};
    std::string out =
        "<section class=\"panel\"><h2>Gaming, against an honest twin</h2><div "
        "class=\"scroll\"><table "
        "class=\"sort\"><thead><tr>" +
        head("tactic", "how the LP games the scorecard", "t") +
        head("share %", "of all flow, that the gaming LP got") +
        head("honest %", "of all flow, that its honest twin got in the same worlds") +
        head("gain, bp", "the difference, with its interval") +
        head("at most", "the limit it is held against, bp") +
        head("", "the interval against it", "t") +
        head("flagged", "worlds in which a detector flagged it") +
        head("twins flagged", "worlds in which a detector flagged the honest twin") +
        "</tr></thead><tbody>";
    for (const judge::GamingCase& g : c.gaming)
        out += "<tr>" + name_cell(g.tactic) + cell(g.share.gaming_share, 2, 100) +
               cell(g.share.honest_share, 2, 100) +
               fmt::format("<td data-v=\"{}\">{}</td>", shortest(g.share.gain_bp),
                           g.share.interval_bp
                               ? with_interval(g.share.gain_bp, *g.share.interval_bp, 0)
                               : fmt::format("{:.0f}", g.share.gain_bp)) +
               cell(g.limit_bp, 0) + fmt::format("<td class=\"t\">{}</td>", text(g.share.gain)) +
               fmt::format("<td data-v=\"{0}\">{0} of {1}</td>", g.flagged, g.share.worlds) +
               cell(static_cast<double>(g.twins_flagged), 0) + "</tr>\n";
    return out + "</tbody></table></div></section>";
}

}  // namespace

std::string comparison_html(const Comparison& c) {
    std::string out =
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
        "<title>Assay: policies compared</title><style>";
    out += html_style();
    out += "</style></head><body><main>";
    out += header(c) + words(c) + scenarios(c) + completion(c) + reliability(c) + from_log(c) +
           gaming(c);
    out += "</main><script>";
    out += html_script();
    return out + "</script></body></html>\n";
}

}  // namespace assay::cli
