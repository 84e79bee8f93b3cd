// A seeded day that is consistent: every order lives a life that FIX allows, and its messages chain
// through ClOrdID and OrderID. One log of 6.5 hours, 32 LPs, 5,000 symbols, in time order.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

namespace assay::bench {

struct DayOptions {
    std::uint64_t seed{7};
    std::uint64_t messages{1'500'000};  // about: the orders at work at the end finish their lives
};

// What was written: what a reader must find again.
struct DayCounts {
    std::uint64_t messages{}, message_bytes{}, bytes{};
    std::uint64_t orders{}, acks{}, fills{}, rejects{}, cancels{}, cancel_requests{},
        cancel_rejects{}, quotes{};
    std::uint64_t filled_qty{};
};

// Writes a FIX log as QuickFIX does ("20261120-14:30:00.000123 : 8=FIX.4.4..."), SOH between
// fields.
DayCounts make_day(const DayOptions& options, const std::function<void(std::string_view)>& write);

}  // namespace assay::bench
