// For tests of estimate and score only: random numbers that are a function of (seed, counter).
#pragma once

#include <cmath>
#include <cstdint>

#include "core/estimate/distributions.h"
#include "core/units/elementary.h"

namespace assay::estimate::testkit {
using namespace elementary;

class Random {
  public:
    explicit Random(std::uint64_t seed) : seed_(seed) {}

    std::uint64_t bits() {
        std::uint64_t z = seed_ * 0xd1342543de82ef95ull + ++counter_ * 0x9e3779b97f4a7c15ull;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
        return z ^ (z >> 31);
    }
    double uniform() { return (static_cast<double>(bits() >> 11) + 0.5) * 0x1p-53; }
    double normal() { return normal_quantile(uniform()); }
    double exponential() { return -ln(uniform()); }
    double beta(double a, double b) { return quantile(Beta{a, b}, uniform()); }
    std::uint64_t below(std::uint64_t n) { return bits() % n; }

  private:
    std::uint64_t seed_, counter_{};
};

}  // namespace assay::estimate::testkit
