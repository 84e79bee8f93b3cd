// What an LP does besides having a nature: how it answers and reports, and the games that it plays.
// Every habit is off by default and they compose; the named behaviours are rows of one table.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "core/sim/nature.h"
#include "core/units/nanos.h"

namespace assay::sim {

inline constexpr std::int32_t kOther = 99;  // OrdRejReason(103)

// Shares are probabilities for each order, or for each fill where it says so.
struct Habits {
    // Answers
    double ack_share{0.3};     // the ack comes after this part of the time to the answer
    double silent_share{};     // never answers at all
    double after_ack_share{};  // acks, then falls silent
    double technical_share{};  // rejects because a system of its own is down
    double flash_share{};      // rejects at once, without looking at the price
    Duration flash_after{1'000'000};
    double overfill_share{};  // fills a fifth more than was ordered, of orders it fills whole
    std::uint32_t pieces{1};  // a fill comes in so many executions, a millisecond apart

    // Reports
    double late_share{};  // of orders: what became of it is reported so much later
    Duration late_by{30'000'000'000};
    double disorder_share{};  // of orders: the end before the fills, the ack after them
    double bust_share{};      // of fills: taken back
    Duration bust_after{60'000'000'000};
    double duplicate_share{};  // of fills: reported twice under one ExecID
    double reuse_share{};      // of fills: under the ExecID of a fill of another order
    Duration clock_offset{};   // of its SendingTime and TransactTime: > 0 runs ahead of ours
    double clock_drift_ppm{};

    // Size: orders up to `small_lots` are treated unlike larger ones. 0: all are alike.
    std::uint32_t small_lots{};
    bool perfect_when_small{};    // fills those whole, and rejects none of them
    double large_zero_share{};    // of larger ones: nothing, besides the nature's own share
    double large_size_factor{1};  // of larger ones: capacity
    double small_improvement{};   // added for small ones, half-spreads
    double large_improvement{};   // added for larger ones

    // Turning bad: for good after so many orders, or every other span of so many parents.
    std::uint32_t turns_after_orders{}, turns_every_parents{};
    double turned_reject{.3}, turned_size{.4}, turned_leak{3};

    bool operator==(const Habits&) const = default;
};

// Which of its two faces an LP shows.
enum class Face : std::uint8_t { usual, turned };
Face face_of(const Habits& habits, std::uint64_t orders, std::uint64_t parents);

// The nature that an order of so many lots meets.
Nature met(Nature nature, const Habits& habits, Face face, double lots);

struct Behaviour {
    std::string_view name;
    std::string_view says;
    void (*add)(Nature&, Habits&);
};
std::span<const Behaviour> behaviours();
const Behaviour* find_behaviour(std::string_view name);

}  // namespace assay::sim
