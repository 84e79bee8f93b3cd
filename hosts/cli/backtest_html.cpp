// A back-test as a page of its own.
#include <algorithm>
#include <cmath>
#include <fmt/format.h>

#include "hosts/cli/backtest_output.h"
#include "hosts/cli/html_style.h"
#include "hosts/cli/html_text.h"
#include "hosts/cli/numbers.h"
#include "hosts/cli/svg.h"

namespace assay::cli {
using namespace svg;
namespace {

using judge::Row;
using Number = std::optional<double>;

std::string cell(Number x, int decimals, double times = 1) {
    if (!x) return "<td class=\"absent\" data-v=\"\">–</td>";
    return fmt::format("<td data-v=\"{}\">{}</td>", shortest(*x),
                       with_decimals(times * *x, decimals));
}
std::string words_cell(const std::string& text, const char* css = "t") {
    return fmt::format("<td class=\"{}\">{}</td>", css, html_escaped(text));
}
std::string with_interval(double value, const judge::Interval& i) {
    return fmt::format("<td data-v=\"{}\">{:+.2f} ({:+.2f} to {:+.2f})</td>", shortest(value),
                       value, i.low, i.high);
}
std::string heads(std::initializer_list<std::pair<const char*, const char*>> all) {
    std::string out = "<thead><tr>";
    bool first = true;
    for (const auto& [text, tip] : all) {
        out += fmt::format(
            "<th scope=\"col\" class=\"{}\" title=\"{}\"><button "
            "type=\"button\">{}</button></th>",
            first ? "t" : "", html_escaped(tip), text);
        first = false;
    }
    return out + "</tr></thead>";
}

// For each policy what the replay says above what the log says, on one scale.
std::string agreement_chart(const Backtest& b) {
    constexpr int kWide = 1240, kName = 190, kRow = 40;
    double low = 0, high = 0;
    std::vector<const Row*> rows;
    for (const Row& r : b.replay.rows) {
        if (!r.regret) continue;
        rows.push_back(&r);
        low = std::min(low, r.regret->bps.interval.low);
        high = std::max(high, r.regret->bps.interval.high);
        const judge::LoggedAnswer* a = answer_of(b, r.policy);
        if (a == nullptr || !a->estimate.best()) continue;
        low = std::min(low, a->estimate.best()->difference_interval.low);
        high = std::max(high, a->estimate.best()->difference_interval.high);
    }
    if (rows.empty()) return {};
    if (high - low < 1e-3) high = low + 1e-3;
    const double step = nice_step(high - low, 6);
    low = std::floor(low / step) * step;
    high = std::ceil(high / step) * step;
    const double floor = kTop + static_cast<double>(rows.size()) * kRow;
    const Scale x{low, high, kName, kWide - 60};
    std::string out = open_svg(kWide, static_cast<int>(floor) + kBottom,
                               "Difference to what was done, replay and log, bps");
    for (int i = 0; low + i * step <= high + step / 2; ++i) {
        const double value = low + i * step;
        const bool zero = std::abs(value) < step / 1e3;
        out += line(x(value), kTop - 8, x(value), floor, zero ? "zero" : "grid");
        out += label(x(value), floor + 16, "tick middle",
                     with_decimals(zero ? 0 : value, decimals_of(step)));
    }
    const auto bar = [&](double at, const judge::Interval& i, double mean, const std::string& name,
                         const char* what) {
        const double left = x(i.low), wide = std::max(1.0, x(i.high) - left);
        out += label(kName - 10, at + 4, "tick end", what);
        out += fmt::format(
            "<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"8\" rx=\"2\" "
            "class=\"interval\"/><circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"4\" class=\"dot\"><title>"
            "{}, {}: {:+.3f} bps, {:+.3f} to {:+.3f}</title></circle>",
            left, at - 4, wide, x(mean), at, html_escaped(name), what, mean, i.low, i.high);
    };
    double at = kTop + 8;
    for (const Row* r : rows) {
        const Terminal any{.utf8 = true};
        out += label(4, at + 12, "strong", cut_to(any, printable(any, r->policy), 22));
        bar(at, r->regret->bps.interval, r->regret->bps.mean, r->policy, "replay");
        const judge::LoggedAnswer* a = answer_of(b, r->policy);
        if (a != nullptr && a->estimate.best())
            bar(at + 16, a->estimate.best()->difference_interval, a->estimate.best()->difference,
                r->policy, "log");
        else
            out += label(kName - 10, at + 20, "tick end", "log: refused");
        at += kRow;
    }
    return out + "</svg>";
}

std::string header(const Backtest& b) {
    return fmt::format(
        "<header><h1>Back-test</h1><div class=\"meta\"><span>orders <b>{}</b></span><span>children "
        "<b>{}</b></span><span>LPs <b>{}</b></span><span>symbols <b>{}</b></span><span>from "
        "<b>{}</b></span><span>to <b>{}</b></span></div><p>Orders are {}.</p></header>",
        grouped(b.orders), grouped(b.children), b.lps, b.symbols,
        utc_time(b.from.ns / kSecond.ns * kSecond.ns), utc_time(b.to.ns / kSecond.ns * kSecond.ns),
        html_escaped(b.orders_are));
}

std::string replay_panel(const Backtest& b) {
    std::string out =
        "<section class=\"panel\"><h2>Replay</h2><p class=\"sub\">every order worked again, "
        "capacity drawn from the log, the same luck for each policy</p><div "
        "class=\"scroll\"><table class=\"sort\">" +
        heads({{"policy", "what routes"},
               {"cost<br>bps", "against the mid at the start, of the whole order; above 0: a cost"},
               {"to what was done", "difference with its interval; below 0: cheaper"},
               {"p", "of no difference, adjusted by Holm"},
               {"DM p", "Diebold-Mariano"},
               {"filled<br>%", "by LPs, before the rest is taken from the market"},
               {"rounds", "mean an order"},
               {"children", "mean an order"}}) +
        "<tbody>";
    for (const Row& r : b.replay.rows) {
        out += "<tr>" + words_cell(r.policy, "t name") + cell(r.shortfall_bps, 2);
        out += r.regret ? with_interval(r.regret->bps.mean, r.regret->bps.interval) : cell({}, 0);
        out += cell(r.p_holm, 4) +
               cell(r.regret && r.regret->check ? Number(r.regret->check->p) : std::nullopt, 4) +
               cell(r.filled_share, 1, 100) + cell(r.rounds, 2) + cell(r.children, 2) + "</tr>\n";
    }
    return out + "</tbody></table></div></section>";
}

std::string log_panel(const Backtest& b, const std::vector<judge::LoggedAnswer>& answers,
                      const char* title, const char* says) {
    if (answers.empty()) return {};
    std::string out = fmt::format(
                          "<section class=\"panel\"><h2>{}</h2><p class=\"sub\">{}</p><div "
                          "class=\"scroll\"><table class=\"sort\">",
                          title, says) +
                      heads({{"policy", "what would have routed"},
                             {"IPS, bps", "inverse propensity; difference to what was done"},
                             {"SNIPS, bps", "self-normalised"},
                             {"DR, bps", "doubly robust"},
                             {"ESS", "effective sample size"},
                             {"clipped<br>%", "of the weight that clipping at 20 took"},
                             {"outside<br>%", "of its plans that could not have been drawn"},
                             {"", "answer"}}) +
                      "<tbody>";
    for (const judge::LoggedAnswer& a : answers) {
        const judge::OffPolicy& e = a.estimate;
        out += "<tr>" + words_cell(a.policy, "t name");
        for (const auto* x : {&e.ips, &e.snips, &e.dr})
            out += *x ? with_interval((*x)->difference, (*x)->difference_interval) : cell({}, 0);
        out += cell(e.plain.ess, 0) + cell(e.plain.clipped_mass, 1, 100) +
               cell(e.plain.outside, 1, 100);
        const Verdict v = verdict_of(b, a.policy);
        out += words_cell(e.refused                                     ? "refused: " + e.why
                          : e.question == judge::Question::whole_parent ? v.word + ": " + v.why
                                                                        : "");
        out += "</tr>\n";
    }
    return out + "</tbody></table></div></section>";
}

std::string group_row(const std::string& what, const backtest::Group& g) {
    std::string out = "<tr>" + words_cell(what, "t name") + cell(static_cast<double>(g.orders), 0);
    if (g.orders == 0) return out + cell({}, 0) + cell({}, 0) + "</tr>";
    return out + cell(g.filled_share, 1, 100) + with_interval(g.cost.mean, g.cost.interval) +
           "</tr>";
}

std::string reranking_panel(const Backtest& b) {
    if (!b.reranking) return {};
    const backtest::Reranking& r = *b.reranking;
    std::string out =
        "<section class=\"panel\"><h2>First choices</h2><p class=\"sub\">ranked by what was known "
        "when each order left</p><div class=\"duo\"><table>" +
        heads({{"sent to the choice", "an order went to the LP that stood first"},
               {"orders", "child orders"},
               {"filled<br>%", "mean"},
               {"cost, bps", "what was really paid, the rest at the far touch and beyond"}}) +
        "<tbody>" + group_row("of both", r.both) +
        group_row("of " + r.first + " alone", r.only_first) +
        group_row("of " + r.second + " alone", r.only_second) + group_row("of neither", r.neither) +
        "</tbody></table><table><thead><tr><th class=\"t\">LP</th><th>sent %</th><th>first by " +
        html_escaped(r.first) + " %</th><th>first by " + html_escaped(r.second) +
        " %</th></tr></thead><tbody>";
    for (const backtest::LpShare& l : r.flow)
        out += "<tr>" + words_cell(l.lp, "t name") + cell(l.sent, 1, 100) + cell(l.first, 1, 100) +
               cell(l.second, 1, 100) + "</tr>";
    return out + "</tbody></table></div></section>";
}

std::string words_panel(const char* title, const std::vector<std::string>& words) {
    std::string out = fmt::format("<section class=\"panel\"><h2>{}</h2>", title);
    for (const std::string& line : words) out += "<p>" + html_escaped(line) + "</p>";
    return out + "</section>";
}

}  // namespace

std::string backtest_html(const Backtest& b) {
    std::string out =
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
        "<title>Assay: back-test</title><style>";
    out += html_style();
    out += "</style></head><body><main>";
    out += header(b) + words_panel("What can be said", backtest_words(b));
    if (const std::string picture = agreement_chart(b); !picture.empty())
        out +=
            "<section class=\"panel\"><h2>Replay and log side by side</h2><p "
            "class=\"sub\">difference to what was done, bps with interval; left of 0 is "
            "cheaper; only where both are clear and on one side is there a conclusion</p>" +
            picture + "</section>";
    out += replay_panel(b) +
           log_panel(b, b.replay.logged, "From the log's own decisions",
                     "whole parents: every decision by the other policy") +
           log_panel(b, b.once, "Deviating once",
                     "one decision by the other policy and the rest as logged: another question") +
           reranking_panel(b) + words_panel("What a replay cannot know", b.biases);
    out += "</main><script>";
    out += html_script();
    return out + "</script></body></html>\n";
}

}  // namespace assay::cli
