// Sides and directions as they stand in the tables.
#pragma once

#include <string_view>

#include "core/fix/record.h"
#include "core/units/side.h"

namespace assay::history {

constexpr std::string_view word(Side side) {
    return side == Side::buy ? "buy" : side == Side::sell ? "sell" : "";
}
constexpr Side side_of(std::string_view word) {
    return word == "buy" ? Side::buy : word == "sell" ? Side::sell : Side::none;
}
constexpr std::string_view word(fix::Direction d) {
    return d == fix::Direction::received ? "received" : d == fix::Direction::sent ? "sent" : "";
}
constexpr fix::Direction direction_of(std::string_view word) {
    return word == "received" ? fix::Direction::received
           : word == "sent"   ? fix::Direction::sent
                              : fix::Direction::unknown;
}

}  // namespace assay::history
