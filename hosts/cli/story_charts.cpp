#include "hosts/cli/story_charts.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <vector>

#include "hosts/cli/html_text.h"
#include "hosts/cli/numbers.h"
#include "hosts/cli/story_output.h"

namespace assay::cli {

using sim::Scene;
using sim::Story;

namespace {

constexpr double kPlotWidth = 620, kPlotHeight = 250, kPlotLeft = 60, kPlotRight = 70,
                 kPlotTop = 22, kPlotBottom = 30;

struct Point {
    double x{}, y{};
};
struct Line {
    std::string label, css_class;
    std::vector<Point> points;
};
// A mark with its numbers.
struct Mark {
    Point at;
    double radius{};
    std::string css_class, says;
};

double step_of(double span, int count) {
    const double raw = span / count, power = std::pow(10.0, std::floor(std::log10(raw)));
    const double lead = raw / power;
    return power * (lead < 1.5 ? 1 : lead < 3.5 ? 2 : lead < 7.5 ? 5 : 10);
}

// A plane of lines that stand until the next point, and marks.
class Chart {
  public:
    Chart(std::string name, std::string unit, std::string x_unit)
        : name_(std::move(name)), unit_(std::move(unit)), x_unit_(std::move(x_unit)) {}
    std::vector<Line> lines;
    std::vector<Mark> marks;

    std::string svg() {
        see_all();
        if (!(x1_ > x0_)) return {};
        std::string out =
            fmt::format("<svg viewBox=\"0 0 {:.0f} {:.0f}\" role=\"img\" aria-label=\"{}\">",
                        kPlotWidth, kPlotHeight, html_escaped(name_));
        out += y_axis() + x_axis();
        for (const Line& l : lines) out += drawn(l);
        for (const Mark& m : marks)
            out += fmt::format(
                "<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"{:.1f}\" class=\"{}\" fill-opacity=\".6\">"
                "<title>{}</title></circle>",
                px(m.at.x), py(m.at.y), m.radius, m.css_class, html_escaped(m.says));
        return out + labels() + "</svg>";
    }

  private:
    double px(double x) const {
        return kPlotLeft + (x - x0_) / (x1_ - x0_) * (kPlotWidth - kPlotLeft - kPlotRight);
    }
    double py(double y) const {
        return kPlotHeight - kPlotBottom -
               (y - y0_) / (y1_ - y0_) * (kPlotHeight - kPlotTop - kPlotBottom);
    }
    void see(Point p) {
        x0_ = std::min(x0_, p.x);
        x1_ = std::max(x1_, p.x);
        y0_ = std::min(y0_, p.y);
        y1_ = std::max(y1_, p.y);
    }
    void see_all() {
        for (const Line& l : lines)
            for (const Point& p : l.points) see(p);
        for (const Mark& m : marks) see(m.at);
        if (!(y1_ > y0_)) y1_ = y0_ + 1;
    }
    std::string y_axis() {
        const double step = step_of(y1_ - y0_, 5);
        y0_ = std::floor(y0_ / step + 1e-9) * step;
        y1_ = std::ceil(y1_ / step - 1e-9) * step;
        const int decimals =
            std::clamp(static_cast<int>(std::ceil(-std::log10(step) - 1e-9)), 0, 4);
        std::string out;
        for (int i = 0; y0_ + i * step <= y1_ + step / 2; ++i) {
            const double y = y0_ + i * step;
            out += fmt::format(
                "<line x1=\"{:.1f}\" y1=\"{:.1f}\" x2=\"{:.1f}\" y2=\"{:.1f}\" class=\"grid\"/>"
                "<text x=\"{:.1f}\" y=\"{:.1f}\" class=\"tick end\">{}</text>",
                kPlotLeft, py(y), kPlotWidth - kPlotRight, py(y), kPlotLeft - 6, py(y) + 3.5,
                step >= 1000 ? grouped(static_cast<std::int64_t>(std::lround(y)))
                             : with_decimals(y, decimals));
        }
        return out + fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" class=\"tick end\">{}</text>",
                                 kPlotLeft - 6, kPlotTop - 10, html_escaped(unit_));
    }
    std::string x_axis() const {
        const double step = std::max(1.0, step_of(x1_ - x0_, 7));
        std::string out;
        for (double x = std::ceil(x0_ / step) * step; x <= x1_ + 1e-9; x += step)
            out +=
                fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" class=\"tick middle\">{:.0f}</text>",
                            px(x), kPlotHeight - kPlotBottom + 15, x);
        return out + fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" class=\"tick\">{}</text>",
                                 kPlotWidth - kPlotRight + 18, kPlotHeight - kPlotBottom + 15,
                                 html_escaped(x_unit_));
    }
    std::string drawn(const Line& l) const {
        std::string path;
        for (const Point& p : l.points)
            path += path.empty() ? fmt::format("M{:.1f} {:.1f}", px(p.x), py(p.y))
                                 : fmt::format(" H{:.1f} V{:.1f}", px(p.x), py(p.y));
        return fmt::format("<path d=\"{}\" class=\"curve {}\"><title>{}</title></path>", path,
                           l.css_class, html_escaped(l.label));
    }
    // At the ends of the lines, pushed apart until each has a line of its own.
    std::string labels() const {
        std::vector<std::pair<double, const Line*>> ends;
        for (const Line& l : lines)
            if (!l.points.empty()) ends.emplace_back(py(l.points.back().y), &l);
        std::sort(ends.begin(), ends.end());
        std::string out;
        double least = 0;
        for (auto& [y, l] : ends) {
            y = std::max(y, least);
            least = y + 13;
            out += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" class=\"name {}\">{}</text>",
                               kPlotWidth - kPlotRight + 6, y + 4, l->css_class,
                               html_escaped(l->label));
        }
        return out;
    }

    std::string name_, unit_, x_unit_;
    double x0_{1e300}, x1_{-1e300}, y0_{1e300}, y1_{-1e300};
};

double minutes(const Story& story, Nanos at) {
    return as_seconds(at - story.parent.starts) / 60;
}
std::string css_of(std::size_t lp) {
    return fmt::format("s{}", lp % 8);
}

}  // namespace

std::string market_chart(const Story& story) {
    Chart chart("bid, ask and fills", "price", "min");
    Line bid{"bid", "s6", {}}, ask{"ask", "s7", {}};
    for (const sim::ScriptedQuote& q : story.market) {
        const double x = as_seconds(q.from) / 60;
        if (story.parent.starts + q.from > story.ended) break;
        bid.points.push_back({x, as_double(q.bid)});
        ask.points.push_back({x, as_double(q.ask)});
    }
    for (Line* l : {&bid, &ask}) {
        if (l->points.empty()) return {};
        l->points.push_back({minutes(story, story.ended), l->points.back().y});
        chart.lines.push_back(*l);
    }
    for (const Scene& m : story.moments) {
        if (m.what != Scene::What::answered) continue;
        for (const sim::ScriptedChild& c : m.children) {
            if (!c.average) continue;
            const double share = as_double(c.filled) / as_double(story.parent.qty);
            chart.marks.push_back(
                {{minutes(story, m.at), *c.average},
                 2.5 + 18 * std::sqrt(share),
                 css_of(c.lp.number),
                 fmt::format("{} {}: {} of {} at {}", clock_time(m.at), story.lps[c.lp.number],
                             grouped(c.filled.micro / 1'000'000), grouped(c.qty.micro / 1'000'000),
                             average_text(*c.average))});
        }
    }
    return chart.svg();
}

std::string scores_chart(const Story& story) {
    Chart chart("scores", "score", "moment");
    for (std::size_t i = 0; i < story.lps.size(); ++i) {
        Line l{story.lps[i], css_of(i), {}};
        double x = 0;
        for (const Scene& m : story.moments) {
            if (m.after[i]) l.points.push_back({x, m.after[i]->composite});
            ++x;
        }
        chart.lines.push_back(std::move(l));
    }
    return chart.svg();
}

std::string remaining_chart(const Story& story) {
    Chart chart("shares left", "shares", "min");
    Line l{"left", "s0", {}};
    for (const Scene& m : story.moments)
        l.points.push_back({minutes(story, m.at), as_double(m.remaining)});
    chart.lines.push_back(std::move(l));
    return chart.svg();
}

std::string cost_chart(const Story& story) {
    Chart chart("cost against arrival", "bps", "min");
    Line l{"cost", "s1", {{0, 0}}};
    for (const Scene& m : story.moments)
        if (m.cost_bps) l.points.push_back({minutes(story, m.at), *m.cost_bps});
    chart.lines.push_back(std::move(l));
    return chart.svg();
}

}  // namespace assay::cli
