// How much an LP can take: the tail T(k) = P(capacity >= k) by a Kaplan-Meier estimate with pooled
// prior and optimism (docs/spec.md 7b, 6.2). A full fill only says "at least": it is censored.
// Which events are exact, censored or nothing at all (FOK with cum = 0, our own cancel) is for the
// caller to say (docs/spec.md 1.5).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/estimate/decayed.h"

namespace assay::estimate {

// Cells of capacity: cell b is [upper(b-1), upper(b)), cell 0 starts at 0 and holds the rejects.
// T is known at every upper(b).
struct CapacityGrid {
    std::vector<double> upper;  // rising, > 0; lots, or k/ref
    std::vector<double> prior;  // a_k: hazard of each cell before anything is known
    // How far before its upper end such a drop lies, times a_k: in the zero cell at 0, in whole
    // lots at the lower end, else spread evenly.
    std::vector<double> prior_beyond;
};
// T(1), T(2) ... T(most) in whole lots: a_0 = .30, a_k = .03.
CapacityGrid lot_grid(int most);
// 48 points of k/ref from 0.01 to 100, equal steps of the logarithm; ref is the displayed size or
// an ADV fraction, `lots_per_ref` turns the width of a cell into lots: a = 1 - .97^lots.
inline constexpr std::size_t kCapacityPoints = 48;
CapacityGrid log_grid(double lots_per_ref);

inline constexpr double kPriorOrders = 5;  // m0
inline constexpr double kOptimism = 1;     // Wilson z

// The observations of one LP and cell, with forward weights of the caller's ForwardClock.
struct Capacity {
    std::vector<double> exact, censored;  // by cell; empty until first used
    // Sum over the exact ones of w times (the cell's upper end - r): where in its cell T drops.
    std::vector<double> beyond;

    // The LP gave r and had no more, r < what was sent.
    void observe_exact(const CapacityGrid& grid, double r, double w = 1);
    // The LP filled all v that were sent, v > 0, or v of a remainder that we took back.
    void observe_censored(const CapacityGrid& grid, double v, double w = 1);
    // Takes out the same; never below zero.
    void remove_exact(const CapacityGrid& grid, double r, double w = 1);
    void remove_censored(const CapacityGrid& grid, double v, double w = 1);
    // `factor` brings weights of another landmark to ours.
    void merge(const Capacity& other, double factor = 1);
    void scale(double factor);  // after ForwardClock::rebase
    bool empty() const;
    bool operator==(const Capacity&) const = default;
    template <class Archive>
    void archive(Archive& a) {
        a(exact, censored, beyond);
    }
};

// Everything below reads weights as of now: `weight_now` = ForwardClock::weight(now).

// Hazard of each cell pooled over LPs: (E_k + a_k)/(N_k + 1), `sum` merged over them.
std::vector<double> pooled_hazard(const Capacity& sum, const CapacityGrid& grid, double weight_now);
// (E_k + m0 g_k)/(N_k + m0). With m0 = 0: 0 where nobody is at risk.
std::vector<double> hazard(const Capacity& seen, std::span<const double> prior, double weight_now,
                           double m0 = kPriorOrders);
// T at each upper(b): the product of (1 - hazard).
std::vector<double> tail(std::span<const double> hazards);
// n behind T at each upper(b): exact ones, those censored there or beyond, and m0.
std::vector<double> support(const Capacity& seen, std::size_t cells, double weight_now,
                            double m0 = kPriorOrders);
// Upper end of Wilson's interval for a rate p on n trials.
double wilson_upper(double p, double n, double z = kOptimism);
// running-min(max(T, U)): what a router that wants to learn believes.
std::vector<double> optimistic(std::span<const double> t, std::span<const double> n,
                               double z = kOptimism);

// Capacity at mid, at the touch and through it are different curves (docs/spec.md 6.2).
enum class TifClass : std::uint8_t { ioc, fok, resting };
enum class LimitClass : std::uint8_t { inside, at, through, market };
struct CapacityKey {
    TifClass tif{};
    LimitClass limit{};
    auto operator<=>(const CapacityKey&) const = default;
};

// The curves of one cell; at most twelve, each made on first use.
class Capacities {
  public:
    struct Curve {
        CapacityKey key;
        Capacity seen;
        bool operator==(const Curve&) const = default;
        template <class Archive>
        void archive(Archive& a) {
            a(key, seen);
        }
    };
    // Made now if it is new. The reference holds until the next at() or merge().
    Capacity& at(CapacityKey key);
    const Capacity* find(CapacityKey key) const;
    void merge(const Capacities& other, double factor = 1);
    void scale(double factor);
    // In order of key.
    std::span<const Curve> curves() const { return curves_; }
    bool operator==(const Capacities&) const = default;
    template <class Archive>
    void archive(Archive& a) {
        a(curves_);
    }

  private:
    std::vector<Curve> curves_;
};

}  // namespace assay::estimate
