#include "core/route/allocation.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace assay::route {
namespace {

// How many steps from `from` on satisfy `holds`, which is true up to somewhere and false beyond, as
// the place where it ends. `stride`: a power of two above half of them. Without branches: which way
// the search goes cannot be foreseen.
template <class Holds>
int end_of(int from, int to, int stride, Holds holds) {
    for (int s = stride; s > 0; s >>= 1) {
        const int probe = std::min(from + s, to);
        from = probe > from && holds(probe - 1) ? probe : from;
    }
    return from;
}

// One candidate's worth by steps of its tail. Step b holds the lots above those of step b - 1, up
// to its end. Not initialised: there are sixty-four and microseconds to plan in.
struct Ladder {
    const double* t;
    const double* upper;
    double slope, fixed;  // g = slope T - fixed
    std::int64_t cap;
    int from, to;  // steps known to be taken, and those that may be
    std::uint32_t candidate;

    double worth(int b) const { return slope * t[b] - fixed; }
    std::int64_t taken(int steps) const {
        return steps == 0 ? 0 : std::min(cap, static_cast<std::int64_t>(upper[steps - 1]));
    }
    int worth_more_than(double least, int stride) const {
        return end_of(from, to, stride, [&](int b) { return worth(b) > least; });
    }
};

struct Field {
    std::array<Ladder, kMostCandidates> of;
    std::array<int, kMostCandidates> steps;
    std::size_t n{};
    int stride{1};

    std::int64_t lots_worth_more_than(double least) {
        std::int64_t lots = 0;
        for (std::size_t i = 0; i < n; ++i) {
            steps[i] = of[i].worth_more_than(least, stride);
            lots += of[i].taken(steps[i]);
        }
        return lots;
    }
    // How many steps are undecided; what is decided leaves the field, its lots counted to `lots`.
    int settle(LotsByCandidate& lots) {
        int open = 0, widest = 1;
        std::size_t kept = 0;
        for (std::size_t i = 0; i < n; ++i) {
            const int width = of[i].to - of[i].from;
            lots[of[i].candidate] = of[i].taken(of[i].from);
            if (width == 0) continue;
            open += width;
            widest = std::max(widest, width);
            if (kept != i) of[kept] = of[i];
            ++kept;
        }
        n = kept;
        stride = static_cast<int>(std::bit_floor(static_cast<unsigned>(widest)));
        return open;
    }
};

// Narrows the range in which the worth of the last lot must lie, until few steps are left to choose
// among: the heap alone would pop every step of every LP for a large order.
void narrow(Field& field, LotsByCandidate& taken, std::int64_t lots, double high,
            std::int64_t lots_at_low) {
    constexpr int kFewSteps = 24, kMostRounds = 12;
    std::int64_t settled = 0;  // lots of candidates that have left the field
    const auto settle = [&] {
        std::int64_t before = 0, after = 0;
        for (std::size_t i = 0; i < field.n; ++i) before += field.of[i].taken(field.of[i].from);
        const int open = field.settle(taken);
        for (std::size_t i = 0; i < field.n; ++i) after += field.of[i].taken(field.of[i].from);
        settled += before - after;
        return open;
    };
    double low = 0;
    std::int64_t lots_at_high = 0;
    for (int round = 0; round < kMostRounds && settle() > kFewSteps; ++round) {
        // Lots fall with their worth about as the cube of the distance to the highest: that guess
        // is within a few steps. It is left for the middle whenever it has just failed to halve.
        const double share = round % 3 == 2
                                 ? 0.5
                                 : 1 - std::cbrt(static_cast<double>(lots - lots_at_high) /
                                                 static_cast<double>(lots_at_low - lots_at_high));
        const double mid = low + (high - low) * std::clamp(share, 0.05, 0.95);
        const std::int64_t at_mid = settled + field.lots_worth_more_than(mid);
        if (at_mid <= lots) {
            high = mid;
            lots_at_high = at_mid;
            for (std::size_t i = 0; i < field.n; ++i) field.of[i].from = field.steps[i];
        } else {
            low = mid;
            lots_at_low = at_mid;
            for (std::size_t i = 0; i < field.n; ++i) field.of[i].to = field.steps[i];
        }
    }
    field.settle(taken);
}

struct Next {
    double worth;
    std::uint32_t place;  // in the field, which keeps the order of the candidates
    // The largest worth on top, the first candidate among equals.
    bool operator<(const Next& other) const {
        return worth < other.worth || (worth == other.worth && place > other.place);
    }
};

void take_best(Field& field, std::int64_t left, LotsByCandidate& lots) {
    std::array<Next, kMostCandidates> heap;
    auto* end = heap.data();
    const auto push = [&](std::size_t i) {
        const Ladder& l = field.of[i];
        if (l.from >= l.to || lots[l.candidate] >= l.cap) return;
        *end++ = {l.worth(l.from), static_cast<std::uint32_t>(i)};
        std::push_heap(heap.data(), end);
    };
    for (std::size_t i = 0; i < field.n; ++i) push(i);
    while (left > 0 && end != heap.data()) {
        std::pop_heap(heap.data(), end);
        const std::size_t i = (--end)->place;
        Ladder& l = field.of[i];
        std::int64_t& has = lots[l.candidate];
        const std::int64_t block = std::min(l.taken(l.from + 1) - has, left);
        has += block;
        left -= block;
        ++l.from;
        push(i);
    }
}

// The best split among candidates whose bit of `out` is clear.
LotsByCandidate best_split(std::span<const Candidate> candidates, std::span<const UnitCosts> costs,
                           const AllocationRules& rules, std::uint64_t out) {
    Field field;
    double highest = 0;
    for (std::size_t i = 0; i < candidates.size(); ++i) {
        const FillTail& tail = candidates[i].tail;
        const UnitCosts& c = costs[i];
        if ((out >> i & 1u) != 0 || tail.t.empty() || !(c.unfilled > c.filled)) continue;
        Ladder& l = field.of[field.n];
        l.t = tail.t.data();
        l.upper = tail.upper_lots.data();
        // Steps that end below one lot hold none; those beyond the cap are never taken.
        const auto first = std::lower_bound(tail.upper_lots.begin(), tail.upper_lots.end(), 1.0);
        const auto last = std::partition_point(tail.t.begin(), tail.t.end(),
                                               [&](double p) { return p >= rules.p_min; });
        l.from = static_cast<int>(first - tail.upper_lots.begin());
        l.to = static_cast<int>(last - tail.t.begin());
        if (l.from >= l.to || rules.max_lots <= 0) continue;
        l.cap = std::min(static_cast<std::int64_t>(l.upper[l.to - 1]), rules.max_lots);
        l.slope = c.unfilled - c.filled;
        l.fixed = c.leak + (c.unfilled - c.unsent);
        l.candidate = static_cast<std::uint32_t>(i);
        highest = std::max(highest, l.worth(l.from));
        field.stride = std::max(field.stride, l.to - l.from);
        ++field.n;
    }
    field.stride = static_cast<int>(std::bit_floor(static_cast<unsigned>(field.stride)));
    LotsByCandidate lots{};
    const std::int64_t paying = field.lots_worth_more_than(0);
    if (paying <= rules.lots) {
        for (std::size_t i = 0; i < field.n; ++i)
            lots[field.of[i].candidate] = field.of[i].taken(field.steps[i]);
        return lots;
    }
    for (std::size_t i = 0; i < field.n; ++i) field.of[i].to = field.steps[i];
    narrow(field, lots, rules.lots, highest, paying);
    std::int64_t left = rules.lots;
    for (std::size_t i = 0; i < candidates.size(); ++i) left -= lots[i];
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
    return a;
}

double value_of(std::span<const Candidate> candidates, std::span<const UnitCosts> costs,
                std::span<const std::int64_t> lots) {
    double value = 0;
    for (std::size_t i = 0; i < candidates.size(); ++i)
        if (lots[i] > 0)
            value += static_cast<double>(lots[i]) * costs[i].unsent -
                     net_cost(candidates[i].tail, costs[i], lots[i]);
    return value;
}

}  // namespace assay::route
