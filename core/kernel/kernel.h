// The kernel: one shard's whole story. Events in, in order; scores, sums and beliefs out.
//
//     Kernel kernel(config);
//     for (const Event& e : day) kernel.apply(e);
//     kernel.finish();
//
// Pure: its only clock is the time of the event in hand. Same events, same bytes of save(), in any
// host and whatever the number of workers. What crosses shards is put together by the
// scorecard, in shard order, from all kernels (docs/decisions/0006).
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/estimate/cell.h"
#include "core/estimate/sketch.h"
#include "core/event/event.h"
#include "core/kernel/attribution.h"
#include "core/kernel/config.h"
#include "core/kernel/foresight.h"
#include "core/kernel/lot.h"
#include "core/kernel/timers.h"
#include "core/kernel/witness.h"
#include "core/kpi/leakage_attribution.h"
#include "core/kpi/sums.h"
#include "core/market/book.h"
#include "core/market/regime.h"
#include "core/orders/blotter.h"
#include "core/units/blocks.h"
#include "core/units/symbol.h"

namespace assay {

// Size of a child order against what was displayed, ADV or notional (docs/spec.md 3.1).
inline constexpr std::size_t kSizes = 7;
inline constexpr std::uint8_t kSizeOdd = 5, kSizeUnknown = 6;
const char* size_name(SizeBy by, std::uint8_t bucket);
// Of an order that leaves with this quote.
std::uint8_t size_bucket(SizeBy by, Qty order_qty, Side side, const Bbo& route,
                         const Instrument& instrument);

// Where an order counts: the parts of the key that a report may group by.
struct RowKey {
    std::uint32_t lp{kNoIndex}, symbol{kNoIndex};
    std::uint8_t size{255}, regime{255}, hour{255};
    std::int8_t side{0};
    // Rates::number(), so that sums of money can be brought to one currency later: no part of what
    // --by asks for.
    std::uint8_t currency{Rates::kNone};
    // In which the order was sent, since 1970; only with kByMinute.
    static constexpr std::int32_t kNoMinute = INT32_MIN;
    // All minutes whose rows are gone: what they came to together.
    static constexpr std::int32_t kEarlier = INT32_MIN + 1;
    std::int32_t minute{kNoMinute};
    auto operator<=>(const RowKey&) const = default;
    // What is left of it by these bits of By; the currency always.
    RowKey by(std::uint32_t bits) const;
};

// One row of the report within this shard: exact sums and what quantiles need.
struct ReportRow {
    RowKey key;
    bool told{};             // as it stands, by Kernel::changed_rows(); no part of the state
    bool vacant{};           // its minute is gone, and its place waits for another
    std::uint32_t orders{};  // with kByMinute: that may still change it, as they are not forgotten
    kpi::Sums sums;
    estimate::Sketch round_trip, command, gateway, first_fill, last_fill, ack_to_fill, reject,
        cancel;
    estimate::Sketch hold_accept, hold_reject;
    struct Day {
        Money gain{}, far{};
        static constexpr bool kNoPadding = true;
        bool operator==(const Day&) const = default;
    };
    std::map<std::int32_t, Day> price_improvement_by_day;
    struct Size {
        Money offered{}, filled{};
        std::int64_t n{};
        bool operator==(const Size&) const = default;
    };
    std::array<Size, kSizes> by_size{};
    // All but the key: two parts of the same.
    void add(const ReportRow& other);
    template <class Archive>
    void archive(Archive& a);
};

// Raw leakage of one LP's part of a row within one control group: (symbol, side, regime).
struct LeakGroup {
    std::uint32_t row{}, lp{}, symbol{};
    Side side{};
    std::uint8_t regime{};
    std::int64_t n{};
    std::int64_t sum{};  // 1e-6 bps
    template <class Archive>
    void archive(Archive& a) {
        a(row, lp, symbol, side, regime, n, sum);
    }
};

// The beliefs of one (LP, symbol, size, regime).
struct CellKey {
    std::uint32_t lp{}, symbol{};
    std::uint8_t size{}, regime{};
    auto operator<=>(const CellKey&) const = default;
    // Ids are at most 2^20: a shard holds a 64th of the symbols.
    std::uint64_t packed() const {
        return std::uint64_t{lp} << 44 | std::uint64_t{symbol} << 8 | std::uint64_t{size} << 4 |
               regime;
    }
};
struct Cell {
    CellKey key;
    std::uint32_t session{};  // that `fast` and `frozen` belong to
    std::uint32_t row{kNoIndex};
    estimate::Stats slow;   // H = 5 sessions, on the session clock
    estimate::Orders fast;  // H = 30 min in event time, this session only

    // `slow` as it stood when this session opened. Most cells of a first session have none.
    const estimate::Stats& frozen() const;
    estimate::Stats& freeze();  // made now if there is none

    template <class Archive>
    void archive(Archive& a);

  private:
    std::unique_ptr<estimate::Stats> frozen_;
};

struct KernelCounts {
    std::uint64_t events{}, quotes{}, orders{}, applied{}, duplicate{}, dead{}, no_benchmark{},
        crossed_quotes{}, locked_quotes{}, onesided_quotes{}, outlier_quotes{}, time_backwards{},
        timers_refused{};
    // With OrdersConfig::keep_settled: orders and quotes of a minute whose row was gone already, as
    // their time lay so far back. They count in the report, and in no minute.
    std::uint64_t after_their_minute{};
};

class Kernel {
  public:
    explicit Kernel(const Config& config);

    // What became of it: messages that were counted before, or cannot be, say so.
    Verdict apply(const Event& event);
    // End of input: time moves past the longest horizon, everything due fires.
    void finish();

    // Versioned bytes of everything; load refuses what another version or config wrote.
    std::string save() const;
    bool load(std::string_view bytes);

    // Asked to tell about one order (assay explain). Not part of the state.
    void watch(Witness* witness) { witness_ = witness; }
    // Each cell whose beliefs, or whose LP's capacity, may be others than before is appended, some
    // more than once; whoever reads them empties it (core/kernel/live_scores.h). Not part of the
    // state.
    void tell_touched(std::vector<std::uint32_t>* cells) { touched_ = cells; }

    // With all orders as they stand, those under way too. By their places: some may be vacant.
    std::vector<ReportRow> rows() const;
    // Those of them that may be others than when this was last asked; after load() all of them.
    // Whole rows, not differences: writing one twice changes nothing. A row that is gone since
    // (OrdersConfig::keep_settled) comes here a last time, and only here: who keeps minutes asks
    // before save() too, as these are no part of the state.
    std::vector<ReportRow> changed_rows();
    // That are kept: of minutes, and of all that are gone together.
    std::size_t kept_rows() const { return rows_.size() - vacant_rows_.size(); }
    const Blocks<Cell, 16>& cells() const { return cells_; }
    const std::vector<LeakGroup>& leaks() const { return leaks_; }
    const Foresight& foresight() const { return foresight_; }
    // Centred on the strata of all symbols.
    kpi::LeakageAttribution attribution(LeakPart part) const;
    // Weight of what the attribution is told at this time of the session clock.
    double leak_weight(Nanos clock) const { return leak_clock_.weight(clock); }
    const NameTable& lps() const { return lps_; }
    const NameTable& symbols() const { return symbols_; }
    // The market's own last quote of a symbol, as it came.
    const Bbo& quoted(std::uint32_t symbol) const { return markets_[symbol].market.raw(); }
    const Blotter& blotter() const { return blotter_; }
    const KernelCounts& counts() const { return counts_; }
    // Why the last event was quarantined or in conflict.
    const char* refusal() const { return refusal_; }
    Nanos now() const { return now_; }
    std::uint64_t timers() const { return timers_.size(); }
    std::uint64_t timers_refused() const { return timers_.refused(); }
    // The clock on which slow beliefs decay: it counts weekdays, and stands still at weekends.
    Nanos session_clock(Nanos at) const;
    std::uint32_t session() const { return session_; }
    // When the session under way began for this shard; INT64_MIN before its first event.
    Nanos session_began() const { return session_began_; }
    Duration fast_half_life() const;
    Duration slow_half_life() const;

  private:
    struct ControlSum {     // decayed leakage of everybody in (symbol, side, regime)
        std::uint8_t at{};  // side and regime
        estimate::LaterMean all;
        struct One {
            std::uint32_t lp{};
            Nanos last{kNever};  // when its last order here was sent
            estimate::LaterMean mean;
            template <class Archive>
            void archive(Archive& a) {
                a(lp, last, mean);
            }
        };
        std::vector<One> by_lp;
        std::array<kpi::LeakageStratum, kLeakParts> rounds;
        template <class Archive>
        void archive(Archive& a) {
            a(at, all, by_lp, rounds);
        }
    };
    struct SymbolState {
        SymbolMarket market;
        RegimeGauge gauge;
        const Instrument* instrument{};
        Nanos opens{kNever}, closes{kNever};  // of the session under way, or the last one
        Bbo closing;                          // the last valid quote of a closed session
        bool session_closed{};
        Nanos quoting_since{kNever};                     // own quotes are accounted for up to here
        std::vector<ControlSum> controls;                // those in use, by side and regime
        std::array<Rounds, 2> rounds;                    // of sells and of buys
        std::array<std::vector<std::uint32_t>, 2> lots;  // open ones, sells and buys, oldest first
        template <class Archive>
        void archive(Archive& a) {
            a(market, gauge, opens, closes, closing, session_closed, quoting_since, controls,
              rounds, lots);
        }
    };
    struct LpState {
        estimate::Sketch hold;  // round trips of accepted orders
        std::uint32_t since{};
        Duration median_hold{};
        template <class Archive>
        void archive(Archive& a);
    };
    struct Visit;
    template <class M>
    Verdict order_event(const Event& e, const M& m);
    void quote_event(const Event& e, const Quote& q);
    void session_opened(const Event& e, const SessionOpened& m);
    void session_closed(const Event& e);

    void fire_before(Nanos t);
    void fire(const Timer& t);
    void fire_fill_horizon(const Timer& t);
    void note_horizon(std::uint32_t chain, Fill& f, std::size_t h, Nanos due, const Bbo& q);
    void fire_reject_horizon(const Timer& t);
    void fire_leakage(const Timer& t);
    void fire_last_look(const Timer& t);
    void close_lot(std::uint32_t lot);

    void order_opened(const Event& e, const Sent& m, std::uint32_t chain, const Bbo& route);
    void order_moved(const Event& e, const Step& s, const Chain& before);
    // An order enters the sums of its row once it has settled: until then nothing of it has to be
    // taken out again. What is said of it later changes what was counted.
    void settle(std::uint32_t chain);
    void count(ReportRow& row, const Chain& c) const;
    void recount(const Chain& before, Qty offered_before, const Step& s, std::uint32_t chain);
    void count_fill(ReportRow& row, const Chain& c, const Fill& f, Qty qty, Price px,
                    kpi::Dir dir) const;
    void count_horizon(ReportRow& row, const Chain& c, const Fill& f, Qty qty, Price px,
                       std::size_t h, kpi::Dir dir) const;
    void start_fill(std::uint32_t chain, std::uint32_t fill);
    void believe_markout(const Chain& c, const Fill& f, Qty qty, Price px, kpi::Dir dir);
    // The order as a trial; `undo`: as it was before that step.
    std::optional<estimate::OrderTrial> trial_of(const Chain& c, Qty offered,
                                                 const Step* undo) const;
    static kpi::OrderFacts facts_of(const Chain& c, Qty offered);
    static void count_order(ReportRow& row, const Chain& c, Qty offered, kpi::Dir dir);
    void count_last_look(const Chain& c, kpi::Dir dir);
    static void count_latencies(ReportRow& row, const Chain* before, const Chain& now);
    void resolve(std::uint32_t chain, Nanos at);
    void unresolve(std::uint32_t chain, const Chain& before);
    void changed_after_end(std::uint32_t chain, const Chain& before, Nanos at);
    void count_hold(const Chain& c, kpi::Dir dir);
    void start_reject_horizons(std::uint32_t chain, Nanos at);
    static Qty unfilled(const Chain& c);
    Bbo route_of_version_in_force(const Chain& c) const;
    void open_lot(std::uint32_t chain);
    void resize_lot(std::uint32_t chain);
    void take_back_lot(std::uint32_t chain);
    void pay_lots(std::uint32_t chain, std::uint32_t fill);
    void unpay_lots(const std::vector<std::uint32_t>& open, const Chain& c, std::uint32_t fill);
    Charge& new_charge(std::uint32_t chain);
    void charge(Charge& charge, Qty size);
    void quote_at_receipt(Chain& c);
    // An order as the foresight sees it; `at`: of what it is told.
    Foresight::Order foreseen(std::uint32_t chain, const Chain& c, Nanos at) const;
    // It is resolved: its forecast is scored, if it still stands, and its LP's capacity is
    // believed.
    void ended(std::uint32_t chain, const std::optional<estimate::OrderTrial>& trial);
    void believe_cost(std::uint32_t cell, Nanos at, double bps, double dir);
    void count_leak(const Chain& c, std::int64_t moved, std::int64_t dir);
    ControlSum& control_of(SymbolState& s, std::uint8_t place);
    void show(SymbolState& s, std::uint32_t chain, const Chain& c, std::uint32_t lp);
    void answered(SymbolState& s, const Chain& c, Nanos at);
    void end_rounds_before(SymbolState& s, Nanos t);
    void end_round(SymbolState& s, Side side, Nanos at);
    void attribute_later(SymbolState& s, std::uint32_t chain, Side side, TwiceMid mid, Nanos due);
    void attribute(SymbolState& s, Rounds& r, const Rounds::One& round, LeakPart part,
                   double moved_bps, Duration lasted, Nanos at);
    void forget_leak(std::uint32_t chain);
    void account_quoting(SymbolState& s, std::uint32_t symbol, Nanos until);

    SymbolState& symbol_state(std::uint32_t id);
    std::uint32_t row_of(const RowKey& key);
    // Its minute is over for longer than settled orders are kept.
    bool over(std::int32_t minute) const;
    void forget_settled();
    void let_rows_go();
    void retire_rows();
    void move_leaks(const std::vector<std::uint32_t>& to);
    LeakGroup& leak_group(const LeakGroup& like);
    // To be changed.
    ReportRow& row_at(std::uint32_t row) {
        if (std::exchange(rows_[row].told, false)) untold_.push_back(row);
        return rows_[row];
    }
    std::uint32_t cell_of(const CellKey& key);
    Cell& session_cell(std::uint32_t cell);
    void touch(std::uint32_t cell) {
        if (touched_ != nullptr) touched_->push_back(cell);
    }
    Bbo quote_at(std::uint32_t lp, SymbolState& s, Nanos at) const;
    void believe(std::uint32_t chain, Nanos at, const estimate::OrderTrial& t, double dir);
    void count_size_improvement(ReportRow& row, const Chain& c, const Step* undo,
                                kpi::Dir dir) const;
    void roll_day(Nanos at);
    template <class Archive>
    void archive(Archive& a);

    void watch_step(const Event& e, const OrderRef& ref, const Step& s, const Bbo& route);
    void watch_fill(const Chain& c, const Fill& f);
    void watch_after_fill(const Chain& c, const Fill& f, std::size_t h, TwiceMid mid2);
    void watch_net_leak(const estimate::LaterMean& before, const estimate::LaterMean& after,
                        double raw, double others);
    void watch_time_out(std::uint32_t chain, Nanos at);
    void watch_end(std::uint32_t chain);
    void watch_charge(const Charge& charge, Money cost, Qty offered);
    void observe_capacity(const Foresight::Order& order, int dir);
    void watch_horizon(std::uint32_t chain, const Fill& f, std::size_t h, Nanos due, const Bbo& q);
    void watch_leak(std::uint32_t chain, Nanos due, const Bbo& q, std::int64_t moved);
    void watch_belief(std::uint32_t chain, const Cell& cell, const estimate::OrderTrial& t,
                      double dir);

    Config config_;
    QuoteRules rules_;
    PriceDelta pi_eps_;
    RegimeRules regime_rules_;
    NameTable lps_, symbols_;
    NumberedNames numbered_lps_, numbered_symbols_;
    std::uint32_t lp_of(const Event& e) { return numbered_lps_.id(e.lp_number, e.lp, lps_); }
    std::uint32_t symbol_of(const Event& e) {
        return numbered_symbols_.id(e.symbol_number, e.symbol, symbols_);
    }
    Blocks<SymbolState, 16> markets_;
    Blotter blotter_;
    Timers timers_;
    std::vector<ReportRow> rows_;
    std::map<RowKey, std::uint32_t> row_index_;
    std::vector<std::uint32_t> vacant_rows_;
    std::vector<ReportRow> finished_;    // gone, and not told yet; no part of the state
    std::vector<std::uint32_t> untold_;  // changed since they were told, each once, or gone since
    std::int64_t swept_minute_{INT64_MIN};  // when settled orders were last forgotten
    Blocks<Cell, 16> cells_;
    boost::unordered_flat_map<std::uint64_t, std::uint32_t> cell_index_;
    std::vector<LeakGroup> leaks_;
    boost::unordered_flat_map<std::uint64_t, std::uint32_t> leak_index_;
    std::vector<LpState> lp_states_;
    std::array<kpi::LeakageAttribution, kLeakParts> attribution_;
    estimate::ForwardClock leak_clock_{slow_half_life(), kNever};
    std::vector<kpi::ShownLots> round_;  // room for one, while it is looked at
    Foresight foresight_;
    std::vector<Lot> lots_;
    std::vector<std::uint32_t> free_lots_;
    boost::unordered_flat_map<std::uint32_t, Charge> charges_;  // by generation of the order
    std::uint64_t charges_swept_at_{1024};
    std::vector<std::uint32_t> together_;  // scratch of pay_lots
    KernelCounts counts_;
    const char* refusal_{""};
    Witness* witness_{};
    std::vector<std::uint32_t>* touched_{};
    std::uint32_t watched_{kNoIndex}, watched_generation_{};
    bool is_watched(std::uint32_t chain) const {
        return chain == watched_ && blotter_.alive(chain, watched_generation_);
    }
    Nanos now_{INT64_MIN};
    Nanos firing_before_{INT64_MIN};  // of the event in hand: what is due before it fires
    Nanos heard_{kNever}, incoming_heard_{kNever};
    std::int64_t day_{INT64_MIN};
    std::uint32_t session_{};
    Nanos session_began_{INT64_MIN};
    Nanos session_closes_{kNever};
    bool calendar_{};
};

}  // namespace assay
