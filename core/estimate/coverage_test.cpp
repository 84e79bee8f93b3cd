// T9: do 90 % intervals hold 90 %? 8 LPs x 15 symbols x 12 cells with a known truth, median 6
// orders a cell, as in docs/spec.md 4.3; the whole tree is fitted from the data alone.
#include <cmath>
#include <gtest/gtest.h>
#include <vector>

#include "core/estimate/shrink.h"
#include "core/estimate/testkit.h"

namespace assay::estimate {
namespace {

constexpr std::size_t kLps = 8, kSymbols = 15, kCells = 12;
constexpr std::size_t kAll = kLps * kSymbols * kCells;

template <class T>
std::vector<std::span<const T>> families(const std::vector<T>& children, std::size_t size) {
    std::vector<std::span<const T>> groups;
    for (std::size_t i = 0; i < children.size(); i += size) {
        groups.push_back(std::span(children).subspan(i, size));
    }
    return groups;
}

std::int64_t orders_of_a_cell(testkit::Random& random) {
    return static_cast<std::int64_t>(std::lround(6 * std::exp(0.9 * random.normal())));
}

struct Score {
    double held = 0, n = 0, raw = 0, shrunk = 0, raw_n = 0;
};

// `coin`: share of orders that fill all or nothing; the others fill exactly their cell's rate.
struct RateWorld {
    std::vector<double> truth;
    std::vector<Trials> seen;
};
RateWorld rate_world(std::uint64_t seed, double coin) {
    testkit::Random random(seed);
    RateWorld w;
    for (std::size_t l = 0; l < kLps; ++l) {
        const double lp = random.beta(0.75 * 14, 0.25 * 14);
        for (std::size_t s = 0; s < kSymbols; ++s) {
            const double symbol = random.beta(lp * 18, (1 - lp) * 18);
            for (std::size_t c = 0; c < kCells; ++c) {
                const double cell = random.beta(symbol * 27, (1 - symbol) * 27);
                Decayed d;
                for (std::int64_t i = orders_of_a_cell(random); i > 0; --i) {
                    const bool all_or_nothing = random.uniform() < coin;
                    const double y = random.uniform() < cell ? 1 : 0;
                    d.observe(Nanos{0}, all_or_nothing ? y : cell, 1, kUndecayed);
                }
                w.truth.push_back(cell);
                w.seen.push_back(trials(d));
            }
        }
    }
    return w;
}

std::vector<Trials> parents_of(const std::vector<Trials>& children, std::size_t size,
                               double strength) {
    std::vector<Trials> parents;
    for (const auto& family : families(children, size)) {
        double n = 0, y = 0;
        for (const Trials& c : family) {
            const double worth = design_n(c.n, strength);
            n += worth;
            y += worth * c.mean;
        }
        parents.push_back({n, n > 0 ? y / n : 0, {}});
    }
    return parents;
}

// Design effect and inflated prior, or neither.
enum class Corrections { both, none };
constexpr double kNoDesignEffect = 1e18;

void score_rates(const RateWorld& w, Corrections corrections, Score& score) {
    const bool both = corrections == Corrections::both;
    const auto believed = [&](const Trials& t, const Beta& parent, double strength) {
        return both ? posterior(t.n, t.mean, parent, strength)
                    : posterior(t.n, t.mean, parent.mean(), strength);
    };
    const RateFit cell_fit = fit_rates(families(w.seen, kCells));
    std::vector<Trials> cells = w.seen;
    for (Trials& c : cells) c.n /= cell_fit.phi;
    const std::vector<Trials> symbols =
        parents_of(cells, kCells, both ? cell_fit.strength : kNoDesignEffect);
    const RateFit symbol_fit = fit_rates(families(symbols, kSymbols), {.phi = 1});
    const std::vector<Trials> lps =
        parents_of(symbols, kSymbols, both ? symbol_fit.strength : kNoDesignEffect);
    const RateFit lp_fit = fit_rates(families(lps, kLps), {.phi = 1});
    const double top =
        both ? inflated_strength(lp_fit.mu[0], lp_fit.mu_var[0], lp_fit.strength) : lp_fit.strength;
    for (std::size_t l = 0; l < kLps; ++l) {
        const Beta lp = posterior(lps[l].n, lps[l].mean, lp_fit.mu[0], top);
        for (std::size_t s = l * kSymbols; s < (l + 1) * kSymbols; ++s) {
            const Beta symbol = believed(symbols[s], lp, symbol_fit.strength);
            for (std::size_t c = s * kCells; c < (s + 1) * kCells; ++c) {
                const Beta cell = believed(cells[c], symbol, cell_fit.strength);
                const double p = cdf(cell, w.truth[c]);
                score.held += p >= 0.05 && p <= 0.95;
                score.n += 1;
                if (!(cells[c].n > 0)) continue;
                score.raw_n += 1;
                score.raw += std::pow(cells[c].mean - w.truth[c], 2);
                score.shrunk += std::pow(cell.mean() - w.truth[c], 2);
            }
        }
    }
}

TEST(Coverage, rates_of_a_tree_of_1440_cells) {
    for (const double coin : {1.0, 0.7}) {
        Score score, naive;
        for (std::uint64_t seed = 1; seed <= 12; ++seed) {
            const RateWorld world = rate_world(seed, coin);
            score_rates(world, Corrections::both, score);
            score_rates(world, Corrections::none, naive);
        }
        ASSERT_EQ(score.n, 12.0 * kAll);
        const double coverage = score.held / score.n;
        const double gain = 1 - std::sqrt(score.shrunk / score.raw);
        std::printf(
            "coin %.1f: coverage of 90 %% intervals %.4f (naive %.4f), RMSE %.4f -> %.4f "
            "(-%.1f %%)\n",
            coin, coverage, naive.held / naive.n, std::sqrt(score.raw / score.raw_n),
            std::sqrt(score.shrunk / score.raw_n), 100 * gain);
        EXPECT_GE(coverage, 0.87) << "seeds 1 to 12, coin " << coin;
        EXPECT_LE(coverage, 0.93) << "seeds 1 to 12, coin " << coin;
        EXPECT_LT(naive.held / naive.n, coverage - 0.01) << "the two corrections are what does it";
        if (coin == 1.0) {
            EXPECT_GE(gain, 0.60) << "RMSE at least 60 % below raw";
        }
    }
}

TEST(Coverage, magnitudes_of_a_tree_of_1440_cells) {
    Score score;
    double tau_symbol = 0, tau_cell = 0;
    for (std::uint64_t seed = 1; seed <= 12; ++seed) {
        testkit::Random random(seed);
        std::vector<double> truth;
        std::vector<Trials> seen;
        for (std::size_t l = 0; l < kLps; ++l) {
            const double lp = 0.5 + 0.5 * random.normal();
            for (std::size_t s = 0; s < kSymbols; ++s) {
                const double symbol = lp + 0.6 * random.normal();
                for (std::size_t c = 0; c < kCells; ++c) {
                    truth.push_back(symbol + 0.4 * random.normal());
                    Decayed d;
                    for (std::int64_t i = 1 + orders_of_a_cell(random); i > 0; --i) {
                        d.observe(Nanos{0}, truth.back() + 2.5 * random.normal(), 1, kUndecayed);
                    }
                    seen.push_back(trials(d));
                }
            }
        }
        const double within = *pooled_variance(seen);
        std::vector<Measured> cells, symbols, lps;
        for (const Trials& t : seen) cells.push_back({t.mean, within / t.n});
        const NormalFit cell_fit = fit_magnitudes(families(cells, kCells));
        for (const Normal& m : cell_fit.mu) symbols.push_back({m.mean, m.var});
        const NormalFit symbol_fit = fit_magnitudes(families(symbols, kSymbols));
        for (const Normal& m : symbol_fit.mu) lps.push_back({m.mean, m.var});
        const NormalFit lp_fit = fit_magnitudes(families(lps, kLps));
        tau_cell += std::sqrt(cell_fit.tau2) / 12;
        tau_symbol += std::sqrt(symbol_fit.tau2) / 12;
        for (std::size_t c = 0; c < kAll; ++c) {
            const std::size_t s = c / kCells, l = s / kSymbols;
            const Normal lp = posterior(lps[l], lp_fit.mu[0], lp_fit.tau2);
            const Normal symbol = posterior(symbols[s], lp, symbol_fit.tau2);
            const Normal cell = posterior(cells[c], symbol, cell_fit.tau2);
            const Interval i = interval(cell);
            score.held += truth[c] >= i.low && truth[c] <= i.high;
            score.n += 1;
            score.raw += std::pow(cells[c].x - truth[c], 2);
            score.shrunk += std::pow(cell.mean - truth[c], 2);
        }
    }
    std::printf("magnitudes: coverage %.4f, RMSE %.3f -> %.3f, tau %.3f (.4) and %.3f (.6)\n",
                score.held / score.n, std::sqrt(score.raw / score.n),
                std::sqrt(score.shrunk / score.n), tau_cell, tau_symbol);
    EXPECT_GE(score.held / score.n, 0.87) << "seeds 1 to 12";
    EXPECT_LE(score.held / score.n, 0.93) << "seeds 1 to 12";
    EXPECT_LT(std::sqrt(score.shrunk / score.raw), 0.4) << "RMSE 60 % below raw";
    EXPECT_NEAR(tau_cell, 0.4, 0.05);
    EXPECT_NEAR(tau_symbol, 0.6, 0.06);
}

}  // namespace
}  // namespace assay::estimate
