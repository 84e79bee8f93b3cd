#include "core/estimate/calibration.h"

#include <algorithm>
#include <cmath>

#include "core/units/elementary.h"

namespace assay::estimate {
using namespace elementary;

void Calibration::observe(double p, double y) {
    if (!(p >= 0 && p <= 1) || !(y == 0 || y == 1)) return;
    // 0.3 * 10 = 3 and 0.7 * 10 = 7 in doubles, so borders fall into the bin above.
    Bin& bin = table_[static_cast<std::size_t>(std::min(kBins - 1, static_cast<int>(p * kBins)))];
    bin.n += 1;
    bin.p += p;
    bin.y += y;
    squares_ += (p - y) * (p - y);
    const double safe = std::clamp(p, kClip, 1 - kClip);
    logs_ -= ln(y > 0 ? safe : 1 - safe);
}

void Calibration::merge(const Calibration& other) {
    for (std::size_t i = 0; i < table_.size(); ++i) {
        table_[i].n += other.table_[i].n;
        table_[i].p += other.table_[i].p;
        table_[i].y += other.table_[i].y;
    }
    squares_ += other.squares_;
    logs_ += other.logs_;
}

double Calibration::n() const {
    double sum = 0;
    for (const Bin& b : table_) sum += b.n;
    return sum;
}

std::optional<double> Calibration::brier() const {
    if (!(n() > 0)) return std::nullopt;
    return squares_ / n();
}

std::optional<double> Calibration::log_loss() const {
    if (!(n() > 0)) return std::nullopt;
    return logs_ / n();
}

std::optional<double> Calibration::ece() const {
    if (!(n() > 0)) return std::nullopt;
    double sum = 0;
    for (const Bin& b : table_) sum += std::fabs(b.p - b.y);  // n_b/n |mean p - mean y|
    return sum / n();
}

void Prequential::observe(double p_model, double p_lp_mean, double p_global_mean, double y) {
    model.observe(p_model, y);
    lp_mean.observe(p_lp_mean, y);
    global_mean.observe(p_global_mean, y);
}

void Prequential::merge(const Prequential& other) {
    model.merge(other.model);
    lp_mean.merge(other.lp_mean);
    global_mean.merge(other.global_mean);
}

std::optional<bool> Prequential::accepted() const {
    if (!model.brier() || !lp_mean.brier()) return std::nullopt;
    return *model.brier() <= *lp_mean.brier() && *model.ece() < 0.03;
}

double pinball(double tau, double forecast, double x) {
    return x >= forecast ? tau * (x - forecast) : (1 - tau) * (forecast - x);
}

void QuantileLoss::observe(const std::array<double, 3>& forecast, double x) {
    for (std::size_t i = 0; i < kTau.size(); ++i) sum[i] += pinball(kTau[i], forecast[i], x);
    n += 1;
}

std::optional<double> QuantileLoss::mean(std::size_t i) const {
    if (!(n > 0)) return std::nullopt;
    return sum[i] / n;
}

double pit(double below, double up_to, double u) {
    return below + u * (up_to - below);
}

double ks_distance(std::vector<double> pits) {
    std::sort(pits.begin(), pits.end());
    const auto n = static_cast<double>(pits.size());
    double most = 0;
    for (std::size_t i = 0; i < pits.size(); ++i) {
        const auto rank = static_cast<double>(i);
        most = std::max({most, pits[i] - rank / n, (rank + 1) / n - pits[i]});
    }
    return most;
}

void PitHistogram::observe(double value) {
    if (!(value >= 0 && value <= 1)) return;
    counts_[static_cast<std::size_t>(std::min(kBins - 1, static_cast<int>(value * kBins)))] += 1;
}

void PitHistogram::merge(const PitHistogram& other) {
    for (std::size_t i = 0; i < counts_.size(); ++i) counts_[i] += other.counts_[i];
}

double PitHistogram::n() const {
    double sum = 0;
    for (const double c : counts_) sum += c;
    return sum;
}

double PitHistogram::ks() const {
    const double all = n();
    if (!(all > 0)) return 0;
    double below = 0, most = 0;
    for (std::size_t i = 0; i < counts_.size(); ++i) {
        below += counts_[i];
        most = std::max(most, std::fabs(below / all - static_cast<double>(i + 1) / kBins));
    }
    return most;
}

}  // namespace assay::estimate
