// The exact, undecayed sums behind one row of a report: integers only, so that the order in which
// orders arrive, how the input is cut, and how many workers share it never change a digit.
// Every add has its remove: a bust or a correction takes out exactly what was put in.
// Fields follow docs/spec.md section 2 and docs/metrics.md; each ratio is divided once, in value().
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "core/event/event.h"
#include "core/kpi/latencies.h"
#include "core/kpi/own_quote.h"
#include "core/kpi/price_improvement.h"
#include "core/market/bbo.h"
#include "core/units/nanos.h"
#include "core/units/qty.h"

namespace assay::kpi {

// Markout horizons (docs/spec.md 2.4). The five of Rule 605 are among them.
inline constexpr std::size_t kHorizons = 9;
inline constexpr std::array<Duration, kHorizons> kHorizon = {
    Duration{1'000'000},      Duration{10'000'000},     Duration{50'000'000},
    Duration{100'000'000},    Duration{1'000'000'000},  Duration{5'000'000'000},
    Duration{15'000'000'000}, Duration{60'000'000'000}, Duration{300'000'000'000}};
inline constexpr std::array<const char*, kHorizons> kHorizonName = {
    "1ms", "10ms", "50ms", "100ms", "1s", "5s", "15s", "1m", "5m"};
inline constexpr std::size_t kHorizon15s = 6, kHorizon5m = 8;

enum class Dir : int { add = 1, remove = -1 };

// What is known of one fill when it is counted.
struct FillFacts {
    Side side{};
    Qty last_qty;
    Price last_px;
    Bbo at_route;    // when the version it executed under was sent; check usable()
    Bbo at_receipt;  // when the LP received it (605 style), estimated; check usable()
    // When the order was first sent, whatever replaced it since; 0: unusable.
    TwiceMid arrival_mid2{};
    PriceDelta pi_eps{kPriceImprovementEps};  // no more than this is at the quote
    Money fee{};                              // currency 1e-15, positive = we pay
    std::optional<Duration> since_send;       // t_fill - t_send; absent without a capture clock
    // Against the LP's own quote it hit, positive = better; age of that quote when we sent.
    std::optional<PriceDelta> gain_vs_own_quote;
    std::optional<Duration> own_quote_age;
};

// One horizon of one fill has come due with a usable quote.
struct HorizonFacts {
    Side side{};
    Qty last_qty;
    Price last_px;
    Bbo at_route;
    TwiceMid mid2;  // M(t_fill + h), doubled
};

// The mids 15 s and 5 m after a fill are both known and so is the quote at route.
struct ReversionFacts {
    Side side{};
    Qty last_qty;
    Bbo at_route;
    TwiceMid mid2_15s, mid2_5m;
    PriceDelta tick;  // of the instrument: below half of it nothing moved
};

// State of one child order chain, as it counts now. Rejects of class `ours` only raise n_ours, and
// orders whose end could not be read n_unreadable.
struct OrderFacts {
    Qty offered;      // O of docs/spec.md 1.5
    Qty cum;          // sum of known, unbusted fills
    bool accepted{};  // acknowledged or filled
    bool open{};      // no terminal event yet
    bool timed_out{};
    bool unread{};  // how it stands was said in a report that could not be used
    bool ours{};    // rejected for a reason of our own making
    std::optional<RejectClass> rejected;  // with cum = 0
    Latencies latencies;                  // those known so far
    std::optional<Money> offered_at_far;  // O * F(t_send), where that quote was usable
    bool unfilled_unpriced{};             // it left some unfilled, without a quote to price it
};

// Signed moves in 1e-6 bps, rounded half away from zero, so that sums are exact. from > 0 (the mid
// of a usable quote). Moves beyond what 64 bits hold are clipped.
std::int64_t micro_bps(TwiceMid from, TwiceMid to, Side side);

struct Sums {
    // Orders
    std::int64_t n_orders{}, n_open{}, n_ours{}, n_unreadable{}, n_any{}, n_full{}, n_timeouts{};
    std::int64_t n_offered{}, n_accepted{};               // orders with O > 0; of them accepted
    std::array<std::int64_t, 4> n_rejected{};             // by RejectClass; [ours] stays 0
    Money offered{}, offered_accepted{}, rejected_qty{};  // 1e-6 units
    Money filled{};          // 1e-6 units, of fills; the two below are of orders
    Money filled_clipped{};  // min(cum, O)
    Money fill_fraction{};   // sum of min(1, cum/O) in 1e-12, rounded
    // Latency sums in ns with their counts, indexed by Latency
    std::array<Money, kLatencies> latency_sum{};
    std::array<std::int64_t, kLatencies> latency_n{};
    Money fill_latency_qty{};  // sum of q * (t_j - t_send)
    Money fill_latency_q{};
    // Fills
    std::int64_t n_fills{}, n_busts{}, n_priced{};
    Money busted_qty{};
    Money notional{};   // sum q p
    Money fees{};       // rebates negative
    Money fees_paid{};  // without the rebates
    // Fills with a usable quote at route
    Money priced_q{}, q_gain{}, q_far{}, q_es2{}, q_mid2{}, q_spread{};
    Money wide_q_es2{}, wide_q_spread{}, wide_q_gain{};  // those with spread > 0
    Money improved_q{}, at_quote_q{}, worse_q{}, improved_gain{};
    Money gain_bps{};                       // of each fill, in 1e-6 bps, rounded; not weighted
    Money arrival_gain2{}, arrival_mid2{};  // s*(2M - 2p) and 2M when the order was first sent
    // Fills with a usable quote at receipt (605 style)
    Money rcpt_q{}, rcpt_q_gain{}, rcpt_q_far{}, rcpt_q_es2{}, rcpt_q_mid2{}, rcpt_q_spread{};
    Money rcpt_wide_q_es2{};  // those with spread > 0
    // Size improvement, order level
    Money size_improvement{}, size_displayed{}, size_good{};
    // Horizons: all fills with a mid there; and those that had a quote at route too
    struct AtHorizon {
        Money q{}, move2{}, notional{};                       // move2 = s*(2M - 2p)
        Money priced_q{}, priced_move2{}, impact2{}, mid2{};  // impact2 = s*(2M - 2Mref)
        bool operator==(const AtHorizon&) const = default;
    };
    std::array<AtHorizon, kHorizons> after{};
    // impact2 = s*(2M(15 s) - 2Mref)
    Money rev_move2{}, rev_impact2{}, rev_mid2{}, rev_tick{};
    // Drift after rejects, from the mid at the reject, per horizon in 1e-6 bps
    std::array<std::int64_t, kHorizons> reject_drift_n{};
    std::array<Money, kHorizons> reject_drift{};
    // Raw leakage 15 s after send, 1e-6 bps
    std::int64_t leak_n{};
    Money leak{};
    // Cost of what was left unfilled
    Money reject_cost{}, reject_cost_base{};          // base: sum q*B of the lots
    Money offered_at_far{};                           // sum O*F over orders with F
    std::int64_t n_lots_priced{}, n_lots_left_out{};  // wholly or in part
    // Last look: orders by sign of the drift at a fixed horizon, and rejects among them
    std::int64_t up_n{}, up_rejected{}, down_n{}, down_rejected{};
    // Fills against the LP's own quote
    Money own_q{}, own_gain{}, own_base{};  // base: sum q * own quote
    std::int64_t own_age_n{};
    Money own_age{};  // ns
    // The LP's own quotes over time
    QuotedTime quoted{};

    void order(const OrderFacts& f, Dir dir);
    void fill(const FillFacts& f, Dir dir);
    void bust(Qty last_qty);
    void horizon(std::size_t h, const HorizonFacts& f, Dir dir);
    void reversion(const ReversionFacts& f, Dir dir);
    // `good_qty`: filled at or better than the far touch; `displayed`: its size; both at receipt,
    // else at sending. Nothing is measured where nothing was displayed.
    void size_improvement_of(Qty order_qty, Qty good_qty, Qty displayed, Dir dir);
    void reject_drifted(std::size_t h, std::int64_t moved_micro_bps, Dir dir);
    void leaked(std::int64_t moved_micro_bps, Dir dir);
    // One unfilled lot has been paid for: `cost` > 0 is bad for us; `at` = q * B.
    void unfilled(Money cost, Money at, Dir dir);
    // What could not be priced of one; `at` = q * B, left out above and below the line.
    void left_out(Money at, Dir dir);
    void last_look(std::int64_t moved_micro_bps, bool rejected, Dir dir);

    // The LP's own quote stood for a while (quoted_time() of own_quote.h).
    void quoted_for(const QuotedTime& t, Dir dir);

    // Every sum of money at `rate` (exchanged() of market/instrument.h); counts, quantities, times
    // and moves in bps stay.
    void exchange(std::int64_t rate);

    Sums& operator+=(const Sums& other);
    bool operator==(const Sums&) const = default;

    // Calls visit(x of a, same x of b) for every number, always in the same order: what adds two
    // rows, and what saves and loads one, forget none.
    template <class A, class B, class Visit>
    static void pairwise(A& a, B& b, Visit visit);
    template <class Archive>
    void archive(Archive& a) {
        pairwise(*this, *this, [&](auto& mine, auto&) { a(mine); });
    }
};

template <class A, class B, class Visit>
void Sums::pairwise(A& a, B& b, Visit visit) {
    const auto each = [&](auto... field) { (visit(a.*field, b.*field), ...); };
    const auto arrays = [&](auto... field) {
        const auto one = [&](auto& x, auto& y) {
            for (std::size_t i = 0; i < x.size(); ++i) visit(x[i], y[i]);
        };
        (one(a.*field, b.*field), ...);
    };
    using S = Sums;
    each(&S::n_orders, &S::n_open, &S::n_ours, &S::n_unreadable, &S::n_any, &S::n_full,
         &S::n_timeouts, &S::n_offered, &S::n_accepted);
    arrays(&S::n_rejected);
    each(&S::offered, &S::offered_accepted, &S::rejected_qty, &S::filled, &S::filled_clipped,
         &S::fill_fraction);
    arrays(&S::latency_sum, &S::latency_n);
    each(&S::fill_latency_qty, &S::fill_latency_q, &S::n_fills, &S::n_busts, &S::n_priced,
         &S::busted_qty, &S::notional, &S::fees, &S::fees_paid);
    each(&S::priced_q, &S::q_gain, &S::q_far, &S::q_es2, &S::q_mid2, &S::q_spread, &S::wide_q_es2,
         &S::wide_q_spread, &S::wide_q_gain, &S::improved_q, &S::at_quote_q, &S::worse_q,
         &S::improved_gain, &S::gain_bps, &S::arrival_gain2, &S::arrival_mid2);
    each(&S::rcpt_q, &S::rcpt_q_gain, &S::rcpt_q_far, &S::rcpt_q_es2, &S::rcpt_q_mid2,
         &S::rcpt_q_spread, &S::rcpt_wide_q_es2, &S::size_improvement, &S::size_displayed,
         &S::size_good);
    for (std::size_t h = 0; h < kHorizons; ++h) {
        auto& x = a.after[h];
        auto& y = b.after[h];
        const auto both = [&](auto... field) { (visit(x.*field, y.*field), ...); };
        both(&AtHorizon::q, &AtHorizon::move2, &AtHorizon::notional, &AtHorizon::priced_q,
             &AtHorizon::priced_move2, &AtHorizon::impact2, &AtHorizon::mid2);
    }
    each(&S::rev_move2, &S::rev_impact2, &S::rev_mid2, &S::rev_tick);
    arrays(&S::reject_drift_n, &S::reject_drift);
    each(&S::leak_n, &S::leak, &S::reject_cost, &S::reject_cost_base, &S::offered_at_far,
         &S::n_lots_priced, &S::n_lots_left_out, &S::up_n, &S::up_rejected, &S::down_n,
         &S::down_rejected, &S::own_q, &S::own_gain, &S::own_base, &S::own_age_n, &S::own_age);
    visit(a.quoted.watched, b.quoted.watched);
    visit(a.quoted.two_sided, b.quoted.two_sided);
    visit(a.quoted.at_bid, b.quoted.at_bid);
    visit(a.quoted.at_ask, b.quoted.at_ask);
    visit(a.quoted.at_both, b.quoted.at_both);
    visit(a.quoted.alone, b.quoted.alone);
    visit(a.quoted.spread, b.quoted.spread);
    visit(a.quoted.size2, b.quoted.size2);
}

}  // namespace assay::kpi
