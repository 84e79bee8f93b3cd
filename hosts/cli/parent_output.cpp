// An explained parent for people: decision by decision, child by child, message by message.
#include <algorithm>
#include <cmath>
#include <fmt/format.h>

#include "core/units/decimal.h"
#include "hosts/cli/explained_parent.h"
#include "hosts/cli/iso_time.h"
#include "hosts/cli/numbers.h"
#include "hosts/cli/text_table.h"

namespace assay::cli {
namespace {

constexpr int kHang = 4;  // of what belongs to a decision

std::string shares(Qty q) {
    return q.micro % 1'000'000 == 0 ? grouped(q.micro / 1'000'000) : to_text(q);
}
std::string whole(double x) {
    return grouped(static_cast<std::int64_t>(std::llround(x)));
}

// "10:00:00.015030"
std::string clock(Nanos at) {
    const std::int64_t us = (at.ns - utc_day(at) * kDay.ns) / kMicrosecond.ns;
    return fmt::format("{:02}:{:02}:{:02}.{:06}", us / 3'600'000'000, us / 60'000'000 % 60,
                       us / 1'000'000 % 60, us % 1'000'000);
}

std::string span(Duration d) {
    const std::int64_t ms = d.ns / kMillisecond.ns;
    if (ms < 1'000) return fmt::format("{} ms", ms);
    if (ms < 60'000) return fmt::format("{:.1f} s", static_cast<double>(ms) / 1'000);
    return fmt::format("{} min {} s", ms / 60'000, ms / 1'000 % 60);
}

std::string under(const Terminal& t, std::string_view text, Style style, int indent = kHang) {
    const std::string lines = wrapped(printable(t, text), t.width - indent, 2);
    std::string out;
    for (std::size_t from = 0; from <= lines.size();) {
        const std::size_t end = std::min(lines.find('\n', from), lines.size());
        out += std::string(static_cast<std::size_t>(indent), ' ') +
               painted(t, style, std::string_view(lines).substr(from, end - from)) + "\n";
        from = end + 1;
    }
    return out;
}

std::string title(const ExplainedParent& p, const Terminal& t) {
    std::string says = fmt::format("Order {}", p.id);
    if (p.order) {
        const route::ParentOrder& o = *p.order;
        if (o.cl_ord_id != std::to_string(p.id)) says += fmt::format(" ({})", o.cl_ord_id);
        says += fmt::format(": {} {} {}", text(o.side), shares(o.qty), o.symbol);
    }
    std::string out = painted(t, Style::bold, wrapped(printable(t, says), t.width, 2)) + "\n";
    if (p.order) {
        const route::ParentOrder& o = *p.order;
        out += wrapped(fmt::format("{} to {}, profile {}, policy {}", iso_time(o.starts),
                                   iso_time(o.ends), printable(t, o.profile),
                                   route::policy(o.policy).name),
                       t.width, 2) +
               "\n";
    }
    if (p.end) {
        std::string came = fmt::format("{} at {}: {} filled", route::text(p.end->state),
                                       clock(p.end->at), shares(p.end->filled));
        if (p.end->forced > Qty{})
            came += fmt::format(", {} taken from the market at the end", shares(p.end->forced));
        if (p.end->cost_bps)
            came += fmt::format(", {} bps against arrival (above 0 is a cost)",
                                with_decimals(*p.end->cost_bps, 2));
        came += p.end->vwap_slippage_bps
                    ? fmt::format(", {} bps against the market's VWAP",
                                  with_decimals(*p.end->vwap_slippage_bps, 2))
                    : "; no VWAP: no trade of the market was seen between its first and last fill";
        out += wrapped(came, t.width, 2) + "\n";
    }
    for (const std::string& line : p.remarks)
        out += painted(t, Style::warn, wrapped(printable(t, line), t.width, 2)) + "\n";
    return out;
}

Style style_of(std::string_view line) {
    return line.starts_with("Left out") || line.starts_with("Not sent") ? Style::warn
           : line.starts_with("Happened") || line.starts_with("In all") ? Style::accent
                                                                        : Style::plain;
}

std::string changed(const ExplainedDecision& d, const Terminal& t) {
    if (!d.until_next) return {};
    if (d.changed.empty())
        return under(t,
                     fmt::format("Changed until the next decision, {} later: no score.",
                                 span(*d.until_next)),
                     Style::plain);
    std::string says;
    for (const ExplainedScore& s : d.changed) {
        says += fmt::format("{}{} {:.1f} {} {:.1f}", says.empty() ? "" : ", ", s.lp, s.before,
                            arrow(Terminal{}), s.after);
        says += s.rank_before == s.rank_after
                    ? fmt::format(" (still rank {})", s.rank_after)
                    : fmt::format(" (rank {} to {})", s.rank_before, s.rank_after);
    }
    return under(
        t, fmt::format("Changed until the next decision, {} later: {}.", span(*d.until_next), says),
        Style::bold);
}

std::string messages(const ExplainedChild& c, const Terminal& t) {
    if (c.cl_ord_id.empty()) return {};
    std::string out = under(t, fmt::format("{} to {}", c.cl_ord_id, c.lp), Style::dim);
    if (c.messages.empty())
        return out + under(t, "its messages are not in the logs", Style::warn, kHang + 2);
    for (const ExplainedMessage& m : c.messages) {
        const bool sent = m.direction == Direction::out;
        const char* way = t.utf8 ? (sent ? "→" : "←") : (sent ? "->" : "<-");
        out += under(t,
                     fmt::format("{} {}  {}  {}", way,
                                 known(m.at) ? clock(m.at) : "no capture time", m.type, m.in_words),
                     sent ? Style::accent : Style::plain, kHang + 2);
        out += under(t, fmt::format("   {}:{}", m.file, m.offset), Style::dim, kHang + 2);
        // Raw text is for the eye and for grep; it may run on rather than be broken.
        if (!m.raw.empty())
            out += std::string(kHang + 5, ' ') + painted(t, Style::dim, printable(t, m.raw)) + "\n";
    }
    return out;
}

std::string decision(const ExplainedDecision& d, std::size_t number, const Terminal& t) {
    const std::string head = fmt::format("{:<3} {}  {}", number, clock(d.at), d.line);
    std::string out =
        "\n" + painted(t, Style::bold, wrapped(printable(t, head), t.width, kHang)) + "\n";
    for (const std::string& line : d.words) out += under(t, line, style_of(line));
    out += changed(d, t);
    for (const ExplainedChild& c : d.children) out += messages(c, t);
    return out;
}

std::string foreseen(const ExplainedParent& p, const Terminal& t) {
    TextTable table;
    struct Line {
        std::size_t decision;
        const ExplainedChild* child;
        std::optional<double> in_time;
    };
    // A dash for what is absent; the line below the table says why.
    bool unknown = false;
    const auto cell_of = [&](const std::optional<double>& x, auto text) {
        unknown = unknown || !x;
        return x ? Cell{text(*x)} : Cell{dash(t), Style::dim};
    };
    const auto percent = [](double x) { return fmt::format("{:.0f}", 100 * x); };
    const auto ms = [](double x) { return fmt::format("{:.1f}", x); };
    std::vector<Line> lines;
    for (std::size_t i = 0; i < p.decisions.size(); ++i)
        for (const ExplainedChild& c : p.decisions[i].children)
            lines.push_back({i + 1, &c, p.decisions[i].predicted_in_time});
    if (lines.empty()) return {};
    const auto column = [&](const char* over, const char* head, auto cell,
                            Align align = Align::right) {
        TextColumn c{over, head, align};
        for (const Line& line : lines) c.cells.push_back(cell(line));
        table.columns.push_back(std::move(c));
    };
    column("", "", [](const Line& l) { return Cell{std::to_string(l.decision)}; });
    column(
        "", "LP", [&](const Line& l) { return Cell{cut_to(t, printable(t, l.child->lp), 16)}; },
        Align::left);
    column("", "sent", [](const Line& l) { return Cell{shares(l.child->qty)}; });
    column("", "expected", [&](const Line& l) { return cell_of(l.child->expected, whole); });
    column("", "filled", [&](const Line& l) {
        const ExplainedChild& c = *l.child;
        unknown = unknown || !c.filled;
        return c.filled ? Cell{shares(*c.filled), *c.filled == c.qty ? Style::good : Style::warn}
                        : Cell{dash(t), Style::dim};
    });
    column("all of it", "chance %",
           [&](const Line& l) { return cell_of(l.child->predicted_full, percent); });
    column("expected", "ms", [&](const Line& l) { return cell_of(l.child->predicted_ms, ms); });
    column("took", "ms", [&](const Line& l) { return cell_of(l.child->took_ms, ms); });
    column("in time", "chance %", [&](const Line& l) { return cell_of(l.in_time, percent); });
    std::string out =
        "\n" + painted(t, Style::bold, "Foreseen and happened") + "\n" + text_of(table, t);
    if (unknown)
        out += painted(t, Style::dim,
                       wrapped(fmt::format("{} not known: before, nothing was seen of that LP yet; "
                                           "after, it has not answered, or was not sent to",
                                           dash(t)),
                               t.width, 2)) +
               "\n";
    return out;
}

}  // namespace

std::string parent_text(const ExplainedParent& p, const Terminal& t) {
    std::string out = title(p, t);
    for (std::size_t i = 0; i < p.decisions.size(); ++i) out += decision(p.decisions[i], i + 1, t);
    if (!p.alerts.empty()) {
        out += "\n" + painted(t, Style::bold, "Alerts") + "\n";
        for (const std::string& alert : p.alerts) out += under(t, alert, Style::bad, 2);
    }
    return out + foreseen(p, t);
}

}  // namespace assay::cli
