#include "hosts/cli/comparison_output.h"

#include <algorithm>
#include <fmt/format.h>

#include "hosts/cli/numbers.h"
#include "hosts/cli/text_table.h"

namespace assay::cli {
namespace {

using judge::Comparison;
using judge::PolicyForecasts;
using judge::Row;
using judge::Standing;
using Number = std::optional<double>;
using Section = std::vector<TextColumn>;

struct Face {
    const Comparison& c;
    const Terminal& t;

    template <class Of, class F>
    TextColumn column(const std::vector<Of>& rows, std::string over, std::string head, Align align,
                      F cell) const {
        TextColumn column{std::move(over), std::move(head), align};
        for (const Of& row : rows) column.cells.push_back(cell(row));
        return column;
    }
    Cell shown(Number x, int decimals, double times = 1) const {
        return x ? Cell{with_decimals(times * *x, decimals)} : Cell{dash(t), Style::dim};
    }
    template <class Of>
    TextColumn numbers(const std::vector<Of>& rows, std::string over, std::string head,
                       int decimals, Number (*of)(const Of&), double times = 1) const {
        return column(rows, std::move(over), std::move(head), Align::right,
                      [&](const Of& row) { return shown(of(row), decimals, times); });
    }
    std::string name(const std::string& policy) const {
        return cut_to(t, printable(t, policy), t.width < 100 ? 14 : 22);
    }
};

// One word for a table; text() says it in full.
Cell word(Standing s) {
    switch (s) {
        case Standing::reference:
            return {"reference", Style::dim};
        case Standing::clearly_cheaper:
            return {"cheaper", Style::good};
        case Standing::clearly_dearer:
            return {"dearer", Style::bad};
        case Standing::no_clear_difference:
            return {"not clear", Style::warn};
        case Standing::not_compared:
            return {"no pairs", Style::warn};
    }
    return {};
}

std::string signed_bps(double x) {
    return (x > 0 ? "+" : "") + with_decimals(x, 3);
}

std::string in_brackets(const judge::Interval& i) {
    return fmt::format("[{}, {}]", signed_bps(i.low), signed_bps(i.high));
}

Section cost(const Face& f) {
    const auto& rows = f.c.rows;
    Section s;
    s.push_back(
        f.numbers<Row>(rows, "shortfall", "bps", 3, [](const Row& r) { return r.shortfall_bps; }));
    s.push_back(
        f.numbers<Row>(rows, "", "p95", 2, [](const Row& r) { return r.shortfall_p95_bps; }));
    s.push_back(f.column(rows, "regret", "bps", Align::right, [&](const Row& r) {
        return r.regret ? Cell{signed_bps(r.regret->bps.mean), Style::bold} : f.shown({}, 0);
    }));
    s.push_back(f.column(rows, "", fmt::format("{:.0f} % interval", 100 * f.c.how.level),
                         Align::left, [&](const Row& r) {
                             return r.regret ? Cell{in_brackets(r.regret->bps.interval)}
                                             : f.shown({}, 0);
                         }));
    s.push_back(
        f.numbers<Row>(rows, "Holm", "p", 4, [](const Row& r) -> Number { return r.p_holm; }));
    s.push_back(f.column(rows, "worlds", "dearer", Align::right, [&](const Row& r) {
        return r.regret ? Cell{fmt::format("{} of {}", r.regret->worlds_above, r.regret->worlds)}
                        : f.shown({}, 0);
    }));
    s.push_back(f.column(rows, "", "", Align::left, [](const Row& r) { return word(r.standing); }));
    s.front().section = "Cost, and regret to " + f.name(f.c.reference);
    return s;
}

Section execution(const Face& f) {
    const auto& rows = f.c.rows;
    Section s;
    s.push_back(f.column(rows, "", "parents", Align::right,
                         [](const Row& r) { return Cell{grouped(r.parents)}; }));
    s.push_back(f.numbers<Row>(
        rows, "filled", "%", 1, [](const Row& r) -> Number { return r.filled_share; }, 100));
    s.push_back(f.numbers<Row>(
        rows, "swept", "%", 1, [](const Row& r) -> Number { return r.swept_share; }, 100));
    s.push_back(f.numbers<Row>(
        rows, "done", "%", 1, [](const Row& r) -> Number { return r.complete_share; }, 100));
    s.push_back(
        f.numbers<Row>(rows, "time", "s", 1, [](const Row& r) { return r.completion_seconds; }));
    s.push_back(
        f.numbers<Row>(rows, "p95", "s", 1, [](const Row& r) { return r.completion_p95_seconds; }));
    s.push_back(
        f.numbers<Row>(rows, "", "rounds", 1, [](const Row& r) -> Number { return r.rounds; }));
    s.push_back(
        f.numbers<Row>(rows, "", "children", 1, [](const Row& r) -> Number { return r.children; }));
    s.push_back(
        f.numbers<Row>(rows, "", "rejects", 1, [](const Row& r) -> Number { return r.rejects; }));
    s.front().section = "Parents";
    return s;
}

Section forecasts(const Face& f, const std::vector<PolicyForecasts>& all) {
    using P = PolicyForecasts;
    Section s;
    s.push_back(f.column(all, "filled", "n", Align::right,
                         [](const P& p) { return Cell{grouped(p.forecasts.filled.n())}; }));
    s.push_back(f.numbers<P>(all, "filled", "Brier", 3,
                             [](const P& p) { return p.forecasts.filled.brier(); }));
    s.push_back(f.numbers<P>(all, "log", "loss", 3,
                             [](const P& p) { return p.forecasts.filled.log_loss(); }));
    s.push_back(
        f.numbers<P>(all, "", "ECE", 3, [](const P& p) { return p.forecasts.filled.ece(); }));
    s.push_back(f.numbers<P>(all, "in time", "Brier", 3,
                             [](const P& p) { return p.forecasts.in_time.brier(); }));
    s.push_back(f.numbers<P>(all, "p90", "pinball", 2,
                             [](const P& p) { return p.forecasts.latency_ms.mean(1); }));
    s.push_back(f.numbers<P>(all, "PIT", "KS", 3, [](const P& p) -> Number {
        if (!(p.forecasts.latency.n() > 0)) return std::nullopt;
        return p.forecasts.latency.ks();
    }));
    s.push_back(
        f.column(all, "score vs truth", "Spearman, 1: right", Align::right, [&](const P& p) {
            if (!p.agreement) return f.shown({}, 0);
            const auto& rho = p.agreement->spearman;
            return Cell{fmt::format("{:.2f} [{:.2f}, {:.2f}]", rho.mean, rho.interval.low,
                                    rho.interval.high)};
        }));
    s.front().section = "Forecasts";
    return s;
}

// Those that forecast anything.
std::vector<PolicyForecasts> forecasters(const Comparison& c) {
    std::vector<PolicyForecasts> out;
    for (const PolicyForecasts& p : c.policies)
        if (p.forecasts.filled.n() > 0 || p.forecasts.in_time.n() > 0 ||
            p.forecasts.latency_ms.n > 0 || p.agreement)
            out.push_back(p);
    return out;
}

int width_with_gaps(const Section& s) {
    int sum = 0;
    for (const TextColumn& column : s) sum += width_of(column) + kGap;
    return sum;
}

// Leaves out what can be spared most, by its head, until the section fits. CSV and JSON have it.
void fit(Section& s, int room, std::initializer_list<std::string_view> spared) {
    const std::string title = s.front().section;
    for (const std::string_view which : spared) {
        if (width_with_gaps(s) <= room) break;
        std::erase_if(s, [&](const TextColumn& c) { return c.over + "|" + c.head == which; });
    }
    s.front().section = title;
}

std::vector<std::string> headings(const Face& f) {
    std::vector<std::string> lines;
    for (std::size_t i = 0; i < f.c.rows.size(); ++i) {
        const std::string& scenario = f.c.rows[i].scenario;
        const bool begins = i == 0 || scenario != f.c.rows[i - 1].scenario;
        lines.push_back(
            !begins ? ""
                    : cut_to(f.t, scenario.empty() ? "all scenarios" : printable(f.t, scenario),
                             f.t.width));
    }
    return lines;
}

// What a log says, a line a policy.
std::string from_log(const Face& f) {
    if (f.c.logged.empty()) return {};
    std::string out = "\n" + painted(f.t, Style::bold, "From logged decisions") + "\n";
    for (const judge::LoggedAnswer& a : f.c.logged) {
        const auto& w = a.estimate.plain;
        std::string line =
            fmt::format("{}, {}: ", printable(f.t, a.policy), text(a.estimate.question));
        if (a.estimate.refused) {
            line += fmt::format("refused, {}", a.estimate.why);
        } else {
            const auto part = [&](const char* name, const std::optional<judge::Estimated>& e) {
                if (e)
                    line += fmt::format("{} {} {}, ", name, signed_bps(e->difference),
                                        in_brackets(e->difference_interval));
            };
            line += "bps to what was done: ";
            part("IPS", a.estimate.ips);
            part("SNIPS", a.estimate.snips);
            part("DR", a.estimate.dr);
            line += fmt::format("ESS {:.0f} of {:.0f}, clipped {:.1f} % of the weight", w.ess,
                                w.samples, 100 * w.clipped_mass);
        }
        out += wrapped(line, f.t.width, 2) + "\n";
    }
    return out;
}

Cell word(judge::Gain g) {
    return {text(g), g == judge::Gain::within   ? Style::good
                     : g == judge::Gain::beyond ? Style::bad
                                                : Style::warn};
}

std::string gaming(const Face& f) {
    const auto& all = f.c.gaming;
    if (all.empty()) return {};
    using G = judge::GamingCase;
    const auto name = [&](const G& g) { return Cell{f.name(g.tactic)}; };
    TextTable table{{f.column(all, "", "tactic", Align::left, name)}, {}, false};
    Section s;
    s.push_back(f.numbers<G>(
        all, "share", "%", 2, [](const G& g) -> Number { return g.share.gaming_share; }, 100));
    s.push_back(f.numbers<G>(
        all, "honest", "%", 2, [](const G& g) -> Number { return g.share.honest_share; }, 100));
    s.push_back(f.column(all, "gain, bp", "of all flow", Align::right, [](const G& g) {
        const auto& i = g.share.interval_bp;
        return Cell{i ? fmt::format("{:.0f} [{:.0f}, {:.0f}]", g.share.gain_bp, i->low, i->high)
                      : fmt::format("{:.0f}", g.share.gain_bp)};
    }));
    s.push_back(
        f.numbers<G>(all, "at most", "bp", 0, [](const G& g) -> Number { return g.limit_bp; }));
    s.push_back(f.column(all, "", "", Align::left, [](const G& g) { return word(g.share.gain); }));
    s.push_back(f.column(all, "worlds", "flagged", Align::right, [](const G& g) {
        return Cell{fmt::format("{} of {}", g.flagged, g.share.worlds)};
    }));
    s.push_back(f.column(all, "honest", "flagged", Align::right,
                         [](const G& g) { return Cell{fmt::format("{}", g.twins_flagged)}; }));
    s.front().section = "Gaming, against an honest twin";
    fit(s, f.t.width - width_of(table.columns), {"at most|bp", "honest|%", "share|%"});
    for (TextColumn& column : s) table.columns.push_back(std::move(column));
    return "\n" + text_of(table, f.t);
}

std::string notes(const Face& f) {
    std::string out;
    const auto say = [&](std::string_view line, Style style) {
        out += painted(f.t, style, wrapped(printable(f.t, line), f.t.width, 2)) + "\n";
    };
    for (const std::string& line : f.c.says) say(line, Style::plain);
    say(method_of(f.c, f.name(f.c.reference)), Style::dim);
    return out;
}

}  // namespace

std::string method_of(const Comparison& c, std::string_view reference) {
    const bool blocks = std::any_of(c.rows.begin(), c.rows.end(), [](const Row& r) {
        return r.regret && r.regret->drawn_by == judge::Unit::block;
    });
    const std::string drawn = blocks ? fmt::format("moving blocks of {} parents", c.how.block)
                                     : std::string("whole worlds, a seed and scenario each");
    return fmt::format(
        "Regret: shortfall less that of {} on the same parents, bps; above 0 costs more. Intervals "
        "and p by bootstrap ({}, {} draws), p adjusted by Holm over policies. Clear: p below {}, "
        "the interval without 0, and Diebold-Mariano agrees.",
        reference, drawn, grouped(std::int64_t{c.how.draws}), judge::kClearP);
}

std::string comparison_table(const Comparison& c, const Terminal& terminal) {
    const Face f{c, terminal};
    std::string out =
        painted(terminal, Style::bold, "Policies compared") +
        painted(terminal, Style::dim,
                fmt::format("{}{} {}{}{} {}", dot(terminal), c.seeds,
                            c.seeds == 1 ? "seed" : "seeds", dot(terminal), c.scenarios.size(),
                            c.scenarios.size() == 1 ? "scenario" : "scenarios")) +
        "\n";
    if (!c.about.empty()) out += printable(terminal, c.about) + "\n";
    const auto name = [&](const auto& row) { return Cell{f.name(row.policy)}; };
    const TextColumn labels = f.column(c.rows, "", "policy", Align::left, name);
    const int room = terminal.width - width_of(labels);
    std::vector<Section> sections = {cost(f), execution(f)};
    fit(sections[0], room, {"worlds|dearer", "|p95", "Holm|p", "shortfall|bps"});
    fit(sections[1], room,
        {"swept|%", "|rounds", "|rejects", "p95|s", "|children", "done|%", "time|s"});
    for (std::size_t next = 0; next < sections.size();) {
        TextTable table{{labels}, headings(f), false};
        int used = 0;
        for (const std::size_t first = next;
             next < sections.size() &&
             (next == first || used + width_with_gaps(sections[next]) <= room);
             ++next) {
            used += width_with_gaps(sections[next]);
            for (const TextColumn& column : sections[next]) table.columns.push_back(column);
        }
        out += "\n" + text_of(table, terminal);
    }
    if (const auto all = forecasters(c); !all.empty()) {
        TextTable table{{f.column(all, "", "policy", Align::left, name)}, {}, false};
        Section section = forecasts(f, all);
        fit(section, terminal.width - width_of(table.columns),
            {"log|loss", "filled|n", "|ECE", "p90|pinball", "PIT|KS"});
        for (TextColumn& column : section) table.columns.push_back(std::move(column));
        out += "\n" + text_of(table, terminal);
    }
    return out + from_log(f) + gaming(f) + "\n" + notes(f);
}

}  // namespace assay::cli
