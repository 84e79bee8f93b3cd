// Orders of a captured log, worked again by other policies and weights while the log is read: each
// decision knows what the desk knew at that moment, and what LPs give is drawn from what the whole
// log says of their capacity (docs/backtest.md). What was done is replayed beside it, priced alike.
#pragma once

#include <cstdint>
#include <optional>
#include <queue>
#include <string>
#include <vector>

#include "core/backtest/orders_of_log.h"
#include "core/backtest/view.h"
#include "core/judge/outcome.h"
#include "core/route/bandit.h"
#include "core/route/policy.h"
#include "core/score/draws.h"

namespace assay::backtest {

// A policy under a profile's weights. `table`: of `static`, LPs by name, best first.
struct Contender {
    std::string name;
    route::PolicyId policy{};
    score::Profile profile;
    std::vector<std::string> table;
};

struct Rules {
    // What is left after the last round is taken from the market, at the far touch and so much
    // times the square root of its lots beyond it.
    double sweep_bps_per_sqrt_lot{0.35};
    std::uint32_t rounds{1};  // of every order
    std::uint32_t draws{8};   // of the LPs' capacities; means are taken over them
    std::uint64_t seed{1};
    std::uint32_t probe_lots{20};
};
// Of what the sweep costs, a plan counts so much for each lot that it leaves: some rounds follow.
inline constexpr double kSweepShare = 0.3;

// An order that was worked again. Costs in bps of the mid at its start and of its whole quantity,
// positive = a cost.
struct Retold {
    std::uint32_t order{};  // index into the orders
    double lots{};
    double cost_bps{};                 // of what was done, at the replay's prices
    std::optional<double> paid_bps{};  // what was really paid, the sweep as in the replay
    double filled_share{}, rounds{}, children{}, seconds{};  // of what was done
    struct Other {
        double cost_bps{}, filled_share{}, rounds{}, children{}, seconds{};  // means over draws
    };
    std::vector<Other> others;  // by contender
};

// What an LP gives of a child, in lots, where the log says this of its capacity then (`seen` lots)
// and `u` was drawn evenly in (0, 1): what it had, at least what it had, or by its tail.
double capacity_lots(const route::FillTail& tail, CapacitySeen::Kind kind, double seen, double u);

class WhatIf {
  public:
    // `hindsight`: a desk that has taken the whole log; LPs are named as in `lps`. Both outlive it,
    // as do orders and contenders.
    WhatIf(Rules rules, const std::vector<Contender>& contenders,
           const std::vector<std::string>& lps, const std::vector<LoggedOrder>& orders,
           desk::Desk& hindsight);

    // What is due before `t` happens, by what `desk` knows; to be called before it takes an event
    // at `t`.
    void pass(Nanos t, desk::Desk& desk);

    // In order of time; those without a quote at their start are left out.
    const std::vector<Retold>& told() const { return told_; }
    std::uint64_t without_quote() const { return without_quote_; }
    std::uint64_t decisions() const { return decisions_; }
    std::uint64_t held() const { return held_; }  // decisions that sent nothing

  private:
    static constexpr std::uint32_t kAsLogged = UINT32_MAX;
    // One working of an order: by a contender under a draw, or as it was logged.
    struct Path {
        std::uint32_t told{}, contender{}, draw{}, round{};
        double lots{}, left{}, paid{}, impact{};  // bps x lots; bps that its own children moved
        double filled{}, children{}, really_paid{};
        route::LastRound last{};
        std::vector<route::Arm> arms;
    };
    struct Due {
        Nanos at;
        std::uint64_t sequence{};  // at equal times as they were made
        std::uint32_t path{};
        bool operator<(const Due& o) const {
            return at != o.at ? o.at < at : o.sequence < sequence;
        }
    };
    // What is fixed for an order when it begins.
    struct Begun {
        TwiceMid mid;
        Qty lot;
        std::vector<double> leak;  // bps a lot, by LP, as the whole log says
        std::uint32_t paths{};     // that are not over
    };

    void begin(std::uint32_t order, desk::Desk& desk);
    Asked asked(const Path& p) const;
    // Each takes the next step of a path, and says when the one after it is due; nullopt: it is
    // over.
    std::optional<Nanos> step_logged(Path& p, Nanos at, desk::Desk& desk);
    std::optional<Nanos> step_other(Path& p, Nanos at, desk::Desk& desk);
    route::DecisionInputs inputs(const Path& p, Nanos at) const;
    // Lots that an LP would have given in this round: drawn, but never against what it did give.
    double capacity(const Path& p, std::uint32_t lp, const route::FillTail& tail) const;
    // How far the market has gone against the order since it began, bps, without what the children
    // of the log moved it, with what the path's own did.
    double drift(const Path& p, Nanos at, const desk::Desk& desk) const;
    void finish(const Path& p, Nanos at, const desk::Desk& desk);
    void push(std::uint32_t path, Nanos at);
    const LoggedOrder& order_of(const Path& p) const { return (*orders_)[told_[p.told].order]; }

    Rules rules_;
    const std::vector<Contender>* contenders_;
    const std::vector<std::string>* lps_;
    const std::vector<LoggedOrder>* orders_;
    desk::Desk* hindsight_;
    View seen_, world_;
    std::uint32_t next_order_{};
    std::vector<Retold> told_;
    std::vector<Begun> begun_;  // by told_
    std::vector<Path> paths_;
    std::vector<std::uint32_t> free_;
    std::priority_queue<Due> due_;
    std::vector<std::vector<route::LpId>> tables_;  // by contender
    std::vector<route::Bandit> bandits_;            // by contender, then draw
    std::uint64_t sequence_{}, without_quote_{}, decisions_{}, held_{};
};

}  // namespace assay::backtest
