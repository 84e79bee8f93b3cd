#include "hosts/cli/story_html.h"

#include <fmt/format.h>

#include "hosts/cli/html_style.h"
#include "hosts/cli/html_text.h"
#include "hosts/cli/numbers.h"
#include "hosts/cli/story_charts.h"
#include "hosts/cli/story_output.h"

namespace assay::cli {

using sim::Moment;
using sim::ScriptedChild;
using sim::Story;

namespace {

std::string shares(Qty q) {
    return grouped(q.micro / 1'000'000);
}

std::string card(const char* title, const char* says, const std::string& picture) {
    return fmt::format("<div class=\"card\"><h3>{}</h3><p class=\"sub\">{}</p>{}</div>", title,
                       says, picture.empty() ? "<p class=\"none\">nothing happened</p>" : picture);
}

std::string score_of(const std::optional<sim::ScriptedScore>& s) {
    return s ? fmt::format("<span title=\"plus or minus {:.1f}, rank {}\">{:.1f}</span>", s->sd,
                           s->rank, s->composite)
             : std::string("–");
}

std::string words_of(const Moment& m) {
    std::string out = html_escaped(m.line);
    if (!m.words.empty()) {
        std::string text = m.words;
        out += "<details><summary>why</summary>";
        std::size_t from = 0;
        while (from <= text.size()) {
            const std::size_t end = std::min(text.find('\n', from), text.size());
            out += "<p>" + html_escaped(text.substr(from, end - from)) + "</p>";
            from = end + 1;
        }
        out += "</details>";
    }
    for (const std::string& a : m.alerts) out += "<p class=\"wrong\">" + html_escaped(a) + "</p>";
    return out;
}

std::string row(const Story& story, const Moment& m) {
    std::string what, scores;
    switch (m.what) {
        case Moment::What::entered:
            what = fmt::format("the order comes in; arrival {}",
                               average_text(as_double(story.arrival)));
            break;
        case Moment::What::decided:
            what = words_of(m);
            break;
        case Moment::What::answered: {
            const ScriptedChild& c = m.children.at(0);
            what =
                fmt::format("{} fills {} of {} in {:.0f} ms", html_escaped(story.lps[c.lp.number]),
                            shares(c.filled), shares(c.qty), as_ms(m.took));
            scores =
                c.size_after
                    ? score_of(c.size_before) + " → " + score_of(c.size_after) + " at this size"
                    : score_of(m.before[c.lp.number]) + " → " + score_of(m.after[c.lp.number]);
            for (const std::string& a : m.alerts)
                what += "<p class=\"wrong\">" + html_escaped(a) + "</p>";
            break;
        }
        case Moment::What::over:
            what = route::text(story.state);
            break;
    }
    return fmt::format(
        "<tr><td class=\"t\">{}</td><td class=\"t\" style=\"white-space:normal\">{}</td>"
        "<td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
        clock_time(m.at), what, scores, shares(m.remaining),
        m.average ? average_text(*m.average) : "–",
        m.cost_bps ? fmt::format("{:+.2f}", *m.cost_bps) : "–");
}

std::string by_lp(const Story& story) {
    std::string out =
        "<section class=\"panel\"><h2>By LP</h2><table><thead><tr><th class=\"t\">LP</th>"
        "<th>children</th><th>sent</th><th>filled</th><th>score before</th><th>score after</th>"
        "</tr></thead><tbody>";
    const auto totals = totals_by_lp(story);
    for (std::size_t i = 0; i < totals.size(); ++i)
        out += fmt::format(
            "<tr><td class=\"t name\">{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td>"
            "<td>{}</td></tr>",
            html_escaped(story.lps[i]), totals[i].children, shares(totals[i].sent),
            shares(totals[i].filled), score_of(story.moments.front().after[i]),
            score_of(story.moments.back().after[i]));
    return out + "</tbody></table></section>";
}

}  // namespace

std::string story_html(const sim::Script& script, const Story& story) {
    const std::string title = html_escaped(script.title);
    std::string out =
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>" +
        title + "</title><style>";
    out += html_style();
    out += "</style></head><body><main><header><h1>" + title + "</h1><div class=\"meta\">";
    const auto item = [&](const char* name, const std::string& value) {
        out += fmt::format("<span>{} <b>{}</b></span>", name, html_escaped(value));
    };
    item("profile", story.parent.profile);
    item("policy", std::string(route::policy(story.parent.policy).name));
    item("filled", shares(story.filled) + " of " + shares(story.parent.qty));
    if (const Moment& last = story.moments.back(); last.average && last.cost_bps)
        item("average",
             average_text(*last.average) + ", " + against_arrival(story, *last.cost_bps));
    item("over at", clock_time(story.ended));
    out += "</div></header>";
    out += fmt::format(
        "<section class=\"panel\"><p>Scripted are the market and what the LPs answer. Every score, "
        "rank, size and split is worked out from {} FIX messages.</p><p>{}</p></section>",
        grouped(static_cast<std::int64_t>(story.messages)), html_escaped(script.about));
    out += "<section class=\"panel\"><div class=\"grid\">";
    out +=
        card("Market and fills", "bid and ask by minutes since entry; a fill is as large as it is",
             market_chart(story));
    out += card("Scores", "after each moment of the table below", scores_chart(story));
    out += card("Left to do", "shares by minutes since entry", remaining_chart(story));
    out += card("Cost so far", "of all fills against the mid at entry; above zero is a cost",
                cost_chart(story));
    out += "</div></section>";
    out +=
        "<section class=\"panel\"><h2>Timeline</h2><div class=\"scroll\"><table><thead><tr>"
        "<th class=\"t\">time, UTC</th><th class=\"t\">what</th><th>its score</th><th>left</th>"
        "<th>average</th><th>cost, bps</th></tr></thead><tbody>";
    for (const Moment& m : story.moments) out += row(story, m);
    out += "</tbody></table></div></section>";
    return out + by_lp(story) + "</main></body></html>\n";
}

}  // namespace assay::cli
