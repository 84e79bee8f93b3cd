// Who of several LPs leaked, of orders sent together (docs/spec.md 2.9).
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "core/units/nanos.h"

namespace assay {

class Kernel;

// A round: orders of one symbol and side that left within this time of the first.
inline constexpr Duration kRound{1'000'000'000};

// The rounds of one symbol and side whose 15 s are not over. Oldest first.
struct Rounds {
    struct Shown {
        double lots{};
        Nanos began{kNever};     // of the round
        std::uint32_t opener{};  // the chain that began it
        std::uint32_t lp{};
        static constexpr bool kNoPadding = true;
    };
    std::vector<Shown> shown;
    Nanos began{kNever};     // of the newest round
    Nanos observed{kNever};  // when the last round that was counted began
    std::uint32_t opener{};
    template <class Archive>
    void archive(Archive& a) {
        a(shown, began, observed, opener);
    }
};

// bps a lot by LP, each shrunk to the mean of all; LPs that were in no round are left out.
std::map<std::string, double, std::less<>> leakage_per_lot(std::span<const Kernel* const> shards);

}  // namespace assay
