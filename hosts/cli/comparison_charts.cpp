#include "hosts/cli/comparison_charts.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

#include "hosts/cli/html_text.h"
#include "hosts/cli/numbers.h"
#include "hosts/cli/svg.h"
#include "hosts/cli/terminal.h"

namespace assay::cli {
using namespace svg;
namespace {

constexpr int kWide = 1240;  // as wide as the page

std::string short_name(const std::string& name) {
    const Terminal any{.utf8 = true};
    return cut_to(any, printable(any, name), 18);
}

// Grid and numbers of an x axis; widens `x` to whole steps.
std::string x_axis(Scale& x, double top, double floor, const std::string& unit) {
    const double step = nice_step(x.to - x.from, 6);
    x.from = std::floor(x.from / step) * step;
    x.to = std::ceil(x.to / step) * step;
    std::string out;
    const int steps = static_cast<int>(std::lround((x.to - x.from) / step));
    for (int i = 0; i <= steps; ++i) {
        const double value = x.from + i * step;
        const bool zero = std::abs(value) < step / 1e3;
        out += line(x(value), top, x(value), floor, zero ? "zero" : "grid");
        out += label(x(value), floor + 16, "tick middle",
                     with_decimals(zero ? 0 : value, decimals_of(step)));
    }
    return out + label(x.end + 24, floor + 16, "tick", unit);
}

std::string per_cent_axis(const Scale& y, double right) {
    std::string out;
    for (const int per_cent : {0, 25, 50, 75, 100}) {
        const double at = y(per_cent / 100.0);
        out += line(kLeft, at, right, at, per_cent == 0 ? "zero" : "grid");
        out += label(kLeft - 6, at + 3.5, "tick end", fmt::format("{} %", per_cent));
    }
    return out;
}

}  // namespace

std::string regret_chart(const std::vector<judge::Row>& rows, const std::string& reference) {
    constexpr int kName = 128, kRow = 22;
    double low = 0, high = 0;
    int drawn = 0;
    for (const judge::Row& row : rows) {
        if (!row.regret) continue;
        low = std::min(low, row.regret->bps.interval.low);
        high = std::max(high, row.regret->bps.interval.high);
        ++drawn;
    }
    if (drawn == 0) return {};
    if (high - low < 1e-3) high = low + 1e-3;
    const double floor = kTop + drawn * kRow;
    Scale x{low, high, kName, kWide - 60};
    std::string out =
        open_svg(kWide, static_cast<int>(floor) + kBottom, "Regret to " + reference + ", bps") +
        x_axis(x, kTop - 8, floor, "bps");
    double at = kTop + 8;
    for (const judge::Row& row : rows) {
        if (!row.regret) continue;
        const auto& r = row.regret->bps;
        const double left = x(r.interval.low), wide = std::max(1.0, x(r.interval.high) - left);
        out += label(kName - 10, at + 4, "tick end", short_name(row.policy));
        out += fmt::format(
            "<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"8\" rx=\"2\" "
            "class=\"interval\"/>"
            "<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"4\" class=\"dot\"><title>{}: {} bps, {} to "
            "{}; "
            "{}</title></circle>",
            left, at - 4, wide, x(r.mean), at, html_escaped(row.policy), with_decimals(r.mean, 3),
            with_decimals(r.interval.low, 3), with_decimals(r.interval.high, 3),
            text(row.standing));
        at += kRow;
    }
    return out + "</svg>";
}

std::string completion_chart(const std::vector<judge::PolicyForecasts>& policies) {
    constexpr std::size_t kLines = 8;
    constexpr int kHigh = 300;
    double longest = 0;
    for (const judge::PolicyForecasts& p : policies)
        if (!p.completion.empty()) longest = std::max(longest, p.completion.back().seconds);
    if (!(longest > 0)) return {};
    const double right = kWide - 140, floor = kHigh - kBottom;
    Scale x{0, longest, kLeft + 6, right - 20};
    const Scale y{0, 1, floor, kTop};
    std::string out = open_svg(kWide, kHigh, "Share of parents complete, by time") +
                      x_axis(x, kTop, floor, "s") + per_cent_axis(y, right);
    std::size_t lines = 0;
    for (const judge::PolicyForecasts& p : policies) {
        if (p.completion.empty() || lines == kLines) continue;
        const std::string css = fmt::format("s{}", lines);
        std::string path = fmt::format("M{:.1f} {:.1f}", x(0), y(0));
        for (const judge::CompletionPoint& point : p.completion)
            path += fmt::format(" L{:.1f} {:.1f}", x(point.seconds), y(point.share));
        out += fmt::format(
            "<path d=\"{}\" class=\"curve {}\"><title>{}: {} % complete after {} s</title></path>",
            path, css, html_escaped(p.policy), with_decimals(100 * p.completion.back().share, 1),
            with_decimals(p.completion.back().seconds, 1));
        out += label(right + 24, kTop + 10 + 14 * static_cast<double>(lines), "name " + css,
                     short_name(p.policy));
        ++lines;
    }
    return out + "</svg>";
}

std::string reliability_chart(const estimate::Calibration& calibration) {
    if (!(calibration.n() > 0)) return {};
    constexpr int kNarrow = 280, kHigh = 250;
    const double right = kNarrow - 16, floor = kHigh - kBottom - 4;
    const Scale x{0, 1, kLeft + 6, right}, y{0, 1, floor, kTop - 8};
    std::string out = open_svg(kNarrow, kHigh, "What happened against what was forecast") +
                      per_cent_axis(y, right) + line(x(0), y(0), x(1), y(1), "quantile");
    for (const int per_cent : {0, 50, 100})
        out += label(x(per_cent / 100.0), floor + 16, "tick middle", fmt::format("{} %", per_cent));
    out += label(x(0.5), floor + 30, "tick middle", "forecast");
    for (const auto& bin : calibration.table()) {
        if (!(bin.n > 0)) continue;
        const double p = bin.p / bin.n, happened = bin.y / bin.n;
        const double radius = std::clamp(16 * std::sqrt(bin.n / calibration.n()), 2.0, 12.0);
        out += fmt::format(
            "<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"{:.1f}\" class=\"fills\"><title>forecast {} "
            "%, "
            "happened {} %, n {}</title></circle>",
            x(p), y(happened), radius, with_decimals(100 * p, 1), with_decimals(100 * happened, 1),
            grouped(bin.n));
    }
    return out + "</svg>";
}

}  // namespace assay::cli
