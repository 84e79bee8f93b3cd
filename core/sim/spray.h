// The plainest of agents: shows each parent to all LPs at once in fixed shares, as IOC orders,
// again and again, and takes the rest from the market. It makes days of logs and stands beside
// routers in comparisons (policies uniform and static of docs/spec.md section 9).
//
// Like any desk it knows only what is on the wire. What was sent and not answered it counts as
// still out: it is neither sent again nor swept. What an LP takes back later it does not trade
// anew.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "core/sim/world.h"

namespace assay::sim {

struct SprayConfig {
    std::vector<double> shares{};  // by LP; empty: all alike
    std::uint32_t rounds{8};
    Duration round_gap{200'000'000};
    Duration gives_up{1'000'000'000};  // an IOC unanswered for so long is left alone
    // Now and then a parent begins with a DAY order that rests at the near touch with one LP, and
    // is cancelled.
    double day_share{.05};
    Duration day_rests{3'000'000'000};
    double limit_half_spreads{2};  // how far through the far touch an IOC may fill
};

class Spray {
  public:
    // `world` must outlive it.
    Spray(World& world, SprayConfig config, std::uint64_t seed);

    // To be given every step of the world.
    void take(const Step& step);

    // What became of a parent. Lots left out are still with LPs that never answered.
    struct Outcome {
        Parent parent;
        std::uint32_t rounds{};
        double filled_lots{};    // by LPs
        double swept_lots{};     // from the market, at sweep_price()
        double shortfall_bps{};  // of those lots against the mid on arrival; > 0 is a cost
        Nanos done;
    };
    const std::vector<Outcome>& outcomes() const { return outcomes_; }

  private:
    struct Child {
        std::uint32_t lp{}, round{};
        Qty qty, cum;
        char tif{};
        bool open{};
    };
    struct Work {
        Parent parent;
        double arrival_mid{};
        std::uint32_t round{};
        std::vector<Child> children;
        double notional{};  // price x lots
        double filled{};    // lots
        bool done{};
    };
    enum class Alarm : std::uint8_t { round, give_up, cancel_day };

    void quote(const fix::Message& m);
    void report(std::uint32_t lp, const fix::Message& m);
    void begin(const Parent& parent);
    void round(Work& w);
    void settle(Work& w);  // what follows once nothing of a round is open
    void finish(Work& w, double left);
    void send_order(Work& w, std::uint32_t lp, std::uint32_t lots, char tif, Price limit);
    void send_cancel(Work& w, const Child& child);
    double left(const Work& w) const;
    void name(std::string& out, char kind, const Work& w, const Child& child) const;
    fix::Header header(std::uint32_t lp);
    void alarm(const Work& w, Alarm kind, Duration in);
    double lots(Qty q) const {
        return static_cast<double>(q.micro) /
               static_cast<double>(world_->config().market.lot.micro);
    }

    World* world_;
    SprayConfig config_;
    Luck luck_;
    std::vector<Bbo> quotes_;  // by symbol
    std::vector<std::uint64_t> seq_;
    std::map<std::uint32_t, Work> works_;  // by parent
    std::vector<Outcome> outcomes_;
    fix::Encoder encoder_;
    fix::Message message_;
    std::string cl_ord_id_, orig_;
};

}  // namespace assay::sim
