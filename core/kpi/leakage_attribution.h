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
    template <class Archive>
    void archive(Archive& a) {
        a(lp, lots);
    }
};

// What the rounds of one stratum (symbol, side, regime) have in common: sums of weights, of moves,
// and of the lots shown to each LP.
struct LeakageStratum {
    double W{}, y{};
    std::vector<ShownLots> x;

    void observe(std::span<const ShownLots> shown, double moved_bps, double weight);
    void scale(double factor);
    template <class Archive>
    void archive(Archive& a) {
        a(W, y, x);
    }
};

// y = alpha of the stratum + sum_i ell_i x_i, with weights of the caller's: 1 / variance of y, less
// as time passes (a ForwardClock's, so that nothing is touched).
class LeakageAttribution {
  public:
    static constexpr double kClipBps = 15.0;
    static constexpr std::uint32_t kMostLps = 256;  // rounds with an LP beyond are left out
    static bool bounded(std::span<const ShownLots> shown);

    // One round: lots shown to each LP, each LP once, and the move, clipped at +-15 bps.
    void observe(std::span<const ShownLots> shown, double moved_bps, double weight = 1);
    // Takes out what the rounds of a stratum have in common: the market's own drift there and the
    // parents' alpha, which would be charged to the LPs, as lots are never negative. It must have
    // seen the same rounds with the same weights.
    void centre(const LeakageStratum& s);
    // Adds `other`, whose LP i is our LP ids[i]; `factor` brings its weights to ours.
    void merge(const LeakageAttribution& other, std::span<const std::uint32_t> ids, double factor);
    void scale(double factor);  // after ForwardClock::rebase

    // LPs known so far: one more than the largest number seen.
    std::size_t lps() const { return size_; }
    // Whether it was shown different lots in rounds of one stratum: else nothing is known of it.
    bool seen(std::size_t lp) const { return lp < size_ && at(lp, lp) > 1e-6; }

    // bps a lot of each LP, and how surely. Before any round an LP is thought to leak what LPs leak
    // together, give or take tau, and they together nothing, give or take tau. Of what size tau is,
    // nobody knows beforehand: from 1e-5 to 1 bps a lot each counts for as much as the rounds speak
    // for it.
    struct Belief {
        double mean{}, sd{};
    };
    std::vector<Belief> believed() const;
    // Non-negative bps a lot where the strength of the prior (lambda, in the unit of the weights x
    // lots^2) and its mean are known: added when solving, so that it never decays away.
    std::vector<double> ridge(double lambda, double mean) const;

    template <class Archive>
    void archive(Archive& a) {
        a(size_, normal_, right_);
        if (size_ > kMostLps) size_ = 0;  // damaged bytes; loading has failed then
        make_room(size_);
    }

  private:
    // Row by row, each up to its diagonal: a new LP is one more row.
    static std::size_t slot(std::size_t row, std::size_t column) {
        return row < column ? column * (column + 1) / 2 + row : row * (row + 1) / 2 + column;
    }
    double& at(std::size_t row, std::size_t column) { return normal_[slot(row, column)]; }
    double at(std::size_t row, std::size_t column) const { return normal_[slot(row, column)]; }
    void make_room(std::size_t lps);
    struct Solved {
        std::vector<double> ell, lower;  // and the triangle of its precision, row by row
        double log_evidence{};           // but for what all priors have in common
    };
    Solved solved(double precision, double together, double mean) const;

    std::size_t size_{};          // LPs
    std::vector<double> normal_;  // sum w x x^T
    std::vector<double> right_;   // sum w x y
};

}  // namespace assay::kpi
