// The parent orders that our desk is given: when, what, how much. They depend on the seed alone.
#pragma once

#include <cstdint>

#include "core/sim/config.h"
#include "core/sim/luck.h"
#include "core/units/side.h"

namespace assay::sim {

struct Parent {
    std::uint32_t number{};  // from 0
    Nanos at{};
    std::uint32_t symbol{};  // of MarketConfig::symbols
    Side side{};
    std::uint32_t lots{};
};

class Parents {
  public:
    Parents(const ParentsConfig& config, std::uint32_t symbols, Nanos start, Luck luck)
        : config_(config), symbols_(symbols), last_(start), luck_(luck) {}

    bool more() const { return given_ < config_.most; }
    // Gaps are exponential.
    Parent next();
    // What the market will do after it, in bps the parent's way; 0 for most.
    double informed_bps(std::uint32_t number) const;

  private:
    ParentsConfig config_;
    std::uint32_t symbols_;
    Nanos last_;
    std::uint64_t given_{};
    Luck luck_;
};

}  // namespace assay::sim
