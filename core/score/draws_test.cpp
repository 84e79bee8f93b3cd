#include "core/score/draws.h"

#include <cmath>
#include <gtest/gtest.h>
#include <set>

namespace assay::score {
namespace {

TEST(Draws, are_a_function_of_the_key_alone) {
    Draws a({1, 2, 3}), b({1, 2, 3});
    for (int i = 0; i < 100; ++i) EXPECT_EQ(a.bits(), b.bits());
    std::set<std::uint64_t> first;
    for (std::uint64_t x = 0; x < 20; ++x) {
        for (std::uint64_t y = 0; y < 20; ++y) first.insert(Draws({x, y}).bits());
    }
    EXPECT_EQ(first.size(), 400u) << "(1, 2) and (2, 1) are different streams";
    EXPECT_NE(Draws({0}).bits(), Draws({0, 0}).bits());
}

// The doubles were computed once; another value on another machine would break the promise of equal
// reports.
TEST(Draws, are_the_same_on_every_machine) {
    Draws d({1, 2, 3, 4, 5});
    EXPECT_EQ(d.bits(), 0x70411e511d07c856ull) << "computed in Python from the definition";
    EXPECT_EQ(d.bits(), 0xfa003b20e61803f5ull);
    EXPECT_EQ(d.normal(), -0x1.fe9bb350ac7a1p-1);
    EXPECT_EQ(d.gamma(2.5), 0x1.2f08cc6376f1p+2);
    EXPECT_EQ(d.beta(0.5, 0.25), 0x1.d6a8f4b99c783p-1);
}

struct Moments {
    double mean{}, var{};
};
template <class F>
Moments moments(std::uint64_t seed, F f) {
    constexpr int kN = 200'000;
    Draws d({seed});
    double sum = 0, squares = 0;
    for (int i = 0; i < kN; ++i) {
        const double x = f(d);
        sum += x;
        squares += x * x;
    }
    return {sum / kN, squares / kN - (sum / kN) * (sum / kN)};
}

TEST(Draws, moments_of_the_distributions) {
    const std::uint64_t seed = 1;
    const Moments u = moments(seed, [](Draws& d) { return d.uniform(); });
    EXPECT_NEAR(u.mean, 0.5, 0.003) << "seed=" << seed;
    EXPECT_NEAR(u.var, 1.0 / 12, 0.001);
    const Moments n = moments(seed, [](Draws& d) { return d.normal(); });
    EXPECT_NEAR(n.mean, 0, 0.01);
    EXPECT_NEAR(n.var, 1, 0.015);
    for (const double shape : {0.05, 0.5, 1.0, 2.5, 40.0, 1e5}) {
        const Moments g = moments(seed, [&](Draws& d) { return d.gamma(shape); });
        EXPECT_NEAR(g.mean / shape, 1, 5 / std::sqrt(shape * 200'000)) << "shape " << shape;
        EXPECT_NEAR(g.var / shape, 1, 0.1) << "shape " << shape;
    }
    const Moments b = moments(seed, [](Draws& d) { return d.beta(4.455, 0.545); });
    EXPECT_NEAR(b.mean, 0.891, 0.002);
    EXPECT_NEAR(std::sqrt(b.var), 0.127, 0.001);
    const Moments ends = moments(seed, [](Draws& d) { return d.beta(0.002, 0.006); });
    EXPECT_NEAR(ends.mean, 0.25, 0.01) << "mass on 0 and 1";
}

}  // namespace
}  // namespace assay::score
