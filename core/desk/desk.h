// The closed loop of a desk, in event time: captured FIX in, scores, decisions, and FIX to the LPs
// out. Replay, simulation and live sessions drive the same one.
//
//     Desk desk(config, run);
//     desk.take(record, out);               // every captured message, ours too, in order
//     desk.take_parent(order, now, out);    // what the desk is asked to do
//     desk.pass(now, out);                  // at desk.next_due(), when nothing else came
//     for (const Outgoing& o : out.outgoing) make durable, then send to o.lp at o.at
//
// One message at a time: it is scored first, the board is brought up to date, and only then does
// the router hear of it, so that what an LP just did counts for the next child (docs/spec.md 7g).
// The router reads the board and its own view of the market, never the kernel.
// No clock, thread, file or socket. Same calls, same bytes out.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/desk/candidates.h"
#include "core/desk/child_wire.h"
#include "core/fix/message.h"
#include "core/fix/record.h"
#include "core/fix/session.h"
#include "core/kernel/kernel.h"
#include "core/kernel/live_scores.h"
#include "core/kernel/priors.h"
#include "core/market/book.h"
#include "core/market/outflow.h"
#include "core/market/tape.h"
#include "core/route/router.h"
#include "core/score/board.h"

namespace assay::desk {

struct DeskConfig {
    Config kernel;
    // Of the whole configuration: on pages. 0: the kernel's, which is that of what a state rests
    // on.
    std::uint64_t version{};
    fix::Parties parties;
    // Its LPs are those that may be sent to, by their names in `parties`; its seed, limits, ladder.
    route::RouterConfig router;
    std::vector<LpTraits> traits;        // of router.lps, in step; missing: an ordinary lit LP
    std::vector<score::Profile> ranked;  // the board has pages for these; parents name one
    std::string our_comp_id{"DESK"};
    // In a first session nothing is frozen yet: what all LPs have in common is folded so often.
    Duration fold_every{60'000'000'000};
    Duration thinks{};              // from what it sees to what it sends
    std::size_t most_pages{4'096};  // of the board: symbols x ranked profiles; more are not scored
};

// A message for an LP.
struct Outgoing {
    route::LpId lp;
    Nanos at;
    std::string bytes;
    route::ChildId child;
    std::uint64_t parent{};
};

// What a report about one of our children was worth, as the scores measured it.
struct Measured {
    Nanos at;  // of the report
    route::ChildId child;
    // From the order's leaving to the report, both as captured here; absent without such times.
    std::optional<Duration> latency{};
    // Of one fill, or of what a correction makes of it, by the quote its order left with: s (F - p)
    // in bps of the far touch F, > 0 is better for us; 2 s (p - M) in bps of the mid M, > 0 is what
    // we paid (docs/spec.md 2.1, 2.2). Absent where that quote cannot be used.
    std::optional<double> price_improvement_bps{}, effective_spread_bps{};
};

struct Output {
    std::vector<Outgoing> outgoing;
    std::vector<Measured> measured;
    route::Outputs routed;
    void clear() {
        outgoing.clear();
        measured.clear();
        routed.clear();
    }
};

// Somebody who knows the true tails and costs, for policies of Use::truth: only a simulation does.
class Truth {
  public:
    virtual ~Truth() = default;
    // One for each LP of the router; holds until the next call.
    virtual std::span<const route::Candidate> candidates(std::string_view symbol, Side side,
                                                         Qty lot) = 0;
};

class Desk {
  public:
    // `run`: raised at every start, durably; it is part of ClOrdIDs and the epoch of the board.
    Desk(DeskConfig config, std::uint64_t run);
    Desk(const Desk&) = delete;  // its stage looks into its parties
    Desk& operator=(const Desk&) = delete;

    void take(const fix::Record& record, Output& out);
    // What a host has decoded itself, in the order of time; its names live until the next call.
    void take(const Event& event, Output& out);
    void take_parent(const route::ParentOrder& order, Nanos at, Output& out);
    void cancel_parent(std::uint64_t parent, Nanos at, Output& out);
    Result<void> replace_parent(std::uint64_t parent, Qty qty, std::optional<Price> limit, Nanos at,
                                Output& out);
    // The parent is over, and its children are taken as never sent.
    void withdraw(std::uint64_t parent, Nanos at, Output& out);
    // An order that was to go out and will not: it is over, and its LP is not to blame.
    void never_sent(route::ChildId child, Nanos at, Output& out);
    // Time has come to `now`: what is due by then happens.
    void pass(Nanos now, Output& out);
    std::optional<Nanos> next_due() const;
    // After a restart, with the state loaded.
    void restart(Nanos at, Output& out);
    // Ids and pages of the board from here on are of another run.
    void begin_run(std::uint64_t run);
    // Nothing goes out in this scope until two people release it; what is out is asked back, on the
    // wire (route::Router::kill, settle, session_down).
    void kill(const route::Scope& scope, Nanos at, std::string_view who, std::string_view why,
              Output& out);
    Result<void> settle(route::ChildId child, std::string_view first, std::string_view second,
                        Nanos at, Output& out, const route::Found& found = {});
    void session_down(route::LpId lp, Nanos at, Output& out, bool ours = false);
    void session_up(route::LpId lp, Nanos at, Output& out);

    // Only reads, between two calls.
    const route::Router& router() const { return router_; }
    route::Router& router() { return router_; }  // halt, resume, release: nothing leaves by them
    // When the order left, as captured on this session (its number in the stage): after the wait
    // for our own disk. Absent: it was not seen leaving there, or longer ago than the scores keep
    // orders.
    std::optional<Nanos> left_at(route::ChildId child, std::uint32_t session) const;
    std::vector<const Kernel*> shards() const;
    // For what kernels keep beside their state for who reads them (changed_rows), between two
    // calls.
    std::vector<Kernel*> kernels();
    const score::Board& board() const { return board_; }
    const Priors& priors() const { return *priors_; }
    const fix::SessionStage& stage() const { return stage_; }
    const DeskConfig& config() const { return config_; }
    Nanos market_heard() const { return heard_; }             // a quote of the market; kNever
    std::uint64_t unreadable() const { return unreadable_; }  // messages that were no FIX
    // Pages that the board did not take since this desk was made: their symbols are routed without
    // scores. The first, the tenth, the hundredth ... alert.
    std::uint64_t pages_refused() const { return pages_refused_; }
    Bbo quote(std::string_view symbol) const;
    // The page that a decision for `profile` would be made from now; brought up to date first.
    score::Board::Reading page(std::string_view profile, std::string_view symbol);
    // Child orders behind each LP of that page, decayed: LiveScores::orders_behind. Until the next
    // call of page(); empty where there is no page.
    std::span<const double> orders_behind(std::string_view profile, std::string_view symbol) const;
    // What that page is made of in one place, in step with its LPs; as long as orders_behind.
    std::span<const Standing> standings(std::string_view profile, std::string_view symbol,
                                        std::uint8_t size, Regime regime) const;
    // What the board would say of the shard of this symbol under another profile, of the same
    // fast half-life: nothing is published. Absent before the first event of the symbol.
    std::optional<LiveScores> scores_under(const score::Profile& profile,
                                           std::string_view symbol) const;
    // Where a child of this size would stand on that page.
    std::uint8_t size_bucket(std::string_view symbol, Side side, Qty qty) const;
    // Of the shard that a symbol belongs to; null before its first event.
    const Kernel* kernel_of(std::string_view symbol) const;
    Regime regime(std::string_view symbol) const;

    void know(Truth* truth) { truth_ = truth; }

    // All of it as versioned bytes, and back; refused, it leaves the desk as it was.
    std::string save() const;
    Result<void> load(std::string_view bytes);

  private:
    struct Market {
        SymbolMarket book;
        RegimeGauge gauge;
        Tape tape;
        Outflow bought, sold;  // by others at the offer and at the bid, or through it
        template <class Archive>
        void archive(Archive& a) {
            a(book, gauge, tape, bought, sold);
        }
    };
    struct Shard {
        std::unique_ptr<Kernel> kernel;
        std::vector<std::uint32_t> touched;
        std::vector<LiveScores> live;  // one for each ranked profile
    };

    void apply(const Event& event, Output& out);
    Shard& shard(std::uint32_t number);
    LiveScores live_scores(const score::Profile& profile) const;
    void renew_scores(Shard& s);
    static route::Queue queue_at(const Market& market, const route::ParentOrder& order,
                                 Qty remaining, const route::MarketView& view);
    Market& market_of(std::string_view symbol);
    void see_market(const Event& event, Output& out);
    void see_trade(const Event& event, Output& out);
    void see_own_quote(const Event& event, const Quote& q, Output& out);
    void wake_held(const Event& event, bool by_trade, Output& out);
    void fold_if_due(Nanos at);
    void fold(Nanos at);
    const score::Profile* ranked(std::string_view profile) const;
    route::MarketView view_of(const route::ParentOrder& order, Nanos at);
    route::MarketView view_of(std::optional<std::uint64_t> parent, Nanos at);
    void send_intents(std::size_t from, Nanos at, Output& out);
    void publish(const score::Page& page);
    template <class Archive>
    void archive(Archive& a);

    DeskConfig config_;
    std::uint64_t run_{};
    fix::SessionStage stage_;
    std::array<Shard, kShards> shards_;
    score::Board board_;
    std::unique_ptr<Priors> priors_;
    route::Router router_;
    ChildWire wire_;
    std::map<std::string, Market, std::less<>> markets_;
    QuoteRules quote_rules_;
    RegimeRules regime_rules_;
    Nanos heard_{kNever};  // the market's source
    Nanos folded_{kNever};
    Nanos first_{kNever};  // the first thing that was seen
    std::uint64_t seen_{}, unreadable_{};
    std::uint64_t pages_refused_{}, next_alert_{1};
    bool status_of_ended_{};    // the message at hand says so
    std::string page_refusal_;  // to be alerted with the next output
    Truth* truth_{};
    // Scratch.
    fix::Message message_;
    std::vector<Event> events_;
    Candidates candidates_;
    score::Board::Reading reading_;
};

}  // namespace assay::desk
