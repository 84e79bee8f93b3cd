#include "hosts/cli/diff_output.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

#include "hosts/cli/columns.h"
#include "hosts/cli/csv_output.h"
#include "hosts/cli/json_writer.h"
#include "hosts/cli/numbers.h"
#include "hosts/cli/text_table.h"

namespace assay::cli {
namespace {

using Number = std::optional<double>;

std::string label_of(const DiffRow& row) {
    std::string label;
    for (const auto& [key, value] : row.keys) label += (label.empty() ? "" : " / ") + value;
    return row.keys.empty() ? "total" : label;
}

const char* presence_text(Presence p) {
    switch (p) {
        case Presence::both:
            return "both";
        case Presence::only_before:
            return "gone";
        case Presence::only_after:
            return "new";
    }
    return "";
}

// "clearly better", "no clear change", "new", or why there is nothing to say.
std::string verdict(const DiffRow& row, const Diff& diff) {
    if (row.keys.empty()) return "";
    if (row.presence != Presence::both) return presence_text(row.presence);
    if (!diff.scores_compare || !row.score.composite.difference) return "";
    if (!row.score.clear) return "no clear change";
    return fmt::format("clearly {}", text(row.score.composite.direction));
}

struct DiffFace {
    const Diff& diff;
    Catalog catalog;
    const Terminal& t;

    std::vector<const DiffRow*> rows() const {
        std::vector<const DiffRow*> all;
        for (const DiffRow& row : diff.rows) all.push_back(&row);
        all.push_back(&diff.total);
        return all;
    }
    template <class F>
    TextColumn column(std::string head, Align align, F cell) const {
        TextColumn c{"", std::move(head), align};
        for (const DiffRow* row : rows()) c.cells.push_back(cell(*row));
        return c;
    }
    Cell absent() const { return {dash(t), Style::dim}; }
};

using Changes = std::vector<TextColumn>;

// Three columns: before, after, and the difference with its direction. `shown` writes a value.
template <class Of, class Shown>
Changes changes(const DiffFace& f, const std::string& title, Of of, Shown shown) {
    const auto value = [&](const DiffRow& row, Number Change::* part) {
        const Number x = of(row).*part;
        return x ? Cell{shown(*x)} : f.absent();
    };
    Changes s;
    s.push_back(f.column("before", Align::right,
                         [&](const DiffRow& row) { return value(row, &Change::before); }));
    s.push_back(f.column("after", Align::right,
                         [&](const DiffRow& row) { return value(row, &Change::after); }));
    s.push_back(f.column("change", Align::right, [&](const DiffRow& row) {
        const Change& c = of(row);
        if (!c.difference) return f.absent();
        std::string text = shown(*c.difference);
        const bool nothing = text.find_first_of("123456789") == text.npos;
        if (*c.difference > 0 && !nothing && text.front() != '+') text.insert(0, "+");
        if (nothing || c.direction == Turn::none || !c.clear.value_or(false)) return Cell{text};
        const bool better = c.direction == Turn::better;
        return Cell{text, better ? Style::good : Style::bad,
                    better ? best_mark(f.t) : worst_mark(f.t)};
    }));
    s.front().section = title;
    return s;
}

Changes kpi_section(const DiffFace& f, std::size_t k) {
    const kpi::Entry& entry = f.catalog[f.diff.kpis[k]];
    double largest = 0;
    for (const DiffRow* row : f.rows())
        for (const Number& x : {row->kpis[k].before, row->kpis[k].after})
            largest = std::max(largest, std::abs(x.value_or(0)));
    return changes(
        f, heading(entry), [k](const DiffRow& row) -> const Change& { return row.kpis[k]; },
        [&](double x) { return in_table(x, entry, ms_decimals(largest)); });
}

Changes rank_section(const DiffFace& f) {
    Changes s;
    s.push_back(f.column("rank", Align::right, [&](const DiffRow& row) {
        if (row.keys.empty()) return Cell{};
        const auto shown = [&](Number x) {
            return x ? fmt::format("{:.0f}", *x) : std::string(dash(f.t));
        };
        const Change& rank = row.score.rank;
        const bool moved = rank.difference && *rank.difference != 0;
        return Cell{fmt::format("{} {} {}", shown(rank.before), arrow(f.t), shown(rank.after)),
                    moved ? Style::bold : Style::plain};
    }));
    s.front().section = "Score";
    return s;
}

std::vector<Changes> score_sections(const DiffFace& f) {
    Changes s = rank_section(f);
    const auto without_total = [&](Changes columns) {
        for (TextColumn& c : columns) {
            c.cells.back() = {};
            s.push_back(std::move(c));
        }
        s[s.size() - columns.size()].section.clear();
    };
    const auto points = [](double x) { return with_decimals(x, 1); };
    without_total(changes(
        f, "", [](const DiffRow& row) -> const Change& { return row.score.composite; }, points));
    s.push_back(f.column("z", Align::right, [&](const DiffRow& row) {
        if (row.keys.empty()) return Cell{};
        return row.score.z ? Cell{with_decimals(*row.score.z, 1)} : f.absent();
    }));
    s.push_back(f.column("", Align::left, [&](const DiffRow& row) {
        const std::string said = verdict(row, f.diff);
        const Style style = row.presence != Presence::both                  ? Style::warn
                            : !row.score.clear                              ? Style::dim
                            : row.score.composite.direction == Turn::better ? Style::good
                                                                            : Style::bad;
        return Cell{said, style};
    }));
    Changes lcb = changes(
        f, "LCB", [](const DiffRow& row) -> const Change& { return row.score.lcb; }, points);
    for (TextColumn& c : lcb) c.cells.back() = {};
    return {s, lcb};
}

std::string period(const DiffSide& side) {
    if (side.since.empty() && side.until.empty()) return "";
    return fmt::format(" ({} to {})", side.since.empty() ? "start" : side.since,
                       side.until.empty() ? "end" : side.until);
}

std::string title_of(const DiffFace& f) {
    std::string rest;
    for (const auto& [what, side] :
         {std::pair{"before", &f.diff.before}, std::pair{"after", &f.diff.after}})
        rest += fmt::format("{}{}: {}{}", rest.empty() ? "" : "\n", what,
                            printable(f.t, side->name), period(*side));
    const std::string profile =
        f.diff.scores_compare ? dot(f.t) + std::string("profile ") + f.diff.after.profile : "";
    return painted(f.t, Style::bold, "Change of the scorecard") +
           painted(f.t, Style::dim, printable(f.t, profile)) + "\n" +
           painted(f.t, Style::dim, rest) + "\n";
}

std::string notes(const DiffFace& f) {
    std::string out;
    const auto say = [&](std::string_view line, Style style) {
        out += painted(f.t, style, wrapped(printable(f.t, line), f.t.width, 0)) + "\n";
    };
    for (const std::string& warning : f.diff.warnings) say(warning, Style::warn);
    for (const DiffRow& row : f.diff.rows)
        if (row.presence != Presence::both)
            say(fmt::format(
                    "{}: {} is only in {}", presence_text(row.presence), label_of(row),
                    row.presence == Presence::only_after ? f.diff.after.name : f.diff.before.name),
                Style::warn);
    say(fmt::format("{} better, {} worse, each KPI in its own direction, where the change is "
                    "outside its 90 % interval; KPIs that are no term of the profile have none and "
                    "are not marked",
                    best_mark(f.t), worst_mark(f.t)),
        Style::dim);
    if (f.diff.scores_compare)
        say("z: change of the score in its own standard deviations; \"clearly\" is beyond 1.645, "
            "outside its 90 % interval",
            Style::dim);
    return out;
}

// The total of scores says nothing: it goes where no KPI stands beside them.
void drop_empty_total(TextTable& table) {
    for (std::size_t i = 1; i < table.columns.size(); ++i)
        if (!table.columns[i].cells.back().text.empty()) return;
    table.total = false;
    for (TextColumn& column : table.columns) column.cells.pop_back();
}

TextColumn names(const DiffFace& f) {
    const int width = f.t.width < 100 ? 14 : f.t.width < 160 ? 22 : 40;
    const bool lps = f.diff.by.size() == 1 && f.diff.by.front() == "lp";
    return f.column(lps ? "LP" : "group", Align::left, [&](const DiffRow& row) {
        return Cell{cut_to(f.t, printable(f.t, label_of(row)), width)};
    });
}

// --- JSON ----------------------------------------------------------------------------------------

void change_object(JsonWriter& w, std::string_view name, const Change& c) {
    w.key(name);
    w.begin_object();
    w.member("before", c.before);
    w.member("after", c.after);
    w.member("difference", c.difference);
    w.key("direction");
    if (c.direction == Turn::none)
        w.null();
    else
        w.value(cli::text(c.direction));
    w.key("clear");
    if (c.clear)
        w.value(*c.clear);
    else
        w.null();
    w.end_object();
}

void row_object(JsonWriter& w, const DiffRow& row, const Diff& diff, Catalog catalog) {
    w.begin_object();
    for (const auto& [key, value] : row.keys) w.member(key, value);
    if (!row.keys.empty()) {
        w.member("presence", presence_text(row.presence));
        change_object(w, "rank", row.score.rank);
        change_object(w, "composite", row.score.composite);
        w.member("z", row.score.z);
        w.key("clear");
        if (row.score.composite.difference)
            w.value(row.score.clear);
        else
            w.null();
        change_object(w, "lcb", row.score.lcb);
    }
    w.key("kpis");
    w.begin_object();
    for (std::size_t k = 0; k < diff.kpis.size(); ++k)
        change_object(w, catalog[diff.kpis[k]].name, row.kpis[k]);
    w.end_object();
    w.end_object();
}

void side_object(JsonWriter& w, std::string_view name, const DiffSide& side) {
    const auto or_null = [&](std::string_view key, const std::string& text) {
        w.key(key);
        if (text.empty())
            w.null();
        else
            w.value(text);
    };
    w.key(name);
    w.begin_object();
    w.member("name", side.name);
    w.member("profile", side.profile);
    w.member("config_version", side.config_version);
    or_null("since", side.since);
    or_null("until", side.until);
    w.end_object();
}

}  // namespace

std::string diff_table(const Diff& diff, Catalog catalog, const Terminal& terminal) {
    const DiffFace f{diff, catalog, terminal};
    std::vector<Changes> sections;
    if (diff.scores_compare && std::find(diff.by.begin(), diff.by.end(), "lp") != diff.by.end())
        sections = score_sections(f);
    for (std::size_t k = 0; k < diff.kpis.size(); ++k) sections.push_back(kpi_section(f, k));
    const TextColumn labels = names(f);
    const int room = terminal.width - width_of(labels);
    const auto width = [](const Changes& s) {
        int sum = 0;
        for (const TextColumn& c : s) sum += width_of(c) + kGap;
        return sum;
    };
    std::string out = title_of(f);
    for (std::size_t next = 0; next < sections.size();) {
        TextTable table{{labels}, {}, true};
        int used = 0;
        for (const std::size_t first = next;
             next < sections.size() && (next == first || used + width(sections[next]) <= room);
             ++next) {
            used += width(sections[next]);
            for (const TextColumn& c : sections[next]) table.columns.push_back(c);
        }
        drop_empty_total(table);
        out += "\n" + text_of(table, terminal);
    }
    return out + "\n" + notes(f);
}

std::string diff_json(const Diff& diff, Catalog catalog) {
    JsonWriter w;
    w.begin_object();
    w.member("version", 1);
    side_object(w, "before", diff.before);
    side_object(w, "after", diff.after);
    w.member("scores_compare", diff.scores_compare);
    w.key("warnings");
    w.begin_array();
    for (const std::string& line : diff.warnings) w.value(line);
    w.end_array();
    w.key("by");
    w.begin_array();
    for (const std::string& key : diff.by) w.value(key);
    w.end_array();
    w.key("rows");
    w.begin_array();
    for (const DiffRow& row : diff.rows) row_object(w, row, diff, catalog);
    w.end_array();
    w.key("total");
    row_object(w, diff.total, diff, catalog);
    w.end_object();
    return w.text() + "\n";
}

std::string diff_csv(const Diff& diff, Catalog catalog) {
    std::string out;
    for (const std::string& key : diff.by) out += csv_cell(key) + ",";
    out += "presence,kpi,unit,before,after,difference,direction,z,clear\r\n";
    const auto cell = [](Number x) { return x ? shortest(*x) : std::string(); };
    const auto yes_or_no = [](std::optional<bool> x) {
        return std::string(!x ? "" : *x ? "true" : "false");
    };
    for (const DiffRow& row : diff.rows) {
        std::string keys;
        for (const auto& [key, value] : row.keys) keys += csv_cell(value) + ",";
        const auto line = [&](std::string_view kpi, std::string_view unit, const Change& c,
                              const std::string& rest) {
            out += fmt::format("{}{},{},{},{},{},{},{},{}\r\n", keys, presence_text(row.presence),
                               kpi, csv_cell(unit), cell(c.before), cell(c.after),
                               cell(c.difference), cli::text(c.direction), rest);
        };
        const ScoreChange& s = row.score;
        line("rank", "", s.rank, ",");
        line("composite", "points of 100", s.composite,
             cell(s.z) + "," + yes_or_no(s.composite.clear));
        line("lcb", "points of 100", s.lcb, "," + yes_or_no(s.lcb.clear));
        for (std::size_t k = 0; k < diff.kpis.size(); ++k)
            line(catalog[diff.kpis[k]].name, catalog[diff.kpis[k]].unit, row.kpis[k],
                 "," + yes_or_no(row.kpis[k].clear));
    }
    return out;
}

}  // namespace assay::cli
