// What the router stands on when scores are old, missing or damaged: each decision says its step.
#pragma once

#include <cstdint>
#include <string>

#include "core/units/nanos.h"

namespace assay::route {

enum class Step : std::uint8_t {
    live,          // scores younger than `ttl`
    last_good,     // the last good ones, younger than `last_good_ttl`
    static_table,  // an approved order of LPs
    equal,         // equal parts among those permitted
    hold,          // nobody is permitted
};
const char* text(Step s);

// The board as its reader vouches for it. Damaged pages never replace the last good one.
enum class BoardState : std::uint8_t { good, damaged, missing };

struct Scores {
    BoardState state{BoardState::missing};
    Nanos as_of{kNever};  // of the last good page
    std::uint64_t version{}, priors_version{}, config_version{};
    template <class Archive>
    void archive(Archive& a) {
        a(state, as_of, version, priors_version, config_version);
    }
};

struct LadderRules {
    Duration ttl{60'000'000'000};               // docs/spec.md section 12
    Duration last_good_ttl{1'800'000'000'000};  // 30 minutes
    template <class Archive>
    void archive(Archive& a) {
        a(ttl, last_good_ttl);
    }
};

// What is there to stand on.
struct Footing {
    Scores scores;
    std::size_t scored{};    // permitted LPs that have a score
    std::size_t in_table{};  // permitted LPs that the approved table names
    std::size_t permitted{};
};
// Scores from the future are taken for damaged ones: a clock is wrong somewhere.
Step step_for(Nanos now, const Footing& footing, const LadderRules& rules);

}  // namespace assay::route
