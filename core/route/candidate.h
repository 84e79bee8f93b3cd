// What is known of one LP for one child order: its rank, its costs and how much it may take
// (docs/spec.md sections 6 and 7). Rows of the score board are turned into these by the host.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace assay::route {

// An LP's place in RouterConfig::lps, which is in order of name, so that ties go by name.
struct LpId {
    std::uint32_t number{};
    auto operator<=>(const LpId&) const = default;
};

// LPs looked at for one child; what exceeds it is left out and said.
inline constexpr std::size_t kMostCandidates = 64;

// P(capacity >= k lots) in steps: between two sizes it holds the value of the right one, beyond the
// last it is 0 (estimate/capacity.h). Views: the owner keeps the numbers while plans are made.
struct FillTail {
    std::span<const double> upper_lots;  // rising, > 0
    std::span<const double> t;           // never rising; plain or optimistic, as the caller wants
    std::span<const double> support;     // orders behind each t; empty where not known

    // P(at least `lots` are filled); 1 for lots <= 0.
    double at_least(std::int64_t lots) const;
    // Mean and variance of the filled lots of an order of `lots`.
    double expected(std::int64_t lots) const;
    double variance(std::int64_t lots) const;
    // The largest whole number of lots with at_least() >= p; 0 where there is none.
    std::int64_t most_with(double p) const;
};

enum class VenueClass : std::uint8_t { lit, dark, bank, wholesaler, other };
// Whether an LP that has just given all it had is expected to have more at once.
enum class Refill : std::uint8_t { depletes, replenishes };
enum class Permission : std::uint8_t { disabled, enabled };

// A score out of 100 with its standard deviation; lcb = composite - z sd of the profile.
struct Standing {
    double composite{}, sd{}, lcb{};
    static constexpr bool kNoPadding = true;
};

struct Candidate {
    LpId lp;
    Permission permission{Permission::enabled};
    VenueClass venue{VenueClass::lit};
    Refill refill{Refill::depletes};
    std::optional<Standing> standing;  // absent: no score
    double reject_share{};             // belief, 0 to 1
    double n_eff{};                    // orders behind the beliefs
    // Costs in bps of the mid. Improvement > 0 is better than the far touch; a rebate is fee < 0.
    double half_spread_bps{}, price_improvement_bps{}, fee_bps{};
    double leak_bps_per_lot{};  // the market's move against us for each lot shown, >= 0
    double round_trip_ms{};     // expected
    FillTail tail;

    // Every number is finite and the tail is one: what is not, never reaches a plan.
    bool valid() const;
};

}  // namespace assay::route
