#include "hosts/cli/svg.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

#include "hosts/cli/html_text.h"

namespace assay::cli::svg {

std::string open_svg(int width, int height, std::string_view name) {
    return fmt::format("<svg viewBox=\"0 0 {} {}\" role=\"img\" aria-label=\"{}\">", width, height,
                       html_escaped(name));
}

std::string line(double x1, double y1, double x2, double y2, std::string_view css_class) {
    return fmt::format(
        "<line x1=\"{:.1f}\" y1=\"{:.1f}\" x2=\"{:.1f}\" y2=\"{:.1f}\" class=\"{}\"/>", x1, y1, x2,
        y2, css_class);
}

std::string label(double x, double y, std::string_view css_class, std::string_view text) {
    return fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" class=\"{}\">{}</text>", x, y, css_class,
                       html_escaped(text));
}

double nice_step(double span, int count) {
    const double raw = span / count;
    const double power = std::pow(10.0, std::floor(std::log10(raw)));
    const double lead = raw / power;
    return power * (lead < 1.5 ? 1 : lead < 3.5 ? 2 : lead < 7.5 ? 5 : 10);
}

int decimals_of(double step) {
    return std::clamp(static_cast<int>(std::ceil(-std::log10(step) - 1e-9)), 0, 4);
}

}  // namespace assay::cli::svg
