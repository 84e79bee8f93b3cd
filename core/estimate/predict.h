// What to expect of a candidate child order before it is sent (docs/spec.md 6.1 to 6.4).
#pragma once

#include <optional>
#include <span>

#include "core/estimate/distributions.h"
#include "core/estimate/sketch.h"

namespace assay::estimate {

// A tail T of capacity.h with the sizes it belongs to: between two of them it holds the value of
// the right one, so nothing is promised that was not seen. Beyond the last: 0. All outlive it.
class FillForecast {
  public:
    // `gap`: how far before its upper end the drop of each cell lies, as a mean; without it, at the
    // lower end, as it is where the sizes are whole lots.
    FillForecast(std::span<const double> upper, std::span<const double> t,
                 std::span<const double> gap = {})
        : upper_(upper), t_(t), gap_(gap) {}

    // P(at least k is filled); 1 for k <= 0. The order's size q must be >= k.
    double at_least(double k) const;
    // P(all of q is filled).
    double full(double q) const { return at_least(q); }
    // Expected filled quantity of q, in the unit of `upper`: the integral of the step function from
    // 0 to q.
    double expected(double q) const;

  private:
    std::span<const double> upper_, t_, gap_;
};

// Last look as a barrier: the LP rejects when the market moved more than theta against it while it
// held the order. P = r0 + (1 - r0) Phi(-theta / (sigma sqrt(tau))).
//   theta bps; sigma bps per sqrt(second), tau seconds, both > 0; r0 = rejects for other reasons
double reject_probability(double theta_bps, double sigma, double tau_s, double r0 = 0);
// The theta in bps that gives reject rate p; nullopt where p is not inside (r0, 1).
std::optional<double> fitted_theta_bps(double p, double sigma, double tau_s, double r0 = 0);

// E[L] in ns of a log-normal latency: exp(m + v/2), `ln_ns` the belief in ln(latency in ns).
double expected_latency_ns(const Normal& ln_ns);

struct LatencyForecast {
    double p50_ns{}, p90_ns{}, p99_ns{};
    double mean_ns{};
};
// nullopt where the sketch is empty.
std::optional<LatencyForecast> forecast_latency(const Sketch& seen, const Normal& ln_ns);

}  // namespace assay::estimate
