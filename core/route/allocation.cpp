#include "core/route/allocation.h"

#include <algorithm>

namespace assay::route {
namespace {

// One candidate's worth by steps of its tail. Step b holds the lots above end(b - 1), up to end(b).
struct Ladder {
    const double* t{};
    const double* upper{};
    double slope{}, fixed{};  // g = slope T - fixed
    std::int64_t cap{};
    int from{}, to{};  // steps known to be taken, and those that may be

    double worth(int b) const { return slope * t[b] - fixed; }
    std::int64_t end(int b) const {
        return b < 0 ? 0 : std::min(cap, static_cast<std::int64_t>(upper[b]));
    }
    std::int64_t taken(int steps) const { return end(steps - 1); }
    // How many of the steps in [from, to) are worth more than `least`.
    int worth_more_than(double least) const {
        int low = from, n = to - from;
        while (n > 0) {
            const int half = n / 2;
            const bool more = worth(low + half) > least;
            low = more ? low + half + 1 : low;
            n = more ? n - half - 1 : half;
        }
        return low;
    }
};

struct Field {
    std::array<Ladder, kMostCandidates> of;
    std::array<std::int32_t, kMostCandidates> steps;
    std::size_t n{};

    std::int64_t lots_worth_more_than(double least) {
        std::int64_t lots = 0;
        for (std::size_t i = 0; i < n; ++i) {
            steps[i] = of[i].worth_more_than(least);
            lots += of[i].taken(steps[i]);
        }
        return lots;
    }
    int open() const {
        int sum = 0;
        for (std::size_t i = 0; i < n; ++i) sum += of[i].to - of[i].from;
        return sum;
    }
};

// Halves the range in which the worth of the last lot must lie, until few steps are left to choose
// among: the heap alone would pop every step of every LP for a large order.
void narrow(Field& field, std::int64_t lots, double high) {
    double low = 0;
    for (int round = 0; round < 12 && field.open() > 24; ++round) {
        const double mid = 0.5 * (low + high);
        if (field.lots_worth_more_than(mid) <= lots) {
            high = mid;
            for (std::size_t i = 0; i < field.n; ++i) field.of[i].from = field.steps[i];
        } else {
            low = mid;
            for (std::size_t i = 0; i < field.n; ++i) field.of[i].to = field.steps[i];
        }
    }
}

struct Next {
    double worth;
    std::uint32_t candidate;
    // The largest worth on top, the first candidate among equals.
    bool operator<(const Next& other) const {
        return worth < other.worth || (worth == other.worth && candidate > other.candidate);
    }
};

void take_best(Field& field, std::int64_t left, LotsByCandidate& lots) {
    std::array<Next, kMostCandidates> heap;
    auto* end = heap.data();
    const auto push = [&](std::size_t i) {
        const Ladder& l = field.of[i];
        if (l.from >= l.to || lots[i] >= l.cap) return;
        *end++ = {l.worth(l.from), static_cast<std::uint32_t>(i)};
        std::push_heap(heap.data(), end);
    };
    for (std::size_t i = 0; i < field.n; ++i) push(i);
    while (left > 0 && end != heap.data()) {
        std::pop_heap(heap.data(), end);
        const std::size_t i = (--end)->candidate;
        Ladder& l = field.of[i];
        const std::int64_t block = std::min(l.end(l.from) - lots[i], left);
        lots[i] += block;
        left -= block;
        ++l.from;
        push(i);
    }
}

// The best split among candidates whose bit of `out` is clear.
LotsByCandidate best_split(std::span<const Candidate> candidates, std::span<const UnitCosts> costs,
                           const AllocationRules& rules, std::uint64_t out) {
    Field field;
    field.n = candidates.size();
    double highest = 0;
    for (std::size_t i = 0; i < field.n; ++i) {
        Ladder& l = field.of[i] = {};
        const FillTail& tail = candidates[i].tail;
        const UnitCosts& c = costs[i];
        if ((out >> i & 1u) != 0 || tail.t.empty() || !(c.unfilled > c.filled)) continue;
        l.t = tail.t.data();
        l.upper = tail.upper_lots.data();
        l.slope = c.unfilled - c.filled;
        l.fixed = c.leak + (c.unfilled - c.unsent);
        l.cap = cap_of(candidates[i], rules);
        if (l.cap <= 0) continue;
        l.to = static_cast<int>(tail.t.size());
        highest = std::max(highest, l.worth(0));
    }
    LotsByCandidate lots{};
    const std::int64_t paying = field.lots_worth_more_than(0);
    for (std::size_t i = 0; i < field.n; ++i) field.of[i].to = field.steps[i];
    if (paying <= rules.lots) {
        for (std::size_t i = 0; i < field.n; ++i) lots[i] = field.of[i].taken(field.steps[i]);
        return lots;
    }
    narrow(field, rules.lots, highest);
    std::int64_t left = rules.lots;
    for (std::size_t i = 0; i < field.n; ++i) {
        lots[i] = field.of[i].taken(field.of[i].from);
        left -= lots[i];
    }
    take_best(field, left, lots);
    return lots;
}

}  // namespace

std::int64_t cap_of(const Candidate& c, const AllocationRules& rules) {
    return std::min(c.tail.most_with(rules.p_min), rules.max_lots);
}

Allocation allocate(std::span<const Candidate> candidates, std::span<const UnitCosts> costs,
                    const AllocationRules& rules) {
    candidates = candidates.first(std::min(candidates.size(), kMostCandidates));
    Allocation a;
    std::uint64_t out = 0;
    for (;;) {
        a.lots = best_split(candidates, costs, rules, out);
        // The smallest child below the minimum gives way, and its lots go where they are worth
        // most; an order that is itself below the minimum goes as it is.
        std::size_t least = candidates.size();
        for (std::size_t i = 0; i < candidates.size(); ++i)
            if (a.lots[i] > 0 && a.lots[i] < std::min(rules.min_lots, rules.lots) &&
                (least == candidates.size() || a.lots[i] < a.lots[least]))
                least = i;
        if (least == candidates.size()) break;
        out |= 1ull << least;
    }
    for (std::size_t i = 0; i < candidates.size(); ++i) a.total += a.lots[i];
    if (a.total == 0 && rules.nothing_pays == WhenNothingPays::probe && !candidates.empty()) {
        const auto first_lot = [&](std::size_t i) {
            return candidates[i].tail.at_least(1) * (costs[i].unfilled - costs[i].filled) -
                   costs[i].leak - (costs[i].unfilled - costs[i].unsent);
        };
        std::size_t best = 0;
        for (std::size_t i = 1; i < candidates.size(); ++i)
            if (first_lot(i) > first_lot(best)) best = i;
        a.total = a.lots[best] = std::max<std::int64_t>(0, std::min(rules.probe_lots, rules.lots));
    }
    for (std::size_t i = 0; i < candidates.size(); ++i)
        if (a.lots[i] > 0)
            a.value += static_cast<double>(a.lots[i]) * costs[i].unsent -
                       net_cost(candidates[i].tail, costs[i], a.lots[i]);
    return a;
}

}  // namespace assay::route
