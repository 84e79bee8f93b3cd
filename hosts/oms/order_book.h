// The orders of an OMS as it knows them: what it sent, and what it heard of it. Only bytes and
// numbers; sessions and clocks are live_oms.h's.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/fix/message.h"
#include "core/units/nanos.h"
#include "core/units/qty.h"
#include "core/units/side.h"

namespace assay::oms {

struct Counts {
    std::uint64_t sent{}, acknowledged{}, rejected{};  // parents
    std::uint64_t filled{}, canceled{}, expired{};     // how they ended
    std::uint64_t fills{}, busts{};
    Qty filled_qty{};                     // of all fills, less busts
    std::uint64_t cancels{}, replaces{};  // asked for
    std::uint64_t replaced{}, refused{};  // replaces that were done; both, refused (9)
    std::uint64_t unknown{};              // reports of orders that are not ours
    std::uint64_t open() const { return sent - rejected - filled - canceled - expired; }
};

class OrderBook {
  public:
    // `front`: of every ClOrdID, so that no two runs give the same.
    explicit OrderBook(std::string front) : front_(std::move(front)) {}

    struct Wish {
        std::string symbol;
        Side side{};
        Qty qty;
        std::string parameters{};  // TargetStrategyParameters(848); empty: the desk's own
    };
    // Messages to send; the header is the session's to write, whatever stands there.
    // The order counts as sent.
    std::string new_order(const Wish& wish, Nanos at, std::string& cl_ord_id);
    // Empty: it is over, or something was asked of it that has no answer yet.
    std::string cancel(const std::string& cl_ord_id, Nanos at);
    std::string replace(const std::string& cl_ord_id, Qty qty, Nanos at);

    // 8 and 9; others are passed over.
    void hear(const fix::Message& report);

    // By the ClOrdID that they were sent with.
    std::vector<std::string> open() const;
    bool over(const std::string& cl_ord_id) const;
    const Counts& counts() const { return counts_; }
    // The text of the last reject, for people; empty: none.
    const std::string& last_reject() const { return last_reject_; }

  private:
    struct Order {
        std::string symbol, in_force,
            asked;  // ClOrdIDs: the one that counts, of a change under way
        Side side{};
        Qty qty;
        bool acknowledged{}, over{};
    };
    Order* find(std::string_view cl_ord_id);
    std::string change(char msg_type, const std::string& cl_ord_id, Qty qty, Nanos at);
    std::string next_id();

    std::string front_;
    std::uint64_t given_{};
    std::map<std::string, Order, std::less<>> orders_;
    std::map<std::string, std::string, std::less<>> first_of_;  // a ClOrdID -> the order's first
    Counts counts_;
    std::string last_reject_;
};

}  // namespace assay::oms
