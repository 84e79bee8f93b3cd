#include "hosts/cli/table_output.h"

#include <algorithm>
#include <fmt/format.h>
#include <numeric>
#include <utility>

#include "hosts/cli/columns.h"
#include "hosts/cli/did_you_mean.h"
#include "hosts/cli/numbers.h"
#include "hosts/cli/table_notes.h"
#include "hosts/cli/text_table.h"

namespace assay::cli {
namespace {

// Columns of how rows stand to each other: of the score, within what is ranked together.
struct ShownStanding {
    std::string_view name, head;
    std::optional<double> (*of)(const score::Row&);
    int decimals;
};
constexpr ShownStanding kStandings[] = {
    {"min_max", "min-max", [](const score::Row& row) { return row.min_max; }, 1},
    {"z_score", "z", [](const score::Row& row) { return row.z_score; }, 2},
    {"rank", "rank",
     [](const score::Row& row) {
         return row.rank ? std::optional<double>(*row.rank) : std::nullopt;
     },
     0},
};

struct Prioritised {
    TextColumn column;
    int priority{};  // 0 never goes
};
using Section = std::vector<Prioritised>;

struct Face {  // what every part of the table needs
    const score::Report& report;
    Catalog catalog;
    const Terminal& t;
    std::vector<ChosenKpi> shown{};  // collected for the footnotes
    std::vector<std::string> left_out{};

    template <class F>
    TextColumn column(std::string over, std::string head, Align align, F cell) const {
        TextColumn c{std::move(over), std::move(head), align};
        for (const score::Row& row : report.rows) c.cells.push_back(cell(row));
        c.cells.push_back(cell(report.total));
        return c;
    }
    bool is_total(const score::Row& row) const { return &row == &report.total; }
    Cell absent() const { return {dash(t), Style::dim}; }
};

TextColumn kpi_column(const Face& f, const ChosenKpi& kpi) {
    const kpi::Entry& entry = f.catalog[kpi.index];
    const int decimals = ms_decimals(largest(f.report, kpi.index));
    const TwoLines head = narrow_heading(entry);
    TextColumn c = f.column(head.over, head.head, Align::right, [&](const score::Row& row) {
        const auto number = value_at(row, kpi.index).number;
        return number ? Cell{in_table(*number, entry, decimals)} : f.absent();
    });
    const std::vector<Standing> standing = standings(f.report, f.catalog, kpi.index);
    for (std::size_t i = 0; i < standing.size(); ++i) {
        if (standing[i] == Standing::none) continue;
        const bool best = standing[i] == Standing::best;
        c.cells[i].mark = best ? best_mark(f.t) : worst_mark(f.t);
        c.cells[i].style = best ? Style::good : Style::bad;
    }
    return c;
}

std::string rank_of(const Face& f, const score::Row& row) {
    if (f.is_total(row)) return "";
    return row.rank ? fmt::format("{}", *row.rank) : dash(f.t);
}

// "LP", "hour", "size / hour": the keys that the names below a heading are of.
std::string name_head(const score::Report& report) {
    if (compares_lps(report)) return "LP";
    std::string head;
    for (std::size_t i = report.by.size() > 1 ? 1 : 0; i < report.by.size(); ++i)
        head += (head.empty() ? "" : " / ") + (report.by[i] == "lp" ? "LP" : report.by[i]);
    return head;
}

// Names of several keys may take half of the terminal, as rows are told apart by all of them.
int name_width(const Face& f) {
    const int usual = f.t.width < 100 ? 14 : f.t.width < 160 ? 22 : 40;
    if (compares_lps(f.report) || f.report.by.size() < 3) return usual;
    int longest = 0;
    for (const score::Row& row : f.report.rows)
        longest = std::max(longest, display_width(printable(f.t, name_below(f.report, row))));
    return std::max(usual, std::min(longest, f.t.width / 2));
}

Section names(const Face& f) {
    const int width = name_width(f);
    Section s;
    if (compares_lps(f.report)) {
        s.push_back({f.column("", "#", Align::right,
                              [&](const score::Row& row) {
                                  return Cell{rank_of(f, row),
                                              row.rank == 1 ? Style::bold : Style::plain};
                              }),
                     0});
    }
    s.push_back(
        {f.column("", cut_in_middle(f.t, name_head(f.report), std::max(width, 22)), Align::left,
                  [&](const score::Row& row) {
                      const std::string name =
                          f.is_total(row) ? "total" : name_below(f.report, row);
                      return Cell{compares_lps(f.report)
                                      ? cut_to(f.t, printable(f.t, name), width)
                                      : cut_in_middle(f.t, printable(f.t, name), width),
                                  row.rank == 1 ? Style::bold : Style::plain};
                  }),
         0});
    return s;
}

TextColumn score_column(const Face& f) {
    // Interval and score in one cell, so that nobody reads the one without the other.
    return f.column("", fmt::format("score {}90%", plus_minus(f.t)), Align::right,
                    [&](const score::Row& row) {
                        if (f.is_total(row)) return Cell{};
                        if (!row.composite) return f.absent();
                        std::string text = with_decimals(*row.composite, 1);
                        if (row.composite_sd) {
                            const std::string half = with_decimals(kNinety * *row.composite_sd, 1);
                            text += fmt::format(" {}{:>4}", plus_minus(f.t), half);
                        }
                        return Cell{text, Style::bold};
                    });
}

TextColumn bar_column(const Face& f) {
    const int width = f.t.width < 100 ? 10 : f.t.width < 160 ? 20 : 30;
    const std::string scale = fmt::format("0{:>{}}", "100", width - 1);
    return f.column("", scale, Align::left, [&](const score::Row& row) {
        if (!row.composite) return Cell{};
        const double half = kNinety * row.composite_sd.value_or(0);
        return Cell{
            interval_bar(f.t, *row.composite, *row.composite - half, *row.composite + half, width),
            Style::accent};
    });
}

TextColumn n_eff_column(const Face& f) {
    const bool remark = std::any_of(f.report.rows.begin(), f.report.rows.end(), [](const auto& r) {
        return r.evidence != score::Evidence::enough;
    });
    return f.column("", remark ? "n eff      " : "n eff", Align::right, [&](const score::Row& row) {
        if (f.is_total(row)) return Cell{};
        if (!row.n_eff) return f.absent();
        std::string text = with_decimals(*row.n_eff, 1);
        const bool weak = row.evidence != score::Evidence::enough;
        if (remark) text += fmt::format(" {:<5}", weak ? cli::text(row.evidence) : "");
        return Cell{text, weak ? Style::warn : Style::plain};
    });
}

TextColumn p_best_column(const Face& f) {
    const bool open = std::any_of(f.report.rows.begin(), f.report.rows.end(),
                                  [](const auto& r) { return r.undecided && r.rank == 1; });
    return f.column("", open ? "P(best)          " : "P(best)", Align::right,
                    [&](const score::Row& row) {
                        if (f.is_total(row)) return Cell{};
                        if (!row.p_best) return f.absent();
                        std::string text = fmt::format("{:.0f}%", 100 * *row.p_best);
                        const bool undecided = row.undecided && row.rank == 1;
                        if (open) text += fmt::format(" {:<9}", undecided ? "undecided" : "");
                        return Cell{text, undecided ? Style::warn : Style::plain};
                    });
}

Section league(Face& f) {
    Section s;
    const auto kpi = [&](std::string_view name, int priority) {
        for (const ChosenKpi& k : chosen_kpis(f.catalog, kpi::Tier::volume)) {
            if (k.shown.name != name) continue;
            f.shown.push_back(k);
            s.push_back({kpi_column(f, k), priority});
        }
    };
    const bool scored = compares_lps(f.report);
    if (rebates_matter(f.report)) {
        s.push_back({f.column("# without", "rebates", Align::right,
                              [&](const score::Row& row) {
                                  if (f.is_total(row)) return Cell{};
                                  if (!row.rank_without_rebates) return f.absent();
                                  return Cell{fmt::format("{}", *row.rank_without_rebates),
                                              row.rank_without_rebates != row.rank ? Style::warn
                                                                                   : Style::plain};
                              }),
                     4});
    }
    kpi("n_orders", 1);
    kpi("n_fills", 6);
    kpi("filled_qty", 7);
    if (scored) {
        s.push_back({n_eff_column(f), 2});
        s.push_back({score_column(f), 0});
        s.push_back({bar_column(f), 5});
        s.push_back({f.column("", "LCB", Align::right,
                              [&](const score::Row& row) {
                                  if (f.is_total(row)) return Cell{};
                                  const auto lcb = shown_lcb(row);
                                  return lcb ? Cell{with_decimals(*lcb, 1)} : f.absent();
                              }),
                     2});
        s.push_back({p_best_column(f), 1});
    }
    kpi("all_in_cost_bps", 3);
    if (!s.empty()) s.front().column.section = "League table";
    return s;
}

Section tier_section(Face& f, kpi::Tier tier) {
    Section s;
    if (compares_lps(f.report))
        s.push_back({f.column("", "score", Align::right,
                              [&](const score::Row& row) {
                                  if (f.is_total(row)) return Cell{};
                                  const auto score = sub_score(row, tier);
                                  return score ? Cell{with_decimals(*score, 1), Style::bold}
                                               : f.absent();
                              }),
                     0});
    for (const ChosenKpi& kpi : chosen_kpis(f.catalog, tier)) {
        f.shown.push_back(kpi);
        s.push_back({kpi_column(f, kpi), kpi.shown.priority});
    }
    if (!s.empty()) s.front().column.section = std::string(title_of(tier));
    return s;
}

// What --columns asked for; the head is the catalog's title and unit.
Section asked_section(Face& f, const std::vector<std::size_t>& columns) {
    Section s;
    for (const std::size_t index : columns) {
        if (index >= f.catalog.size()) {
            const ShownStanding& standing = kStandings[index - f.catalog.size()];
            s.push_back({f.column("", std::string(standing.head), Align::right,
                                  [&](const score::Row& row) {
                                      if (f.is_total(row)) return Cell{};
                                      const auto x = standing.of(row);
                                      return x ? Cell{with_decimals(*x, standing.decimals)}
                                               : f.absent();
                                  }),
                         static_cast<int>(s.size()) + 1});
            continue;
        }
        const kpi::Entry& entry = f.catalog[index];
        const ChosenKpi kpi{{entry.name, entry.tier, 1}, index};
        f.shown.push_back(kpi);
        s.push_back({kpi_column(f, kpi), static_cast<int>(s.size()) + 1});
    }
    if (!s.empty()) s.front().column.section = "Columns asked for";
    return s;
}

int width_of(const Section& s) {
    int width = 0;
    for (const Prioritised& p : s) width += cli::width_of(p.column) + kGap;
    return width;
}

bool all_absent(const Face& f, const TextColumn& column) {
    return std::all_of(column.cells.begin(), column.cells.end(),
                       [&](const Cell& c) { return c.text.empty() || c.text == dash(f.t); });
}

// Keeps what fits into `room`, the most important columns first, and those that say nothing last;
// the order stays.
void fit(Face& f, Section& s, int room) {
    constexpr int kLast = 100;
    for (Prioritised& p : s)
        if (all_absent(f, p.column)) p.priority = kLast;
    std::vector<std::size_t> by_importance(s.size());
    std::iota(by_importance.begin(), by_importance.end(), std::size_t{0});
    std::stable_sort(by_importance.begin(), by_importance.end(),
                     [&](std::size_t a, std::size_t b) { return s[a].priority < s[b].priority; });
    std::vector<bool> kept(s.size());
    int used = 0;
    for (const std::size_t i : by_importance) {
        const int width = cli::width_of(s[i].column) + kGap;
        kept[i] = s[i].priority == 0 || used + width <= room;
        if (kept[i]) used += width;
    }
    const std::string title = s.empty() ? "" : s.front().column.section;
    Section fitting;
    for (std::size_t i = 0; i < s.size(); ++i) {
        const TextColumn& c = s[i].column;
        if (kept[i]) {
            fitting.push_back(std::move(s[i]));
        } else if (c.head.front() != '0') {  // a bar is not missed: its numbers stand beside it
            const std::string head = c.head.substr(0, c.head.find_last_not_of(' ') + 1);
            f.left_out.push_back(c.over.empty() ? head : c.over + " " + head);
        }
    }
    if (!fitting.empty()) fitting.front().column.section = title;
    s = std::move(fitting);
}

std::vector<std::string> headings(const Face& f) {
    std::vector<std::string> lines;
    std::string last;
    for (const score::Row& row : f.report.rows) {
        const std::string above = heading_above(f.report, row);
        lines.push_back(above == last ? "" : cut_to(f.t, printable(f.t, above), f.t.width));
        last = above;
    }
    return lines;
}

}  // namespace

Result<std::vector<std::size_t>> columns_named(Catalog catalog, std::string_view list,
                                               std::string_view option, AlsoNamed also) {
    std::vector<std::size_t> columns;
    while (!list.empty()) {
        const std::size_t end = std::min(list.find(','), list.size());
        const std::string_view name = list.substr(0, end);
        list.remove_prefix(std::min(end + 1, list.size()));
        const auto index = index_of(catalog, name);
        const auto standing = std::find_if(std::begin(kStandings), std::end(kStandings),
                                           [&](const ShownStanding& s) { return s.name == name; });
        if (!index && also == AlsoNamed::standings && standing != std::end(kStandings)) {
            columns.push_back(catalog.size() +
                              static_cast<std::size_t>(standing - std::begin(kStandings)));
            continue;
        }
        if (!index) {
            std::vector<std::string_view> known;
            for (const kpi::Entry& e : catalog) known.push_back(e.name);
            if (also == AlsoNamed::standings)
                for (const ShownStanding& s : kStandings) known.push_back(s.name);
            const std::string meant = did_you_mean(name, known);
            return fail(fmt::format(
                "{}: no KPI is called \"{}\"{}", option, name,
                meant.empty() ? std::string("; `assay catalog` lists the names") : meant));
        }
        if (!held_by_row(name)) columns.push_back(*index);
    }
    return columns;
}

std::string table_text(const score::Report& report, Catalog catalog, const Terminal& terminal,
                       const std::vector<std::size_t>& columns) {
    Face f{report, catalog, terminal};
    std::string out = table_title(report, terminal);
    if (report.rows.empty()) {
        out += "No orders in what was read, so there is nothing to rank.\n";
        return out + table_notes(report, catalog, f.shown, f.left_out, terminal);
    }
    std::vector<Section> sections;
    sections.push_back(league(f));
    if (columns.empty()) {
        sections.push_back(tier_section(f, kpi::Tier::execution));
        sections.push_back(tier_section(f, kpi::Tier::liquidity));
    } else {
        sections.push_back(asked_section(f, columns));
    }
    const Section labels = names(f);
    const int room = terminal.width + kGap - width_of(labels);
    for (Section& s : sections) fit(f, s, room);
    // Sections stand side by side where they fit, else below each other in the same row order.
    std::size_t next = 0;
    while (next < sections.size()) {
        TextTable table{{}, headings(f), true};
        for (const Prioritised& p : labels) table.columns.push_back(p.column);
        int used = 0;
        const std::size_t first = next;
        while (next < sections.size() &&
               (next == first || used + width_of(sections[next]) <= room)) {
            used += width_of(sections[next]);
            for (const Prioritised& p : sections[next]) table.columns.push_back(p.column);
            ++next;
        }
        out += "\n" + text_of(table, terminal);
    }
    return out + "\n" + table_notes(report, catalog, f.shown, f.left_out, terminal);
}

}  // namespace assay::cli
