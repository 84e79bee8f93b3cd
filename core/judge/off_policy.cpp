#include "core/judge/off_policy.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace assay::judge {
namespace {

// What a parent adds to each sum.
enum Sum : std::uint8_t { kCount, kWeight, kWeightedCost, kRobust, kCost };

struct Part {
    Sums sums{};
    double outside{}, come_so_far{};
    double raw{}, squares{};  // weights before they are clipped
    bool modelled{true};
};

bool has_propensities(const LoggedParent& p) {
    return !p.decisions.empty() && std::all_of(p.decisions.begin(), p.decisions.end(),
                                               [](const auto& d) { return d.logged.has_value(); });
}

bool in_range(const LoggedDecision& d) {
    return *d.logged > 0 && *d.logged <= 1 && d.target >= 0 && d.target <= 1 &&
           std::isfinite(d.of_plan.value_or(0)) && std::isfinite(d.of_target.value_or(0));
}

bool in_range(const LoggedParent& p) {
    return std::isfinite(p.cost_bps) &&
           std::all_of(p.decisions.begin(), p.decisions.end(),
                       [](const LoggedDecision& d) { return in_range(d); });
}

void add_sample(Part& part, double weight, double cost, std::optional<double> robust) {
    const double w = std::min(weight, kClipWeight);
    part.sums[kCount] += 1;
    part.sums[kWeight] += w;
    part.sums[kWeightedCost] += w * cost;
    part.sums[kCost] += cost;
    part.sums[kRobust] += robust.value_or(0);
    part.modelled = part.modelled && robust.has_value();
    part.raw += weight;
    part.squares += weight * weight;
}

Part once(const LoggedParent& p) {
    Part part;
    for (const LoggedDecision& d : p.decisions) {
        const double w = d.target / *d.logged;
        part.outside += d.outside;
        part.come_so_far += 1;
        std::optional<double> robust;
        if (d.of_plan && d.of_target)
            robust = *d.of_target + std::min(w, kClipWeight) * (p.cost_bps - *d.of_plan);
        add_sample(part, w, p.cost_bps, robust);
    }
    return part;
}

// V_1 + sum over t of w_1..t (V_{t+1} - Q_t), with the cost itself after the last decision: what a
// forecast got wrong is weighed by how likely the other policy comes so far. One decision gives
// V + w (c - Q).
Part throughout(const LoggedParent& p) {
    Part part;
    double w = 1;
    std::optional<double> robust = p.decisions.front().of_target;
    for (std::size_t t = 0; t < p.decisions.size(); ++t) {
        const LoggedDecision& d = p.decisions[t];
        part.outside += std::min(w, kClipWeight) * d.outside;
        part.come_so_far += std::min(w, kClipWeight);
        w *= d.target / *d.logged;
        const std::optional<double> next =
            t + 1 < p.decisions.size() ? p.decisions[t + 1].of_target : p.cost_bps;
        if (robust && next && d.of_plan)
            *robust += std::min(w, kClipWeight) * (*next - *d.of_plan);
        else
            robust.reset();
    }
    add_sample(part, w, p.cost_bps, robust);
    return part;
}

struct Parts {
    Weighted plain;
    std::vector<Sums> sums;  // a parent each
    std::vector<Stretch> days;
    bool out_of_range{}, modelled{true};
};

Parts parts_of(std::span<const LoggedParent> parents, Question question) {
    Parts out;
    double raw = 0, squares = 0, decisions = 0;
    Sums all{};
    std::optional<std::int64_t> day;
    for (const LoggedParent& p : parents) {
        if (!has_propensities(p)) {
            ++out.plain.without_propensity;
            continue;
        }
        if (!in_range(p)) {
            out.out_of_range = true;
            continue;
        }
        const Part part = question == Question::whole_parent ? throughout(p) : once(p);
        if (day != p.day) out.days.push_back({out.sums.size(), out.sums.size(), 0});
        day = p.day;
        out.sums.push_back(part.sums);
        out.days.back().last = out.sums.size();
        for (std::size_t k = 0; k < kSums; ++k) all[k] += part.sums[k];
        raw += part.raw;
        squares += part.squares;
        out.plain.outside += part.outside;
        decisions += part.come_so_far;
        out.modelled = out.modelled && part.modelled;
    }
    out.plain.parents = static_cast<std::int64_t>(out.sums.size());
    out.plain.samples = all[kCount];
    if (squares > 0) out.plain.ess = raw * raw / squares;
    if (decisions > 0) out.plain.outside /= decisions;
    if (raw > 0) out.plain.clipped_mass = 1 - all[kWeight] / raw;
    if (!(all[kCount] > 0)) return out;
    out.plain.logged = all[kCost] / all[kCount];
    out.plain.ips = all[kWeightedCost] / all[kCount];
    if (all[kWeight] > 0) out.plain.snips = all[kWeightedCost] / all[kWeight];
    if (out.modelled) out.plain.dr = all[kRobust] / all[kCount];
    return out;
}

struct Refused {
    Refusal reason{};
    std::string why;
};

std::optional<Refused> refused(const Parts& parts) {
    const Weighted& w = parts.plain;
    const auto all = static_cast<double>(w.parents + w.without_propensity);
    if (parts.out_of_range)
        return Refused{Refusal::bad_numbers,
                       "a logged propensity is not within (0, 1], the other policy's not within "
                       "[0, 1], or a cost is no number"};
    if (all == 0) return Refused{Refusal::no_parents, "there are no parents"};
    if (static_cast<double>(w.without_propensity) > kMostWithout * all)
        return Refused{
            Refusal::no_propensity,
            fmt::format("{} of {:.0f} parents have decisions without a propensity, and at "
                        "most {:.0f} % may",
                        w.without_propensity, all, 100 * kMostWithout)};
    if (w.outside > kMostOutside)
        return Refused{
            Refusal::outside,
            fmt::format("{:.1f} % of what it would send had no chance in the log, and at most "
                        "{:.0f} % may: the log cannot show what was never tried",
                        100 * w.outside, 100 * kMostOutside)};
    if (w.ess < kLeastEss)
        return Refused{Refusal::few,
                       fmt::format("the effective sample size is {:.1f}, and {:.0f} are needed",
                                   w.ess, kLeastEss)};
    if (w.ess < kLeastEssShare * w.samples)
        return Refused{Refusal::little_overlap,
                       fmt::format("the effective sample size is {:.2f} % of {:.0f}, and {:.0f} % "
                                   "are needed: the two policies seldom choose alike",
                                   100 * w.ess / w.samples, w.samples, 100 * kLeastEssShare)};
    return std::nullopt;
}

// Value and difference over the draws of a ratio of sums.
Estimated estimated(double value, double logged, const std::vector<Sums>& draws, Sum top,
                    Sum bottom, double level) {
    std::vector<double> values, differences;
    for (const Sums& s : draws) {
        if (!(s[bottom] > 0)) continue;
        values.push_back(s[top] / s[bottom]);
        differences.push_back(s[top] / s[bottom] - s[kCost] / s[kCount]);
    }
    return {value, percentile_interval(std::move(values), level), value - logged,
            percentile_interval(std::move(differences), level)};
}

}  // namespace

const char* text(Question q) {
    return q == Question::whole_parent ? "whole parent" : "deviate once";
}

const char* text(Refusal r) {
    switch (r) {
        case Refusal::no_parents:
            return "nothing was logged";
        case Refusal::no_propensity:
            return "no propensities";
        case Refusal::bad_numbers:
            return "numbers out of range";
        case Refusal::outside:
            return "never tried";
        case Refusal::few:
            return "too few effective samples";
        case Refusal::little_overlap:
            return "too little overlap";
    }
    return "";
}

Weighted weighted(std::span<const LoggedParent> parents, Question question) {
    return parts_of(parents, question).plain;
}

OffPolicy off_policy(std::span<const LoggedParent> parents, Question question,
                     const Resampling& how) {
    const Parts parts = parts_of(parents, question);
    OffPolicy out;
    out.question = question;
    out.plain = parts.plain;
    if (auto no = refused(parts)) {
        out.refused = no->reason;
        out.why = std::move(no->why);
        return out;
    }
    out.resampled = unit_of(parts.days);
    const auto draws = resampled_sums(parts.sums, parts.days, out.resampled, how);
    const Weighted& w = parts.plain;
    out.ips = estimated(*w.ips, *w.logged, draws, kWeightedCost, kCount, how.level);
    out.snips = estimated(*w.snips, *w.logged, draws, kWeightedCost, kWeight, how.level);
    if (w.dr) out.dr = estimated(*w.dr, *w.logged, draws, kRobust, kCount, how.level);
    return out;
}

Conclusion concluded(const Interval& replay, const OffPolicy& estimate) {
    if (!estimate.best()) return Conclusion::refused;
    const auto sign = [](const Interval& i) { return i.high < 0 ? -1 : i.low > 0 ? 1 : 0; };
    const int replayed = sign(replay), logged = sign(estimate.best()->difference_interval);
    if (replayed * logged < 0) return Conclusion::disagree;
    if (replayed * logged == 0) return Conclusion::no_clear_difference;
    return replayed < 0 ? Conclusion::cheaper : Conclusion::dearer;
}

const char* text(Conclusion c) {
    switch (c) {
        case Conclusion::cheaper:
            return "cheaper: replay and log agree";
        case Conclusion::dearer:
            return "dearer: replay and log agree";
        case Conclusion::no_clear_difference:
            return "no clear difference";
        case Conclusion::disagree:
            return "replay and log disagree: nothing to conclude";
        case Conclusion::refused:
            return "the log cannot carry an answer";
    }
    return "";
}

}  // namespace assay::judge
