// Who of several LPs leaked, of orders sent together (docs/spec.md 2.9).
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "core/kpi/leakage_attribution.h"
#include "core/units/nanos.h"
#include "core/units/side.h"

namespace assay {

class Kernel;

// A round: orders of one symbol and side that left within this time of the first. It is over when
// all have been answered and the market has had time to move, with the first order after that time,
// or at the latest.
inline constexpr Duration kRound{1'000'000'000}, kSettles{250'000'000}, kLatest{1'500'000'000};

// The move after a round in two parts, as a part is as uncertain as it is long: until the round is
// over, and from there to 15 s (docs/decisions/0022).
enum class LeakPart : std::uint8_t { at_once, later };
inline constexpr std::size_t kLeakParts = 2;

// Where leakage has a control of its own: a side of a symbol in one condition.
constexpr std::uint8_t control_index(Side side, std::uint8_t regime) {
    return static_cast<std::uint8_t>((sign(side) + 1) * 3 + (regime < 2 ? regime : 2));
}

// The rounds of one symbol and side whose 15 s are not over. Oldest first.
struct Rounds {
    struct One {
        Nanos began{kNever};
        Nanos over{kNever};        // kNever: the round is under way
        std::int64_t mid2{};       // twice the mid when it began
        std::int64_t mid2_over{};  // and when it was over; 0: no usable quote then
        // What the mid does by itself, in bps^2: a second, and with every quote.
        double variance_per_s{}, variance_of_quotes{};
        std::uint32_t opener{};  // the chain that began it
        std::uint32_t lp{};      // that one's
        std::uint32_t place{};   // control_index()
        std::uint32_t unanswered{};
        static constexpr bool kNoPadding = true;
    };
    struct Shown {
        double lots{};
        std::uint32_t opener{};  // of its round
        std::uint32_t lp{};
        static constexpr bool kNoPadding = true;
    };
    std::vector<One> rounds;
    std::vector<Shown> shown;  // by round
    Nanos due{kNever};         // when the one under way is over, as far as is known now
    std::array<Nanos, kLeakParts> observed{kNever, kNever};  // when the last one counted began
    bool under_way() const { return due != kNever; }
    template <class Archive>
    void archive(Archive& a) {
        a(rounds, shown, due, observed);
    }
};

// What a lot of an LP leaks, in bps, by parts.
struct Leak {
    std::array<kpi::LeakageAttribution::Belief, kLeakParts> parts;
    double expected() const;  // of both, >= 0
    // What a router plans with: of each part no more than is sure, z_route standard deviations
    // below the mean. Who looked leaky in few rounds is asked again, and can clear its name.
    double sure() const;
};
// By LP; those that were in no round are left out.
std::map<std::string, Leak, std::less<>> leakage_per_lot(std::span<const Kernel* const> shards);

}  // namespace assay
