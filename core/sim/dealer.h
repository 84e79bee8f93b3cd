// The far side of one FIX session: an LP that reads our D and F, makes up its mind by its nature
// and the luck of the attempt, and writes 8 and 9 as its habits are.
//
// It owns no clock: what it means to do later it hands to whoever drives it, and is told when the
// time has come.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/fix/encode.h"
#include "core/fix/message.h"
#include "core/market/bbo.h"
#include "core/sim/config.h"
#include "core/sim/luck.h"
#include "core/units/symbol.h"

namespace assay::sim {

// What an order's draws are keyed by beside the LP: the parent it belongs to, and which attempt at
// that parent it is. No part of the wire. Two orders of one attempt to one LP would meet the same
// luck: whoever splits further counts attempts further.
struct Attempt {
    std::uint32_t parent{}, attempt{};
};

// The world as the dealer finds it at this moment, for the symbol of the order in hand.
struct Moment {
    Nanos at;
    std::uint32_t symbol{};
    const Bbo* quote{};  // what everybody sees
    double mid_bps{};    // of the logarithm of the mid that a last look goes by
    Regime regime{};
    const Nature* nature{};   // as it has drifted, in a calm market
    std::uint64_t parents{};  // how many have arrived
};

// Something that a dealer will do, or bring about.
struct Later {
    enum class Kind : std::uint8_t {
        ack,
        decide,
        rest,
        cancel,
        report,
        leak_sent,
        leak_filled,
        replace
    };
    Nanos at;
    Kind kind{};
    std::uint32_t index{};  // of an order; of a report for `report`
    double lots{};          // of leaks
};

class Dealer {
  public:
    // The references must outlive it. `number`: of the LP, part of the key of its draws.
    Dealer(const WorldConfig& config, std::uint32_t number, Luck luck);

    // One message of ours has arrived. D, F and G are understood, all else is passed over.
    enum class Heard : std::uint8_t { understood, passed_over };
    Heard receive(const fix::Message& m, Attempt attempt, const Moment& moment,
                  std::vector<Later>& out);
    // The time of `what` has come. The bytes of the message that it sends now, or nothing; valid
    // until the next call.
    std::string_view happens(const Later& what, const Moment& moment, std::vector<Later>& out);

    // For whoever makes the moment: the symbol that a later thing is about, and the order's side
    // and nature for leaks.
    std::uint32_t symbol_of(const Later& what) const;
    Side side_of(const Later& leak) const { return orders_[leak.index].side; }
    double leak_bps_of(const Later& leak) const { return orders_[leak.index].nature.leak_bps; }

    LastLook look_of(const Later& decision) const {
        return orders_[decision.index].nature.last_look;
    }

    // What an order of so many lots would meet now.
    Nature met_now(const Moment& moment, double lots) const;

    // What truly happened, for judging.
    struct Counts {
        std::uint64_t orders{}, acks{}, fills{}, rejects{}, last_looks{}, empty{}, cancels{},
            cancel_rejects{}, unanswered{}, busts{}, overfills{}, duplicates{}, reused{}, late{},
            disordered{};
        double lots_ordered{}, lots_filled{};  // as reported once, busts not taken off
    };
    const Counts& counts() const { return counts_; }

  private:
    enum class State : std::uint8_t { held, resting, closed };
    struct Order {
        std::string cl_ord_id, cancel_id;
        std::string replace_id, replaced_id;  // what it shall be called, and was called
        Qty replace_qty;
        Price replace_limit;
        std::uint64_t number{};
        std::uint32_t symbol{};
        Side side{};
        State state{};
        char tif{};
        Qty qty, min, cum;
        Money notional{};
        Price limit, far;
        PriceDelta half_spread;
        double mid_bps{};  // when it came
        Nature nature;
        double capacity{};  // lots
        bool listed{};      // by_id_ leads to it
        bool marketable{}, silent{}, disorder{};
        std::int64_t answer_ns{};
        Duration delay;  // of the reports of its outcome
        Attempt attempt;
        std::uint32_t rests{}, fills{};
        std::uint32_t pending{};  // things to come that name it
    };
    struct Report {
        std::uint32_t order{};
        char msg_type{'8'}, exec_type{}, ord_status{};
        bool of_cancel{}, of_replace{};
        Qty last_qty{-1};
        Price last_px;
        Qty cum, leaves;
        Price avg_px;
        std::uint64_t exec{}, exec_ref{};
        std::int32_t reason{-1};
        std::string_view text;
        std::uint32_t fill{};     // which fill of the order, for its draws
        std::uint64_t sent_as{};  // MsgSeqNum of the first time; 0: this is the first
        Nanos sent_at{kNever};    // SendingTime of the first time
    };

    void new_order(const fix::Message& m, Attempt attempt, const Moment& moment,
                   std::vector<Later>& out);
    void cancel_request(const fix::Message& m, Attempt attempt, const Moment& moment,
                        std::vector<Later>& out);
    void replace_request(const fix::Message& m, Attempt attempt, const Moment& moment,
                         std::vector<Later>& out);
    // The order that a request names; one that is not there, or no longer, is made up, closed.
    std::uint32_t named_by(const fix::Message& m, Attempt attempt, const Moment& moment);
    Nanos answered_at(Attempt attempt, const Moment& moment) const;
    std::uint32_t open(const fix::Message& m, Attempt attempt, const Moment& moment);
    void refuse(std::uint32_t order, std::int32_t reason, std::string_view text, Nanos at,
                std::vector<Later>& out);
    void rest(std::uint32_t order, const Moment& moment, std::vector<Later>& out);
    void rest_again(Order& o, std::uint32_t index, Nanos now, std::vector<Later>& out);
    void cancel(std::uint32_t order, const Moment& moment, std::vector<Later>& out);
    void replace(std::uint32_t order, const Moment& moment, std::vector<Later>& out);
    void too_late(std::uint32_t order, bool of_replace, const Moment& moment,
                  std::vector<Later>& out);
    // dealer_decides.cpp: what becomes of an order
    void decide(std::uint32_t order, const Moment& moment, std::vector<Later>& out);
    void fill(std::uint32_t order, Qty qty, Nanos at, std::vector<Later>& out);
    double drawn_capacity(const Order& o) const;
    Price fill_price(const Order& o) const;
    void execution(std::uint32_t order, Qty qty, Price px, Nanos at, std::vector<Later>& out);
    void ended(std::uint32_t order, char exec_type, Nanos at, std::vector<Later>& out);

    // dealer_reports.cpp: how it is said
    Report report_of(std::uint32_t order, char exec_type) const;
    void plan(const Report& report, Nanos at, std::vector<Later>& out);
    std::string_view send(std::uint32_t report, Nanos now, std::vector<Later>& out);
    void after_fill(const Report& r, const fix::Header& header, Nanos now, std::vector<Later>& out);
    std::string_view write(const Report& r, const fix::Header& header, Nanos stamp);
    Nanos stamp(Nanos at) const;

    void put(const Later& later, std::vector<Later>& out);
    void let_go(std::uint32_t order);
    double lots(Qty q) const {
        return static_cast<double>(q.micro) / static_cast<double>(config_->market.lot.micro);
    }
    bool hit(What what, const Order& o, double share) const {
        return share > 0 &&
               luck_.uniform(what, o.attempt.parent, o.attempt.attempt, number_) < share;
    }
    std::uint64_t fill_key(const Order& o, std::uint32_t fill) const {
        return std::uint64_t{fill} << 32 | number_ | std::uint64_t{o.attempt.attempt} << 40;
    }

    const WorldConfig* config_;
    const LpConfig* lp_;
    std::uint32_t number_;
    Luck luck_;
    Counts counts_;
    std::vector<Order> orders_;
    std::vector<std::uint32_t> free_orders_;
    std::vector<Report> reports_;
    std::vector<std::uint32_t> free_reports_;
    // Every ClOrdID of the session: a second D of the same is refused, a late F is too late. As
    // large as there are orders in the run.
    static constexpr std::uint32_t kClosed = UINT32_MAX;
    boost::unordered_flat_map<std::uint64_t, std::uint32_t> by_id_;
    std::uint64_t seq_{}, execs_{}, last_fill_exec_{};
    fix::Encoder encoder_;
    std::string order_id_, exec_id_, exec_ref_;
};

}  // namespace assay::sim
