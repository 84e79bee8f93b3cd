#include "core/estimate/distributions.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "core/units/elementary.h"

namespace assay::estimate {
using namespace elementary;
namespace {

using Coefficients = std::array<double, 8>;

double polynomial(const Coefficients& c, double x) {
    double sum = c[7];
    for (int i = 6; i >= 0; --i) sum = sum * x + c[static_cast<std::size_t>(i)];
    return sum;
}

// AS 241: near the middle, in the shoulders, in the tails.
constexpr Coefficients kMidTop = {3.3871328727963666080e0,  1.3314166789178437745e+2,
                                  1.9715909503065514427e+3, 1.3731693765509461125e+4,
                                  4.5921953931549871457e+4, 6.7265770927008700853e+4,
                                  3.3430575583588128105e+4, 2.5090809287301226727e+3};
constexpr Coefficients kMidBottom = {1.0,
                                     4.2313330701600911252e+1,
                                     6.8718700749205790830e+2,
                                     5.3941960214247511077e+3,
                                     2.1213794301586595867e+4,
                                     3.9307895800092710610e+4,
                                     2.8729085735721942674e+4,
                                     5.2264952788528545610e+3};
constexpr Coefficients kSideTop = {1.42343711074968357734e0,  4.63033784615654529590e0,
                                   5.76949722146069140550e0,  3.64784832476320460504e0,
                                   1.27045825245236838258e0,  2.41780725177450611770e-1,
                                   2.27238449892691845833e-2, 7.74545014278341407640e-4};
constexpr Coefficients kSideBottom = {1.0,
                                      2.05319162663775882187e0,
                                      1.67638483018380384940e0,
                                      6.89767334985100004550e-1,
                                      1.48103976427480074590e-1,
                                      1.51986665636164571966e-2,
                                      5.47593808499534494600e-4,
                                      1.05075007164441684324e-9};
constexpr Coefficients kTailTop = {6.65790464350110377720e0,  5.46378491116411436990e0,
                                   1.78482653991729133580e0,  2.96560571828504891230e-1,
                                   2.65321895265761230930e-2, 1.24266094738807843860e-3,
                                   2.71155556874348757815e-5, 2.01033439929228813265e-7};
constexpr Coefficients kTailBottom = {1.0,
                                      5.99832206555887937690e-1,
                                      1.36929880922735805310e-1,
                                      1.48753612908506148525e-2,
                                      7.86869131145613259100e-4,
                                      1.84631831751005468180e-5,
                                      1.42151175831644588870e-7,
                                      2.04426310338993978564e-15};

// P(Z > z) for z >= 3 by its continued fraction, from the far end.
double upper_tail(double z) {
    double f = z;
    for (int k = 120; k >= 1; --k) f = z + k / f;
    return kInvSqrt2Pi * exp(-0.5 * z * z) / f;
}

// Continued fraction of the incomplete beta function (modified Lentz), good for x < (a+1)/(a+b+2).
double beta_fraction(double a, double b, double x) {
    constexpr double kTiny = 1e-300;
    const auto away_from_zero = [](double v) { return std::fabs(v) < kTiny ? kTiny : v; };
    double c = 1;
    double d = 1 / away_from_zero(1 - (a + b) * x / (a + 1));
    double f = d;
    for (int m = 1; m <= 5000; ++m) {
        const double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
        d = 1 / away_from_zero(1 + even * d);
        c = away_from_zero(1 + even / c);
        f *= d * c;
        const double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
        d = 1 / away_from_zero(1 + odd * d);
        c = away_from_zero(1 + odd / c);
        const double step = d * c;
        f *= step;
        if (std::fabs(step - 1) < 1e-15) break;
    }
    return f;
}

double ln_beta(const Beta& d) {
    return ln_gamma(d.a) + ln_gamma(d.b) - ln_gamma(d.a + d.b);
}

double cdf_given(const Beta& d, double x, double ln_b) {
    if (!(x > 0)) return 0;
    if (!(x < 1)) return 1;
    const double front = exp(d.a * ln(x) + d.b * ln(1 - x) - ln_b);
    if (x < (d.a + 1) / (d.a + d.b + 2)) return front * beta_fraction(d.a, d.b, x) / d.a;
    return 1 - front * beta_fraction(d.b, d.a, 1 - x) / d.b;
}

// Root in (0, 1): Newton inside a bracket that only shrinks, halving where Newton leaves it.
double quantile_from_left(const Beta& d, double p) {
    const double ln_b = ln_beta(d);
    double low = 0, high = 1, x = d.mean();
    for (int i = 0; i < 1200; ++i) {
        const double miss = cdf_given(d, x, ln_b) - p;
        if (miss == 0) return x;
        (miss < 0 ? low : high) = x;
        const double slope = exp((d.a - 1) * ln(x) + (d.b - 1) * ln(1 - x) - ln_b);
        double next = x - miss / slope;
        // Far left the distribution goes like x^a: halving x itself would crawl there.
        if (!(next > low && next < high)) next = low > 0 ? 0.5 * (low + high) : high * 0.125;
        if (std::fabs(next - x) <= 1e-15 * x) return next;
        x = next;
        if (x < 1e-300) return 0;
    }
    return x;
}

}  // namespace

double normal_cdf(double z) {
    if (z != z) return z;
    if (z <= -3) return z < -39 ? 0 : upper_tail(-z);
    if (z >= 3) return z > 39 ? 1 : 1 - upper_tail(z);
    double term = z, sum = z;  // Phi = 1/2 + phi(z) (z + z^3/3 + z^5/15 + ...)
    for (int k = 3; k < 200; k += 2) {
        term *= z * z / k;
        const double before = sum;
        sum += term;
        if (sum == before) break;
    }
    return 0.5 + kInvSqrt2Pi * exp(-0.5 * z * z) * sum;
}

double normal_quantile(double p) {
    constexpr double kInfinity = std::numeric_limits<double>::infinity();
    if (!(p >= 0 && p <= 1)) return std::numeric_limits<double>::quiet_NaN();
    if (p == 0) return -kInfinity;
    if (p == 1) return kInfinity;
    const double q = p - 0.5;
    if (std::fabs(q) <= 0.425) {
        const double r = 0.180625 - q * q;
        return q * polynomial(kMidTop, r) / polynomial(kMidBottom, r);
    }
    const double r = std::sqrt(-ln(q < 0 ? p : 1 - p));
    const double z = r <= 5 ? polynomial(kSideTop, r - 1.6) / polynomial(kSideBottom, r - 1.6)
                            : polynomial(kTailTop, r - 5) / polynomial(kTailBottom, r - 5);
    return q < 0 ? -z : z;
}

double ln_gamma(double x) {
    constexpr double kHalfLn2Pi = 0.918938533204672741780329736406;
    double product = 1;
    while (x < 10) {  // Stirling's series from 10 on
        product *= x;
        x += 1;
    }
    const double z = 1 / (x * x);
    double series = -691.0 / 360360;
    for (const double c : {1.0 / 1188, -1.0 / 1680, 1.0 / 1260, -1.0 / 360, 1.0 / 12}) {
        series = series * z + c;
    }
    return (x - 0.5) * ln(x) - x + kHalfLn2Pi + series / x - ln(product);
}

double cdf(const Beta& d, double x) {
    return cdf_given(d, x, ln_beta(d));
}

double quantile(const Beta& d, double p) {
    if (!(p > 0)) return 0;
    if (!(p < 1)) return 1;
    // Work where the answer is small, so that a quantile near 1 keeps its digits too.
    if (cdf(d, 0.5) >= p) return quantile_from_left(d, p);
    return 1 - quantile_from_left({d.b, d.a}, 1 - p);
}

double quantile(const Normal& d, double p) {
    return d.mean + std::sqrt(d.var) * normal_quantile(p);
}

Interval interval(const Beta& d, double level) {
    const double tail = 0.5 * (1 - level);
    return {quantile(d, tail), quantile(d, 1 - tail)};
}

Interval interval(const Normal& d, double level) {
    const double half = std::sqrt(d.var) * normal_quantile(0.5 * (1 + level));
    return {d.mean - half, d.mean + half};
}

}  // namespace assay::estimate
