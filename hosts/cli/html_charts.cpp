#include "hosts/cli/html_charts.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

#include "hosts/cli/columns.h"
#include "hosts/cli/html_text.h"
#include "hosts/cli/numbers.h"
#include "hosts/cli/svg.h"
#include "hosts/cli/terminal.h"

namespace assay::cli {
using namespace svg;
namespace {

std::string ms_in_words(double ms) {
    return ms < 999.5 ? fmt::format("{:.3g} ms", ms) : fmt::format("{:.1f} s", ms / 1000);
}

double horizon_seconds(std::size_t h) {
    return as_seconds(kpi::kHorizon[h]);
}

// y axis of bps with its grid; widens `y` to whole steps.
std::string bps_axis(Scale& y, double right) {
    const double step = nice_step(y.to - y.from, 5);
    y.from = std::floor(y.from / step) * step;
    y.to = std::ceil(y.to / step) * step;
    const int decimals = decimals_of(step);
    std::string out;
    const int steps = static_cast<int>(std::lround((y.to - y.from) / step));
    for (int i = 0; i <= steps; ++i) {
        const double value = y.from + i * step;
        const bool zero = std::abs(value) < step / 1e3;
        out += line(kLeft, y(value), right, y(value), zero ? "zero" : "grid");
        out += label(kLeft - 6, y(value) + 3.5, "tick end", with_decimals(value, decimals));
    }
    return out + label(kLeft - 6, kTop - 13, "tick end", "bps");
}

std::string curve_points(const Series& s, const Scale& x, const Scale& y) {
    std::string path, points;
    for (std::size_t h = 0; h < kpi::kHorizons; ++h) {
        const auto bps = s.curve->bps[h];
        if (!bps) continue;
        const double px = x(std::log10(horizon_seconds(h))), py = y(*bps);
        path += fmt::format("{}{:.1f} {:.1f}", path.empty() ? "M" : " L", px, py);
        points += fmt::format(
            "<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"2.6\" class=\"{}\"><title>{}, {}: {} bps, n {}"
            "</title></circle>",
            px, py, s.css_class, html_escaped(s.label), kpi::kHorizonName[h],
            with_decimals(*bps, 3), grouped(s.curve->n[h]));
    }
    return fmt::format("<path d=\"{}\" class=\"curve {}\"/>{}", path, s.css_class, points);
}

// Labels at the ends of the lines, pushed apart until each has a line of its own.
std::string end_labels(const std::vector<Series>& series, const Scale& x, const Scale& y) {
    struct End {
        double x, y;
        const Series* series;
    };
    std::vector<End> ends;
    for (const Series& s : series) {
        for (std::size_t h = kpi::kHorizons; h-- > 0;) {
            if (!s.curve->bps[h]) continue;
            ends.push_back({x(std::log10(horizon_seconds(h))), y(*s.curve->bps[h]), &s});
            break;
        }
    }
    std::sort(ends.begin(), ends.end(), [](const End& a, const End& b) { return a.y < b.y; });
    constexpr double kLine = 13;
    for (std::size_t i = 1; i < ends.size(); ++i)
        ends[i].y = std::max(ends[i].y, ends[i - 1].y + kLine);
    double lowest = y.start;
    for (std::size_t i = ends.size(); i-- > 0; lowest = ends[i].y - kLine) {
        ends[i].y = std::min(ends[i].y, lowest);
    }
    std::string out;
    for (const End& e : ends) {
        const Terminal any{.utf8 = true};
        out += label(e.x + 8, e.y + 4, ("name " + e.series->css_class).c_str(),
                     cut_to(any, printable(any, e.series->label), 15));
    }
    return out;
}

}  // namespace

std::string curve_chart(const std::vector<Series>& series, int width, int height) {
    double low = 0, high = 0;
    bool any = false;
    for (const Series& s : series) {
        for (const auto& bps : s.curve->bps) {
            if (!bps) continue;
            low = std::min(low, *bps);
            high = std::max(high, *bps);
            any = true;
        }
    }
    if (!any) return {};
    if (high - low < 0.1) high = low + 0.1;
    const double right = width - 94;
    const Scale x{std::log10(horizon_seconds(0)), std::log10(horizon_seconds(kpi::kHorizons - 1)),
                  kLeft + 6, right};
    Scale y{low, high, static_cast<double>(height - kBottom), kTop};
    std::string out =
        open_svg(width, height, "Price after the event, by horizon") + bps_axis(y, right);
    for (std::size_t h = 0; h < kpi::kHorizons; ++h) {
        const double at = x(std::log10(horizon_seconds(h)));
        out += line(at, kTop, at, y.start, "grid");
        if (h == 2) continue;  // 50 ms stands too close to 100 ms to be read
        out += label(at, y.start + 16, "tick middle", kpi::kHorizonName[h]);
    }
    for (const Series& s : series) out += curve_points(s, x, y);
    return out + end_labels(series, x, y) + "</svg>";
}

std::string latency_chart(const std::vector<std::pair<double, std::int64_t>>& histogram,
                          const std::vector<std::pair<std::string, double>>& quantiles) {
    // Buckets grow by a constant factor, at most 2, and empty ones are left out, so the least step
    // is that factor.
    double factor = 2;
    std::int64_t most = 0;
    for (std::size_t i = 0; i < histogram.size(); ++i) {
        most = std::max(most, histogram[i].second);
        if (i > 0) factor = std::min(factor, histogram[i].first / histogram[i - 1].first);
    }
    if (most == 0 || histogram.front().first <= 0 || !(factor > 1)) return {};
    const double right = kWidth - 12, floor = kHeight - kBottom;
    Scale x{std::log10(histogram.front().first / factor), std::log10(histogram.back().first * 1.02),
            kLeft + 6, right};
    if (const double narrow = 1.0 - (x.to - x.from); narrow > 0) {  // at least a decade
        x.from -= narrow / 2;
        x.to += narrow / 2;
    }
    const double step = std::max(1.0, nice_step(static_cast<double>(most), 4));
    const Scale y{0, std::ceil(static_cast<double>(most) / step) * step, floor, kTop + 8};
    std::string out = open_svg(kWidth, kHeight, "Orders by round trip");
    for (double n = 0; n <= y.to + step / 2; n += step) {
        out += line(kLeft, y(n), right, y(n), n == 0 ? "zero" : "grid");
        out += label(kLeft - 6, y(n) + 3.5, "tick end", grouped(n));
    }
    out += label(kLeft - 6, kTop - 13, "tick end", "orders");
    for (int power = -3; power <= 6; ++power) {
        for (const int lead : {1, 2, 5}) {
            const double ms = lead * std::pow(10.0, power);
            const double at = std::log10(ms);
            if (at < x.from || at > x.to) continue;
            out += line(x(at), y.end, x(at), floor, "grid");
            if (lead == 1 || x.to - x.from < 3) {
                const std::string text =
                    ms >= 1000 ? shortest(ms / 1000) + " s" : shortest(ms) + " ms";
                out += label(x(at), floor + 16, "tick middle", text);
            }
        }
    }
    for (const auto& [upper, n] : histogram) {
        const double x1 = x(std::log10(upper / factor)), x2 = x(std::log10(upper));
        out += fmt::format(
            "<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\" "
            "class=\"bar\"><title>{}"
            " to {}: {} {}</title></rect>",
            x1, y(static_cast<double>(n)), std::max(1.0, x2 - x1 - 1),
            floor - y(static_cast<double>(n)), ms_in_words(upper / factor), ms_in_words(upper),
            grouped(n), n == 1 ? "order" : "orders");
    }
    double last_label = -100;
    for (const auto& [name, ms] : quantiles) {
        if (!(ms > 0)) continue;
        const double at = std::clamp(x(std::log10(ms)), x.start, x.end);
        out += line(at, kTop, at, floor, "quantile");
        if (at - last_label < 24) continue;  // its line stands; the number is in the table
        out +=
            label(at, kTop - 5, at > right - 14 ? "tick strong end" : "tick strong middle", name);
        last_label = at;
    }
    return out + "</svg>";
}

std::string fill_rate_chart(const std::vector<score::Bar>& bars) {
    if (bars.empty()) return {};
    const double right = kWidth - 12, floor = kHeight - kBottom - 12;
    const Scale y{0, 1, floor, kTop};
    std::string out = open_svg(kWidth, kHeight, "Fill rate by order size");
    for (const int per_cent : {0, 25, 50, 75, 100}) {
        out += line(kLeft, y(per_cent / 100.0), right, y(per_cent / 100.0),
                    per_cent == 0 ? "zero" : "grid");
        out +=
            label(kLeft - 6, y(per_cent / 100.0) + 3.5, "tick end", fmt::format("{} %", per_cent));
    }
    const double slot = (right - kLeft) / static_cast<double>(bars.size());
    const double width = std::min(46.0, slot * 0.62);
    for (std::size_t i = 0; i < bars.size(); ++i) {
        const score::Bar& bar = bars[i];
        const double middle = kLeft + slot * (static_cast<double>(i) + 0.5);
        out += label(middle, floor + 15, "tick middle", bar.label);
        out += label(middle, floor + 29, "tick faint middle", "n " + grouped(bar.n));
        if (!bar.value) {
            out += label(middle, floor - 6, "tick faint middle", "–");
            continue;
        }
        const double top = y(std::clamp(*bar.value, 0.0, 1.0));
        out += fmt::format(
            "<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\" rx=\"2\" "
            "class=\"bar\">"
            "<title>{}: {} % of the ordered quantity, n {}</title></rect>",
            middle - width / 2, top, width, floor - top, html_escaped(bar.label),
            with_decimals(100 * *bar.value, 1), grouped(bar.n));
        out += label(middle, top - 5, "tick strong middle", with_decimals(100 * *bar.value, 1));
    }
    return out + "</svg>";
}

std::string name_of(const score::CapacityCurve& curve) {
    const std::string tif = curve.tif == "ioc" ? "IOC" : curve.tif == "fok" ? "FOK" : curve.tif;
    if (curve.limit == "market") return tif + " at market";
    return tif + (curve.limit == "at" ? " at touch" : " " + curve.limit);
}

std::string capacity_chart(const std::vector<const score::CapacityCurve*>& curves) {
    double low = 1, high = 1;
    for (const score::CapacityCurve* c : curves) {
        if (c->points.size() < 2) continue;
        low = std::min(low, c->points.front().size);
        high = std::max(high, c->points.back().size);
    }
    if (!(low > 0) || !(high > low)) return {};
    const double right = kWidth - 94, floor = kHeight - kBottom;
    const Scale x{std::log10(low), std::log10(high), kLeft + 6, right}, y{0, 1, floor, kTop};
    std::string out = open_svg(kWidth, kHeight, "Chance of a fill of at least so much, by size");
    for (const int per_cent : {0, 25, 50, 75, 100}) {
        const double at = y(per_cent / 100.0);
        out += line(kLeft, at, right, at, per_cent == 0 ? "zero" : "grid");
        out += label(kLeft - 6, at + 3.5, "tick end", fmt::format("{} %", per_cent));
    }
    for (const double times : {0.01, 0.1, 1.0, 10.0, 100.0}) {
        const double at = x(std::log10(times));
        if (times < low || times > high) continue;
        out += line(at, kTop, at, floor, times == 1 ? "quantile" : "grid");
        out += label(at, floor + 16, "tick middle", shortest(times) + "x");
    }
    double lowest_label = kTop - 20;
    for (std::size_t i = 0; i < curves.size(); ++i) {
        const score::CapacityCurve& c = *curves[i];
        if (c.points.size() < 2) continue;
        const std::string css = fmt::format("s{}", i % 8);
        std::string path;
        for (const score::CapacityCurve::Point& p : c.points) {
            path += fmt::format("{}{:.1f} {:.1f}", path.empty() ? "M" : " L", x(std::log10(p.size)),
                                y(std::clamp(p.p_at_least, 0.0, 1.0)));
        }
        out += fmt::format("<path d=\"{}\" class=\"curve {}\"><title>{}, {} orders</title></path>",
                           path, css, html_escaped(name_of(c)), grouped(c.n));
        // Names stand one under the other at the right, in the order of the lines.
        lowest_label = std::max(lowest_label + 14, kTop + 10.0);
        out += label(right + 6, lowest_label, ("name " + css).c_str(), name_of(c));
    }
    return out + "</svg>";
}

std::string contribution_chart(const std::vector<score::Contribution>& terms) {
    int heaviest = 0;
    for (const score::Contribution& c : terms) heaviest = std::max(heaviest, c.weight_bp);
    if (heaviest == 0) return {};
    constexpr int kName = 138, kRow = 30;
    const int height = static_cast<int>(terms.size()) * kRow + 10;
    const Scale x{0, heaviest / 100.0, kName, kWidth - 76};
    std::string out = open_svg(kWidth, height, "Points of the composite by KPI");
    double top = 8;
    for (const score::Contribution& c : terms) {
        const double most = c.weight_bp / 100.0;
        const double given = std::clamp(c.points.value_or(0), 0.0, most);
        const std::string name = title_of(c.kpi);
        const Terminal any{.utf8 = true};
        out += label(kName - 10, top + 13, "tick end", cut_to(any, printable(any, name), 22));
        out += fmt::format(
            "<rect x=\"{}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"18\" rx=\"2\" "
            "class=\"track\"/>",
            kName, top, x(most) - kName);
        out += fmt::format(
            "<rect x=\"{}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"18\" rx=\"2\" "
            "class=\"bar\"><title>{}: {} of {} points</title></rect>",
            kName, top, x(given) - kName, html_escaped(c.kpi), with_decimals(given, 1),
            with_decimals(most, 1));
        const std::string text =
            c.points ? fmt::format("{} of {}", with_decimals(given, 1), shortest(most)) : "absent";
        out += label(x(most) + 7, top + 13, "tick", text);
        top += kRow;
    }
    return out + "</svg>";
}

std::string score_chart(double composite, double half_interval) {
    constexpr int kWide = 150, kHigh = 16;
    const Scale x{0, 100, 2, kWide - 2};
    const auto at = [&](double v) { return x(std::clamp(v, 0.0, 100.0)); };
    std::string out = open_svg(kWide, kHigh, "Composite with its 90 % interval");
    out += line(at(0), kHigh / 2.0, at(100), kHigh / 2.0, "scale");
    out += line(at(50), 4, at(50), kHigh - 4, "scale");
    out += fmt::format(
        "<rect x=\"{:.1f}\" y=\"4\" width=\"{:.1f}\" height=\"8\" rx=\"4\" "
        "class=\"interval\"/>",
        at(composite - half_interval),
        std::max(1.0, at(composite + half_interval) - at(composite - half_interval)));
    out += fmt::format("<circle cx=\"{:.1f}\" cy=\"8\" r=\"4\" class=\"dot\"/>", at(composite));
    return out + "</svg>";
}

}  // namespace assay::cli
