// The simulated LPs and their market by themselves, for somebody who trades with them from outside:
// what they say and when, and what reaches them. Virtual time only; whoever has a clock maps it.
//
//     auto street = drawn_street(config, seed);
//     for (;;) {
//         until the next of street->next_at() and a message for an LP:
//         while (auto said = street->next(now)) send said->bytes
//         street->hear(lp, bytes, now);
//     }
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/sim/config.h"
#include "core/sim/script.h"

namespace assay::sim {

class Street {
  public:
    static constexpr std::uint32_t kMarket = UINT32_MAX;
    struct Said {
        Nanos at;
        std::uint32_t by{};      // number of the LP, or kMarket
        std::string_view bytes;  // valid until the next call
    };

    virtual ~Street() = default;
    virtual const std::vector<std::string>& lps() const = 0;  // their CompIDs, by number
    virtual const std::string& market() const = 0;            // the CompID that quotes
    virtual const std::string& us() const = 0;                // whom they all talk to
    // When something happens next, said or not; nothing: never again.
    virtual std::optional<Nanos> next_at() const = 0;
    // The next thing that is said up to and with `until`; nothing: all is quiet until then.
    virtual std::optional<Said> next(Nanos until) = 0;
    // A message for an LP, come at `at`, which is not before what next() was asked for last.
    virtual void hear(std::uint32_t lp, std::string_view bytes, Nanos at) = 0;
};

// A world of dealers with a hidden truth (core/sim/world.h) from its `start` on. Every order meets
// luck of its own.
std::unique_ptr<Street> drawn_street(WorldConfig config, std::uint64_t seed);

// The LPs of a script, which begins with the first order for its symbol, and stands still before:
// `now` is when the first quote is shown. Their answers are those of the script, by LP and child.
Result<std::unique_ptr<Street>> scripted_street(const Script& script, Nanos now);

}  // namespace assay::sim
