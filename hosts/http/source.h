// What the API tells of a desk, and what it asks of it: plain values, and one abstract class that
// the desk implements. The server knows nothing else of it.
//
// All calls come from the server's thread, one at a time. Reads answer from snapshots, within a few
// milliseconds; commands (submit, cancel, kill, release, reload) return once they are durable, or
// refuse. Quantities, prices and times are those of core/units. An absent number says why where
// that is known.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/units/nanos.h"
#include "core/units/price.h"
#include "core/units/qty.h"
#include "core/units/side.h"
#include "hosts/http/answer.h"
#include "hosts/http/league_view.h"
#include "hosts/http/meters.h"
#include "hosts/http/story_view.h"

namespace assay::http {

enum class KillScope : std::uint8_t { all, lp, symbol, parent };
const char* text(KillScope scope);
struct KillWish {
    KillScope scope{};
    std::string value;  // of lp, symbol, parent
    std::string who, why;
    std::string second;  // release: another person
};
struct KillView {
    std::uint64_t id{};
    KillScope scope{};
    std::string value, who, why;
    Nanos at;
    bool active{true};
    std::optional<Nanos> released;
    std::string released_by, released_second, released_why;
    bool known{true};  // of a symbol: something of it was seen
    bool again{};      // the answer to a kill: it was killed already, and this is who did it
};

// An order at an LP that is UNKNOWN, or of which its LP owes reports: it says that it filled more
// than it has reported. What is open counts as exposure until it answers or two people settle it.
struct UnsettledView {
    std::uint64_t child{}, parent{};
    std::string cl_ord_id, lp, symbol, state;
    Side side{};
    Qty qty, cum_qty, open_qty;
    bool owed{};
    Nanos since;
};
// What two people found out: all that it filled, and the price of what of it was not reported.
struct SettleWish {
    std::uint64_t child{};
    std::optional<Qty> filled;
    std::optional<Price> price;
    std::string who, second, why;
};

// A parent order that was refused: what it said, and why not.
struct RejectionView {
    std::uint64_t entry{};  // of the journal: what it answers
    Nanos at;
    std::string session, cl_ord_id, symbol, text;
    Side side{};
    std::optional<Qty> qty;
};
struct RejectionsWish {
    std::optional<std::string> session;
    std::optional<Nanos> from, to;
    Paging paging;
};

struct VersionView {
    std::string version, build, mode;  // mode: replay, shadow, paper, live
    std::uint64_t config_version{}, run{};
    Nanos started;
};

struct SessionView {
    std::string name, lp, state;  // state: up, down, connecting
    Nanos since;
    std::uint64_t next_in{}, next_out{};  // MsgSeqNum(34)
};
struct QueueView {
    std::string name;
    std::uint64_t length{}, capacity{}, dropped{};
};
struct JournalView {
    std::uint64_t next_seq{}, durable_seq{}, entries{}, bytes{}, waiting_bytes{};
    Duration longest_write;
    std::string failed;  // empty: it works
};
// What the last decision for a profile and symbol stood on.
struct FootingView {
    std::string profile, symbol, step;  // step: live, last_good, static_table, equal, hold
    Nanos at{kNever};                   // of the decision
};
struct StatusView {
    std::string mode;
    Nanos at;  // capture time of the last event
    std::vector<SessionView> sessions;
    JournalView journal;
    std::vector<QueueView> queues;
    Duration lag;              // from the capture of an event to its being applied
    std::string step, reason;  // the lowest of `steps`, or the last; empty: nothing was decided yet
    std::vector<FootingView> steps;  // of each profile and symbol that an order is at work for
    std::uint64_t parents_open{}, children_open{}, children_unknown{};
    bool killed{};                // everything is
    std::vector<KillView> stops;  // all that is killed, oldest first
};

struct LpView {
    std::string name, session;  // session: up, down, connecting
    bool enabled{true};         // by the configuration
    bool killed{}, halted{};
    std::string stopped;                 // why, in words; empty: it is not
    std::string breaker, breaker_fault;  // closed, half_open, open
    std::optional<Nanos> breaker_until;
    Qty open_qty;
    double open_notional{};  // currency
    std::uint64_t open_orders{}, orders_today{};
};

struct ProfileView {
    std::string name, rank_by;
    std::vector<std::pair<std::string, double>> weights;  // by KPI
};

struct RankingRow {
    std::string lp;
    std::optional<std::uint32_t> rank;  // from 1; absent: not eligible
    std::string gate;                   // why not; "open" where it is
    bool insufficient{};                // too little evidence to rely on
    Known composite, lcb, sd;
    Known n_eff, n_eff_lp;  // orders behind it, decayed: of this size and condition; of the LP
    std::vector<std::pair<std::string, Known>> values;  // other columns of the page, by name
};
struct RankingView {
    std::string profile, symbol, rank_by;
    std::uint8_t size{};
    std::string size_name, regime;
    std::uint64_t epoch{}, sequence{};  // the version of the page
    Nanos as_of;
    Duration age;
    std::uint64_t config_version{}, priors_version{};
    Known p_leader;
    std::vector<RankingRow> rows;  // best first
};
struct RankingWish {
    std::string profile, symbol;
    std::optional<std::uint8_t> size;   // 0 to 6; absent: unknown size
    std::optional<std::string> regime;  // absent: the one the symbol is in now
};

struct SymbolView {
    std::string symbol, regime, currency;
    std::uint32_t shard{};
    std::optional<Price> bid, ask;
    std::optional<Qty> bid_qty, ask_qty;
    std::optional<Nanos> quote_at;
};

struct ParentView {
    std::uint64_t id{};
    std::string cl_ord_id, symbol, profile, policy, fallback, state, stop_reason, held;
    Side side{};
    Qty qty, lot, cum_qty, leaves_qty;
    std::optional<Price> limit;
    Nanos received, starts, ends;
    std::optional<Nanos> ended;
    Known avg_px, shortfall_bps, vwap_slippage_bps;
    std::uint64_t children{};
};
// What a client may say of a parent; the desk puts its defaults where nothing is said.
struct SubmitWish {
    std::string cl_ord_id, symbol;
    Side side{};
    Qty qty;
    std::optional<Qty> lot, min_child, max_child, round_qty;
    std::optional<Price> limit;
    std::optional<Nanos> starts, ends;
    std::optional<Duration> window;  // instead of `ends`
    std::optional<std::string> profile, policy, fallback;
    std::optional<double> urgency, participation_cap, max_slip_bps;
    bool operator==(const SubmitWish&) const = default;
};
struct Submitted {
    ParentView parent;
    bool again{};  // the same order had been taken before, under this cl_ord_id
};

struct ChildView {
    std::uint64_t id{}, parent{}, decision{};
    std::string cl_ord_id, lp, symbol, kind, state, text;
    Side side{};
    Qty qty, cum_qty, leaves_qty;
    std::optional<Price> limit;
    Known avg_px, latency_ms;
    Nanos sent;
    std::optional<Nanos> ended;
};
struct OrdersWish {
    std::optional<std::string> lp, state, symbol;
    Paging paging;
};

struct DecisionCandidate {
    std::string lp, excluded;  // why; empty: it was eligible
    std::optional<std::uint32_t> rank;
    Known reject_share, latency_ms, n_eff;
    std::optional<Nanos> until;  // of the exclusion
};
struct DecisionChild {
    std::string lp, kind;
    Qty qty;
    Price limit;
    Duration delay;
    Known predicted_fill, predicted_ms, cost_bps;
};
struct DecisionView {
    std::uint64_t id{}, parent{};
    std::int64_t round{};
    Nanos at;
    std::string symbol, policy, profile, regime, step, held, plan, words;
    Side side{};
    std::optional<Price> bid, ask;
    std::uint64_t page_version{}, priors_version{}, config_version{};
    Known chance;  // of the plan that was drawn
    std::vector<DecisionCandidate> candidates;
    std::vector<DecisionChild> children;
    Known predicted_lots, filled_lots;  // filled: once it is over
};

struct ExecutionView {
    std::string exec_id, exec_type, lp, symbol, cl_ord_id;  // exec_type: fill, bust, correct
    Nanos at;
    std::uint64_t parent{}, child{};  // 0: not of this desk's
    Side side{};
    Qty last_qty;
    Price last_px;
    Known price_improvement_bps, effective_spread_bps, latency_ms;
};
struct ExecutionsWish {
    std::optional<std::string> lp, symbol;
    std::optional<std::uint64_t> parent;
    std::optional<Nanos> from, to;
    bool newest_first{};
    Paging paging;
};

// One parent from end to end.
struct TimelineView {
    struct Execution {
        ExecutionView execution;
        Running running;
    };
    ParentView parent;
    std::vector<DecisionLine> decisions;
    std::vector<ChildView> children;
    std::vector<Execution> executions;
    bool complete{true};  // false: there is more of it than one answer holds
};

struct SeriesPoint {
    Nanos from;
    std::string key;  // of `by`; empty: all together
    Known value;
    double n{};
};
struct SeriesView {
    std::string kpi, unit, by;
    Duration step;
    std::vector<SeriesPoint> points;
};
struct SeriesWish {
    std::string kpi;
    std::optional<std::string> lp, symbol, regime, by;  // by: lp, symbol, size, regime
    std::optional<std::uint8_t> size;
    std::optional<Nanos> from, to;
    std::optional<Duration> step;
};

struct DeadLetter {
    Nanos at;
    std::string session, reason, text;
};
struct HealthView {
    std::uint64_t bytes_read{}, bytes_messages{}, bytes_between{}, bytes_dead{}, bytes_pending{};
    std::uint64_t messages_read{}, messages_applied{}, messages_duplicate{}, messages_waiting{},
        messages_dead{};
    std::uint64_t gaps{}, no_benchmark{};
    std::vector<DeadLetter> dead_letters;  // the latest
};

// A value that an option of the command line put in the place of the file's.
struct OverrideView {
    std::string key, value, option;
};
struct ConfigView {
    std::uint64_t version{};
    std::string toml;  // as the file has it; what is secret is ***
    std::vector<OverrideView> overrides{};
};
struct ReloadWish {
    std::string who, why;
};
// What came of it; `version` is `before` where nothing had changed.
struct ReloadView {
    std::uint64_t version{}, before{};
    Nanos at;
    std::string who, why;
    std::vector<std::string> changed;  // "limits.collar_bps: 100 -> 50"
};

class Source {
  public:
    virtual ~Source() = default;

    // Why it is not ready to route; empty: it is. Asked by /readyz.
    virtual std::vector<std::string> not_ready() = 0;
    virtual VersionView version() = 0;
    virtual StatusView status() = 0;
    virtual std::vector<LpView> lps() = 0;
    virtual std::vector<ProfileView> profiles() = 0;
    virtual Answer<RankingView> ranking(const RankingWish& wish) = 0;
    virtual Answer<LeagueView> league(const LeagueWish& wish) = 0;
    // The present page of each (profile, symbol) that fits.
    virtual Answer<Rows<RankingView>> scores(const std::optional<std::string>& symbol,
                                             const std::optional<std::string>& profile,
                                             const Paging& paging) = 0;
    virtual Answer<Rows<SymbolView>> symbols(const Paging& paging) = 0;
    virtual Answer<Rows<ParentView>> parents(const std::optional<std::string>& state,
                                             const Paging& paging) = 0;
    virtual Answer<ParentView> parent(std::uint64_t id) = 0;
    virtual Answer<std::vector<ChildView>> children(std::uint64_t parent) = 0;
    // The same wish under the same cl_ord_id is the same parent; another one is a conflict.
    virtual Answer<Submitted> submit(const SubmitWish& wish) = 0;
    virtual Answer<ParentView> cancel(std::uint64_t parent) = 0;
    virtual Answer<DecisionView> decision(std::uint64_t id) = 0;
    virtual Answer<TimelineView> timeline(std::uint64_t parent) = 0;
    virtual Answer<MessagesView> messages(const std::string& cl_ord_id) = 0;
    virtual Answer<Rows<BestExecutionRow>> best_execution(const BestExecutionWish& wish) = 0;
    virtual Answer<Rows<ChildView>> orders(const OrdersWish& wish) = 0;
    virtual Answer<Rows<ExecutionView>> executions(const ExecutionsWish& wish) = 0;
    virtual Answer<SeriesView> series(const SeriesWish& wish) = 0;
    virtual HealthView health() = 0;
    virtual Answer<KillView> kill(const KillWish& wish) = 0;
    virtual Answer<KillView> release(const KillWish& wish) = 0;
    virtual std::vector<KillView> kills() = 0;
    virtual std::vector<UnsettledView> unsettled() = 0;  // oldest first
    virtual Answer<ChildView> settle(const SettleWish& wish) = 0;
    virtual Answer<Rows<RejectionView>> rejections(const RejectionsWish& wish) = 0;
    virtual ConfigView config() = 0;
    // The file is read anew and put in force. Refused, nothing has changed: `wrong` where the file
    // is, `conflict` where it changes what takes a restart, by key.
    virtual Answer<ReloadView> reload(const ReloadWish& wish) = 0;
    // Rows of /metrics beside the server's own and those that follow from status() and lps().
    virtual std::vector<MetricRow> metrics() { return {}; }
};

}  // namespace assay::http
