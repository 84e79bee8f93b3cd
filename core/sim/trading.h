// A desk that trades in a simulated world: parents arrive, its router works them at LPs with a
// hidden truth, and what each parent came to is noted. Everything between the desk and the LPs is
// FIX; the truth is only for judging, and for the policy `oracle`.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/desk/desk.h"
#include "core/sim/world.h"

namespace assay::sim {

// How every parent is to be worked.
struct Orders {
    route::PolicyId policy{route::PolicyId::split};
    std::string profile{"balanced"};
    std::uint32_t rounds{8};  // within the window; what is left then is swept
    Duration round_gap{500'000'000};
    std::uint32_t probe_lots{20}, max_child_lots{};  // 0: no cap
    double max_slip_bps{};
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
};

// A child and how its forecast came out.
struct TradedChild {
    std::uint32_t parent{};
    std::uint32_t lp{};
    double lots{}, filled_lots{};
    double predicted_lots{}, predicted_full{}, predicted_ms{};
    double took_ms{-1};  // -1: never answered
};

class Trading {
  public:
    Trading(TradingConfig config, std::uint64_t seed);

    // The next thing that happens; false: it is over.
    bool step();
    // What that led to; valid until the next step().
    const desk::Output& output() const { return out_; }

    const std::vector<TradedParent>& parents() const { return parents_; }
    const std::vector<TradedChild>& children() const { return children_; }
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
    };

    void begin(const Parent& parent);
    void send();
    void close_over(Nanos now);
    void close(const Open& open);
    void wake();
    double lots(Qty q) const { return as_double(q) / as_double(config_.world.market.lot); }

    TradingConfig config_;
    World world_;
    desk::Desk desk_;
    TrueCosts truth_{*this};
    desk::Output out_;
    std::vector<Open> open_;
    std::optional<Nanos> woken_;
    std::vector<TradedParent> parents_;
    std::vector<TradedChild> children_;
};

// The desk of section 9: the world's LPs, no limits that bind, costs as its sweep has them.
desk::DeskConfig desk_for(const WorldConfig& world, std::string_view profile);

}  // namespace assay::sim
