// The orders that a captured log tells of: children as they were sent, what became of them, and
// which of them were one parent's.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/desk/desk.h"
#include "core/estimate/capacity.h"
#include "core/kernel/foresight.h"

namespace assay::backtest {

struct LoggedChild {
    std::string symbol, lp, cl_ord_id;
    Side side{};
    Nanos sent{kNever}, ended{kNever};  // kNever: never resolved
    Qty qty, cum;
    Money notional{};   // of the fills that stand
    CapacitySeen seen;  // what it says of its LP's capacity
    estimate::CapacityKey kind;
    bool ours{};            // rejected for what we did: no LP was asked
    std::uint32_t round{};  // of its parent, from 0: rounds begin after an answer
};

// Children of one parent, oldest first.
struct LoggedOrder {
    std::uint64_t number{};  // the parent's id where it is known, else counted from 1
    std::string symbol;
    Side side{};
    Nanos at{};  // of the first child, or of the parent where that is known
    Qty qty;     // the most that was filled and out at once; the parent's own where it is known
    std::vector<LoggedChild> children;
    std::uint32_t rounds{};
    Nanos ended{};  // the last answer
};

// Collects children while a desk takes a log. Quantities are those that the blotter of the desk
// counts: no message twice, busts taken back.
class OrdersOfLog {
  public:
    // Around desk.take(event).
    void before(const Event& event, const desk::Desk& desk);
    void after(const Event& event, const desk::Desk& desk);
    // At the end of the log. In order of `sent`; those without a side are left out.
    std::vector<LoggedChild> finish(const desk::Desk& desk);
    std::uint64_t without_side() const { return without_side_; }

  private:
    struct Watched {
        std::uint32_t chain{}, generation{};
        bool min_qty{}, settled{};
        LoggedChild child;
    };
    void look(Watched& w, const Kernel& kernel) const;
    void look_at_open(const desk::Desk& desk);

    std::vector<Watched> all_;
    std::vector<std::map<std::uint64_t, std::size_t>> by_chain_{kShards};  // generation -> all_
    std::int64_t day_{INT64_MIN};
    std::uint64_t without_side_{};
};

// The parent that a child belongs to; nullopt: it is not known.
using ParentOf = std::function<std::optional<std::uint64_t>(const LoggedChild& child)>;

// Children in order of `sent` put together: by their parent where `parent_of` knows it; else a
// child belongs to those of the same symbol and side before it, unless nothing of them was out for
// longer than `gap`. A gap of 0: each child is an order of its own.
std::vector<LoggedOrder> orders_of(std::vector<LoggedChild> children, Duration gap,
                                   const ParentOf& parent_of);

}  // namespace assay::backtest
