// The order of a scenario again, in drawn worlds, under its own policy, under every other, and all
// at one LP: which of them cost more or less, and how sure that is.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "core/judge/comparison.h"
#include "core/sim/retold.h"
#include "core/units/result.h"

namespace assay {

struct RetoldPlan {
    std::uint64_t first_seed{1}, seeds{50};
    unsigned threads{1};
};

// What an LP truly was, in the mean over the worlds.
struct TrueLp {
    std::string name;
    double fill{};        // share of an order of the history's size
    double paid_bps{};    // of a filled share against the mid; < 0 is a gain
    double impact_bps{};  // that an order of the history's size moves the mid by
};

// One way to draw LPs. Differences are to the policy of the scenario, on the same worlds.
struct RetoldBlock {
    sim::LpsDrawn lps{};
    judge::Comparison compared;  // of one scenario
    std::vector<TrueLp> truth;
};

struct Retold {
    std::string policy;  // of the scenario, which the others are held against
    std::uint64_t first_seed{}, seeds{};
    double sigma_bps{};  // of the mid, per square root of a second
    std::vector<RetoldBlock> blocks;
};

using RetoldProgress = std::function<void(std::uint64_t done, std::uint64_t all)>;

// The result is the same for every number of threads. Progress: orders worked, by one thread at a
// time. Errors: a day that cannot be, in words.
Result<Retold> retold(const sim::Script& script, const RetoldPlan& plan,
                      const RetoldProgress& progress);

}  // namespace assay
