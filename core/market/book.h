// The market of one symbol as one shard knows it: the benchmark quote now, a short memory of how
// it was, and each LP's own quotes.
//
// As-of rule (docs/spec.md 0.5): the last quote with capture time <= t. The kernel applies events
// in time order and fires timers first, so "now" is always the as-of answer; `as_of` looks a
// little back, for the moment an LP received an order.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "core/market/bbo.h"
#include "core/units/nanos.h"

namespace assay {

struct QuoteRules {
    Duration stale_after{-1};  // negative: never
    bool locked_valid{true};
    bool last_ok_when_crossed{};  // crossed_policy = last_ok: an OK quote at most 1 s old serves
    bool composite_if_no_market{true};
    bool always_composite{};
    // A mid of the market more than so many times the last good one, or less than its inverse, is
    // not believed at first; 1 or less: every mid is.
    double outlier_factor{2};
};

class SymbolMarket {
  public:
    // Quotes remembered for as_of(); older moments answer `none`.
    static constexpr std::size_t kMemory = 64;
    // Outliers that agree with each other for so long are a price that has moved; and what was good
    // so long ago says nothing of now (a split over night).
    static constexpr Duration kBelievedAfter{5'000'000'000};
    static constexpr Duration kLastGoodFor = kHour;

    void market_quote(Nanos at, Price bid, Price ask, Qty bid_size, Qty ask_size,
                      const QuoteRules& rules);
    void lp_quote(std::uint32_t lp, Nanos at, Price bid, Price ask, Qty bid_size, Qty ask_size);
    void halt(bool on, Nanos at);
    bool halted() const { return halted_; }

    // The quote that orders to `lp` are measured against at `t` (>= every quote applied so far):
    // the market's, or the best of all other LPs' quotes where there is no market source.
    // `heard`: when the market's source was last heard (kNever: this symbol's own quotes decide).
    Bbo benchmark(std::uint32_t lp, Nanos t, Nanos heard, const QuoteRules& rules) const;
    // The same at a moment up to kMemory quotes ago; none within a halt. Composite benchmarks are
    // not remembered and answer with the present ones when no quote came since, else `none`.
    Bbo as_of(std::uint32_t lp, Nanos t, Nanos heard, const QuoteRules& rules) const;
    // The LP's own quote, for fills against it and the age of the quote that was hit.
    const Bbo* own(std::uint32_t lp) const;

    // The LPs that quote this symbol themselves.
    std::vector<std::uint32_t> quoting() const;

    bool has_market() const { return known(now_.at); }
    Nanos last_change() const { return last_change_; }
    const Bbo& raw() const { return now_; }

    template <class Archive>
    void archive(Archive& a) {
        a(now_, last_ok_, memory_, next_, halted_, halts_, last_change_, own_);
    }

  private:
    struct Own {
        std::uint32_t lp{};
        Bbo quote;
        template <class Archive>
        void archive(Archive& a) {
            a(lp, quote);
        }
    };
    bool off_the_market(const QuoteRules& rules) const;
    // Newest first: the ring's newest entry stands before next_.
    const Bbo& remembered(std::size_t back) const;
    Bbo judged(Bbo q, Nanos t, Nanos heard, const QuoteRules& rules) const;
    Bbo composite(std::uint32_t except, Nanos t, const QuoteRules& rules) const;

    Bbo now_;
    Bbo last_ok_;
    std::vector<Bbo> memory_;  // ring, grows to kMemory
    std::uint32_t next_{};
    bool halted_{};
    struct Halt {
        Nanos from, to;  // to: kNever while it lasts
        template <class Archive>
        void archive(Archive& a) {
            a(from, to);
        }
    };
    static constexpr std::size_t kHalts = 16;
    std::vector<Halt> halts_;  // the last ones, oldest first
    Nanos last_change_{kNever};
    std::vector<Own> own_;
};

}  // namespace assay
