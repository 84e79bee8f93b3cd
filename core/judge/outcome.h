// What became of one parent order under one policy: the only thing that policies are judged by.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>

#include "core/units/qty.h"
#include "core/units/side.h"

namespace assay::judge {

// A parent order that every policy meets: same world, same place in it, same random numbers.
struct ParentKey {
    std::uint32_t scenario{};  // index into the scenarios that were run
    std::uint64_t seed{};      // of the world
    std::uint32_t number{};    // in order of arrival within scenario and seed
    auto operator<=>(const ParentKey&) const = default;
};

struct Outcome {
    ParentKey parent;
    std::int64_t day{};      // UTC, since 1970-01-01
    std::uint32_t symbol{};  // an id of the caller's table of names
    Side side{Side::none};
    Qty qty{};  // of the parent
    // Perold's shortfall against the arrival mid, in bps of the parent's quantity, with what was
    // swept at the end in it; > 0: a cost (docs/spec.md 2.12). Absent without an arrival mid.
    std::optional<double> shortfall_bps;
    double filled_share{};  // of qty, before anything was swept; 0 to 1
    double swept_share{};   // of qty, forced at the end; 0 to 1
    // From arrival to the last fill. Absent: the parent never was complete.
    std::optional<double> completion_seconds;
    int rounds{}, children{}, rejects{};
};

}  // namespace assay::judge
