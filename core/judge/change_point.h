// When did it turn bad? A one-sided CUSUM (Page 1954) of recent outcomes against what an LP was
// like before: against an LP that builds a reputation and then exploits it (docs/spec.md 8.5).
#pragma once

#include <cstddef>
#include <optional>
#include <span>

namespace assay::judge {

struct ChangeRule {
    std::size_t batch{10};      // outcomes to one step: their mean is nearly normal
    std::size_t baseline{500};  // outcomes that say what it was like; at least ten batches
    double slack{0.5};          // k, in standard deviations of a batch
    double bar{9};              // h, likewise
    double most{3};             // a batch counts at most so much: one disaster is no change
    // What one bad outcome takes away, in the unit of outcomes: an LP that never failed in its
    // baseline has no spread, and would be flagged at its first failure.
    double bad_outcome{1};
};

struct ChangePoint {
    std::size_t alarm{};       // outcomes seen when it was flagged
    std::size_t since{};       // where the run of bad batches began
    double before{}, after{};  // mean outcome of the baseline, and from `since` to the alarm
};

// Outcomes in order of time, larger is better (1 filled, 0 not; a markout). The first alarm;
// nullopt: none, or no more outcomes than the baseline. False alarms: below 1 % of honest LPs in
// 2,000 outcomes (tested on draws of five kinds).
std::optional<ChangePoint> worsening(std::span<const double> outcomes, const ChangeRule& rule = {});

}  // namespace assay::judge
