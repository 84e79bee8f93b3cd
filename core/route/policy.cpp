#include "core/route/policy.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace assay::route {
namespace {

constexpr std::array<Policy, 14> kTable = {{
    {PolicyId::primary, "primary", "all to the best LP by rank, within its capacity", Use::routing,
     primary},
    {PolicyId::split, "split", "the split of least expected net cost", Use::routing, split},
    {PolicyId::probe_then_split, "probe-then-split",
     "an IOC probe to the leader while it fills, then the split", Use::routing, probe_then_split},
    {PolicyId::score_split, "score-split", "in proportion to the scores of the four best",
     Use::routing, score_split},
    {PolicyId::limit_or_market, "limit-or-market",
     "rests at the near touch what is worth the wait, splits the rest", Use::routing,
     limit_or_market},
    {PolicyId::static_table, "static", "the first of the approved table", Use::routing,
     static_table},
    {PolicyId::round_robin, "round-robin", "each LP in turn", Use::comparison, round_robin},
    {PolicyId::random, "random", "an LP drawn evenly", Use::comparison, random_lp},
    {PolicyId::uniform, "uniform", "equal parts to all", Use::routing, uniform},
    {PolicyId::oracle, "oracle", "the split with the truth, which only a simulation knows",
     Use::truth, oracle},
    {PolicyId::bandit, "bandit", "the plan that has cost least in rounds like this one",
     Use::routing, bandit_plan},
    {PolicyId::split_true_price, "split-true-price", "the split, told what a filled lot costs",
     Use::truth, split_true_price},
    {PolicyId::split_true_leakage, "split-true-leakage", "the split, told what a lot leaks",
     Use::truth, split_true_leakage},
    {PolicyId::split_true_capacity, "split-true-capacity", "the split, told how much LPs take",
     Use::truth, split_true_capacity},
}};

}  // namespace

std::span<const Policy> policies() {
    return kTable;
}

const Policy& policy(PolicyId id) {
    return kTable[static_cast<std::size_t>(id)];
}

std::optional<PolicyId> policy_named(std::string_view name) {
    for (const Policy& p : kTable)
        if (p.name == name) return p.id;
    return std::nullopt;
}

std::int64_t one_child(const Round& round, std::uint32_t candidate, std::int64_t lots) {
    const AllocationRules& rules = round.rules;
    const Candidate& c = round.candidates[candidate];
    // Where nothing is known of its capacity (no tail), the largest child is the only bound.
    const std::int64_t cap = c.tail.t.empty() ? rules.max_lots : cap_of(c, rules);
    const std::int64_t child = std::min({lots, rules.lots, cap});
    return child < std::min(rules.min_lots, rules.lots) ? 0 : child;
}

Plan in_proportion(const Round& round, std::span<const std::uint32_t> to,
                   std::span<const double> weights, std::int64_t lots) {
    double all = 0;
    for (const double w : weights) all += w;
    if (!(all > 0) || lots <= 0) return {};
    struct Part {
        std::uint32_t place;
        std::int64_t lots;
        double rest;
    };
    std::vector<Part> parts;
    std::int64_t left = lots;
    for (std::uint32_t k = 0; k < to.size(); ++k) {
        const double exact = static_cast<double>(lots) * weights[k] / all;
        parts.push_back({k, static_cast<std::int64_t>(exact), exact - std::floor(exact)});
        left -= parts.back().lots;
    }
    std::stable_sort(parts.begin(), parts.end(),
                     [](const Part& a, const Part& b) { return a.rest > b.rest; });
    for (Part& p : parts)
        if (left > 0) ++p.lots, --left;
    // Parts too small to be sent are no use to anybody: the smallest weight, and of those the last,
    // stands back for the others.
    const std::int64_t least = std::min(round.rules.min_lots, lots);
    const bool too_small = std::any_of(parts.begin(), parts.end(),
                                       [&](const Part& p) { return p.lots > 0 && p.lots < least; });
    if (too_small && to.size() > 1) {
        std::size_t out = 0;
        for (std::size_t k = 1; k < to.size(); ++k)
            if (weights[k] <= weights[out]) out = k;
        std::vector<std::uint32_t> fewer(to.begin(), to.end());
        std::vector<double> theirs(weights.begin(), weights.end());
        fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(out));
        theirs.erase(theirs.begin() + static_cast<std::ptrdiff_t>(out));
        return in_proportion(round, fewer, theirs, lots);
    }
    Plan plan;
    for (const Part& p : parts)
        if (const auto child = one_child(round, to[p.place], p.lots); child > 0)
            plan.push_back({to[p.place], child});
    std::sort(plan.begin(), plan.end(),
              [](const Share& a, const Share& b) { return a.candidate < b.candidate; });
    return plan;
}

}  // namespace assay::route
