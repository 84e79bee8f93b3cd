// Two sets of weights on the same log: whom each would have put first for every order that was
// sent, by what was known when it left, and what the orders got that went there.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/backtest/orders_of_log.h"
#include "core/backtest/view.h"
#include "core/judge/bootstrap.h"
#include "core/score/profile.h"

namespace assay::backtest {

// One child order of the log, as both profiles saw its LPs when it left.
struct Reranked {
    std::uint32_t order{}, child{};  // places in the orders of the log, and in its children
    std::int64_t day{};
    std::uint32_t sent_to{};  // an LP; all are places in the names
    std::optional<std::uint32_t> first,
        second;                      // the first choice of each; absent: nobody is ranked
    double first_by{}, second_by{};  // points by which each prefers its own choice to the other's
    std::optional<double> alike;     // Spearman, of the two rankings' scores
    double qty_lots{}, filled_share{}, cost_bps{};  // of what was done, what was not filled at the
                                                    // far touch and the sweep beyond it
};

// Orders that went to a choice that both, one or none of the profiles would have made.
struct Group {
    std::int64_t orders{};
    double filled_share{};         // mean
    judge::BootstrappedMean cost;  // bps
};
struct LpShare {
    std::string lp;
    double sent{}, first{}, second{};  // of lots: where they went, and whom each profile puts first
};
struct Reranking {
    std::string first, second;  // profiles
    std::int64_t orders{}, unranked{};
    std::int64_t differ{};           // orders whose first choice is another
    double first_by{}, second_by{};  // means over those
    Group both, only_first, only_second, neither;
    // What went to the second's choice alone less what went to the first's alone, bps; < 0:
    // cheaper. Nobody drew who got which: it is no experiment. Absent where either is empty.
    std::optional<double> difference;
    std::optional<judge::Interval> difference_interval;
    std::optional<double> alike;  // mean Spearman between the two at the same moment
    // Share of orders whose first choice is another than for the order of the symbol before it.
    double changes_first{}, changes_second{};
    std::vector<LpShare> flow;
};

class Reranker {
  public:
    Reranker(const score::Profile& first, const score::Profile& second,
             const std::vector<std::string>& lps, const std::vector<LoggedOrder>& orders,
             double sweep_bps_per_sqrt_lot);
    // Children sent before `t` are looked at, by what `desk` knows; to be called before it takes an
    // event at `t`.
    void pass(Nanos t, desk::Desk& desk);
    const std::vector<Reranked>& seen() const { return seen_; }
    Reranking result(const judge::Resampling& how) const;

  private:
    struct Next {
        Nanos at;
        std::uint32_t order{}, child{};
    };
    struct Ranks {
        std::optional<std::uint32_t> first;
        std::vector<std::optional<double>> score;
    };
    Ranks ranks(const score::Profile& profile, const LoggedChild& c, Qty lot, desk::Desk& desk);
    void look(const Next& next, desk::Desk& desk);

    score::Profile first_, second_;
    const std::vector<std::string>* lps_;
    const std::vector<LoggedOrder>* orders_;
    double sweep_;
    std::vector<Next> queue_;
    std::size_t at_{};
    View view_;
    std::vector<Reranked> seen_;
};

}  // namespace assay::backtest
