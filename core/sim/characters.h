// The natures of all LPs as time changes them: AR(1) drift, one step a parent, and now and then two
// LPs that change places (docs/spec.md section 9). It is natures that change places, with what
// behaviours have made of them; habits stay with the LP.
#pragma once

#include <cstdint>
#include <vector>

#include "core/sim/config.h"
#include "core/sim/luck.h"

namespace assay::sim {

class Characters {
  public:
    Characters(const std::vector<LpConfig>& lps, const DriftConfig& drift, Luck luck);

    // Parent `number` (from 0) has come.
    void step(std::uint64_t number);
    // Of the LP as it is now, in a calm market and without its habits.
    const Nature& of(std::uint32_t lp) const { return now_[lp]; }
    // The LP whose place in the configuration it has; itself until the first swap.
    std::uint32_t whose(std::uint32_t lp) const { return place_[lp]; }

  private:
    struct Wander {
        double zero{}, size{}, leak{};
    };
    DriftConfig drift_;
    Luck luck_;
    std::vector<Nature> base_, now_;
    std::vector<Wander> wander_;        // by place
    std::vector<std::uint32_t> place_;  // by LP
};

}  // namespace assay::sim
