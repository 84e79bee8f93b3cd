// The blotter of one shard: which message belongs to which child order, what was counted before,
// and where each order stands. It measures nothing; the kernel does, with what a Step tells.
//
// Events are applied on arrival and commutatively (docs/spec.md 1.4): a bust may come before its
// fill, a fill before its acknowledgement, reports before their order. Quantities come from known
// fills only, never from CumQty.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <deque>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "core/event/event.h"
#include "core/orders/chain.h"
#include "core/units/blocks.h"

namespace assay {

enum class Verdict : std::uint8_t {
    applied,
    duplicate,    // counted before: same identity, same content
    headless,     // its order is not known (yet): kept, not counted
    conflict,     // same ExecID, other content: the first one stands
    quarantined,  // impossible quantity, price or side
    ignored,      // nothing to do (status, cancel reject of unknown order, ...)
};

// What an event did.
struct Step {
    Verdict verdict{Verdict::applied};
    std::uint32_t chain{kNoIndex};
    std::uint32_t fill{kNoIndex};       // added
    std::uint32_t gone{kNoIndex};       // taken out (bust, or the old form of a corrected fill)
    std::uint32_t stillborn{kNoIndex};  // a fill whose bust had come before it
    Qty gone_qty{};                     // values of `gone` before a correction replaced them
    Price gone_px{};
    bool opened{};  // a Sent made this chain, or gave a headless one its order
    const char* reason{""};
};

// Counters of what the blotter noticed; each is shown in ingest health.
struct BlotterCounts {
    std::uint64_t dup_exec{}, exec_conflict{}, headless_chains{}, headless_messages{}, overfills{},
        busts{}, busts_parked{}, busts_unmatched{}, bust_too_late{}, corrects{}, late_fills{},
        fills_after_cancel{}, unsolicited_cancels{}, rej_after_partial{}, cancel_rejects{},
        quarantined{}, cl_ord_id_reused{}, timeouts{}, timeouts_answered{}, restated{},
        cum_qty_gaps{}, forgotten{}, side_conflicts{}, outliers{}, bad_qty_or_px{}, replaced{},
        repudiated{}, unread{};
};

struct BlotterLimits {
    std::uint32_t max_closed{2'000'000};
    std::uint32_t max_parked{100'000};
    Duration min_expo{1'000'000'000};
    double outlier{0.20};     // |p / M - 1| beyond this is no fill
    Duration keep_settled{};  // since it has settled; 0: until its date is over
};

class Blotter {
  public:
    explicit Blotter(BlotterLimits limits = {}) : limits_(limits) {}

    Step sent(const Event& e, const Sent& m, const Bbo& route);
    Step cancel_requested(const Event& e, const CancelRequested& m);
    Step replace_requested(const Event& e, const ReplaceRequested& m, const Bbo& route);
    Step repudiated(const Event& e, const Repudiated& m);
    Step acked_by_gateway(const Event& e, const AckedByGateway& m);
    Step acked(const Event& e, const Acked& m);
    Step filled(const Event& e, const Filled& m);
    Step corrected(const Event& e, const Corrected& m);
    Step busted(const Event& e, const Busted& m);
    Step replaced(const Event& e, const Replaced& m);
    Step pending_cancel(const Event& e, const PendingCancel& m);
    Step pending_replace(const Event& e, const PendingReplace& m);
    Step cancel_rejected(const Event& e, const CancelRejected& m);
    Step canceled(const Event& e, const Canceled& m);
    Step expired(const Event& e, const Expired& m);
    Step done_for_day(const Event& e, const DoneForDay& m);
    Step rejected(const Event& e, const Rejected& m);
    Step restated(const Event& e, const Restated& m);
    Step status_reported(const Event& e, const StatusReported& m);
    Step message_rejected(const Event& e, const MessageRejected& m);
    Step unread(const Event& e, const Unread& m);
    // The kernel's timer: no terminal report (IOC, FOK), or no response at all, in time.
    Step timed_out(std::uint32_t chain, Nanos at);

    // The chain a message speaks of, or kNoIndex: by 11, then 41, then 37.
    std::uint32_t find(std::uint32_t session, const OrderRef& ref) const;
    Chain& chain(std::uint32_t i) { return chains_[i]; }
    const Chain& chain(std::uint32_t i) const { return chains_[i]; }
    Fill& fill(std::uint32_t i) { return fills_[i]; }
    const Fill& fill(std::uint32_t i) const { return fills_[i]; }
    // The working part of an order; a closed one that gets late news is given a new one.
    Working& work(std::uint32_t chain);
    Working* working_if(const Chain& c) {
        return c.working == kNoIndex ? nullptr : &working_[c.working];
    }
    const Working* working_if(const Chain& c) const {
        return c.working == kNoIndex ? nullptr : &working_[c.working];
    }
    // The mids at a fill's horizons, made on first use.
    Mids& mids(Fill& f);
    const Mids* mids_if(const Fill& f) const {
        return f.mids == kNoIndex ? nullptr : &mids_[f.mids];
    }
    // The order as it was before the step that was just taken.
    const Chain& before() const { return before_; }
    Qty offered_before() const { return offered_before_; }
    // O of docs/spec.md 1.5 as it counts now.
    Qty offered(const Chain& c) const;
    // The quote the fill's version of the order left with.
    Bbo route_of(const Chain& c, const Fill& f) const;
    // All its timers have fired and it is resolved.
    bool settled(const Chain& c) const;
    // It has settled: lets go of what only a working order needs. Else nothing.
    void settle(std::uint32_t chain, Nanos now);
    // Calls take(chain) for each order with a working part, in the order of their slots.
    template <class Take>
    void each_working(Take take) const {
        for (std::uint32_t i = 0; i < working_.size(); ++i) {
            const std::uint32_t chain = working_[i].chain;
            if (chain != kNoIndex && chains_[chain].working == i) take(chain);
        }
    }
    // A slot that was given to another order since is not the order a timer meant.
    bool alive(std::uint32_t i, std::uint32_t generation) const {
        return i < chains_.size() && chains_[i].generation == generation;
    }
    // Trading dates before the one of `now` are over: closed orders of them are forgotten.
    void forget_before(Nanos now);
    // With keep_settled: what settled longer ago than that is forgotten, what was never answered
    // too, reports whose order did not come for as long, and the names of all of these not before
    // they are as old again. Asked every minute of event time.
    void forget_settled(Nanos now);
    // Rows of the orders that were forgotten since this was last asked, one for each order.
    std::vector<std::uint32_t> take_rows_let_go() { return std::exchange(rows_let_go_, {}); }
    std::size_t names() const {
        return by_id_.size() + by_id_old_.size() + by_exec_.size() + by_exec_old_.size();
    }

    // FIX OrdStatus(39) of a ClOrdID, 0 where unknown: '0' new, '1' partly filled, '2' filled,
    // '3' done, '4' canceled, '5' replaced, '6' pending cancel, '8' rejected, 'A' pending new,
    // 'C' expired, 'E' pending replace. Needs the order's working part.
    char status(std::uint32_t session, std::string_view cl_ord_id) const;
    struct LinkState {
        std::string cl_ord_id;
        char status{};
        Qty leaves_qty, cum_qty;
    };
    // Of an order that has ended, whether or not its working part is there; else 0.
    static char end_status(const Chain& c);
    // Every ClOrdID of a chain that named an accepted order, oldest first.
    std::vector<LinkState> links(std::uint32_t chain) const;

    const BlotterCounts& counts() const { return counts_; }
    BlotterCounts& counts() { return counts_; }
    std::uint32_t size() const { return static_cast<std::uint32_t>(chains_.size()); }
    std::uint64_t open_chains() const { return open_; }

    template <class Archive>
    void archive(Archive& a) {
        a(chains_, fills_, working_, mids_, free_mids_, free_chains_, free_fills_, free_working_,
          by_id_, by_id_old_, by_exec_, by_exec_old_, parked_, closed_, silent_, headless_, counts_,
          open_, generation_, lowered_at_, lowered_, aged_at_);
    }

  private:
    struct Parked {  // a bust or correction that came before its fill
        std::uint64_t exec_hash{};
        Nanos at{kNever};
        std::uint32_t chain{};
        std::uint8_t correct{};
        Qty qty;
        Price px;
        std::uint64_t own_hash{};
        template <class Archive>
        void archive(Archive& a) {
            a(exec_hash, at, chain, correct, qty, px, own_hash);
        }
    };
    struct Closed {
        std::uint32_t chain{};
        std::uint32_t generation{};
        std::int32_t minute{};  // in which it settled, since 1970
    };
    using Index = boost::unordered_flat_map<std::uint64_t, std::uint64_t>;

    static constexpr std::int32_t kSilentDays = 30;
    void forget_oldest(std::deque<Closed>& orders);
    void forget_oldest_headless();
    void age_names();
    static std::int32_t minute_of(Nanos at) {
        return static_cast<std::int32_t>(floor_div(at.ns, kMinute.ns));
    }
    static std::int64_t day_of(const Closed& c) { return floor_div(c.minute, std::int64_t{1440}); }
    std::uint32_t find_id(std::uint64_t key) const;
    // The slot and generation of the order that was closed and is forgotten by now, which the
    // message speaks of; 0 where there was none.
    std::uint64_t forgotten_order(std::uint32_t session, const OrderRef& ref) const;
    // A bust or correction of a forgotten order only counts, and once.
    Step too_late(std::uint64_t forgotten, std::uint64_t exec_hash);
    std::uint32_t find_fill(std::uint32_t chain, std::uint64_t exec_hash) const;
    void name(std::uint64_t key, std::uint32_t chain);
    void name_exec(std::uint64_t key, std::uint32_t generation, std::uint32_t fill);
    void name_fill(std::uint32_t chain, std::uint64_t exec_hash, std::uint32_t fill);
    std::uint32_t new_chain(const Event& e);
    // The chain of a report; a headless one is made where none is known.
    std::uint32_t owner(const Event& e, const OrderRef& ref);
    Step reported(const Event& e, const OrderRef& ref);  // common part of every report
    void respond(Chain& c, Nanos at);
    Step finish(const Event& e, const OrderRef& ref, Term why, Qty cum_qty);
    std::uint32_t add_fill(const Event& e, std::uint32_t chain, const Execution& x,
                           std::uint64_t exec_hash);
    void recount(Chain& c);
    std::uint8_t version_of(const Chain& c, const OrderRef& ref) const;
    bool contradicts(const Chain& c, const std::optional<Side>& side) const;
    const char* implausible(std::uint32_t chain, const OrderRef& ref, const Execution& x);
    bool is_outlier(const Chain& c, const OrderRef& ref, Price px) const;
    void remember(const Chain& c) {
        before_ = c;
        offered_before_ = offered(c);
    }
    void forget_chain(std::uint32_t chain);
    void free_working(Chain& c);
    // `after`: of the fill that was added or corrected, from sent.
    void after_fill(const Event& e, std::uint32_t chain, std::int64_t after);
    // Whether its fills complete the order. At one instant fills stand before the busts and
    // corrections that lower them, in whatever order they are told.
    Qty reached(const Event& e, std::uint32_t chain) const;
    void complete(const Event& e, std::uint32_t chain, std::int64_t when);
    // A report of this order cannot be used.
    void not_read(Chain& c);
    void lowered(const Event& e, std::uint32_t chain, Qty by);
    static std::int64_t offset(const Chain& c, Nanos at);

    BlotterLimits limits_;
    Blocks<Chain, 128> chains_;
    Blocks<Fill, 128> fills_;
    Blocks<Working, 64> working_;
    Blocks<Mids, 128> mids_;
    std::vector<std::uint32_t> free_mids_;
    Chain before_;
    Qty offered_before_;
    std::vector<std::uint32_t> free_chains_, free_fills_, free_working_;
    Index by_id_, by_id_old_;  // (session, ClOrdID or OrderID) -> chain and generation
    // (chain, generation, ExecID) -> fill, and above it the generation of the order
    Index by_exec_, by_exec_old_;
    std::vector<Parked> parked_;
    struct Lowered {  // what busts and corrections of this instant took from an order's fills
        std::uint32_t chain{};
        Qty qty;
        template <class Archive>
        void archive(Archive& a) {
            a(chain, qty);
        }
    };
    Nanos lowered_at_{kNever};
    std::vector<Lowered> lowered_;
    std::deque<Closed> closed_;
    std::deque<Closed> silent_;    // never answered: kept for kSilentDays
    std::deque<Closed> headless_;  // with keep_settled: reports that came before any order
    Nanos aged_at_{kNever};        // when names were last let go by their age
    std::vector<std::uint32_t> rows_let_go_;
    BlotterCounts counts_;
    std::uint64_t open_{};
    std::uint32_t generation_{};
};

}  // namespace assay
