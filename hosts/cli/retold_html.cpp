#include "hosts/cli/retold_html.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

#include "hosts/cli/html_text.h"
#include "hosts/cli/numbers.h"
#include "hosts/cli/retold_output.h"
#include "hosts/cli/svg.h"

namespace assay::cli {

using namespace svg;
using judge::Row;
using judge::Standing;

namespace {

constexpr int kWide = 1240, kName = 150, kRow = 24, kNumbers = 250;

std::string in_words(const judge::BootstrappedMean& m) {
    return fmt::format("{} ({} to {})", signed_bps(m.mean), signed_bps(m.interval.low),
                       signed_bps(m.interval.high));
}

// As far out as three in four of the means lie, and half as much again on the outer side.
Scale scale_of(const std::vector<Row>& rows) {
    std::vector<double> sizes;
    for (const Row& row : rows)
        if (row.regret) sizes.push_back(std::abs(row.regret->bps.mean));
    std::sort(sizes.begin(), sizes.end());
    const double most = sizes.empty() ? 0 : 2 * sizes[(sizes.size() - 1) * 3 / 4];
    double low = 0, high = 0;
    for (const Row& row : rows) {
        if (!row.regret) continue;
        low = std::min(low, std::max(row.regret->bps.interval.low, -most));
        high = std::max(high, std::min(row.regret->bps.interval.high, most));
    }
    if (high - low < 1e-3) high = low + 1e-3;
    const double step = nice_step(high - low, 6);
    return {std::floor(low / step) * step, std::ceil(high / step) * step, kName, kWide - kNumbers};
}

const char* colour_of(Standing standing) {
    switch (standing) {
        case Standing::clearly_cheaper:
            return "var(--fills)";
        case Standing::clearly_dearer:
            return "var(--rejects)";
        default:
            return "var(--muted)";
    }
}

std::string axis(const Scale& x, double floor) {
    std::string out;
    const double step = nice_step(x.to - x.from, 6);
    const int steps = static_cast<int>(std::lround((x.to - x.from) / step));
    for (int i = 0; i <= steps; ++i) {
        const double value = x.from + i * step;
        const bool zero = std::abs(value) < step / 1e3;
        out += line(x(value), kTop - 8, x(value), floor, zero ? "zero" : "grid");
        out += label(x(value), floor + 16, "tick middle",
                     with_decimals(zero ? 0 : value, decimals_of(step)));
    }
    return out + label(x.end + 14, floor + 16, "tick", "bps");
}

std::string mark(const Scale& x, const Row& row, double at) {
    const auto& m = row.regret->bps;
    const double left = x(std::clamp(m.interval.low, x.from, x.to));
    const double right = x(std::clamp(m.interval.high, x.from, x.to));
    std::string out = label(kName - 10, at + 4, "tick end", row.policy);
    out += fmt::format(
        "<g style=\"fill:{}\"><rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"8\" "
        "rx=\"2\" fill-opacity=\".35\"/>",
        colour_of(row.standing), left, at - 4, std::max(1.0, right - left));
    if (m.mean <= x.to && m.mean >= x.from)
        out += fmt::format("<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"4\"/>", x(m.mean), at);
    else
        out += fmt::format("<path d=\"M{0:.1f} {1:.1f}l{2} 5l{3} 5z\"/>",
                           m.mean > x.to ? x.end : x.start, at - 5, m.mean > x.to ? 8 : -8,
                           m.mean > x.to ? -8 : 8);
    out += "</g>";
    return out + label(x.end + 14, at + 4, "tick", in_words(m));
}

std::string minutes(std::optional<double> seconds) {
    return seconds ? minutes_text(*seconds) : std::string("–");
}
std::string number(std::optional<double> x, int decimals, double times = 1) {
    return x ? with_decimals(times * *x, decimals) : std::string("–");
}

std::string table(const RetoldBlock& block) {
    std::string out =
        "<div class=\"scroll\"><table><thead><tr><th class=\"t\">policy</th><th>shortfall, bps</th>"
        "<th>p95</th><th>than the story's (95 % interval)</th><th class=\"t\"></th><th>filled "
        "%</th><th>time, m:s</th><th>p95</th><th>children</th><th>rejects</th></tr></thead><tbody>";
    for (const Row& row : block.compared.rows)
        out += fmt::format(
            "<tr><td class=\"t name\">{}</td><td>{}</td><td>{}</td><td>{}</td><td "
            "class=\"t\" "
            "style=\"color:{}\">{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}"
            "</td></tr>\n",
            html_escaped(row.policy), number(row.shortfall_bps, 2),
            number(row.shortfall_p95_bps, 2), row.regret ? in_words(row.regret->bps) : "",
            colour_of(row.standing),
            row.standing == Standing::reference ? "(story)" : verdict(row.standing),
            number(row.filled_share, 1, 100), minutes(row.completion_seconds),
            minutes(row.completion_p95_seconds), number(row.children, 1), number(row.rejects, 1));
    return out + "</tbody></table></div>";
}

}  // namespace

std::string difference_chart(const Retold& retold, const RetoldBlock& block) {
    const auto& rows = block.compared.rows;
    const auto drawn = std::count_if(rows.begin(), rows.end(),
                                     [](const Row& row) { return row.regret.has_value(); });
    if (drawn == 0) return {};
    const Scale x = scale_of(rows);
    const double floor = kTop + static_cast<double>(drawn) * kRow;
    std::string out = open_svg(kWide, static_cast<int>(floor) + kBottom,
                               "Shortfall less that of " + retold.policy + ", bps") +
                      axis(x, floor);
    double at = kTop + 8;
    for (const Row& row : rows) {
        if (!row.regret) continue;
        out += mark(x, row, at);
        at += kRow;
    }
    return out + "</svg>";
}

std::string retold_html(const Retold& retold) {
    std::string out = "<section class=\"panel\"><h2>" + html_escaped(retold_title(retold)) +
                      "</h2><p>" + html_escaped(retold_about(retold)) + "</p><p class=\"sub\">" +
                      html_escaped(retold_method(retold)) + "</p></section>";
    for (const RetoldBlock& block : retold.blocks) {
        out += "<section class=\"panel\"><h2>" + html_escaped(lps_title(block)) + "</h2>";
        for (const std::string& line : verdicts(retold, block))
            out += "<p><b>" + html_escaped(line) + "</b></p>";
        out += "<p class=\"sub\">Shortfall less that of " + html_escaped(retold.policy) +
               " in the same worlds, with 95 % intervals; left of 0 is cheaper.</p>" +
               difference_chart(retold, block) + table(block) + "<p class=\"sub\">" +
               html_escaped(lps_about(block)) + "</p></section>";
    }
    return out;
}

}  // namespace assay::cli
