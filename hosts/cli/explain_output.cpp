#include "hosts/cli/explain_output.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

#include "hosts/cli/json_writer.h"
#include "hosts/cli/numbers.h"
#include "hosts/cli/text_table.h"

namespace assay::cli {
namespace {

std::string duration_in_words(Duration d) {
    const double ns = static_cast<double>(d.ns);
    const double size = std::abs(ns);
    if (size < 1e3) return fmt::format("{} ns", d.ns);
    if (size < 1e6) return fmt::format("{:.4g} us", ns / 1e3);
    if (size < 1e9) return fmt::format("{:.4g} ms", ns / 1e6);
    return fmt::format("{:.4g} s", ns / 1e9);
}

// Six digits are enough to check by hand; the JSON has them all.
std::string result_in_words(double x) {
    if (x == std::trunc(x) && std::abs(x) < 9e15) return grouped(static_cast<std::int64_t>(x));
    return fmt::format("{:.6g}", x);
}

std::string heading(const Terminal& t, std::string_view title) {
    return "\n" + painted(t, Style::bold, title) + "\n";
}

// "fill X51, busted by message 3: counts no more"; "the order".
std::string subject(const Explanation& e, const std::string& exec_id) {
    if (exec_id.empty()) return "the order";
    std::string text = "fill " + exec_id;
    for (const UndoneFill& u : e.undone)
        if (u.exec_id == exec_id) text += ", " + u.what;
    return text;
}

// What is shown apart, in the order of its first item.
template <class Items>
std::vector<std::string> subjects(const Items& items) {
    std::vector<std::string> ids;
    for (const auto& item : items)
        if (std::find(ids.begin(), ids.end(), item.exec_id) == ids.end())
            ids.push_back(item.exec_id);
    return ids;
}

// Messages are counted from 1, for what follows from them to name them.
// The first message with its full time, the others by how long after it they came.
std::string messages(const Explanation& e, const Terminal& t) {
    if (e.messages.empty()) return {};
    std::string out = heading(t, "What was said");
    Nanos first = kNever;
    std::size_t count = 0;
    for (const ExplainedMessage& m : e.messages) {
        std::string when = known(m.at) ? utc_time(m.at.ns) : "no capture time";
        if (known(m.at) && known(first)) when += "  +" + duration_in_words(m.at - first);
        if (known(m.at) && !known(first)) first = m.at;
        const bool sent = m.direction == Direction::out;
        const char* arrow_text = t.utf8 ? (sent ? "→" : "←") : (sent ? "->" : "<-");
        const std::string head =
            fmt::format("{:>3} {} {}  ", ++count, arrow_text, printable(t, m.type));
        const int hang = 6;
        out += painted(t, sent ? Style::accent : Style::plain,
                       wrapped(head + printable(t, m.in_words), t.width, hang)) +
               "\n";
        const std::string place =
            m.file.empty() ? "      " + when
                           : fmt::format("      {}  {}:{}", when, printable(t, m.file), m.offset);
        out += painted(t, Style::dim, wrapped(place, t.width, 6)) + "\n";
        // Raw text is for the eye and for grep; it may run on rather than be broken.
        if (!m.raw.empty()) out += painted(t, Style::dim, "      " + printable(t, m.raw)) + "\n";
    }
    return out;
}

std::string quotes(const Explanation& e, const Terminal& t) {
    if (e.quotes.empty()) return {};
    std::vector<const ExplainedQuote*> rows;
    TextTable table;
    for (const std::string& id : subjects(e.quotes))
        for (const ExplainedQuote& q : e.quotes) {
            if (q.exec_id != id) continue;
            const bool first = rows.empty() || rows.back()->exec_id != id;
            table.headings.push_back(first ? "  " + printable(t, subject(e, id)) : "");
            rows.push_back(&q);
        }
    const auto add = [&](const char* head, Align align, auto&& cell) {
        TextColumn column{"", head, align};
        for (const ExplainedQuote* q : rows) column.cells.push_back(cell(*q));
        table.columns.push_back(std::move(column));
    };
    const auto text = [&](const std::string& s) {
        return s.empty() ? Cell{dash(t), Style::dim} : Cell{printable(t, s)};
    };
    add("  used for", Align::left, [&](const ExplainedQuote& q) {
        return Cell{"  " + cut_to(t, printable(t, q.used_for), 34)};
    });
    add("bid", Align::right, [&](const ExplainedQuote& q) { return text(q.bid); });
    add("ask", Align::right, [&](const ExplainedQuote& q) { return text(q.ask); });
    add("age", Align::right, [&](const ExplainedQuote& q) {
        return q.age ? Cell{duration_in_words(*q.age)} : Cell{dash(t), Style::dim};
    });
    add("state", Align::left, [&](const ExplainedQuote& q) {
        return Cell{printable(t, q.state), q.state == "ok" ? Style::plain : Style::warn};
    });
    if (std::any_of(rows.begin(), rows.end(), [](const auto* q) { return !q->source.empty(); }))
        add("from", Align::left, [&](const ExplainedQuote& q) { return text(q.source); });
    while (width_of(table.columns) > t.width && table.columns.size() > 3) table.columns.pop_back();
    return heading(t, "Quotes it is held against") + text_of(table, t);
}

std::string metric(const ExplainedMetric& m, const Terminal& t, int width) {
    std::string out;
    const std::string name =
        "  " + padded(cut_to(t, printable(t, m.name), width), width, Align::left);
    if (m.result) {
        const std::string result = result_in_words(*m.result) + " " + printable(t, m.unit);
        out += painted(t, Style::bold, name + "  " + result) + "\n";
    } else {
        out += painted(t, Style::dim,
                       wrapped(name + "  " + dash(t) + " " + printable(t, m.absent), t.width,
                               width + 4)) +
               "\n";
    }
    if (m.formula.empty()) return out;
    std::string line = "    " + printable(t, m.formula);
    if (!m.filled_in.empty()) line += "  =  " + printable(t, m.filled_in);
    return out + painted(t, Style::dim, wrapped(line, t.width, 6)) + "\n";
}

std::string metrics(const Explanation& e, const Terminal& t) {
    if (e.metrics.empty()) return {};
    int width = 0;
    for (const ExplainedMetric& m : e.metrics)
        width = std::max(width, display_width(printable(t, m.name)));
    width = std::min(width, 30);
    std::string out = heading(t, "What it measures");
    for (const std::string& id : subjects(e.metrics)) {
        out += painted(t, Style::accent, wrapped("  " + printable(t, subject(e, id)), t.width, 4)) +
               "\n";
        for (const ExplainedMetric& m : e.metrics)
            if (m.exec_id == id) out += metric(m, t, width);
    }
    return out;
}

std::string changes(const Explanation& e, const Terminal& t) {
    if (e.changes.empty()) return {};
    TextTable table;
    const ExplainedChange* last = nullptr;
    for (const ExplainedChange& c : e.changes) {
        const bool same = last != nullptr && last->message == c.message && last->what == c.what;
        std::string said;
        if (!same && c.message > 0) said = fmt::format("  after message {}: {}", c.message, c.what);
        table.headings.push_back(cut_to(t, printable(t, said), t.width));
        last = &c;
    }
    const auto add = [&](const char* head, Align align, auto&& cell) {
        TextColumn column{"", head, align};
        for (const ExplainedChange& c : e.changes) column.cells.push_back(cell(c));
        table.columns.push_back(std::move(column));
    };
    const auto number = [&](const std::optional<double>& x) {
        return x ? Cell{result_in_words(*x)} : Cell{dash(t), Style::dim};
    };
    add("  estimate", Align::left, [&](const ExplainedChange& c) {
        return Cell{"  " + cut_to(t, printable(t, c.estimate), t.width < 100 ? 36 : 60)};
    });
    add("before", Align::right, [&](const ExplainedChange& c) { return number(c.before); });
    add("", Align::left, [&](const ExplainedChange&) { return Cell{arrow(t), Style::dim}; });
    add("after", Align::right, [&](const ExplainedChange& c) {
        Cell cell = number(c.after);
        cell.style = Style::bold;
        return cell;
    });
    add("unit", Align::left, [&](const ExplainedChange& c) { return Cell{printable(t, c.unit)}; });
    const std::string of = e.cell.empty() ? "" : " in " + printable(t, e.cell);
    return heading(t, "What it changed" + of) + text_of(table, t);
}

// OrdStatus(39) in words.
const char* status_in_words(char code) {
    switch (code) {
        case '0':
            return "new";
        case '1':
            return "partly filled";
        case '2':
            return "filled";
        case '3':
            return "done for day";
        case '4':
            return "canceled";
        case '5':
            return "replaced";
        case '6':
            return "pending cancel";
        case '8':
            return "rejected";
        case 'A':
            return "pending new";
        case 'C':
            return "expired";
        case 'E':
            return "pending replace";
        default:
            return "not reported";
    }
}

std::string statuses(const Explanation& e, const Terminal& t) {
    if (e.statuses.empty()) return {};
    TextTable table;
    const auto add = [&](const char* head, Align align, auto&& cell) {
        TextColumn column{"", head, align};
        for (const ExplainedStatus& s : e.statuses) column.cells.push_back(cell(s));
        table.columns.push_back(std::move(column));
    };
    add("  ClOrdID", Align::left,
        [&](const ExplainedStatus& s) { return Cell{"  " + printable(t, s.cl_ord_id)}; });
    add("OrdStatus(39)", Align::left, [&](const ExplainedStatus& s) {
        return Cell{s.ord_status == 0
                        ? std::string(status_in_words(0))
                        : fmt::format("{} {}", s.ord_status, status_in_words(s.ord_status))};
    });
    add("CumQty", Align::right, [](const ExplainedStatus& s) { return Cell{s.cum_qty}; });
    add("LeavesQty", Align::right, [](const ExplainedStatus& s) { return Cell{s.leaves_qty}; });
    return heading(t, "Where it stands") + text_of(table, t);
}

}  // namespace

std::string explain_text(const Explanation& e, const Terminal& t) {
    std::string out = painted(t, Style::bold, wrapped(printable(t, e.title), t.width, 2)) + "\n";
    for (const std::string& line : e.remarks) {
        out += painted(t, Style::warn, wrapped("  " + printable(t, line), t.width, 4)) + "\n";
    }
    out += messages(e, t) + statuses(e, t) + quotes(e, t) + metrics(e, t) + changes(e, t);
    if (!e.config_version.empty()) {
        out += "\n" + painted(t, Style::dim, "config " + printable(t, e.config_version)) + "\n";
    }
    return out;
}

std::string explain_json(const Explanation& e) {
    JsonWriter w;
    const auto list = [&](const char* name, const auto& items, auto&& write) {
        w.key(name);
        w.begin_array();
        for (const auto& item : items) {
            w.begin_object();
            write(item);
            w.end_object();
        }
        w.end_array();
    };
    const auto ns = [&](const char* name, Nanos at) {
        w.member(name, known(at) ? std::optional<std::int64_t>(at.ns) : std::nullopt);
    };
    w.begin_object();
    w.member("version", 1);
    w.member("title", e.title);
    list("messages", e.messages, [&](const ExplainedMessage& m) {
        ns("at_ns", m.at);
        w.member("direction", m.direction == Direction::out ? "out" : "in");
        w.member("file", m.file);
        w.member("offset", m.offset);
        w.member("type", m.type);
        w.member("in_words", m.in_words);
        w.member("raw", m.raw);
    });
    list("quotes", e.quotes, [&](const ExplainedQuote& q) {
        w.member("used_for", q.used_for);
        ns("at_ns", q.at);
        w.member("age_ns", q.age ? std::optional<std::int64_t>(q.age->ns) : std::nullopt);
        w.member("bid", q.bid);
        w.member("ask", q.ask);
        w.member("state", q.state);
        w.member("source", q.source);
        w.member("exec_id", q.exec_id);
    });
    list("metrics", e.metrics, [&](const ExplainedMetric& m) {
        w.member("name", m.name);
        w.member("formula", m.formula);
        w.member("filled_in", m.filled_in);
        w.member("result", m.result);
        w.member("unit", m.unit);
        w.member("absent", m.absent);
        w.member("exec_id", m.exec_id);
    });
    list("changes", e.changes, [&](const ExplainedChange& c) {
        w.member("estimate", c.estimate);
        w.member("before", c.before);
        w.member("after", c.after);
        w.member("unit", c.unit);
        w.member("message", static_cast<std::uint64_t>(c.message));
        w.member("what", c.what);
    });
    list("statuses", e.statuses, [&](const ExplainedStatus& s) {
        w.member("cl_ord_id", s.cl_ord_id);
        w.member("ord_status", s.ord_status == 0 ? std::string() : std::string(1, s.ord_status));
        w.member("in_words", status_in_words(s.ord_status));
        w.member("cum_qty", s.cum_qty);
        w.member("leaves_qty", s.leaves_qty);
    });
    list("undone", e.undone, [&](const UndoneFill& u) {
        w.member("exec_id", u.exec_id);
        w.member("what", u.what);
    });
    w.member("cell", e.cell);
    w.key("remarks");
    w.begin_array();
    for (const std::string& line : e.remarks) w.value(line);
    w.end_array();
    w.member("config_version", e.config_version);
    w.end_object();
    return w.text() + "\n";
}

}  // namespace assay::cli
