// The parts that pictures are made of: scales, lines, labels and steps of an axis.
#pragma once

#include <string>
#include <string_view>

namespace assay::cli::svg {

// Margins, and the usual size of a picture, in pixels.
inline constexpr int kLeft = 44, kTop = 26, kBottom = 30;
inline constexpr int kWidth = 430, kHeight = 230;

struct Scale {
    double from{}, to{1};    // data
    double start{}, end{1};  // pixels
    double operator()(double x) const { return start + (x - from) / (to - from) * (end - start); }
};

std::string open_svg(int width, int height, std::string_view name);
std::string line(double x1, double y1, double x2, double y2, std::string_view css_class);
std::string label(double x, double y, std::string_view css_class, std::string_view text);

// Steps of 1, 2 or 5 times a power of ten, about `count` of them.
double nice_step(double span, int count);
// Digits after the point that such a step needs, 0 to 4.
int decimals_of(double step);

}  // namespace assay::cli::svg
