// One decision: everything it was made from, what was chosen, and afterwards what came of it.
// decide() reads its inputs and nothing else, so a stored record gives the same choice again, byte
// for byte.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/market/bbo.h"
#include "core/market/regime.h"
#include "core/route/bandit.h"
#include "core/route/breaker.h"
#include "core/route/child.h"
#include "core/route/equalise.h"
#include "core/route/explore.h"
#include "core/route/ladder.h"
#include "core/route/net_cost.h"
#include "core/route/pacing.h"
#include "core/route/policy.h"
#include "core/route/reroute.h"
#include "core/units/result.h"

namespace assay::route {

// A candidate with numbers of its own, and what stood in its way.
struct CandidateRecord {
    std::string name;
    Candidate known;  // its tail is empty here; the numbers follow
    std::vector<double> upper_lots, t, support;
    BreakerState breaker{};
    Fault fault{};
    Nanos breaker_until{kNever}, cools_until{kNever}, refills_until{kNever};
    std::string stopped;  // by the gate, in words
    Qty in_flight;        // of this parent, at this LP
    double flow_share{};  // of what was sent today
    OneWay one_way;

    static CandidateRecord of(const Candidate& c, std::string name);
    // Views into this record.
    Candidate view() const;
    template <class Archive>
    void archive(Archive& a) {
        a(name, known.lp, known.permission, known.venue, known.refill, known.standing,
          known.reject_share, known.n_eff, known.half_spread_bps, known.price_improvement_bps,
          known.fee_bps, known.leak_bps_per_lot, known.round_trip_ms, upper_lots, t, support,
          breaker, fault, breaker_until, cools_until, refills_until, stopped, in_flight, flow_share,
          one_way.median, one_way.jitter_sd);
    }
};

enum class Phase : std::uint8_t { working, sweeping };

// What the parent asks for, as far as a decision needs it.
struct RoundOrder {
    Qty lot;        // > 0
    Qty remaining;  // of the parent, not filled
    Qty free;       // not filled and not at an LP: the most that may be sent
    Qty round_qty;  // what this round may still send
    Qty min_child, max_child, probe_qty;
    std::optional<Price> limit;
    double max_slip_bps{};  // beyond the far touch
    PriceDelta tick;        // 0: not known
    Duration time_left;
    Pace pace;
    LastRound last{LastRound::none};
    Phase phase{Phase::working};
    template <class Archive>
    void archive(Archive& a) {
        a(lot, remaining, free, round_qty, min_child, max_child, probe_qty, limit, max_slip_bps,
          tick, time_left, pace, last, phase);
    }
};

// What the market traded of the symbol, own prints left out.
struct MarketPrints {
    bool heard{};                       // a trade of it was ever seen; else the rest is not known
    Traded since_start;                 // of the parent
    std::optional<Price> vwap() const;  // since the start
    template <class Archive>
    void archive(Archive& a) {
        a(heard, since_start);
    }
};

struct DecisionInputs {
    std::uint64_t id{}, parent{}, seed{};
    std::int64_t round{};
    Nanos at{};
    std::string symbol;
    Side side{};
    PolicyId policy{};
    std::string profile;
    std::uint64_t profile_hash{};
    score::RankBy rank_by{};
    double max_reject_share{1};
    CostFactors factors;
    CostTerms terms;  // remaining_lots is set by decide()
    double p_min{0.3};
    WhenNothingPays nothing_pays{};
    RoundOrder order;
    Bbo quote;
    Regime regime{};
    Queue queue;
    MarketPrints prints;
    Scores scores;
    LadderRules ladder;
    ExploreRules explore;
    ExploreLedger ledger;
    std::vector<Arm> arms;  // plans that the parent may be following; empty: its first decision
    Equalise equalise{};
    std::vector<LpId> static_table;
    std::vector<CandidateRecord> candidates, truth;
    Bandit bandit;

    template <class Archive>
    void archive(Archive& a) {
        a(id, parent, seed, round, at, symbol, side, policy, profile, profile_hash, rank_by,
          max_reject_share, factors, terms, p_min, nothing_pays, order, quote, regime, queue,
          prints, scores, ladder, explore, ledger, arms, equalise, static_table, candidates, truth,
          bandit);
    }
};

enum class Reason : std::uint8_t {
    disabled,
    stopped,
    breaker_open,
    cooling_down,
    depleted,
    rejects_too_much,
    no_score,
    not_valid,
    too_many,
    in_flight,
};
struct Exclusion {
    LpId lp;
    Reason reason{};
    Nanos until{kNever};
    double value{};  // its reject share, where that is the reason
    template <class Archive>
    void archive(Archive& a) {
        a(lp, reason, until, value);
    }
};

// Why nothing is sent.
enum class Hold : std::uint8_t {
    none,
    no_quote,
    nobody,
    nothing_pays,
    nothing_to_send,
    no_prints,    // there is a participation cap, and no trade of the market was ever seen
    cap_reached,  // its share of what the market traded is less than a lot
    off_market,   // nothing can be had at its limit now
};
const char* text(Hold h);
// What ends this is a trade, and no quote.
constexpr bool waits_for_trades(Hold h) {
    return h == Hold::no_prints || h == Hold::cap_reached;
}

struct PlannedChild {
    LpId lp;
    ChildKind kind{};
    Qty qty;
    Price limit;
    Duration delay;
    double predicted_lots{}, predicted_full{}, predicted_ms{};
    double cost{};  // net, bps x lots
    double fee_bps{};
    template <class Archive>
    void archive(Archive& a) {
        a(lp, kind, qty, limit, delay, predicted_lots, predicted_full, predicted_ms, cost, fee_bps);
    }
};

struct Choice {
    Step step{};
    PolicyId policy{};  // that planned: below the first two steps not the parent's own
    Hold hold{};
    std::vector<PlannedChild> children;
    std::vector<LpId> ranking;         // of those eligible
    std::optional<LpId> other_leader;  // the first by the other of lcb and composite, if it differs
    std::vector<Exclusion> exclusions;
    // Exploring: the plans, their chances and which it was. One plan of chance 1 otherwise.
    std::vector<std::string> plans;
    std::vector<double> chances;
    std::uint32_t chosen{};
    std::vector<Arm> arms;           // those that send the same as the chosen one
    Features features{};             // of the chosen plan, where a menu was drawn from
    double cost{}, baseline_cost{};  // bps x lots; the baseline is the best of the menu, or itself
    double expected_lots{}, completion{};
    Nanos retry_at{kNever};  // when somebody excluded may be asked again
    template <class Archive>
    void archive(Archive& a) {
        a(step, policy, hold, children, ranking, other_leader, exclusions, plans, chances, chosen,
          arms, features, cost, baseline_cost, expected_lots, completion, retry_at);
    }
};
Choice decide(const DecisionInputs& in);
// As if plan `plan` of those that decide() could draw from had been drawn: what the others would
// have sent. `plan` < decide(in).plans.size().
Choice decide_as(const DecisionInputs& in, std::uint32_t plan);

// What became of one child.
struct ChildOutcome {
    LpId lp;
    ChildId child;
    Qty qty, filled;
    Money notional{};
    ChildState state{};
    Duration took{-1};  // to its first answer; -1: none came
    double predicted_lots{}, predicted_ms{};
    std::string refused;  // by the gate, in words; it was not sent
    template <class Archive>
    void archive(Archive& a) {
        a(lp, child, qty, filled, notional, state, took, predicted_lots, predicted_ms, refused);
    }
};
struct DecisionOutcome {
    std::uint64_t decision{}, parent{};
    std::vector<ChildOutcome> children;
    double predicted_lots{}, filled_lots{};
    template <class Archive>
    void archive(Archive& a) {
        a(decision, parent, children, predicted_lots, filled_lots);
    }
};

// What a round is held against once it is over: the mid it left at, the lots it could have filled,
// u for each that it did not, and what its children were believed to leak, bps x lots.
struct RoundTerms {
    TwiceMid mid;
    std::int64_t lots{};
    double unfilled_bps{}, leaked{};
    template <class Archive>
    void archive(Archive& a) {
        a(mid, lots, unfilled_bps, leaked);
    }
};
RoundTerms terms_of(const DecisionInputs& in, const Choice& choice);
// What it came to, in bps a lot of the round's: what it paid against the mid, and the rest of its
// terms; on the footing of what a plan was expected to cost. nullopt: no mid, or nothing to fill.
std::optional<double> cost_a_lot(const DecisionOutcome& outcome, const RoundTerms& terms, Side side,
                                 Qty lot);

struct Decision {
    DecisionInputs inputs;
    Choice choice;
    std::optional<DecisionOutcome> outcome;

    static constexpr std::uint32_t kVersion = 3;
    std::string bytes() const;
    static Result<Decision> from_bytes(std::string_view bytes);
    template <class Archive>
    void archive(Archive& a) {
        a(inputs, choice, outcome);
    }
};
std::string bytes_of(const Choice& choice);

}  // namespace assay::route
