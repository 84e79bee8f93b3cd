// Random numbers that are a function of a key and a counter: no state outside, so a draw is the
// same whichever thread or host makes it, and in whichever order.
#pragma once

#include <cstdint>
#include <initializer_list>

namespace assay::score {

// What a gamma distribution of scale 1 needs for a draw; shape > 0.
class GammaShape {
  public:
    explicit GammaShape(double shape);
    // What no draw falls below, or exceeds.
    double least() const;
    double most() const;

  private:
    friend class Draws;
    double shape_{}, d_{}, c_{};  // d and c: of Marsaglia and Tsang, of the shape that is drawn
    bool squeezed_{};
};

class Draws {
  public:
    // No normal() is farther from 0: uniform() has 53 bits.
    static constexpr double kFarthestNormal = 8.3;

    // Different keys, or the same numbers in another order, give unrelated streams.
    explicit Draws(std::initializer_list<std::uint64_t> key);
    // The streams of this key with one more part. `digest`: of that part, so that it is made once.
    Draws with(std::uint64_t digest) const { return Draws(mixed(key_ + kGolden + digest)); }
    static std::uint64_t digest(std::uint64_t part) { return mixed(part + kGolden); }

    std::uint64_t bits() { return mixed(key_ + ++counter_ * kGolden); }
    // Inside (0, 1), never 0 or 1.
    double uniform() { return (static_cast<double>(bits() >> 11) + 0.5) * 0x1p-53; }
    double normal();                        // standard normal
    double gamma(const GammaShape& shape);  // Marsaglia and Tsang 2000
    double gamma(double shape) { return gamma(GammaShape(shape)); }
    double beta(const GammaShape& a, const GammaShape& b);
    double beta(double a, double b) { return beta(GammaShape(a), GammaShape(b)); }

  private:
    explicit Draws(std::uint64_t key) : key_(key) {}
    static constexpr std::uint64_t kGolden = 0x9e3779b97f4a7c15ull;
    // The finaliser of SplitMix64 (Steele, Lea and Flood 2014): each input bit flips half the
    // output.
    static constexpr std::uint64_t mixed(std::uint64_t z) {
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
        return z ^ (z >> 31);
    }

    std::uint64_t key_{}, counter_{};
};

}  // namespace assay::score
