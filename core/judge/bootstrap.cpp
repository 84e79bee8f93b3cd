#include "core/judge/bootstrap.h"

#include <algorithm>
#include <cmath>

#include "core/score/draws.h"

namespace assay::judge {
namespace {

// Which parts of which length one draw takes. `take(first, last)` is called for each.
template <class Take>
void draw_blocks(std::span<const Stretch> stretches, const Resampling& how, std::uint64_t draw,
                 Take take) {
    score::Draws random({how.seed, draw});
    for (const Stretch& stretch : stretches) {
        const std::size_t n = stretch.last - stretch.first;
        if (n == 0) continue;
        const std::size_t block = block_of(n, how.block), starts = n - block + 1;
        for (std::size_t left = n; left > 0;) {
            const auto start =
                static_cast<std::size_t>(random.uniform() * static_cast<double>(starts));
            const std::size_t length = std::min(block, left);
            take(stretch.first + start, stretch.first + start + length);
            left -= length;
        }
    }
}

// As many stretches as there are, each from its own stratum.
template <class Take>
void draw_stretches(std::span<const Stretch> stretches, const Resampling& how, std::uint64_t draw,
                    Take take) {
    score::Draws random({how.seed, draw});
    for (std::size_t first = 0; first < stretches.size();) {
        std::size_t last = first + 1;
        while (last < stretches.size() && stretches[last].stratum == stretches[first].stratum)
            ++last;
        for (std::size_t i = first; i < last; ++i) {
            const double at = random.uniform() * static_cast<double>(last - first);
            const Stretch& s = stretches[first + static_cast<std::size_t>(at)];
            take(s.first, s.last);
        }
        first = last;
    }
}

template <class Take>
void draw_units(std::span<const Stretch> stretches, Unit unit, const Resampling& how,
                std::uint64_t draw, Take take) {
    if (unit == Unit::block)
        draw_blocks(stretches, how, draw, take);
    else
        draw_stretches(stretches, how, draw, take);
}

double sorted_percentile(const std::vector<double>& sorted, double p) {
    if (sorted.empty()) return 0;
    const double at = std::clamp(p, 0.0, 1.0) * static_cast<double>(sorted.size() - 1);
    const auto below = static_cast<std::size_t>(at);
    const std::size_t above = std::min(below + 1, sorted.size() - 1);
    return sorted[below] + (at - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

}  // namespace

Unit unit_of(std::span<const Stretch> stretches) {
    std::size_t values = 0;
    for (const Stretch& s : stretches) values += s.last - s.first;
    const std::size_t n = stretches.size();
    return n >= kEnoughStretches || (n > 1 && values < kTooShort * n) ? Unit::whole_stretch
                                                                      : Unit::block;
}

std::size_t block_of(std::size_t n, std::size_t asked) {
    return std::clamp<std::size_t>(n / 4, 1, std::max<std::size_t>(1, asked));
}

BootstrappedMean bootstrapped_mean(std::span<const double> values,
                                   std::span<const Stretch> stretches, Unit unit,
                                   const Resampling& how) {
    BootstrappedMean out;
    if (values.empty() || how.draws < 1) return out;
    // Sums from the start, so that a block costs one subtraction whatever its length.
    std::vector<double> before(values.size() + 1);
    for (std::size_t i = 0; i < values.size(); ++i) before[i + 1] = before[i] + values[i];
    const auto n = static_cast<double>(values.size());
    out.mean = before.back() / n;
    std::vector<double> means(static_cast<std::size_t>(how.draws));
    double centre = 0;
    for (std::size_t d = 0; d < means.size(); ++d) {
        double sum = 0;
        std::size_t taken = 0;
        draw_units(stretches, unit, how, d, [&](std::size_t first, std::size_t last) {
            sum += before[last] - before[first];
            taken += last - first;
        });
        means[d] = sum / static_cast<double>(taken);
        centre += means[d];
    }
    centre /= static_cast<double>(means.size());
    double squares = 0, beyond = 0;
    for (double& m : means) {
        m -= centre;
        squares += m * m;
        beyond += std::fabs(m) >= std::fabs(out.mean) ? 1 : 0;
    }
    out.se = std::sqrt(squares / static_cast<double>(means.size()));
    out.p = (1 + beyond) / (1 + static_cast<double>(means.size()));
    const Interval around = percentile_interval(std::move(means), how.level);
    out.interval = {out.mean + around.low, out.mean + around.high};
    return out;
}

std::vector<Sums> resampled_sums(std::span<const Sums> values, std::span<const Stretch> stretches,
                                 Unit unit, const Resampling& how) {
    std::vector<Sums> before(values.size() + 1);
    for (std::size_t i = 0; i < values.size(); ++i)
        for (std::size_t k = 0; k < kSums; ++k) before[i + 1][k] = before[i][k] + values[i][k];
    std::vector<Sums> out(static_cast<std::size_t>(std::max(0, how.draws)));
    for (std::size_t d = 0; d < out.size(); ++d) {
        const auto take = [&](std::size_t first, std::size_t last) {
            for (std::size_t k = 0; k < kSums; ++k) out[d][k] += before[last][k] - before[first][k];
        };
        draw_units(stretches, unit, how, d, take);
    }
    return out;
}

Interval percentile_interval(std::vector<double> draws, double level) {
    std::sort(draws.begin(), draws.end());
    const double tail = 0.5 * (1 - level);
    return {sorted_percentile(draws, tail), sorted_percentile(draws, 1 - tail)};
}

double percentile(std::vector<double> values, double p) {
    std::sort(values.begin(), values.end());
    return sorted_percentile(values, p);
}

}  // namespace assay::judge
