#include "core/judge/change_point.h"

#include <algorithm>
#include <cmath>

namespace assay::judge {
namespace {

double mean_of(std::span<const double> values) {
    double sum = 0;
    for (const double x : values) sum += x;
    return values.empty() ? 0 : sum / static_cast<double>(values.size());
}

struct Baseline {
    double mean{}, sd{};  // of an outcome
};

// One bad outcome more than there were.
Baseline baseline_of(std::span<const double> outcomes, double bad_outcome) {
    const double mean = mean_of(outcomes), n = static_cast<double>(outcomes.size());
    double squares = bad_outcome * bad_outcome;
    for (const double x : outcomes) squares += (x - mean) * (x - mean);
    return {mean - bad_outcome / (n + 1), std::sqrt(squares / n)};
}

}  // namespace

std::optional<ChangePoint> worsening(std::span<const double> outcomes, const ChangeRule& rule) {
    const std::size_t batch = std::max<std::size_t>(1, rule.batch);
    const std::size_t first = std::max(rule.baseline, 10 * batch);
    if (outcomes.size() < first + batch) return std::nullopt;
    const auto was = baseline_of(outcomes.first(first), rule.bad_outcome);
    const double sd = was.sd / std::sqrt(static_cast<double>(batch));
    if (!(sd > 0)) return std::nullopt;
    // The baseline is an estimate: twice its standard error is allowed for.
    const double slack =
        rule.slack + 2 * std::sqrt(static_cast<double>(batch) / static_cast<double>(first));
    double sum = 0;
    std::size_t since = first;
    for (std::size_t at = first; at + batch <= outcomes.size(); at += batch) {
        const double worse = (was.mean - mean_of(outcomes.subspan(at, batch))) / sd;
        if (sum == 0) since = at;
        sum = std::max(0.0, sum + std::min(worse, rule.most) - slack);
        if (sum < rule.bar) continue;
        return ChangePoint{at + batch, since, mean_of(outcomes.first(first)),
                           mean_of(outcomes.subspan(since, at + batch - since))};
    }
    return std::nullopt;
}

}  // namespace assay::judge
