// The pictures of the page, as inline SVG. Colours come from the page's style sheet by class; each
// mark carries its numbers in a <title>, and lines are told apart by dash as well as by colour.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/score/report.h"

namespace assay::cli {

struct Series {
    std::string label;
    std::string css_class;  // "fills", "rejects", "s0" .. "s7"
    const score::Curve* curve{};
};

// bps over time since the fill (or reject), logarithmic in time. Empty where no point stands.
std::string curve_chart(const std::vector<Series>& series, int width, int height);

// Orders by round trip, logarithmic in time, with lines at the given quantiles.
std::string latency_chart(const std::vector<std::pair<double, std::int64_t>>& histogram,
                          const std::vector<std::pair<std::string, double>>& quantiles);

// Columns of 0 to 100 %.
std::string fill_rate_chart(const std::vector<score::Bar>& bars);

// P(at least k is filled) against order size over displayed size, logarithmic; a line a curve, of
// which only those with two points are drawn. Empty where there is none.
std::string capacity_chart(const std::vector<const score::CapacityCurve*>& curves);

// "IOC at the touch", "resting, market order".
std::string name_of(const score::CapacityCurve& curve);

// How many of the points each term could give it gave.
std::string contribution_chart(const std::vector<score::Contribution>& terms);

// A dot on a scale of 0 to 100 with its 90 % interval.
std::string score_chart(double composite, double half_interval);

}  // namespace assay::cli
