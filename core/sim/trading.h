// A desk that trades in a simulated world: parents arrive, its router works them at LPs with a
// hidden truth, and what each parent came to is noted. Everything between the desk and the LPs is
// FIX; the truth is only for judging, and for policies of Use::truth.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/desk/desk.h"
#include "core/sim/world.h"

namespace assay::sim {

// How every parent is to be worked: as in docs/spec.md section 9 in rounds in step, a new one when
// all children of the last have been answered.
struct Orders {
    route::PolicyId policy{route::PolicyId::split};
    std::string profile{"balanced"};
    route::Replan replan{route::Replan::when_all_answered};
    std::uint32_t rounds{8};  // what is left then is swept
    Duration round_gap{20'000'000};
    std::uint32_t probe_lots{20}, max_child_lots{};  // 0: no cap
    double max_slip_bps{20};                         // no limit that binds: prices are the LPs'
    // Each parent is this one, from its arrival on; only policy and id are as above. The world's
    // parents are to have its quantity.
    std::optional<route::ParentOrder> like{};
};

struct TradingConfig {
    WorldConfig world;
    desk::DeskConfig desk;  // its LPs are put in from the world's
    Orders orders;
};

// What a parent came to. Shortfall in bps of its arrival mid, positive = a cost, sweep included.
struct TradedParent {
    std::uint32_t number{};
    Nanos arrived{}, done{};
    std::uint32_t symbol{};
    Side side{};
    double lots{}, filled_lots{}, swept_lots{};
    double shortfall_bps{};
    std::uint32_t rounds{}, children{}, rejects{}, timeouts{};
    route::ParentState state{};
    double predicted_complete{};  // by the first decision: the probability of no sweep
    bool refused{};               // by the desk's gate: nothing was sent
    std::optional<double> vwap_slippage_bps{};  // where the market prints its trades
};

// A child and how its forecast came out.
struct TradedChild {
    std::uint32_t parent{};
    std::uint32_t lp{};
    double lots{}, filled_lots{};
    double predicted_lots{}, predicted_full{}, predicted_ms{};
    double took_ms{-1};  // -1: never answered
    bool rejected{};
    double improvement_bps{};  // of what was filled, against the far touch when it was sent
};

// Every so many parents: the scores that a first decision saw beside what was true then.
inline constexpr std::uint32_t kSnapshotEvery = 25;
struct TradedSnapshot {
    std::vector<double> score;          // composite, by LP; higher is better
    std::vector<double> true_cost_bps;  // net, a lot of a child of 20 lots
};

class Trading {
  public:
    Trading(TradingConfig config, std::uint64_t seed);

    // Before the first step: what the desk knows already, of desk::Desk::save().
    Result<void> know(std::string_view desk) { return desk_.load(desk); }

    // The next thing that happens; false: it is over.
    bool step();
    // Sees each step before the desk acts upon it.
    void watch(std::function<void(const Step&)> saw) { saw_ = std::move(saw); }
    // What that led to; valid until the next step().
    const desk::Output& output() const { return out_; }

    const std::vector<TradedParent>& parents() const { return parents_; }
    const std::vector<TradedChild>& children() const { return children_; }
    // Only where every LP has a score.
    const std::vector<TradedSnapshot>& snapshots() const { return snapshots_; }
    const World& world() const { return world_; }
    const desk::Desk& desk() const { return desk_; }

  private:
    class TrueCosts : public desk::Truth {
      public:
        explicit TrueCosts(Trading& trading) : trading_(trading) {}
        std::span<const route::Candidate> candidates(std::string_view symbol, Side side,
                                                     Qty lot) override;

      private:
        Trading& trading_;
        std::vector<double> sizes_;
        std::vector<std::vector<double>> tails_;
        std::vector<route::Candidate> known_;
    };
    struct Open {
        Parent parent;
        Nanos closes{};
        double predicted_complete{};
    };

    route::ParentOrder order_of(const Parent& parent) const;
    void begin(Parent parent);
    void look_back(const route::DecisionInputs& first);
    void send();
    void close_over(Nanos now);
    void close(const Open& open);
    void wake();
    double improvement_bps(const route::Child& child) const;
    double lots(Qty q) const { return as_double(q) / as_double(config_.world.market.lot); }

    TradingConfig config_;
    World world_;
    desk::Desk desk_;
    TrueCosts truth_{*this};
    desk::Output out_;
    std::function<void(const Step&)> saw_;
    std::vector<Open> open_;
    std::map<route::ChildId, Price> far_;  // touch when a child was sent, of open parents
    std::optional<Nanos> woken_;
    std::vector<TradedParent> parents_;
    std::vector<TradedChild> children_;
    std::vector<TradedSnapshot> snapshots_;
};

// The desk of section 9: the world's LPs, no limits that bind, costs as its sweep has them.
desk::DeskConfig desk_for(const WorldConfig& world, std::string_view profile);

}  // namespace assay::sim
