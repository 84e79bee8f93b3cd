#include "hosts/cli/story_output.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

#include "core/units/decimal.h"
#include "hosts/cli/numbers.h"
#include "hosts/cli/text_table.h"

namespace assay::cli {

using sim::Scene;
using sim::ScriptedChild;
using sim::ScriptedScore;
using sim::Story;
using What = Scene::What;

namespace {

constexpr int kTime = 14;     // "10:00:00.015  "
constexpr int kLeftBar = 20;  // of what is left

std::string whole(double currency) {
    return grouped(static_cast<std::int64_t>(std::llround(currency)));
}
std::string indent() {
    return std::string(kTime, ' ');
}
// Lines of running text behind the column of times.
std::string told(const Terminal& t, std::string_view text, Style style) {
    const int hang = text.starts_with("  ") ? 4 : 2;
    const std::string lines = wrapped(text, t.width - kTime, hang);
    std::string out;
    std::size_t from = 0;
    while (from <= lines.size()) {
        const std::size_t end = std::min(lines.find('\n', from), lines.size());
        out += indent() + painted(t, style, lines.substr(from, end - from)) + "\n";
        from = end + 1;
    }
    return out;
}

const char* solid(const Terminal& t) {
    return t.utf8 ? "█" : "#";
}
std::string filled_bar(const Terminal& t, double share, int width) {
    const int n = static_cast<int>(std::lround(std::clamp(share, 0.0, 1.0) * width));
    std::string out;
    for (int i = 0; i < width; ++i) out += i < n ? solid(t) : t.utf8 ? "·" : ".";
    return out;
}

std::string score_text(const std::optional<ScriptedScore>& s, const Terminal& t) {
    return s ? fmt::format("{:4.1f}", s->composite) : std::string("   ") + dash(t);
}
// A score with the doubt about it: one standard deviation to each side.
std::string score_bar(const std::optional<ScriptedScore>& s, const Terminal& t, int width) {
    if (!s) return {};
    return interval_bar(t, s->composite, s->composite - s->sd, s->composite + s->sd, width);
}
int score_width(const Terminal& t) {
    return std::clamp((t.width - kTime - 32) / 2, 12, 30);
}

// "LP_A  92.8 ####  ->  85.0 ###   rank 1 to 2". An answer counts for orders of its size: where
// that is not the size the ranking is for, the line says so.
std::string score_line(const Story& story, const Scene& m, const Terminal& t) {
    const ScriptedChild& c = m.children.at(0);
    const bool other_size = c.size_after.has_value();
    const auto& before = other_size ? c.size_before : m.before[c.lp.number];
    const auto& after = other_size ? c.size_after : m.after[c.lp.number];
    const int width = score_width(t);
    const double change = before && after ? after->composite - before->composite : 0;
    const Style style = change > 0.05 ? Style::good : change < -0.05 ? Style::bad : Style::plain;
    std::string out =
        indent() +
        fmt::format("{} {} ", printable(t, story.lps[c.lp.number]), score_text(before, t)) +
        painted(t, Style::dim, score_bar(before, t, width)) + " " + arrow(t) + " " +
        painted(t, style, score_text(after, t) + " " + score_bar(after, t, width));
    if (other_size)
        out += " at its size";
    else if (before && after && before->rank != after->rank)
        out += fmt::format(" rank {} to {}", before->rank, after->rank);
    return out + "\n";
}

std::string left_line(const Story& story, const Scene& m, const Terminal& t) {
    const double share = as_double(m.remaining) / as_double(story.parent.qty);
    std::string out = indent() + fmt::format("left {:>7} ", whole_shares(m.remaining)) +
                      painted(t, Style::accent, filled_bar(t, share, kLeftBar));
    if (m.average && m.cost_bps) {
        const std::string cost =
            fmt::format("{}, {}", average_text(*m.average), against_arrival(story, *m.cost_bps));
        out += "  " + (t.width < 100 ? cost : "average " + cost);
    }
    return out + "\n";
}

std::string mean_ms(double sum, int n, const Terminal& t) {
    return n > 0 ? fmt::format("{:.1f}", sum / n) : std::string(dash(t));
}

std::string head(const Scene& m, const Terminal& t, std::string_view says, Style style) {
    const std::string lines = told(t, says, style);
    return "\n" + painted(t, Style::dim, clock_time(m.at)) + "  " + lines.substr(kTime);
}

std::string entered(const Story& story, const Scene& m, const Terminal& t) {
    std::string out = head(m, t,
                           fmt::format("The order comes in. Arrival is the mid of {} and {}: {}.",
                                       to_text(m.quote.bid), to_text(m.quote.ask),
                                       average_text(as_double(story.arrival))),
                           Style::bold);
    std::vector<std::size_t> by_rank;
    for (std::size_t i = 0; i < story.lps.size(); ++i)
        if (m.after[i]) by_rank.push_back(i);
    std::sort(by_rank.begin(), by_rank.end(),
              [&](auto a, auto b) { return m.after[a]->rank < m.after[b]->rank; });
    for (const std::size_t i : by_rank)
        out += indent() + fmt::format("{} {} {} sd {:.1f}\n", printable(t, story.lps[i]),
                                      score_text(m.after[i], t),
                                      painted(t, Style::accent, score_bar(m.after[i], t, 40)),
                                      m.after[i]->sd);
    return out;
}

std::string decided(const Story& story, const Scene& m, const Terminal& t) {
    std::string says;
    for (const ScriptedChild& c : m.children)
        says += fmt::format("{}{} to {}", says.empty() ? "Send " : " and ", whole_shares(c.qty),
                            printable(t, story.lps[c.lp.number]));
    if (m.children.empty()) says = printable(t, m.line);
    if (m.children.size() > 1) says += ", at the same instant";
    std::string out = head(m, t, says, Style::bold);
    // The first line of the words says the same.
    std::string_view words = m.words;
    bool first = true;
    while (!words.empty()) {
        const std::size_t end = std::min(words.find('\n'), words.size());
        const std::string_view line = words.substr(0, end);
        if (!first)
            out += told(t, printable(t, line),
                        line.starts_with("Left out") ? Style::warn : Style::plain);
        first = false;
        words.remove_prefix(std::min(end + 1, words.size()));
    }
    return out;
}

std::string answered(const Story& story, const Scene& m, const Terminal& t) {
    const ScriptedChild& c = m.children.at(0);
    const Style style = c.filled == c.qty     ? Style::good
                        : c.filled.micro == 0 ? Style::bad
                                              : Style::warn;
    std::string out =
        head(m, t,
             fmt::format("{} fills {} of {} in {:.0f} ms", printable(t, story.lps[c.lp.number]),
                         whole_shares(c.filled), whole_shares(c.qty), as_ms(m.took)),
             style) +
        told(t, expected_text(story, c), Style::dim);
    return out + score_line(story, m, t) + left_line(story, m, t);
}

// The first plan's chance of being done in time, and what came of it.
std::string foreseen_line(const Story& story, const Terminal& t) {
    for (const Scene& m : story.moments)
        if (m.what == What::decided && !m.children.empty())
            return wrapped(fmt::format("Foreseen by the first plan: done in time with {:.0f} %. It "
                                       "{} done in time, which was until {}.",
                                       100 * m.predicted_in_time,
                                       story.filled == story.parent.qty ? "was" : "was not",
                                       clock_time(story.parent.ends)),
                           t.width, 0) +
                   "\n";
    return {};
}

}  // namespace

std::string clock_time(Nanos at) {
    const std::int64_t ms = (at.ns - utc_day(at) * kDay.ns) / kMillisecond.ns;
    return fmt::format("{:02}:{:02}:{:02}.{:03}", ms / 3'600'000, ms / 60'000 % 60, ms / 1'000 % 60,
                       ms % 1'000);
}

std::string average_text(double price) {
    return fmt::format("{:.4f}", price);
}

std::string against_arrival(const Story& story, double cost_bps) {
    const double above = sign(story.parent.side) * cost_bps;
    return fmt::format("{:.2f} bps {} arrival", std::abs(cost_bps), above < 0 ? "below" : "above");
}

std::string expected_shares(const Story& story, const ScriptedChild& c) {
    return whole(c.predicted_lots * as_double(story.parent.lot));
}

std::string expected_text(const Story& story, const ScriptedChild& c) {
    return fmt::format("expected {} of {} in {:.0f} ms, all of it with {:.0f} %",
                       expected_shares(story, c), whole_shares(c.qty), c.predicted_ms,
                       100 * c.predicted_full);
}

std::vector<LpTotals> totals_by_lp(const Story& story) {
    std::vector<LpTotals> all(story.lps.size());
    for (const Scene& m : story.moments) {
        if (m.what != What::answered) continue;
        for (const ScriptedChild& c : m.children) {
            LpTotals& of = all[c.lp.number];
            ++of.children;
            of.sent += c.qty;
            of.filled += c.filled;
            of.expected += c.predicted_lots * as_double(story.parent.lot);
            of.expected_ms += c.predicted_ms;
            of.took_ms += as_ms(m.took);
        }
    }
    return all;
}

std::string story_opening(const sim::Script& script, const Story& story, const Terminal& t) {
    const route::ParentOrder& p = story.parent;
    std::string out =
        painted(t, Style::bold, cut_to(t, printable(t, script.title), t.width)) + "\n";
    out += rule(t, t.width) + "\n";
    out +=
        wrapped(fmt::format("Profile {}, policy {}. The day before, each of {} LPs had {} orders; "
                            "they and this day came in as {} FIX messages. Scripted are the market "
                            "and what the LPs answer. Every score, rank, size and split is worked "
                            "out from the messages.",
                            p.profile, route::policy(p.policy).name, story.lps.size(),
                            grouped(static_cast<std::int64_t>(script.long_run.orders)),
                            grouped(static_cast<std::int64_t>(story.messages))),
                t.width, 0) +
        "\n";
    if (!script.about.empty()) out += wrapped(printable(t, script.about), t.width, 0) + "\n";
    return out;
}

std::string story_moment(const Story& story, const Scene& m, const Terminal& t) {
    std::string out;
    switch (m.what) {
        case What::entered:
            out = entered(story, m, t);
            break;
        case What::decided:
            out = decided(story, m, t);
            break;
        case What::answered:
            out = answered(story, m, t);
            break;
        case What::over:
            break;
    }
    for (const std::string& alert : m.alerts) out += told(t, printable(t, alert), Style::bad);
    return out;
}

std::string story_ending(const Story& story, const Terminal& t) {
    if (story.moments.empty()) return {};
    const Scene &first = story.moments.front(), &last = story.moments.back();
    std::string out = "\n" + rule(t, t.width) + "\n";
    out += painted(
               t, Style::bold,
               fmt::format("{} at {}: {} of {}.", route::text(story.state), clock_time(story.ended),
                           whole_shares(story.filled), whole_shares(story.parent.qty))) +
           "\n";
    if (last.average && last.cost_bps)
        out += fmt::format("Average {}, {}.\n", average_text(*last.average),
                           against_arrival(story, *last.cost_bps));
    if (story.shortfall)
        out +=
            wrapped(fmt::format("Shortfall {:.2f} bps of the order at arrival: execution "
                                "{}, delay {}, not done {}.",
                                story.shortfall->total_bps, whole(story.shortfall->execution),
                                whole(story.shortfall->delay), whole(story.shortfall->opportunity)),
                    t.width, 0) +
            "\n";
    out += foreseen_line(story, t);
    TextTable table;
    table.columns = {{"", "LP", Align::left}, {"", "children"},    {"", "sent"},
                     {"", "expected"},        {"", "filled"},      {"expected", "ms"},
                     {"took", "ms"},          {"score", "before"}, {"score", "after"}};
    const auto totals = totals_by_lp(story);
    for (std::size_t i = 0; i < totals.size(); ++i) {
        const std::string cells[] = {printable(t, story.lps[i]),
                                     std::to_string(totals[i].children),
                                     whole_shares(totals[i].sent),
                                     whole(totals[i].expected),
                                     whole_shares(totals[i].filled),
                                     mean_ms(totals[i].expected_ms, totals[i].children, t),
                                     mean_ms(totals[i].took_ms, totals[i].children, t),
                                     score_text(first.after[i], t),
                                     score_text(last.after[i], t)};
        for (std::size_t c = 0; c < table.columns.size(); ++c)
            table.columns[c].cells.push_back({cells[c]});
    }
    return out + "\n" + text_of(table, t);
}

}  // namespace assay::cli
