// The normal and the beta distribution, on elementary.h alone: the same bits on every machine.
#pragma once

namespace assay::estimate {

// Belief in a magnitude: mean in its unit, var in its unit squared.
struct Normal {
    double mean{}, var{};
    bool operator==(const Normal&) const = default;
};

// Belief in a rate in [0, 1]: `a` successes and `b` failures, prior included. Both > 0.
struct Beta {
    double a{}, b{};
    double mean() const { return a / (a + b); }
    double var() const { return a * b / ((a + b) * (a + b) * (a + b + 1)); }
    bool operator==(const Beta&) const = default;
};

struct Interval {
    double low{}, high{};
};

// P(Z <= z) of the standard normal; relative error below 1e-12 down to z = -37.
double normal_cdf(double z);
// Its inverse (Wichura 1988, AS 241): -infinity at 0, infinity at 1, NaN outside [0, 1].
double normal_quantile(double p);
// ln Gamma(x), x > 0.
double ln_gamma(double x);
// P(X <= x) of Beta(a, b), the regularised incomplete beta function.
double cdf(const Beta& d, double x);
// The x with cdf(d, x) = p, to 1e-12 relative where that x is a normal double.
double quantile(const Beta& d, double p);
double quantile(const Normal& d, double p);

// Equal-tailed interval that holds `level` of the belief (docs/spec.md 4.4: 0.90).
Interval interval(const Beta& d, double level = 0.90);
Interval interval(const Normal& d, double level = 0.90);

}  // namespace assay::estimate
