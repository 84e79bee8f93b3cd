#include "core/score/draws.h"

#include <cmath>

#include "core/estimate/distributions.h"
#include "core/units/elementary.h"

namespace assay::score {
namespace {

constexpr std::uint64_t kGolden = 0x9e3779b97f4a7c15ull;

// The finaliser of SplitMix64 (Steele, Lea and Flood 2014): each input bit flips half the output.
constexpr std::uint64_t mixed(std::uint64_t z) {
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
    return z ^ (z >> 31);
}

}  // namespace

Draws::Draws(std::initializer_list<std::uint64_t> key) {
    for (const std::uint64_t part : key) key_ = mixed(key_ + kGolden + mixed(part + kGolden));
}

std::uint64_t Draws::bits() {
    return mixed(key_ + ++counter_ * kGolden);
}

double Draws::uniform() {
    return (static_cast<double>(bits() >> 11) + 0.5) * 0x1p-53;
}

double Draws::normal() {
    return estimate::normal_quantile(uniform());
}

double Draws::gamma(double shape) {
    // Below 1 the method does not hold: draw one shape higher and scale back.
    if (shape < 1) {
        const double u = uniform();
        return gamma(shape + 1) * elementary::exp(elementary::ln(u) / shape);
    }
    const double d = shape - 1.0 / 3, c = 1 / std::sqrt(9 * d);
    for (;;) {
        const double x = normal(), root = 1 + c * x;
        if (!(root > 0)) continue;
        const double v = root * root * root;
        if (elementary::ln(uniform()) < 0.5 * x * x + d - d * v + d * elementary::ln(v))
            return d * v;
    }
}

double Draws::beta(double a, double b) {
    const double x = gamma(a), y = gamma(b);
    // Both underflow only for shapes near 0, where the mass sits on the ends.
    return x + y > 0 ? x / (x + y) : (uniform() * (a + b) < a ? 1 : 0);
}

}  // namespace assay::score
