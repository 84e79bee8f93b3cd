// Everything a simulated world is told before its first event. The defaults are those of
// docs/spec.md section 9.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "core/sim/habits.h"
#include "core/sim/nature.h"
#include "core/units/nanos.h"
#include "core/units/price.h"
#include "core/units/qty.h"

namespace assay::sim {

// By Regime: calm, normal, stressed.
using ByRegime = std::array<double, 3>;

struct MarketConfig {
    std::vector<std::string> symbols{"ACME"};
    ByRegime sigma{.6, 1.2, 3.0};        // of the mid, bps per square root of a second
    ByRegime spread_bps{2, 3, 6};        //
    ByRegime stationary{.35, .50, .15};  // share of time
    double switch_share{.08};            // a new condition is drawn so often, per parent
    double jumps_per_second{1.0 / 900};
    double jump_sd_bps{8};
    double size_median_lots{40}, size_log_sd{.5};  // of each side of the quote
    // What others trade with each other, at the bid or the ask, and the market prints (X); 0: it
    // prints nothing. It moves no quote and draws nothing that anything else depends on.
    double trades_per_second{};
    double trade_median_lots{3}, trade_log_sd{1};
    Duration quote_every{250'000'000};
    Price first_mid{100'000'000'000};
    PriceDelta tick{100'000};  // 0.0001: a hundredth of the calm spread
    Qty lot{100'000'000};
};

struct ParentsConfig {
    double mean_gap_s{20};
    std::uint32_t least_lots{40}, most_lots{239};
    std::uint64_t most{UINT64_MAX};  // no more parents than this
    // Informed flow: after such a parent the mid drifts its way, evenly over a time.
    double informed_share{};
    double informed_bps{4};
    Duration informed_over{60'000'000'000};
};

// What the mid does against us for what an LP was sent: leak_bps of its nature times
enum class LeakModel : std::uint8_t {
    linear,    // lots sent: what the router's own model takes for granted
    concave,   // sqrt(20 x lots sent): as linear for 20 lots, less for more
    on_fills,  // lots filled
};

struct LeakageConfig {
    LeakModel model{};
    Duration delay{1'000'000};  // after the LP has answered
    double permanent_share{1};  // the rest fades
    Duration half_life{30'000'000'000};
    // Whether a last look sees what was leaked while it held the order, by others or itself, or
    // only how the market went of its own accord, as in section 9.
    bool seen_by_last_look{};
};

struct DriftConfig {
    double kept{.995};              // AR(1), a step for each parent
    double zero_sd{.04};            // of the logit of zero_share
    double size_sd{.03};            // of the logarithm of mean_lots
    double leak_sd{.03};            // of the logarithm of leak_bps
    std::uint32_t swap_every{500};  // two LPs change places after so many parents; 0: never
};

struct LpConfig {
    std::string name;
    Nature nature;
    Habits habits;
};

// The six of docs/spec.md section 9: LP_A ... LP_E and LP_G.
std::vector<LpConfig> six_lps();

struct WorldConfig {
    Nanos start{1'772'461'800'000'000'000};  // 2026-03-02 14:30 UTC
    Duration length{3'600'000'000'000};      // parents arrive so long
    Duration tail{30'000'000'000};           // and then time goes on for so long
    std::string our_comp_id{"DESK"}, market_comp_id{"MARKET"};
    MarketConfig market;
    ParentsConfig parents;
    LeakageConfig leakage;
    DriftConfig drift;
    double capacity_correlation{};  // between the LPs in one attempt, of normal scores, [0, 1)
    std::vector<LpConfig> lps{six_lps()};
};

}  // namespace assay::sim
