#include "hosts/cli/watch_screen.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "hosts/cli/numbers.h"

namespace assay::cli {

namespace {

constexpr int kLeastList = 2;     // lines of parents, and of executions
constexpr int kMostPlain = 1000;  // lines of a list where the height is not known

// A line put together from pieces, of which what does not fit is cut.
class Line {
  public:
    explicit Line(const Terminal& t) : t_(&t) {}
    Line& add(std::string_view text, Style style = Style::plain) {
        const int left = t_->width - width_;
        if (left <= 0 || text.empty()) return *this;
        const std::string shown = cut_to(*t_, printable(*t_, text), left);
        width_ += display_width(shown);
        text_ += style == Style::plain ? shown : painted(*t_, style, shown);
        return *this;
    }
    // In a column of that width, and a blank behind it.
    Line& cell(std::string_view text, int width, Align align = Align::right,
               Style style = Style::plain) {
        add(padded(cut_to(*t_, printable(*t_, text), width), width, align), style);
        return add(" ");
    }
    // At the right edge, if it fits with a blank in front.
    Line& at_the_end(std::string_view text, Style style = Style::plain) {
        const int left = t_->width - width_ - display_width(text);
        if (left < 1) return *this;
        add(std::string(static_cast<std::size_t>(left), ' '));
        return add(text, style);
    }
    int width() const { return width_; }
    std::string text() const {
        const std::size_t end = text_.find_last_not_of(' ');
        return end == std::string::npos ? "" : text_.substr(0, end + 1);
    }

  private:
    const Terminal* t_;
    std::string text_;
    int width_{};
};

std::string count(const Terminal& t, std::optional<std::uint64_t> n) {
    return n ? grouped(static_cast<std::int64_t>(*n)) : dash(t);
}
std::string fixed(const Terminal& t, std::optional<double> x, int decimals) {
    return x ? with_decimals(*x, decimals) : dash(t);
}
std::string shares(std::optional<double> x, const char* otherwise) {
    return x ? grouped(std::round(*x * 100) / 100) : otherwise;
}
// "12:58:04" or "12:58:04.123".
std::string clock(Nanos at, bool with_ms) {
    const std::string text = utc_time(at.ns);
    std::string time = text.substr(11, 8);
    if (!with_ms) return time;
    const auto ms = (at.ns / 1'000'000) % 1'000;
    return fmt::format("{}.{:03}", time, ms < 0 ? ms + 1'000 : ms);
}

std::string title(const Watched& w, const Terminal& t) {
    Line line(t);
    std::string mode = w.mode;
    std::transform(mode.begin(), mode.end(), mode.begin(),
                   [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
    const std::string time = known(w.at) ? clock(w.at, false) + " UTC" : "";
    line.add("Assay", Style::bold).add(" " + w.version + "  ");
    line.add(mode.empty() ? dash(t) : mode, w.mode == "live" ? Style::warn : Style::accent);
    line.add(fmt::format("  run {}  {}", w.run ? std::to_string(*w.run) : dash(t), w.url));
    // What is wrong is cut before the time is.
    const int left = t.width - line.width() - display_width(time) - 1;
    std::string wrong;
    if (w.killed)
        wrong = "  KILLED";
    else if (!w.stops.empty())
        wrong = fmt::format("  KILLED: {}", fmt::join(w.stops, ", "));
    if (!w.step.empty() && w.step != "live")
        wrong += fmt::format("  {}: {}", w.step, w.step_reason);
    if (left > 2) line.add(cut_to(t, printable(t, wrong), left), Style::bad);
    line.at_the_end(time, Style::dim);
    return line.text();
}

std::string sessions(const Watched& w, const Terminal& t) {
    Line line(t);
    if (!w.trouble.empty()) return line.add(w.trouble, Style::bad).text();
    std::size_t up = 0;
    for (const auto& s : w.sessions) up += s.state == "up";
    line.add(fmt::format("Sessions {}/{} up ", up, w.sessions.size()));
    for (const auto& s : w.sessions) {
        const bool is_up = s.state == "up";
        line.add(" ").add(is_up ? (t.utf8 ? "●" : "+") : (t.utf8 ? "○" : "-"),
                          is_up ? Style::good : Style::bad);
        line.add(s.name, is_up ? Style::plain : Style::bad);
    }
    return line.text();
}

// --- the league table ----------------------------------------------------------------------------

std::vector<std::string> league(const Watched& w, const Terminal& t, std::size_t most) {
    std::vector<std::string> lines;
    Line head(t);
    head.add(w.symbol.empty() ? dash(t) : w.symbol, Style::bold);
    head.add(fmt::format("  {} / {}  {}", fixed(t, w.bid, 4), fixed(t, w.ask, 4),
                         w.regime.empty() ? dash(t) : w.regime));
    head.at_the_end(fmt::format("profile {}, ranked by {}", w.profile.empty() ? dash(t) : w.profile,
                                w.rank_by.empty() ? dash(t) : w.rank_by),
                    Style::dim);
    lines.push_back(head.text());
    const int name = std::clamp(t.width - 72, 8, 16);
    Line over(t);
    over.cell("#", 2).cell("LP", name, Align::left).cell("score", 6).cell("sd", 5);
    over.cell("fill %", 7).cell("eff bps", 8).cell("ms", 7).cell("n eff", 7).cell("at LP", 8);
    lines.push_back(over.text());
    std::size_t shown = 0;
    for (const Watched::Lp& lp : w.lps) {
        if (shown == most) break;
        ++shown;
        Line line(t);
        const bool first = lp.rank == 1u;
        line.cell(lp.rank ? std::to_string(*lp.rank) : dash(t), 2);
        line.cell(lp.name, name, Align::left, first ? Style::bold : Style::plain);
        line.cell(fixed(t, lp.score, 1), 6, Align::right, first ? Style::good : Style::plain);
        line.cell(fixed(t, lp.sd, 1), 5);
        line.cell(lp.fill_rate ? with_decimals(*lp.fill_rate * 100, 1) : dash(t), 7);
        line.cell(fixed(t, lp.effective_spread_bps, 2), 8);
        line.cell(fixed(t, lp.latency_ms, 1), 7);
        line.cell(lp.n_eff && *lp.n_eff >= .5 ? grouped(std::round(*lp.n_eff)) : dash(t), 7);
        line.cell(shares(lp.open_qty, dash(t)), 8);
        if (!lp.stopped.empty())
            line.add(lp.stopped, Style::bad);
        else if (!lp.rank && lp.gate != "open")
            // Without its reason rather than with half of it.
            line.add(display_width(lp.gate) <= t.width - line.width()
                         ? lp.gate
                         : lp.gate.substr(0, lp.gate.find(':')),
                     Style::dim);
        lines.push_back(line.text());
    }
    if (shown < w.lps.size())
        lines.push_back(Line(t).add(fmt::format("   and {} more", w.lps.size() - shown)).text());
    return lines;
}

// --- parents -------------------------------------------------------------------------------------

std::string bar(const Terminal& t, double share, int width) {
    const int full = static_cast<int>(std::floor(std::clamp(share, 0.0, 1.0) * width + 1e-9));
    std::string text;
    for (int i = 0; i < width; ++i) text += i < full ? (t.utf8 ? "█" : "#") : (t.utf8 ? "·" : ".");
    return text;
}

std::string where(const Watched::Parent& p) {
    if (p.over) return p.state;
    std::string text;
    for (const Watched::AtLp& at : p.out)
        text += fmt::format("{}{} {}", text.empty() ? "" : " ", at.lp, shares(at.qty, ""));
    if (!text.empty()) return text;
    return p.held.empty() ? "between two rounds" : p.held;
}

std::string parent_line(const Watched::Parent& p, const Terminal& t) {
    Line line(t);
    const int width = std::clamp(t.width - 68, 10, 30);
    const double share = p.qty > 0 ? p.cum_qty / p.qty : 0;
    line.cell(p.id, 3);
    line.cell(p.side, 4, Align::left).cell(p.symbol, 7, Align::left).cell(shares(p.qty, ""), 8);
    line.add(bar(t, share, width), p.over ? Style::dim : Style::accent);
    line.add(fmt::format(" {:>3} % ", static_cast<int>(std::floor(share * 100 + 1e-9))));
    line.cell(fixed(t, p.avg_px, 4), 8);
    line.cell(p.shortfall_bps && p.avg_px ? with_decimals(*p.shortfall_bps, 1) : dash(t), 6);
    line.add(where(p), p.over || (p.out.empty() && p.held.empty()) ? Style::dim : Style::plain);
    return line.text();
}

std::string parents_head(const Watched& w, const Terminal& t) {
    Line line(t);
    line.add("Parents", Style::bold);
    line.add(fmt::format("  {} under way, {} children out", count(t, w.parents_open),
                         count(t, w.children_open)));
    if (!w.children_unknown || *w.children_unknown > 0)
        line.add(fmt::format(", {} UNKNOWN", count(t, w.children_unknown)), Style::warn);
    line.at_the_end("filled, average, shortfall bps, where", Style::dim);
    return line.text();
}

std::string execution_line(const Watched::Execution& e, const Terminal& t) {
    Line line(t);
    line.cell(clock(e.at, true), 12).cell(e.lp, 8, Align::left).cell(e.side, 4, Align::left);
    line.cell(shares(e.qty, ""), 8).cell(e.symbol, 7, Align::left);
    line.cell("at " + fixed(t, e.price, 4), 12, Align::left);
    line.add(e.bust ? "BUST of " : "", Style::bad).add(e.cl_ord_id, Style::dim);
    return line.text();
}

std::string health(const Watched& w, const Terminal& t) {
    Line line(t);
    if (!w.journal_failed.empty())
        return line.add("The journal has stopped: " + w.journal_failed, Style::bad).text();
    line.add("Health ", Style::bold);
    line.add(fmt::format("{} msg/s", w.messages_per_second
                                         ? grouped(std::round(*w.messages_per_second))
                                         : std::string(dash(t))));
    const auto worse = [&](std::string text, bool bad) {
        line.add(dot(t), Style::dim).add(text, bad ? Style::warn : Style::plain);
    };
    worse(fmt::format("queue {}", count(t, w.queue)),
          w.queue && w.queue_capacity && *w.queue * 10 > *w.queue_capacity);
    worse(fmt::format("lag {} ms", w.lag_s ? with_decimals(*w.lag_s * 1e3, 0) : dash(t)),
          w.lag_s && *w.lag_s > 1);
    worse(fmt::format("journal {} behind", count(t, w.journal_behind)), false);
    worse(fmt::format("{} dead", count(t, w.dead)), w.dead && *w.dead > 0);
    worse(fmt::format("{} gaps", count(t, w.gaps)), w.gaps && *w.gaps > 0);
    line.at_the_end(t.moves ? "q quits" : "", Style::dim);
    return line.text();
}

}  // namespace

std::vector<std::string> watch_lines(const Watched& w, const Terminal& t) {
    const int height = t.height > 0 ? t.height : kMostPlain;
    std::vector<std::string> lines{title(w, t), sessions(w, t), ""};
    // Title, sessions, three blanks, two heads of the table and of the lists, health.
    const int fixed_lines = 10, lists = 2 * kLeastList;
    const auto most_lps = static_cast<std::size_t>(std::max(1, height - fixed_lines - lists));
    for (std::string& line : league(w, t, w.lps.size() > most_lps ? most_lps - 1 : most_lps))
        lines.push_back(std::move(line));
    lines.emplace_back();

    // Two heads, a blank and the health are still to come.
    int left = std::max(lists, height - static_cast<int>(lines.size()) - 4);
    const int executions = static_cast<int>(w.executions.size());
    int parents =
        std::min(static_cast<int>(w.parents.size()), std::max(left / 2, left - executions));
    if (parents == 0) parents = 1;
    lines.push_back(parents_head(w, t));
    if (w.parents.empty()) lines.push_back(Line(t).add("   none was seen yet", Style::dim).text());
    for (int i = 0; i < parents && i < static_cast<int>(w.parents.size()); ++i)
        lines.push_back(parent_line(w.parents[static_cast<std::size_t>(i)], t));
    left -= parents;
    lines.push_back(Line(t).add("Last executions", Style::bold).text());
    if (w.executions.empty())
        lines.push_back(Line(t).add("   none was seen yet", Style::dim).text());
    for (int i = 0; i < left && i < executions; ++i)
        lines.push_back(execution_line(w.executions[static_cast<std::size_t>(i)], t));
    // The health stands at the bottom of a terminal.
    if (t.height > 0)
        while (static_cast<int>(lines.size()) < t.height - 1) lines.emplace_back();
    else
        lines.emplace_back();
    if (t.height > 0 && static_cast<int>(lines.size()) > t.height - 1)
        lines.resize(static_cast<std::size_t>(std::max(0, t.height - 1)));
    lines.push_back(health(w, t));
    return lines;
}

}  // namespace assay::cli
