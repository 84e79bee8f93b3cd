// The mean and spread of a normal measure of which some trials are only known to be larger: L_rt of
// orders that timed out (docs/spec.md 4.3).
#pragma once

#include "core/estimate/distributions.h"

namespace assay::estimate {

struct CensoredFit {
    Normal normal;         // var of one trial
    double information{};  // what a censored trial says of the mean, as a share of a seen one
};

// Maximum likelihood by expectation and maximisation. `seen`: mean and variance of n > 0 trials;
// `censored` more were at least `threshold`. The sd is taken as `least_sd` at least, so that a few
// equal trials do not look certain.
CensoredFit fit_censored(double n, const Normal& seen, double censored, double threshold,
                         double least_sd);

// E[X | X > threshold], var > 0.
double expected_beyond(const Normal& x, double threshold);

}  // namespace assay::estimate
