#include "core/units/elementary.h"

#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

namespace assay::elementary {
namespace {

// ln 2 in two parts: n * kLn2High is exact for |n| < 2^20.
constexpr double kLn2High = 0x1.62e42feep-1;
constexpr double kLn2Low = 0x1.a39ef35793c76p-33;
constexpr int kSteps = 64;  // table entries per octave

constexpr std::array<double, kSteps> make_powers() {
    std::array<double, kSteps> table{};
    for (int j = 0; j < kSteps; ++j) {
        const double r = kLn2 * j / kSteps;
        double sum = 1;
        for (int n = 24; n >= 1; --n) sum = 1 + sum * r / n;
        table[static_cast<std::size_t>(j)] = sum;
    }
    return table;
}
constexpr std::array<double, kSteps> kPowers = make_powers();  // 2^(j/64)

// e^r for |r| <= ln2/128: the first term left out is below 2e-20.
double exp_near_zero(double r) {
    double sum = 1.0 / 720;
    sum = sum * r + 1.0 / 120;
    sum = sum * r + 1.0 / 24;
    sum = sum * r + 1.0 / 6;
    sum = sum * r + 0.5;
    return (sum * r + 1.0) * r + 1.0;
}

double power_of_two(int e) {  // -1022 <= e <= 1023
    return std::bit_cast<double>(static_cast<std::uint64_t>(e + 1023) << 52);
}

// x * 2^e for x in [0.9, 2.1]; two exact steps where one factor would leave the normal numbers.
double scaled(double x, int e) {
    if (e >= -1020 && e <= 1020) return x * power_of_two(e);
    const int half = e / 2;
    return x * power_of_two(half) * power_of_two(e - half);
}

double combine(std::int64_t n, double r) {
    const auto j = static_cast<std::size_t>(n & (kSteps - 1));
    return scaled(kPowers[j] * exp_near_zero(r), static_cast<int>(n >> 6));
}

}  // namespace

double exp2(double y) {
    if (!(y > -1100)) return y != y ? y : 0.0;
    if (y > 1100) return std::numeric_limits<double>::infinity();
    const double n = std::floor(y * kSteps + 0.5);
    return combine(static_cast<std::int64_t>(n), (y - n / kSteps) * kLn2);
}

double exp(double x) {
    if (!(x > -760)) return x != x ? x : 0.0;
    if (x > 760) return std::numeric_limits<double>::infinity();
    const double n = std::floor(x * (kSteps / kLn2) + 0.5);
    const double r = (x - n * (kLn2High / kSteps)) - n * (kLn2Low / kSteps);
    return combine(static_cast<std::int64_t>(n), r);
}

double ln(double x) {
    if (!(x > 0)) {
        return x == 0 ? -std::numeric_limits<double>::infinity()
                      : std::numeric_limits<double>::quiet_NaN();
    }
    if (x == std::numeric_limits<double>::infinity()) return x;
    int e = 0;
    if (x < std::numeric_limits<double>::min()) {
        x *= 0x1p54;
        e = -54;
    }
    const auto bits = std::bit_cast<std::uint64_t>(x);
    e += static_cast<int>(bits >> 52) - 1023;
    double m = std::bit_cast<double>((bits & 0xfffffffffffffull) | (1023ull << 52));
    if (m > 1.41421356237309514547) {
        m *= 0.5;
        e += 1;
    }
    const double s = (m - 1) / (m + 1);  // |s| <= 0.1716; ln m = 2 artanh s
    const double z = s * s;
    double sum = 0;
    for (int k = 23; k >= 3; k -= 2) sum = (sum + 1.0 / k) * z;
    return e * kLn2High + (2 * s * sum + e * kLn2Low + 2 * s);
}

}  // namespace assay::elementary
