// Who leaked, when several LPs were hit together: ridge regression of the move on the lots sent to
// each LP (docs/spec.md 2.9).
//   unit    basis points of move for each lot shown; > 0: bad for us
//   source  ridge regression, recursive least squares with forgetting (standard texts)
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace assay::kpi {

// y = alpha + sum_i ell_i x_i, with decaying memory. The prior strength lambda (lots^2) is added
// only when solving, so that it never decays away.
class LeakageAttribution {
  public:
    enum class Intercept { none, fitted };
    static constexpr double kClipBps = 15.0;
    static constexpr double kLambda = 2000.0;  // lots^2

    // The intercept takes the parent's own alpha; without it, lots being never negative, every LP
    // would be charged for it.
    LeakageAttribution(std::size_t lps, Intercept intercept);

    // One parent and round: lots shown to each LP, and the move, clipped at +-15 bps. `keep` is
    // what is left of all earlier observations (1: no decay), in (0, 1]. lots.size() == the number
    // of LPs.
    void observe(std::span<const double> lots, double moved_bps, double keep);

    // Non-negative bps a lot for each LP, shrunk to `class_mean` (0: no leakage unless shown).
    // Empty where the system cannot be solved.
    std::vector<double> solve(double class_mean) const;

  private:
    double& at(std::size_t row, std::size_t column) { return normal_[row * size_ + column]; }

    std::size_t lps_, size_;
    std::vector<double> normal_;  // sum w x x^T, row by row; the intercept is the last column
    std::vector<double> right_;   // sum w x y
};

}  // namespace assay::kpi
