#include "hosts/cli/story_html.h"

#include <fmt/format.h>
#include <map>

#include "hosts/cli/html_style.h"
#include "hosts/cli/html_text.h"
#include "hosts/cli/numbers.h"
#include "hosts/cli/retold_html.h"
#include "hosts/cli/story_charts.h"
#include "hosts/cli/story_output.h"

namespace assay::cli {

using sim::Scene;
using sim::ScriptedChild;
using sim::Story;

namespace {

std::string card(const char* title, const char* says, const std::string& picture) {
    return fmt::format("<div class=\"card\"><h3>{}</h3><p class=\"sub\">{}</p>{}</div>", title,
                       says, picture.empty() ? "<p class=\"none\">nothing happened</p>" : picture);
}

std::string score_of(const std::optional<sim::ScriptedScore>& s) {
    return s ? fmt::format("<span title=\"plus or minus {:.1f}, rank {}\">{:.1f}</span>", s->sd,
                           s->rank, s->composite)
             : std::string("–");
}

std::string words_of(const Scene& m) {
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

std::string row(const Story& story, const Scene& m) {
    std::string what, scores;
    switch (m.what) {
        case Scene::What::entered:
            what = fmt::format("the order comes in; arrival {}",
                               average_text(as_double(story.arrival)));
            break;
        case Scene::What::decided:
            what = words_of(m);
            break;
        case Scene::What::answered: {
            const ScriptedChild& c = m.children.at(0);
            what =
                fmt::format("{} fills {} of {} in {:.0f} ms", html_escaped(story.lps[c.lp.number]),
                            whole_shares(c.filled), whole_shares(c.qty), as_ms(m.took)) +
                "<p class=\"sub\">" + expected_text(story, c) + "</p>";
            scores = c.size_after
                         ? score_of(c.size_before) + " → " + score_of(c.size_after) + " at its size"
                         : score_of(m.before[c.lp.number]) + " → " + score_of(m.after[c.lp.number]);
            for (const std::string& a : m.alerts)
                what += "<p class=\"wrong\">" + html_escaped(a) + "</p>";
            break;
        }
        case Scene::What::over:
            what = route::text(story.state);
            break;
    }
    return fmt::format(
        "<tr><td class=\"t\">{}</td><td class=\"t\" style=\"white-space:normal\">{}</td>"
        "<td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
        clock_time(m.at), what, scores, whole_shares(m.remaining),
        m.average ? average_text(*m.average) : "–",
        m.cost_bps ? fmt::format("{:+.2f}", *m.cost_bps) : "–");
}

// Child by child: what was foreseen when it was decided, and what happened.
std::string foreseen(const Story& story) {
    std::string out =
        "<section class=\"panel\"><h2>Foreseen and happened</h2><p class=\"sub\">each child: what "
        "the decision expected of it, beside what came</p><div class=\"scroll\"><table><thead><tr>"
        "<th>child</th><th class=\"t\">LP</th><th>sent</th><th>expected to fill</th><th>filled</th>"
        "<th>chance of all of it</th><th class=\"t\">all of it</th><th>expected ms</th><th>took "
        "ms</th><th>done in time, chance when it was sent</th></tr></thead><tbody>";
    std::map<int, double> in_time;
    for (const Scene& m : story.moments) {
        if (m.what == Scene::What::decided)
            for (const ScriptedChild& c : m.children) in_time[c.number] = m.predicted_in_time;
        if (m.what != Scene::What::answered) continue;
        const ScriptedChild& c = m.children.at(0);
        out += fmt::format(
            "<tr><td>{}</td><td class=\"t name\">{}</td><td>{}</td><td>{}</td><td>{}</td>"
            "<td>{:.0f} %</td><td class=\"t\">{}</td><td>{:.1f}</td><td>{:.1f}</td><td>{:.0f} "
            "%</td></tr>",
            c.number, html_escaped(story.lps[c.lp.number]), whole_shares(c.qty),
            expected_shares(story, c), whole_shares(c.filled), 100 * c.predicted_full,
            c.filled == c.qty ? "yes" : "no", c.predicted_ms, as_ms(m.took),
            100 * in_time[c.number]);
    }
    return out + "</tbody></table></div></section>";
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
            html_escaped(story.lps[i]), totals[i].children, whole_shares(totals[i].sent),
            whole_shares(totals[i].filled), score_of(story.moments.front().after[i]),
            score_of(story.moments.back().after[i]));
    return out + "</tbody></table></section>";
}

}  // namespace

std::string story_html(const sim::Script& script, const Story& story, const Retold* retold) {
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
    item("filled", whole_shares(story.filled) + " of " + whole_shares(story.parent.qty));
    if (const Scene& last = story.moments.back(); last.average && last.cost_bps)
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
    for (const Scene& m : story.moments) out += row(story, m);
    out += "</tbody></table></div></section>";
    out += foreseen(story) + by_lp(story);
    if (retold != nullptr) out += retold_html(*retold);
    return out + "</main></body></html>\n";
}

}  // namespace assay::cli
