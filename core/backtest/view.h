// What a desk knew of a symbol's LPs at a moment, as the router would have been shown it.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/desk/candidates.h"
#include "core/desk/desk.h"

namespace assay::backtest {

struct Asked {
    std::string_view symbol;
    Side side{};
    Qty lot, qty;  // of a child, at most what is displayed, or `least`
    Qty least;
    estimate::CapacityKey kind;
    desk::Believed believed{desk::Believed::optimistic};
};

// Views hold until the next look().
class View {
  public:
    explicit View(const std::vector<std::string>& lps) : lps_(&lps) {}
    // The market as `now` sees it, with what `beliefs` believes of the LPs: the same desk, or one
    // that has seen more. False: there is no usable quote, and nothing is known.
    bool look(const desk::Desk& now, desk::Desk& beliefs, std::string_view profile,
              const Asked& asked);

    const Bbo& quote() const { return quote_; }
    Regime regime() const { return regime_; }
    const route::Scores& scores() const { return scores_; }
    std::span<const route::Candidate> candidates() const { return shown_; }
    double half_spread_bps() const;

  private:
    const std::vector<std::string>* lps_;
    Bbo quote_;
    Regime regime_{Regime::normal};
    route::Scores scores_;
    score::Board::Reading page_;
    desk::Candidates candidates_;
    std::span<const route::Candidate> shown_;
};

}  // namespace assay::backtest
