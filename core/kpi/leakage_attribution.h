// Who leaked, when several LPs were hit together: ridge regression of the move on the lots shown to
// each LP (docs/spec.md 2.9).
//   unit    basis points of move for each lot shown; > 0: bad for us
//   source  ridge regression, recursive least squares with forgetting (standard texts)
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace assay::kpi {

// What one LP was shown of a round; `lp` is the caller's small number for it.
struct ShownLots {
    std::uint32_t lp{};
    double lots{};
};

// y = alpha + sum_i ell_i x_i, with weights of the caller's (a ForwardClock's, so that nothing is
// touched as time passes). The prior strength lambda (lots^2) is added only when solving, so that
// it never decays away.
class LeakageAttribution {
  public:
    enum class Intercept { none, fitted };
    static constexpr double kClipBps = 15.0;
    static constexpr double kLambda = 2000.0;       // lots^2
    static constexpr std::uint32_t kMostLps = 256;  // rounds with an LP beyond are left out

    // The intercept takes the parent's own alpha; without it, lots being never negative, every LP
    // would be charged for it.
    explicit LeakageAttribution(Intercept intercept);

    // One round: lots shown to each LP, each LP once, and the move, clipped at +-15 bps.
    void observe(std::span<const ShownLots> shown, double moved_bps, double weight = 1);
    // Adds `other`, whose LP i is our LP ids[i]; `factor` brings its weights to ours.
    void merge(const LeakageAttribution& other, std::span<const std::uint32_t> ids, double factor);
    void scale(double factor);  // after ForwardClock::rebase

    // LPs known so far: one more than the largest number seen.
    std::size_t lps() const { return size_ - first_; }
    bool seen(std::size_t lp) const { return lp < lps() && at(first_ + lp, first_ + lp) > 0; }

    // bps a lot of all LPs together: what one LP is shrunk to. 0 before the first round.
    double pooled() const;
    // Non-negative bps a lot for each LP, shrunk to `class_mean` (0: no leakage unless shown).
    // Empty where the system cannot be solved.
    std::vector<double> solve(double class_mean) const;

    template <class Archive>
    void archive(Archive& a) {
        a(size_, normal_, right_);
    }

  private:
    // Row by row, each up to its diagonal: a new LP is one more row.
    static std::size_t slot(std::size_t row, std::size_t column) {
        return row < column ? column * (column + 1) / 2 + row : row * (row + 1) / 2 + column;
    }
    double& at(std::size_t row, std::size_t column) { return normal_[slot(row, column)]; }
    double at(std::size_t row, std::size_t column) const { return normal_[slot(row, column)]; }
    void make_room(std::size_t lps);

    std::size_t first_{}, size_{};  // the intercept stands before the LPs
    std::vector<double> normal_;    // sum w x x^T
    std::vector<double> right_;     // sum w x y
};

}  // namespace assay::kpi
