#include "hosts/cli/backtest_output.h"

#include <algorithm>
#include <fmt/format.h>

#include "hosts/cli/csv_output.h"
#include "hosts/cli/numbers.h"
#include "hosts/cli/text_table.h"

namespace assay::cli {
namespace {

using judge::LoggedAnswer;
using judge::Row;
using Number = std::optional<double>;

struct Face {
    const Backtest& b;
    const Terminal& t;

    Cell shown(Number x, int decimals, double times = 1) const {
        return x ? Cell{with_decimals(times * *x, decimals)} : Cell{dash(t), Style::dim};
    }
    std::string name(const std::string& policy) const {
        return cut_to(t, printable(t, policy), t.width < 100 ? 20 : 28);
    }
};

std::string signed_number(double x) {
    return (x > 0 ? "+" : "") + with_decimals(x, 2);
}
std::string in_brackets(const judge::Interval& i) {
    return fmt::format("[{}, {}]", signed_number(i.low), signed_number(i.high));
}
Style of_sign(const judge::Interval& i) {
    return i.high < 0 ? Style::good : i.low > 0 ? Style::bad : Style::plain;
}

// What was done first, then the others, cheapest first.
std::vector<Row> in_order(const Backtest& b) {
    std::vector<Row> rows = b.replay.rows;
    std::stable_partition(rows.begin(), rows.end(),
                          [](const Row& r) { return r.policy == kAsLogged; });
    return rows;
}

template <class Of, class F>
TextColumn column(const std::vector<Of>& rows, std::string over, std::string head, Align align,
                  F cell) {
    TextColumn c{std::move(over), std::move(head), align};
    for (const Of& row : rows) c.cells.push_back(cell(row));
    return c;
}

std::string replay_table(const Face& f) {
    const std::vector<Row> rows = in_order(f.b);
    const bool wide = f.t.width >= 96;
    TextTable table;
    auto& c = table.columns;
    c.push_back(column(rows, "", "policy", Align::left, [&](const Row& r) {
        return Cell{f.name(r.policy), r.policy == kAsLogged ? Style::dim : Style::plain};
    }));
    c.push_back(column(rows, "cost", "bps", Align::right,
                       [&](const Row& r) { return f.shown(r.shortfall_bps, 2); }));
    c.push_back(column(rows, "to what was", "done, bps", Align::right, [&](const Row& r) {
        return r.regret ? Cell{signed_number(r.regret->bps.mean), Style::bold} : f.shown({}, 0);
    }));
    c.push_back(column(rows, "", fmt::format("{:.0f} % interval", 100 * f.b.replay.how.level),
                       Align::left, [&](const Row& r) {
                           return r.regret ? Cell{in_brackets(r.regret->bps.interval),
                                                  of_sign(r.regret->bps.interval)}
                                           : f.shown({}, 0);
                       }));
    c.push_back(column(rows, "Holm", "p", Align::right,
                       [&](const Row& r) { return f.shown(r.p_holm, 3); }));
    if (wide)
        c.push_back(column(rows, "DM", "p", Align::right, [&](const Row& r) {
            return f.shown(r.regret && r.regret->check ? Number(r.regret->check->p) : std::nullopt,
                           3);
        }));
    c.push_back(column(rows, "filled", "%", Align::right,
                       [&](const Row& r) { return f.shown(r.filled_share, 1, 100); }));
    c.push_back(column(rows, "", "rounds", Align::right,
                       [&](const Row& r) { return f.shown(r.rounds, 1); }));
    if (wide)
        c.push_back(column(rows, "", "children", Align::right,
                           [&](const Row& r) { return f.shown(r.children, 1); }));
    c.front().section = "Replay, capacity drawn from the log";
    return text_of(table, f.t);
}

std::string log_table(const Face& f, const std::vector<LoggedAnswer>& answers,
                      const std::string& title) {
    std::vector<LoggedAnswer> given;
    std::string refused;
    for (const LoggedAnswer& a : answers)
        if (!a.estimate.refused) given.push_back(a);
    if (given.empty()) return {};
    using A = LoggedAnswer;
    const auto difference = [&](const std::optional<judge::Estimated>& e) {
        return e ? Cell{signed_number(e->difference)} : f.shown({}, 0);
    };
    TextTable table;
    auto& c = table.columns;
    c.push_back(column(given, "", "policy", Align::left,
                       [&](const A& a) { return Cell{f.name(a.policy)}; }));
    c.push_back(column(given, "IPS", "bps", Align::right,
                       [&](const A& a) { return difference(a.estimate.ips); }));
    c.push_back(column(given, "SNIPS", "bps", Align::right,
                       [&](const A& a) { return difference(a.estimate.snips); }));
    c.push_back(column(given, "DR", "bps", Align::right,
                       [&](const A& a) { return difference(a.estimate.dr); }));
    c.push_back(column(given, "", fmt::format("{:.0f} % interval", 100 * f.b.replay.how.level),
                       Align::left, [&](const A& a) {
                           const auto& i = a.estimate.best()->difference_interval;
                           return Cell{in_brackets(i), of_sign(i)};
                       }));
    c.push_back(column(given, "", "ESS", Align::right, [&](const A& a) {
        return Cell{
            fmt::format("{:.0f} of {:.0f}", a.estimate.plain.ess, a.estimate.plain.samples)};
    }));
    c.push_back(column(given, "clipped", "%", Align::right,
                       [&](const A& a) { return f.shown(a.estimate.plain.clipped_mass, 1, 100); }));
    c.front().section = title;
    return "\n" + text_of(table, f.t);
}

std::string agreement_table(const Face& f) {
    struct Side {
        std::string policy;
        std::optional<judge::Interval> replay, log;
        Verdict verdict;
    };
    std::vector<Side> sides;
    for (const Row& r : in_order(f.b)) {
        const LoggedAnswer* a = answer_of(f.b, r.policy);
        if (a == nullptr) continue;
        Side s{r.policy, std::nullopt, std::nullopt, verdict_of(f.b, r.policy)};
        if (r.regret) s.replay = r.regret->bps.interval;
        if (a->estimate.best()) s.log = a->estimate.best()->difference_interval;
        sides.push_back(std::move(s));
    }
    const auto interval = [&](const std::optional<judge::Interval>& i) {
        return i ? Cell{in_brackets(*i), of_sign(*i)} : Cell{"refused", Style::warn};
    };
    TextTable table;
    auto& c = table.columns;
    c.push_back(column(sides, "", "policy", Align::left,
                       [&](const Side& s) { return Cell{f.name(s.policy)}; }));
    c.push_back(column(sides, "replay", "bps", Align::left,
                       [&](const Side& s) { return interval(s.replay); }));
    c.push_back(
        column(sides, "log", "bps", Align::left, [&](const Side& s) { return interval(s.log); }));
    c.push_back(column(sides, "", "conclusion", Align::left, [&](const Side& s) {
        return Cell{s.verdict.word, s.verdict.word == "cheaper"  ? Style::good
                                    : s.verdict.word == "dearer" ? Style::bad
                                                                 : Style::warn};
    }));
    c.front().section = "Side by side, against what was done";
    return "\n" + text_of(table, f.t);
}

std::string reranking_tables(const Face& f) {
    if (!f.b.reranking) return {};
    const backtest::Reranking& r = *f.b.reranking;
    struct Line {
        std::string what;
        const backtest::Group* group;
    };
    const std::vector<Line> lines = {{"choice of both", &r.both},
                                     {"of " + r.first + " alone", &r.only_first},
                                     {"of " + r.second + " alone", &r.only_second},
                                     {"of neither", &r.neither}};
    TextTable table;
    auto& c = table.columns;
    c.push_back(column(lines, "", "sent to the first", Align::left,
                       [&](const Line& l) { return Cell{f.name(l.what)}; }));
    c.push_back(column(lines, "", "orders", Align::right,
                       [&](const Line& l) { return Cell{grouped(l.group->orders)}; }));
    c.push_back(column(lines, "filled", "%", Align::right, [&](const Line& l) {
        return f.shown(l.group->orders > 0 ? Number(l.group->filled_share) : std::nullopt, 1, 100);
    }));
    c.push_back(column(lines, "cost", "bps", Align::right, [&](const Line& l) {
        return f.shown(l.group->orders > 0 ? Number(l.group->cost.mean) : std::nullopt, 2);
    }));
    c.push_back(column(lines, "", fmt::format("{:.0f} % interval", 100 * f.b.replay.how.level),
                       Align::left, [&](const Line& l) {
                           return l.group->orders > 0 ? Cell{in_brackets(l.group->cost.interval)}
                                                      : f.shown({}, 0);
                       }));
    c.front().section = "First choices, ranked by what was known when an order left";
    TextTable flow;
    flow.columns.push_back(column(r.flow, "", "LP", Align::left,
                                  [&](const backtest::LpShare& l) { return Cell{f.name(l.lp)}; }));
    const auto share = [&](std::string over, std::string head, double backtest::LpShare::* of) {
        flow.columns.push_back(column(
            r.flow, std::move(over), std::move(head), Align::right,
            [&](const backtest::LpShare& l) { return Cell{with_decimals(100 * (l.*of), 1)}; }));
    };
    share("sent", "%", &backtest::LpShare::sent);
    share("first by", cut_to(f.t, printable(f.t, r.first), 20), &backtest::LpShare::first);
    share("first by", cut_to(f.t, printable(f.t, r.second), 20), &backtest::LpShare::second);
    flow.columns.front().section = "Flow, % of lots";
    return "\n" + text_of(table, f.t) + "\n" + text_of(flow, f.t) +
           wrapped(fmt::format("The first choice changes from one order of a symbol to the next in "
                               "{:.1f} % under {} and {:.1f} % under {}{}.",
                               100 * r.changes_first, r.first, 100 * r.changes_second, r.second,
                               r.alike ? fmt::format("; at one moment the two rank LPs alike by "
                                                     "Spearman {:.2f}",
                                                     *r.alike)
                                       : ""),
                   f.t.width, 2) +
           "\n";
}

std::string method_of(const Backtest& b) {
    const bool blocks = std::any_of(b.replay.rows.begin(), b.replay.rows.end(), [](const Row& r) {
        return r.regret && r.regret->drawn_by == judge::Unit::block;
    });
    return fmt::format(
        "Orders: {}. {} {} for each order; what is left then is taken at the far touch and {} bps "
        "times the square root of its lots beyond it. Replay: means over {} draws of capacity, the "
        "same for every policy; intervals and p by bootstrap ({}, {} draws), p adjusted by Holm, "
        "DM "
        "is Diebold-Mariano. Log: difference to what was done; DR where there is a model, else "
        "SNIPS.",
        b.orders_are, b.rounds, b.rounds == 1 ? "round" : "rounds",
        shortest(b.rules.sweep_bps_per_sqrt_lot), b.rules.draws,
        blocks ? fmt::format("moving blocks of {} orders", b.replay.how.block) : "whole days",
        grouped(std::int64_t{b.replay.how.draws}));
}

}  // namespace

std::string backtest_table(const Backtest& b, const Terminal& terminal) {
    const Face f{b, terminal};
    std::string out = painted(terminal, Style::bold, "Back-test");
    std::string counts;
    const auto count = [&](std::int64_t n, const char* one, const char* many) {
        counts += dot(terminal) + grouped(n) + " " + (n == 1 ? one : many);
    };
    count(b.orders, "order", "orders");
    count(b.children, "child", "children");
    count(b.lps, "LP", "LPs");
    count(b.symbols, "symbol", "symbols");
    out += painted(terminal, Style::dim, counts) + "\n";
    out += utc_time(b.from.ns / kSecond.ns * kSecond.ns) + " to " +
           utc_time(b.to.ns / kSecond.ns * kSecond.ns) + " UTC\n";
    if (!b.decisions_from.empty())
        out += "decisions: " +
               cut_in_middle(terminal, printable(terminal, b.decisions_from), terminal.width - 11) +
               "\n";
    out += "\n" + replay_table(f);
    out += log_table(f, b.replay.logged, "From the log's own decisions, whole parents");
    out += log_table(f, b.once, "Deviating once, and then as logged: another question");
    if (std::any_of(b.replay.logged.begin(), b.replay.logged.end(),
                    [](const auto& a) { return !a.estimate.refused; }))
        out += agreement_table(f);
    out += reranking_tables(f) + "\n";
    const auto say = [&](const std::string& line, Style style) {
        out +=
            painted(terminal, style, wrapped(printable(terminal, line), terminal.width, 2)) + "\n";
    };
    for (const std::string& line : backtest_words(b)) say(line, Style::plain);
    say(method_of(b), Style::dim);
    out += "\n" + painted(terminal, Style::bold, "What a replay cannot know") + "\n";
    for (const std::string& line : b.biases) say("- " + line, Style::dim);
    return out;
}

std::string backtest_csv(const Backtest& b) {
    std::string out =
        "policy,orders,cost_bps,difference_bps,low_bps,high_bps,p,p_holm,diebold_mariano_p,"
        "filled_share,rounds,children,log_refused,log_ips_bps,log_snips_bps,log_dr_bps,log_low_bps,"
        "log_high_bps,ess,samples,clipped_mass,outside,conclusion,why\r\n";
    const auto cell = [](Number x) { return x ? shortest(*x) : std::string(); };
    for (const Row& r : in_order(b)) {
        const auto& g = r.regret;
        const auto of_regret = [&](double x) { return g ? shortest(x) : std::string(); };
        out += fmt::format("{},{},{},{},{},{},{},{},{},{},{},{},", csv_cell(r.policy), r.parents,
                           cell(r.shortfall_bps), of_regret(g ? g->bps.mean : 0),
                           of_regret(g ? g->bps.interval.low : 0),
                           of_regret(g ? g->bps.interval.high : 0), of_regret(g ? g->bps.p : 0),
                           cell(r.p_holm), g && g->check ? shortest(g->check->p) : "",
                           shortest(r.filled_share), shortest(r.rounds), shortest(r.children));
        const LoggedAnswer* a = answer_of(b, r.policy);
        if (a == nullptr) {
            out += ",,,,,,,,,,,\r\n";
            continue;
        }
        const auto part = [&](const std::optional<judge::Estimated>& e) {
            return e ? shortest(e->difference) : std::string();
        };
        const judge::OffPolicy& e = a->estimate;
        const Verdict v = verdict_of(b, r.policy);
        out += fmt::format("{},{},{},{},{},{},{},{},{},{},{},{}\r\n",
                           e.refused ? csv_cell(text(*e.refused)) : "", part(e.ips), part(e.snips),
                           part(e.dr), e.best() ? shortest(e.best()->difference_interval.low) : "",
                           e.best() ? shortest(e.best()->difference_interval.high) : "",
                           shortest(e.plain.ess), shortest(e.plain.samples),
                           shortest(e.plain.clipped_mass), shortest(e.plain.outside), v.word,
                           csv_cell(v.why));
    }
    return out;
}

}  // namespace assay::cli
