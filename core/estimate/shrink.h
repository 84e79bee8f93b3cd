// Hierarchical empirical Bayes (docs/spec.md 4.3, 4.4): how far to trust a cell, and how far its
// parents. Levels: all -> LP -> LP x symbol -> cell; the functions here serve any one level.
// A rate's trial is one child order with y in [0, 1]; counts are Kish's effective numbers.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "core/estimate/distributions.h"

namespace assay::estimate {

// What one child contributes: n trials of mean y. Without a variance it counts as Bernoulli.
struct Trials {
    double n{};
    double mean{};
    std::optional<double> variance;  // per trial, unbiased
};

inline constexpr double kStrengthFallback = 10;  // M where too little is known
inline constexpr double kStrengthMost = 100;     // M: gamma never below 1/101
inline constexpr double kFastStrengthMost = 50;  // kappa of the FAST level

struct FitRule {
    int min_children = 5;  // with at least min_n trials each; fewer: M = kStrengthFallback
    double min_n = 3;
    double phi = 0;     // > 0: use this instead of the data's
    bool means = true;  // false: RateFit::mu and mu_var stay empty
};

// The prior of one level. Families are the groups of siblings: one gamma for all, a mean for each.
struct RateFit {
    double phi{1};               // variance of a trial / mu(1-mu): divide every count by it
    double gamma{};              // share of mu(1-mu) that is between children
    double strength{};           // M = 1/gamma - 1, in orders (divided by phi)
    bool fallback{};             // too few children: strength is kStrengthFallback
    std::vector<double> mu;      // per family; 0.5 where a family is empty
    std::vector<double> mu_var;  // variance of that mean
};
// Kleinman's moments, at most 30 rounds. Children with n = 0 count for nothing.
RateFit fit_rates(std::span<const std::span<const Trials>> families, const FitRule& rule = {});

// What one cell did in its FAST window, and what SLOW believed of it before.
struct FastWindow {
    Trials seen;
    double prior{};
};
// How many orders a SLOW belief counts for under FAST data: Kleinman's M, pooled over windows, each
// about its own prior. At most 50; 10 with fewer than 5 windows of 3 orders (docs/spec.md 4.1).
double fast_kappa(std::span<const FastWindow> windows);

// Posterior of `n` trials of mean `mean` (n already divided by phi) under the parent's mean and
// strength M. n = 0 serves the parent.
Beta posterior(double n, double mean, double parent_mean, double strength);
// The same with the parent's own doubt: M is replaced by inflated_strength().
Beta posterior(double n, double mean, const Beta& parent, double strength);
// M' = max(m(1-m)/V - 1, 0.5) with V = V_parent + m(1-m)/(M+1).
double inflated_strength(double parent_mean, double parent_var, double strength);
// What n trials of one child are worth to its parent: n / (1 + (n-1)/(M_child+1)).
double design_n(double n, double child_strength);

// A child's mean of a magnitude and the variance of that mean.
struct Measured {
    double x{};
    double v{};  // > 0: pooled within-child variance / n_eff
};
// Sum (n-1) var / Sum (n-1) over children with n > 1; nullopt where there is none. Pooling keeps
// two equal observations from looking certain.
std::optional<double> pooled_variance(std::span<const Trials> children);

struct NormalFit {
    double tau2{};           // variance between children, DerSimonian-Laird
    std::vector<Normal> mu;  // per family: mean and variance of that mean; var infinite if empty
};
NormalFit fit_magnitudes(std::span<const std::span<const Measured>> families);

// B = v/(v+tau2): mean B mu + (1-B) x, variance v(1-B) + B^2 Var(parent).
Normal posterior(const Measured& child, const Normal& parent, double tau2);

// Median -+ `reach` robust standard deviations (1.4826 x median absolute deviation), or `least`
// where that is more: what children that are alike differ by is no measure of what is far out
// (docs/decisions/0029). Unlimited where both are 0 or there is nothing.
inline constexpr double kWinsor = 5;
Interval winsor_limits(std::span<const double> values, double reach = kWinsor, double least = 0);
double winsorised(double x, const Interval& limits);

// How much stands behind an estimate (docs/spec.md 4.4).
enum class Evidence { prior, low, enough };  // n_eff < 1, < 10, the rest
Evidence evidence(double n_eff);

// What routing may believe of a rate where more is better: below 20 effective orders the 10 %
// quantile, and never more than the median of the peers.
double cautious_rate(const Beta& belief, double n_eff, double median_of_peers);

// Plain mean of a prior worth `strength` orders and n new ones with sum `sum` (docs/spec.md 5.4).
double pseudo_mean(double prior_mean, double strength, double sum, double n);

}  // namespace assay::estimate
