// The parent orders that come in over a day when nobody types them: each is a function of the seed
// and of its number, so that a flow can be sent again.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/units/nanos.h"
#include "core/units/qty.h"
#include "core/units/side.h"

namespace assay::oms {

struct FlowConfig {
    std::uint64_t seed{1};
    std::vector<std::string> symbols{"ACME"};  // each as likely; at least one
    double per_minute{20};                     // on average, above 0
    Qty lot{100'000'000};
    Qty least{500'000'000},
        most{5'000'000'000};  // of a parent, in whole lots; smaller are likelier
    double cancel_share{0.05}, replace_share{0.05};  // of parents; together at most 1
    Duration second_thoughts{10 * kSecond.ns};  // a cancel or replace comes so long after at most
};

enum class Change : std::uint8_t { cancel, replace };

struct DrawnOrder {
    Duration gap{};  // since the one before
    std::string symbol;
    Side side{};
    Qty qty;
    std::optional<Change> change{};
    Duration change_after{};  // since it was sent
    Qty new_qty{};            // of a replace: half as much again
};

// The order of that number, from 1 on. Gaps are exponential, sizes uniform in their logarithm.
DrawnOrder drawn_order(const FlowConfig& config, std::uint64_t number);

}  // namespace assay::oms
