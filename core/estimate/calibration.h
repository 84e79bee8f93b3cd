// Were the predictions honest? (docs/spec.md 6.6.) Prequential: predict, then see, then update.
// Everything here is sums, so it merges and takes no room with time.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

namespace assay::estimate {

// Forecasts p of an event that then happened (y = 1) or not (y = 0). nullopt where none was made.
class Calibration {
  public:
    static constexpr int kBins = 10;
    static constexpr double kClip = 1e-3;  // log loss: p is taken within [kClip, 1 - kClip]

    struct Bin {
        double n{}, p{}, y{};  // count, sum of forecasts, sum of outcomes
        static constexpr bool kNoPadding = true;
        bool operator==(const Bin&) const = default;
    };

    // 0 <= p <= 1, else ignored; y is 0 or 1.
    void observe(double p, double y);
    void merge(const Calibration& other);

    double n() const;
    std::optional<double> brier() const;     // mean (p - y)^2
    std::optional<double> log_loss() const;  // mean -ln p or -ln(1 - p), natural
    std::optional<double> ece() const;       // expected calibration error over the table
    // Reliability table: bin i holds forecasts in [i/10, (i+1)/10), the last one 1 too.
    const std::array<Bin, kBins>& table() const { return table_; }
    bool operator==(const Calibration&) const = default;
    template <class Archive>
    void archive(Archive& a) {
        a(table_, squares_, logs_);
    }

  private:
    std::array<Bin, kBins> table_{};
    double squares_{}, logs_{};
};

// The same outcomes forecast by the model and by two simple baselines.
struct Prequential {
    Calibration model, lp_mean, global_mean;

    void observe(double p_model, double p_lp_mean, double p_global_mean, double y);
    void merge(const Prequential& other);
    // Brier no worse than the LP mean's, and ECE below 0.03. nullopt before the first forecast.
    std::optional<bool> accepted() const;
    template <class Archive>
    void archive(Archive& a) {
        a(model, lp_mean, global_mean);
    }
};

// Loss of forecasting `forecast` as the tau-quantile of what came out as x, in the unit of x.
double pinball(double tau, double forecast, double x);

// Mean pinball loss of p50, p90 and p99.
struct QuantileLoss {
    static constexpr std::array<double, 3> kTau = {0.50, 0.90, 0.99};
    std::array<double, 3> sum{};
    double n{};

    void observe(const std::array<double, 3>& forecast, double x);
    std::optional<double> mean(std::size_t i) const;
    template <class Archive>
    void archive(Archive& a) {
        a(sum, n);
    }
};

// Probability integral transform of what came out: uniform if the forecasts were right.
// `below` = P(X < x), `up_to` = P(X <= x); u in [0, 1) spreads an atom (below = up_to: no matter).
double pit(double below, double up_to, double u);

// Largest distance between the empirical distribution of `pits` and the uniform one (Kolmogorov-
// Smirnov); 0 where empty.
double ks_distance(std::vector<double> pits);

// Histogram of PITs; ks() sees distances at its 100 borders only.
class PitHistogram {
  public:
    static constexpr int kBins = 100;
    void observe(double pit);
    void merge(const PitHistogram& other);
    double n() const;
    double ks() const;
    const std::array<double, kBins>& counts() const { return counts_; }
    template <class Archive>
    void archive(Archive& a) {
        a(counts_);
    }

  private:
    std::array<double, kBins> counts_{};
};

}  // namespace assay::estimate
