// How far a mean, or a ratio of sums, could have come out otherwise: the moving-block bootstrap
// (Kuensch 1989), which keeps what neighbours have in common (docs/spec.md 8.2).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/estimate/distributions.h"

namespace assay::judge {

using estimate::Interval;

struct Resampling {
    std::size_t block{20};  // consecutive values that are drawn together
    int draws{2000};
    double level{0.95};    // of intervals, equal-tailed
    std::uint64_t seed{};  // keys every draw, with nothing else
};

// Consecutive values [first, last) that no block reaches beyond: one seed of one scenario, or a
// day. Stretches stand in order of their stratum.
struct Stretch {
    std::size_t first{}, last{};
    std::uint32_t stratum{};  // whole stretches are drawn from their own: scenarios are no chance
};

// What is drawn. Blocks within each stretch take the stretches as given; whole stretches, with
// replacement, let them vary too, which takes enough of them.
enum class Unit : std::uint8_t { block, whole_stretch };
inline constexpr std::size_t kEnoughStretches = 20;
inline constexpr std::size_t kTooShort = 8;  // values a stretch in the mean: nothing to block there
// Whole stretches where there are enough of them, or where they are too short for blocks.
Unit unit_of(std::span<const Stretch> stretches);

// Blocks of a stretch of n values: as asked for, but at least four fit, since a stretch that is one
// block would come out the same in every draw and look certain.
std::size_t block_of(std::size_t n, std::size_t asked);

// A resampled mean beside the real one. Draws are moved to the real mean: blocks hold the ends of a
// stretch less often than its middle.
struct BootstrappedMean {
    double mean{};
    Interval interval{};
    double se{};  // standard deviation of the draws
    // Two-sided, of a true mean of 0: (1 + draws as far from their centre as 0 is) / (1 + draws).
    double p{1};
};
// `stretches` cover `values` in order. No values: all 0, p 1.
BootstrappedMean bootstrapped_mean(std::span<const double> values,
                                   std::span<const Stretch> stretches, Unit unit,
                                   const Resampling& how);

// What is added up for a ratio: up to six sums, the meaning is the caller's.
inline constexpr std::size_t kSums = 6;
using Sums = std::array<double, kSums>;
// The sums of each resampled sequence.
std::vector<Sums> resampled_sums(std::span<const Sums> values, std::span<const Stretch> stretches,
                                 Unit unit, const Resampling& how);

// Of draws of a statistic around its real value: moved by nothing, quantiles as they are.
Interval percentile_interval(std::vector<double> draws, double level);

// The p-quantile of `values` by linear interpolation (Hyndman and Fan 1996, type 7); 0 where empty.
double percentile(std::vector<double> values, double p);

}  // namespace assay::judge
