// The order of a script once more, where no answer is scripted: in a market that wanders, among LPs
// with drawn natures, under any policy. Worlds depend on the script, the way of drawing and the
// seed alone, so that policies can be held against each other on the same ones.
//
//     auto retelling = Retelling::of(script);
//     const RetoldWorld world = retelling->world(LpsDrawn::at_random, seed);
//     for (policy ...) retelling->trade(world, policy, table)
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "core/sim/drawn_lps.h"
#include "core/sim/script.h"
#include "core/sim/trading.h"

namespace assay::sim {

struct RetoldWorld {
    std::uint64_t seed{};
    WorldConfig config;
    // What the desk knows in the morning (desk::Desk::save()): of LPs around the history, that
    // history with kOrdersOfHistory orders an LP at most; of LPs at random, kOrdersBefore orders
    // that were sent to each the day before.
    std::string known;
};
inline constexpr int kOrdersOfHistory = 1'000, kOrdersBefore = 300;

class Retelling {
  public:
    // Reads the history, which takes a moment. `script` must outlive it. Errors: a day that
    // cannot be, in words.
    static Result<Retelling> of(const Script& script);

    RetoldWorld world(LpsDrawn how, std::uint64_t seed) const;
    // The order from its entry to its end. `table`: of the policy `static`.
    TradedParent trade(const RetoldWorld& world, route::PolicyId policy,
                       std::span<const route::LpId> table) const;
    // What the mid does of its own accord: as much as the quotes of the script moved.
    double sigma_bps() const { return sigma_; }

  private:
    explicit Retelling(const Script& script);
    WorldConfig market() const;
    std::string known_after_a_day_of(const WorldConfig& world, std::uint64_t seed) const;

    const Script* script_;
    double sigma_{};  // bps per square root of a second
    std::string history_;
};

}  // namespace assay::sim
