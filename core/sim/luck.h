// The simulator's random numbers: each is a function of the seed, of what is drawn, and of what it
// is drawn for (parent, attempt, LP; or symbol and tick). Nothing else enters, least of all the
// order of the questions: two policies that send the same child of the same parent to the same LP
// meet the same luck, and the market of a seed is the same whoever trades in it.
#pragma once

#include <cstdint>

#include "core/score/draws.h"
#include "core/units/elementary.h"

namespace assay::sim {

// Part of the key: a number that was once given out keeps its meaning.
enum class What : std::uint8_t {
    latency = 1,
    reject = 2,
    capacity = 3,
    common_capacity = 4,  // of all LPs of one attempt
    improvement = 5,
    silence = 6,
    silence_after_ack = 7,
    technical = 8,
    flash = 9,
    late = 10,
    disorder = 11,
    bust = 12,
    overfill = 13,
    duplicate = 14,
    reuse = 15,
    rest_wait = 16,
    rest_lots = 17,
    cancel_latency = 18,
    drift = 32,
    swap = 33,
    nature = 34,
    parent_gap = 48,
    parent = 49,
    regime = 64,
    path = 65,
    jump = 66,
    sizes = 67,
    trade = 68,
    agent = 96,
};

class Luck {
  public:
    explicit Luck(std::uint64_t seed) : seed_(seed) {}

    // The stream of a key, for more than one number of a kind.
    score::Draws draws(What what, std::uint64_t a = 0, std::uint64_t b = 0,
                       std::uint64_t c = 0) const {
        return score::Draws({seed_, static_cast<std::uint64_t>(what), a, b, c});
    }
    // Inside (0, 1).
    double uniform(What what, std::uint64_t a = 0, std::uint64_t b = 0, std::uint64_t c = 0) const {
        return draws(what, a, b, c).uniform();
    }
    double normal(What what, std::uint64_t a = 0, std::uint64_t b = 0, std::uint64_t c = 0) const {
        return draws(what, a, b, c).normal();
    }
    // With mean 1.
    double exponential(What what, std::uint64_t a = 0, std::uint64_t b = 0,
                       std::uint64_t c = 0) const {
        return -elementary::ln(uniform(what, a, b, c));
    }

  private:
    std::uint64_t seed_;
};

}  // namespace assay::sim
