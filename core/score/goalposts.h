// From a KPI's value to 0..1 between a profile's goalposts (docs/spec.md 5.2, 5.3). Absolute: what
// one LP does never moves another's score.
#pragma once

#include "core/score/profile.h"

namespace assay::score {

// Values below this count as this on a log scale: 1 us, for latencies in ms.
inline constexpr double kLeastOnLogScale = 1e-3;

// Where a term's goalposts stand, on its scale.
class Goalposts {
  public:
    explicit Goalposts(const Term& t);
    // clip((x - worst)/(best - worst), 0, 1), or the same of ln x.
    double utility(double x) const;

  private:
    Scale scale_{};
    double worst_{}, span_{};
};
inline double utility(const Term& t, double x) {
    return Goalposts(t).utility(x);
}

// |du/dx| (of ln x on a log scale) inside the goalposts, half of it outside: a KPI that has hit
// its goalpost is not free of risk.
double slope(const Term& t, double x);

// The variance that the slope goes with, of `var` in the KPI's unit around `x`: on a log scale that
// of ln x.
double scaled_variance(const Term& t, double x, double var);

}  // namespace assay::score
