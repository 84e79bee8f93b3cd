// The router: parents in, intents out. A state machine without clock, thread or randomness of its
// own: time and the market come with each call, and what it intends comes back from it. The host
// makes intents durable before it sends them.
//
// Every child passes the gate. A child that was sent and not answered counts as exposure until it
// is known what became of it. docs/router.md tells the whole story.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/route/breaker.h"
#include "core/route/decision.h"
#include "core/route/gate.h"
#include "core/route/parent.h"
#include "core/route/reroute.h"
#include "core/units/result.h"

namespace assay::route {

struct RouterConfig {
    std::vector<std::string> lps;  // in order of name; LpId is the place
    Limits limits;
    std::vector<score::Profile> profiles;  // beside the built-in ones, which they may replace
    LadderRules ladder;
    RerouteRules reroute;
    ExploreRules explore;
    Equalise equalise{};
    std::map<std::string, std::vector<LpId>> static_tables;  // approved, by symbol; "": the others
    Duration time_out{1'000'000'000};  // of a child without an answer (docs/spec.md section 12)
    CostTerms terms{.unfilled_bps = 2.0};
    // What taking the rest from the market costs beyond the far touch, in bps a lot: so much times
    // the square root of what remains. With it the half spread of the quote is part of u too.
    double sweep_bps_per_sqrt_lot{};
    double p_min{0.3};
    WhenNothingPays nothing_pays{WhenNothingPays::probe};
    std::uint64_t seed{};
    std::uint64_t version{};           // of the configuration, in every decision
    std::size_t most_parents{10'000};  // that are not over; the next one is refused
    std::size_t most_ended{1'000};     // kept for late reports, the oldest are forgotten
};

// What the router sees at one moment of one symbol, ranked for one profile. Views for the call.
struct MarketView {
    Nanos at{};
    Bbo quote;
    Regime regime{Regime::normal};
    Scores scores;
    std::span<const Candidate> candidates;
    std::span<const Candidate> truth;  // of a simulation, for Use::truth
    std::span<const OneWay> one_way;   // by LpId; may be empty
    Queue queue;
    bool prints_heard{};  // a trade of the market was ever seen
    Traded traded;        // cumulative, own prints left out
};

struct Intent {
    enum class What : std::uint8_t { send, cancel, ask_status } what{};
    ChildId child;
    std::uint64_t parent{}, decision{};
    LpId lp;
    std::string symbol;
    Side side{};
    ChildKind kind{};
    Qty qty;
    Price limit;
    Duration delay;
};

// What people found out about a child from its LP.
struct Found {
    std::optional<Qty> filled;  // in all; absent: no more than was reported
    Price price{};              // of what of it was not reported
};

struct Alert {
    Nanos at{};
    std::uint64_t parent{};
    LpId lp;
    std::string text;
};

// Everything a call leads to, in order. Appended to.
struct Outputs {
    std::vector<Intent> intents;
    std::vector<ParentReport> reports;
    std::vector<Decision> decisions;  // as made; their outcomes follow
    std::vector<DecisionOutcome> outcomes;
    std::vector<Refusal> refusals;
    std::vector<Alert> alerts;
    std::vector<std::uint64_t> forgotten;  // parents: nothing is known of them any more
    void clear() {
        intents.clear();
        reports.clear();
        decisions.clear();
        outcomes.clear();
        refusals.clear();
        alerts.clear();
        forgotten.clear();
    }
};

class Router {
  public:
    // `run`: raised by the host at every start, durably, so that no ClOrdID is used twice.
    Router(RouterConfig config, std::uint64_t run);

    void on_parent(const ParentOrder& order, const MarketView& view, Outputs& out);
    void on_cancel(std::uint64_t parent, const MarketView& view, Outputs& out);
    // Another quantity and limit for an order that is being worked. Not below what is filled and
    // out at LPs: that cannot be taken back by asking.
    Result<void> on_replace(std::uint64_t parent, Qty qty, std::optional<Price> limit,
                            const MarketView& view, Outputs& out);
    // A report about a child; `view` of its parent (parent_of). Reports of unknown children alert.
    void on_report(const ChildReport& report, const MarketView& view, Outputs& out);
    // Time-outs, rounds and windows of one parent that are due at view.at.
    void on_time(std::uint64_t parent, const MarketView& view, Outputs& out);
    // A quote that can be used again, or a market that traded: parents that wait for it go on.
    void on_quote(std::uint64_t parent, const MarketView& view, Outputs& out);

    // After a restart, with the state loaded: what was sent and is not over is UNKNOWN, and asked
    // for. Nothing is sent again, and no LP is blamed for the time that nobody listened.
    void on_restart(Nanos at, Outputs& out);
    // A child that is UNKNOWN, or of which its LP owes reports, settled by two people: what is not
    // known to be filled was not, and may be sent again. What they found filled and unreported is
    // counted at their price, until the LP reports it after all.
    Result<void> settle(ChildId child, std::string_view first, std::string_view second,
                        const MarketView& view, Outputs& out, const Found& found = {});
    // One call: nothing goes out in this scope any more, what is out is asked back.
    void kill(const Scope& scope, Nanos at, std::string_view who, std::string_view why,
              Outputs& out);
    Result<void> release(const Scope& scope, std::string_view first, std::string_view second);
    void halt(const Scope& scope, Nanos at, std::string_view why);
    void resume(const Scope& scope);
    // `ours`: we hung up, and the LP is not to blame: no breaker opens.
    void session_down(LpId lp, Nanos at, Outputs& out, bool ours = false);
    // An LP quotes a bid above its own offer: what it says of prices is not believed for a while.
    void own_quote_crossed(LpId lp, const std::string& symbol, Nanos at, Outputs& out);
    // It can be sent to again; what is at it and not over is asked for.
    void session_up(LpId lp, Outputs& out);

    struct Due {
        Nanos at;
        std::uint64_t parent;
    };
    // The earliest moment for which on_time is wanted; nullopt: nothing waits for time.
    std::optional<Due> next_due() const;
    std::optional<std::uint64_t> parent_of(ChildId child) const;
    const Parent* parent(std::uint64_t id) const;
    const Child* child(ChildId id) const;
    Qty exposure(const Parent& p) const;
    // Parent::vwap_slippage_bps of its children that are kept.
    Result<double> vwap_slippage_bps(const Parent& p) const;
    const Gate& gate() const { return gate_; }
    const Breakers& breakers() const { return breakers_; }
    const Bandit& bandit() const { return bandit_; }
    // Parents in order of id.
    const std::map<std::uint64_t, Parent>& parents() const { return parents_; }
    using Ids = std::set<std::uint64_t>;
    // Of those that are not over.
    const Ids& unfinished() const { return unfinished_; }
    // Of those of this symbol that are worked and whose last decision sent nothing; null: none.
    const Ids* held(std::string_view symbol) const;

    // How many ids this run has given out. Who replays the tail behind a state in the same run goes
    // on from there; no part of the state, as another run begins anew.
    struct Given {
        std::uint64_t children{}, decisions{};
    };
    Given given() const { return {children_made_, decisions_made_}; }
    void go_on_from(Given given) {
        children_made_ = given.children;
        decisions_made_ = given.decisions;
    }

    // Ids from here on are of another run.
    void begin_run(std::uint64_t run) {
        run_ = run;
        go_on_from({});
    }

    static constexpr std::uint32_t kVersion = 3;
    std::string save() const;
    // A state of another version or a damaged one is refused and nothing changes.
    Result<void> load(std::string_view bytes);

  private:
    // What a decision still waits for.
    struct Open {
        DecisionOutcome outcome;
        std::uint32_t waiting{};
        std::string plan;  // of the menu
        Features features{};
        RoundTerms terms;
        template <class Archive>
        void archive(Archive& a) {
            a(outcome, waiting, plan, features, terms);
        }
    };

    // router_plan.cpp
    void plan(Parent& p, const MarketView& view, Outputs& out);
    DecisionInputs inputs_for(const Parent& p, const MarketView& view, Phase phase) const;
    bool start_round(Parent& p, const MarketView& view);
    Qty cap_left(const Parent& p, const MarketView& view) const;
    void send(Parent& p, const Decision& d, const MarketView& view, Outputs& out);
    void book_decision(const Decision& d);
    // router_reports.cpp
    void count(Parent& p, Child& c, const ChildChange& change, const ChildReport& report,
               const MarketView& view, Outputs& out);
    bool give_way(Parent& p, Child& c, const ChildReport& report, const MarketView& view,
                  Outputs& out);
    void ended(Parent& p, Child& c, const ChildReport& report, const MarketView& view,
               Outputs& out);
    void overfilled(Parent& p, const Child& c, const MarketView& view, Outputs& out);
    void close_outcome(const Parent& p, const Child& c, Outputs& out);
    void time_out(Parent& p, Child& c, Nanos at, Outputs& out);
    // router.cpp
    void go_on(Parent& p, const MarketView& view, Outputs& out);
    void stop(Parent& p, StopReason why, Nanos at, Outputs& out);
    bool awaits_answers(const Parent& p) const;
    bool resting_asked_back(const Parent& p, Nanos at, Outputs& out);
    void at_the_end(Parent& p, const MarketView& view, Outputs& out);
    void finish(Parent& p, const MarketView& view, Outputs& out);
    void wake(Parent& p, Nanos now);
    void wake_at(Parent& p, Nanos at);
    void index(const Parent& p);
    void ask(Intent::What what, const Child& c, Outputs& out) const;
    void ask_back(Child& c, Nanos at, Outputs& out);
    void report(const Parent& p, ReportType type, Nanos at, Qty qty, Price px, std::string text,
                Outputs& out) const;
    void forget_oldest(Outputs& out);
    double usual_rejects(LpId lp) const;
    const score::Profile* profile_of(std::string_view name) const;

    RouterConfig config_;
    std::uint64_t run_{};
    Gate gate_;
    Breakers breakers_;
    Bandit bandit_;
    ExploreLedger ledger_;
    std::map<std::uint64_t, Parent> parents_;
    std::map<ChildId, Child> children_;
    std::map<std::uint64_t, Open> open_;  // decisions with children out
    std::vector<std::uint64_t> ended_;    // parents, oldest first
    std::map<LpId, double> usual_;        // reject shares last seen of the board
    std::map<LpId, Qty> sent_today_;
    Qty all_sent_today_;
    std::int64_t day_{INT64_MIN};
    std::set<std::pair<Nanos, std::uint64_t>> due_;  // of parents_, by their wakes_at
    // Of parents_ too, so that neither a quote nor a look at what is open walks all of a day.
    Ids unfinished_;
    std::map<std::string, Ids, std::less<>> held_;
    std::uint64_t children_made_{}, decisions_made_{};
};

}  // namespace assay::route
