// The last check before an order leaves. It keeps books of its own and trusts nothing that the
// router computed; whatever it cannot vouch for it refuses. A check that passes has booked the
// order: nothing can come between check and send.
//
// Limits have no default: a limit that was not set refuses every order.
#pragma once

#include <compare>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/market/bbo.h"
#include "core/route/child.h"
#include "core/units/bug.h"
#include "core/units/nanos.h"
#include "core/units/price.h"
#include "core/units/qty.h"
#include "core/units/result.h"
#include "core/units/side.h"

namespace assay::route {

struct Limits {
    Qty parent_qty, child_qty;                  // the most of one order
    Money parent_notional{}, child_notional{};  // currency in 1e-15 (core/units/qty.h)
    double collar_bps{};      // the limit price at most this far beyond the far touch
    Qty open_qty;             // outstanding at all LPs, of one symbol
    int orders_per_window{};  // sent to one LP
    Duration window{};
    int orders_per_parent{};      // over its life: repeated execution
    Duration duplicate_window{};  // the same order again, or the same parent again
    template <class Archive>
    void archive(Archive& a) {
        a(parent_qty, child_qty, parent_notional, child_notional, collar_bps, open_qty,
          orders_per_window, window, orders_per_parent, duplicate_window);
    }
};

// Whom a stop concerns: everything (both absent), an LP, a symbol, or an LP in a symbol.
struct Scope {
    std::optional<LpId> lp;
    std::string symbol;  // empty: all
    auto operator<=>(const Scope&) const = default;
    template <class Archive>
    void archive(Archive& a) {
        a(lp, symbol);
    }
};

enum class Stop : std::uint8_t {
    killed,  // by a person or by an overfill; only two people release it
    halted,  // the symbol does not trade, or the LP's session is down
};

enum class Rule : std::uint8_t {
    killed,
    halted,
    unknown_parent,
    wrong_order,  // no quantity, no side, other symbol or side than its parent, id used before
    limit_not_set,
    child_qty,
    child_notional,
    no_quote,
    collar,
    parent_limit_price,
    over_parent,  // filled + outstanding + this > the parent
    out_above_in,
    open_qty,
    rate,
    repeated,
    duplicate,
    parent_qty,
    parent_notional,
    duplicate_parent,
};
inline constexpr std::size_t kRules = static_cast<std::size_t>(Rule::duplicate_parent) + 1;
const char* name(Rule r);

struct Refusal {
    Nanos at{};
    Rule rule{};
    std::string text;  // with its numbers
    std::uint64_t parent{};
    ChildId child;
    template <class Archive>
    void archive(Archive& a) {
        a(at, rule, text, parent, child);
    }
};

// A parent as the gate admits it.
struct AdmitRequest {
    Nanos at{};
    std::uint64_t parent{};
    std::string symbol;
    Side side{};
    Qty qty;
    std::optional<Price> limit;
    Bbo quote;
};
// A child as it would leave.
struct SendRequest {
    Nanos at{};
    std::uint64_t parent{};
    ChildId child;
    LpId lp;
    std::string_view symbol;
    Side side{};
    Qty qty;
    Price limit;
    Bbo quote;
};

class Gate {
  public:
    Gate() = default;
    Gate(Limits limits, std::vector<std::string> lps) : limits_(limits), lps_(std::move(lps)) {}

    // nullopt: admitted, or passed and booked as sent.
    std::optional<Refusal> admit(const AdmitRequest& request);
    std::optional<Refusal> send(const SendRequest& request);
    // Another quantity and limit for what was admitted; refused, the old ones stay.
    std::optional<Refusal> amend(const AdmitRequest& request);

    // What became of it. `still_owed`: reported by the LP as filled, not yet seen fill by fill.
    void filled(ChildId child, Qty qty);  // negative: a bust
    void closed(ChildId child, Qty still_owed);
    // A parent that has ended, with none of its children open: forgotten.
    void forget(std::uint64_t parent);

    // One call, at once, until released; `who` and `why` are kept with it.
    void kill(const Scope& scope, Nanos at, std::string_view who, std::string_view why);
    // Both names, and not the same one twice.
    Result<void> release(const Scope& scope, std::string_view first, std::string_view second);
    void halt(const Scope& scope, Nanos at, std::string_view why);
    void resume(const Scope& scope);
    // Kills and halts so far, also such as changed nothing. Not part of a saved state.
    std::uint64_t stops_made() const { return stops_made_; }
    // The stop that concerns this LP and symbol, in words; empty: none.
    std::string stopped(LpId lp, std::string_view symbol) const;
    // By a person or an overfill, and not released.
    bool killed(LpId lp, std::string_view symbol) const;

    // All that is stopped, kills first.
    struct StopView {
        Stop stop{};
        Scope scope;
        Nanos at{};
        std::string who, why;
    };
    std::vector<StopView> stops() const;

    // Totals over parents that are not forgotten. What an LP overfilled is not counted: we did not
    // send it, and it must not use up what others may still send.
    Qty total_in() const { return total_in_; }
    Qty total_out() const { return total_out_; }  // filled and outstanding
    Qty outstanding(std::uint64_t parent) const;
    Qty filled_of(std::uint64_t parent) const;

    // Limits and names come from the configuration; everything else is kept.
    template <class Archive>
    void archive(Archive& a) {
        std::map<StopKey, Stopped> none;
        a(planted(Bug::kill_forgotten_at_restart) ? none : stops_, parents_, children_, sends_,
          open_, recent_parents_, total_in_, total_out_, last_child_);
    }

  private:
    struct Stopped {
        Nanos at{};
        std::string who, why;
        template <class Archive>
        void archive(Archive& a) {
            a(at, who, why);
        }
    };
    struct StopKey {
        Stop stop{};
        Scope scope;
        auto operator<=>(const StopKey&) const = default;
        template <class Archive>
        void archive(Archive& a) {
            a(stop, scope);
        }
    };
    struct Parent {
        std::string symbol;
        Side side{};
        Qty qty, filled, outstanding;
        std::optional<Price> limit;
        std::vector<ChildId> children;
        Qty out() const { return filled + outstanding; }
        template <class Archive>
        void archive(Archive& a) {
            a(symbol, side, qty, filled, outstanding, limit, children);
        }
    };
    enum class Life : std::uint8_t { open, over };
    struct Booked {
        std::uint64_t parent{};
        LpId lp;
        Qty qty, filled, open;
        Price limit;
        Nanos at{};
        Life life{};
        template <class Archive>
        void archive(Archive& a) {
            a(parent, lp, qty, filled, open, limit, at, life);
        }
    };
    struct Recent {
        Nanos at{};
        std::uint64_t parent{};
        std::string symbol;
        Side side{};
        Qty qty;
        template <class Archive>
        void archive(Archive& a) {
            a(at, parent, symbol, side, qty);
        }
    };

    std::optional<Refusal> refuse_stopped(const SendRequest& r) const;
    std::optional<Refusal> refuse_order(const SendRequest& r) const;
    std::optional<Refusal> refuse_price(const SendRequest& r, const Parent& p) const;
    std::optional<Refusal> refuse_quantity(const SendRequest& r, const Parent& p) const;
    std::optional<Refusal> refuse_pace(const SendRequest& r, const Parent& p) const;
    void count(Parent& p, Qty filled, Qty outstanding);
    void move_open(Booked& b, Qty to);
    std::string lp_name(LpId lp) const;

    Limits limits_;
    std::vector<std::string> lps_;
    std::map<StopKey, Stopped> stops_;
    std::map<std::uint64_t, Parent> parents_;
    std::map<ChildId, Booked> children_;
    std::map<LpId, std::deque<Nanos>> sends_;  // of the last window
    std::map<std::string, Qty> open_;          // by symbol
    std::deque<Recent> recent_parents_;        // of the last duplicate window
    Qty total_in_, total_out_;
    ChildId last_child_;
    std::uint64_t stops_made_{};
};

}  // namespace assay::route
