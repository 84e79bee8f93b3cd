#include "core/estimate/capacity.h"

#include <algorithm>
#include <cmath>

#include "core/units/elementary.h"

namespace assay::estimate {
using namespace elementary;
namespace {

constexpr double kZeroHazard = 0.30, kLotHazard = 0.03;

bool usable(double size, double w) {
    return size >= 0 && std::isfinite(size) && w > 0 && std::isfinite(w);
}

void make_room(Capacity& c, std::size_t cells) {
    if (c.exact.size() < cells) c.exact.resize(cells);
    if (c.censored.size() < cells) c.censored.resize(cells);
    if (c.beyond.size() < cells) c.beyond.resize(cells);
}

// The cell of an exact r; the number of cells where it is beyond the grid.
std::size_t exact_cell(const CapacityGrid& grid, double r) {
    return static_cast<std::size_t>(std::upper_bound(grid.upper.begin(), grid.upper.end(), r) -
                                    grid.upper.begin());
}

// The counter that a censored v belongs to; nullptr: says nothing. It leaves after the cell that
// ends at or beyond it.
double* censored_counter(Capacity& c, const CapacityGrid& grid, double v) {
    if (!(v > 0)) return nullptr;
    make_room(c, grid.upper.size());
    const auto cell = static_cast<std::size_t>(
        std::lower_bound(grid.upper.begin(), grid.upper.end(), v) - grid.upper.begin());
    return &c.censored[std::min(cell, grid.upper.size() - 1)];
}

void take_out(double* counter, double w) {
    if (counter == nullptr) return;
    *counter -= w;
    if (!(*counter > 1e-12 * w)) *counter = 0;  // rounding is no evidence
}

double cell_of(const std::vector<double>& v, std::size_t i) {
    return i < v.size() ? v[i] : 0;
}

// Events and numbers at risk of each cell, as of now.
struct AtRisk {
    std::vector<double> events, n;
};
AtRisk at_risk(const Capacity& seen, std::size_t cells, double weight_now) {
    AtRisk r{std::vector<double>(cells), std::vector<double>(cells)};
    double n = 0;
    for (std::size_t b = cells; b-- > 0;) {
        r.events[b] = cell_of(seen.exact, b) / weight_now;
        n += r.events[b] + cell_of(seen.censored, b) / weight_now;
        r.n[b] = n;
    }
    return r;
}

}  // namespace

CapacityGrid lot_grid(int most) {
    CapacityGrid g;
    for (int k = 1; k <= most; ++k) {
        g.upper.push_back(k);
        g.prior.push_back(k == 1 ? kZeroHazard : kLotHazard);
        g.prior_beyond.push_back(g.prior.back());
    }
    return g;
}

CapacityGrid log_grid(double lots_per_ref) {
    CapacityGrid g;
    double before = 0;
    const double step = ln(10'000.0) / static_cast<double>(kCapacityPoints - 1);
    for (std::size_t j = 0; j < kCapacityPoints; ++j) {
        const double x = 0.01 * exp(step * static_cast<double>(j));
        const double lots = (x - before) * lots_per_ref;
        g.upper.push_back(x);
        g.prior.push_back(j == 0 ? kZeroHazard : 1 - exp(lots * ln(1 - kLotHazard)));
        g.prior_beyond.push_back(g.prior.back() * (j == 0 ? x : 0.5 * (x - before)));
        before = x;
    }
    return g;
}

void Capacity::observe_exact(const CapacityGrid& grid, double r, double w) {
    if (!usable(r, w)) return;
    make_room(*this, grid.upper.size());
    const std::size_t cell = exact_cell(grid, r);
    if (cell == grid.upper.size()) {  // it has outlived every cell, as a censored one has
        censored.back() += w;
        return;
    }
    exact[cell] += w;
    beyond[cell] += w * (grid.upper[cell] - r);
}

void Capacity::observe_censored(const CapacityGrid& grid, double v, double w) {
    if (!usable(v, w)) return;
    if (double* counter = censored_counter(*this, grid, v)) *counter += w;
}

void Capacity::remove_exact(const CapacityGrid& grid, double r, double w) {
    if (!usable(r, w)) return;
    make_room(*this, grid.upper.size());
    const std::size_t cell = exact_cell(grid, r);
    if (cell == grid.upper.size()) return take_out(&censored.back(), w);
    take_out(&exact[cell], w);
    beyond[cell] = exact[cell] > 0 ? std::max(0.0, beyond[cell] - w * (grid.upper[cell] - r)) : 0;
}

void Capacity::remove_censored(const CapacityGrid& grid, double v, double w) {
    if (usable(v, w)) take_out(censored_counter(*this, grid, v), w);
}

void Capacity::merge(const Capacity& other, double factor) {
    make_room(*this, other.exact.size());
    for (std::size_t b = 0; b < other.exact.size(); ++b) exact[b] += other.exact[b] * factor;
    for (std::size_t b = 0; b < other.beyond.size(); ++b) beyond[b] += other.beyond[b] * factor;
    for (std::size_t b = 0; b < other.censored.size(); ++b) {
        censored[b] += other.censored[b] * factor;
    }
}

void Capacity::scale(double factor) {
    for (double& w : exact) w *= factor;
    for (double& w : censored) w *= factor;
    for (double& x : beyond) x *= factor;
}

bool Capacity::empty() const {
    const auto zero = [](double w) { return w == 0; };
    return std::all_of(exact.begin(), exact.end(), zero) &&
           std::all_of(censored.begin(), censored.end(), zero);
}

std::vector<double> pooled_hazard(const Capacity& sum, const CapacityGrid& grid,
                                  double weight_now) {
    const AtRisk r = at_risk(sum, grid.upper.size(), weight_now);
    std::vector<double> g(grid.upper.size());
    for (std::size_t b = 0; b < g.size(); ++b) {
        g[b] = (r.events[b] + grid.prior[b]) / (r.n[b] + 1);
    }
    return g;
}

std::vector<double> hazard(const Capacity& seen, std::span<const double> prior, double weight_now,
                           double m0) {
    const AtRisk r = at_risk(seen, prior.size(), weight_now);
    std::vector<double> h(prior.size());
    for (std::size_t b = 0; b < h.size(); ++b) {
        const double n = r.n[b] + m0;
        h[b] = n > 0 ? (r.events[b] + m0 * prior[b]) / n : 0;
    }
    return h;
}

std::vector<double> tail(std::span<const double> hazards) {
    std::vector<double> t;
    t.reserve(hazards.size());
    double alive = 1;
    for (const double h : hazards) t.push_back(alive *= std::max(0.0, 1 - h));
    return t;
}

std::vector<double> support(const Capacity& seen, std::size_t cells, double weight_now, double m0) {
    double exact = 0;
    for (const double w : seen.exact) exact += w / weight_now;
    std::vector<double> n(cells);
    double censored = 0;
    for (std::size_t b = cells; b-- > 0;) {
        censored += cell_of(seen.censored, b) / weight_now;
        n[b] = exact + censored + m0;
    }
    return n;
}

double wilson_upper(double p, double n, double z) {
    if (!(n > 0)) return 1;
    const double zz = z * z;
    const double half = z * std::sqrt(std::max(0.0, p * (1 - p)) / n + zz / (4 * n * n));
    return std::min(1.0, (p + zz / (2 * n) + half) / (1 + zz / n));
}

std::vector<double> optimistic(std::span<const double> t, std::span<const double> n, double z) {
    std::vector<double> lifted;
    lifted.reserve(t.size());
    double least = 1;
    for (std::size_t b = 0; b < t.size(); ++b) {
        least = std::min(least, std::max(t[b], wilson_upper(t[b], n[b], z)));
        lifted.push_back(least);
    }
    return lifted;
}

Capacity& Capacities::at(CapacityKey key) {
    const auto where = std::lower_bound(curves_.begin(), curves_.end(), key,
                                        [](const Curve& c, CapacityKey k) { return c.key < k; });
    if (where != curves_.end() && where->key == key) return where->seen;
    return curves_.insert(where, {key, {}})->seen;
}

const Capacity* Capacities::find(CapacityKey key) const {
    for (const Curve& c : curves_) {
        if (c.key == key) return &c.seen;
    }
    return nullptr;
}

void Capacities::merge(const Capacities& other, double factor) {
    for (const Curve& c : other.curves_) at(c.key).merge(c.seen, factor);
}

void Capacities::scale(double factor) {
    for (Curve& c : curves_) c.seen.scale(factor);
}

}  // namespace assay::estimate
