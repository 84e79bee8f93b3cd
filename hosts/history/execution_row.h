// One FIX message about an order as a row of history: what a desk captured, or an old log holds.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "core/fix/message.h"
#include "hosts/history/rows.h"

namespace assay::history {

// What the message itself does not say.
struct Captured {
    std::int64_t seq{};
    Nanos at{kNever};
    std::string_view session{};
    fix::Direction direction{};
    std::string_view lp{}, symbol{};  // canonical; without a symbol that of the message stands
    std::optional<std::uint64_t> parent{}, child{};
    bool keep_bytes{};  // else they are in the journal
};

// Nothing where the message is not about an order: a logon, a heartbeat, market data.
std::optional<ExecutionRow> execution_row(const fix::Message& message, const Captured& captured);

// The number of a message of no journal: negative, and the same whenever it is imported.
std::int64_t number_of_imported(Nanos at, std::string_view session, fix::Direction direction,
                                std::string_view bytes);

}  // namespace assay::history
