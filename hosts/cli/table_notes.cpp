#include "hosts/cli/table_notes.h"

#include <algorithm>
#include <fmt/format.h>

namespace assay::cli {
namespace {

std::string banner(const Terminal& t) {
    const std::string text =
        "LENIENT: messages with a wrong BodyLength or CheckSum were taken as they stand";
    return painted(t, Style::warn, wrapped(text, t.width, 9)) + "\n";
}

}  // namespace

std::string table_title(const score::Report& r, const Terminal& t) {
    std::string rest;
    const auto add = [&](std::string part) { rest += dot(t) + printable(t, part); };
    add("profile " + r.profile);
    if (!r.since.empty() || !r.until.empty()) {
        add(fmt::format("{} to {}", r.since.empty() ? "start" : r.since,
                        r.until.empty() ? "end" : r.until));
    }
    if (!r.config_version.empty()) add("config " + r.config_version);
    const std::string name = "Scorecard of liquidity providers";
    const bool one_line = display_width(name + rest) <= t.width;
    if (!one_line) rest = "\n" + wrapped(rest.substr(std::string_view(dot(t)).size()), t.width, 0);
    std::string out = painted(t, Style::bold, name) + painted(t, Style::dim, rest) + "\n";
    if (r.lenient) out += banner(t);
    return out;
}

std::string table_notes(const score::Report& report, Catalog catalog,
                        const std::vector<ChosenKpi>& shown,
                        const std::vector<std::string>& left_out, const Terminal& t) {
    std::string out;
    const auto say = [&](std::string_view lead, const std::string& text, Style style) {
        const std::string line = std::string(lead) + printable(t, text);
        out += painted(t, style, wrapped(line, t.width, display_width(lead))) + "\n";
    };
    for (const std::string& line : remarks(report, catalog)) say("", line, Style::warn);
    for (const std::string& line : absences(report, catalog, shown)) {
        say(std::string(dash(t)) + " ", line, Style::dim);
    }
    bool marks = false, low = false, prior = false;
    for (const ChosenKpi& k : shown) {
        const auto all = standings(report, catalog, k.index);
        marks |=
            std::any_of(all.begin(), all.end(), [](Standing s) { return s != Standing::none; });
    }
    for (const score::Row& row : report.rows) {
        low |= row.evidence == score::Evidence::low && row.composite.has_value();
        prior |= row.evidence == score::Evidence::prior && row.composite.has_value();
    }
    if (marks) {
        say("",
            fmt::format("{} best and {} worst of those with enough orders", best_mark(t),
                        worst_mark(t)),
            Style::dim);
    }
    if (low)
        say("", "low: fewer than 10 effective orders, the score leans on its peers", Style::dim);
    if (prior) say("", "prior: hardly any order yet, the score is that of its peers", Style::dim);
    if (!left_out.empty()) {
        std::string list;
        for (const std::string& head : left_out) list += (list.empty() ? "" : ", ") + head;
        say("more: ", "--format html|json, --columns a,b, or a wider terminal (" + list + ")",
            Style::dim);
    }
    if (!report.assumptions.empty()) {
        out += painted(t, Style::bold, "Assumptions") + "\n";
        for (const std::string& line : report.assumptions) {
            say(t.utf8 ? "• " : "* ", line, Style::plain);
        }
    }
    return out;
}

}  // namespace assay::cli
