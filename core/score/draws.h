// Random numbers that are a function of a key and a counter: no state outside, so a draw is the
// same whichever thread or host makes it, and in whichever order.
#pragma once

#include <cstdint>
#include <initializer_list>

namespace assay::score {

class Draws {
  public:
    // Different keys, or the same numbers in another order, give unrelated streams.
    explicit Draws(std::initializer_list<std::uint64_t> key);

    std::uint64_t bits();
    double uniform();                 // inside (0, 1), never 0 or 1
    double normal();                  // standard normal
    double gamma(double shape);       // scale 1, shape > 0 (Marsaglia and Tsang 2000)
    double beta(double a, double b);  // a, b > 0

  private:
    std::uint64_t key_{}, counter_{};
};

}  // namespace assay::score
