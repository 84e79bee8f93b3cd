// The one stage before the shards: what needs all messages of a session in order.
#pragma once

#include <array>
#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/event/event.h"
#include "core/fix/book.h"
#include "core/fix/decode.h"
#include "core/fix/message.h"
#include "core/fix/order_memory.h"
#include "core/fix/parties.h"
#include "core/fix/sent_orders.h"
#include "core/fix/sequence.h"
#include "core/fix/session_health.h"
#include "core/units/result.h"
#include "core/units/symbol.h"

namespace assay::fix {

// When and where a message was captured. Without a capture clock `at` is SendingTime(52).
struct Capture {
    Nanos at{};
    Place place;
    bool clock{true};
};

// What became of one message (docs/spec.md: each ends in exactly one of these).
enum class Outcome : std::uint8_t {
    applied,
    duplicate,
    waiting,  // names no symbol, and its order is not known yet
    dead,     // not readable, or `waiting` is full
};

// Takes messages in merged order; appends what the kernel is to apply. Finds duplicates and gaps,
// numbers sessions, names LPs and canonical symbols, and finds the order of messages that only
// refer to it. Views in events point into the message's bytes or into tables of this stage, and are
// valid until the next call.
class SessionStage {
  public:
    // Bytes of messages without a known symbol that are kept at most; later ones are dead.
    static constexpr std::size_t kMostWaitingBytes = 16u << 20;
    static constexpr std::uint32_t kVersion = 4;

    // `parties` must outlive the stage and stay as it is.
    explicit SessionStage(const Parties& parties);

    // One parsed message, read in the dialect of its sender. A message that waited for an order
    // which `message` brings is delivered right after it, with its own capture time and place.
    Outcome take(const Capture& capture, const Message& message, std::vector<Event>& out);
    // One framed message that parse() refused: its number counts, its content does not. Should it
    // come again and can be read, it is taken.
    Outcome take_dead(const Capture& capture, const Message& message);
    // A message that is a dead letter, whatever is wrong with it: where it is a report that names
    // an order which is known (by what can still be read of 35, 49, 56 and 11, 41, 37), the kernel
    // is to know that a report of it is missing. The stage stays as it is.
    void name_unread(const Capture& capture, std::string_view bytes, char delimiter,
                     std::vector<Event>& out);

    const StageCounts& counts() const { return counts_; }
    std::vector<SessionHealth> health() const;
    std::vector<Place> waiting_places() const;  // at the end of input these are orphans
    // Executions seen on only one of session and drop copy.
    std::uint64_t missing_in_drop_copy() const;
    std::uint64_t missing_in_session() const;
    const std::map<std::string, std::uint64_t>& unmapped_names() const { return unmapped_names_; }

    // The whole state as versioned bytes, equal for equal histories. A stage that is loaded goes on
    // as the saved one would have; a blob that cannot be read leaves the stage as it was.
    void save(std::string& out) const;
    Result<void> load(std::string_view blob);

  private:
    struct Direction {
        SequenceWindow window;
        DirectionCounts counts;
        TypeCounts types;
        ClockOffset offset;
        SentOrders sent;
    };
    // Who quotes under a CompID, once it does.
    struct QuoteSource {
        std::uint32_t id{NameTable::kNone};  // of sources_
        bool named{};                        // parties_ names its LP
        std::uint32_t lp{NameTable::kNone};  // whose CompID or name it is; kNone: of no one known
        std::uint32_t asked{};               // how many LPs were known when it was none of them
    };
    struct Session {
        std::string comp_ids[2];
        Direction directions[2];  // [i]: what comp_ids[i] sent
        bool ours[2]{};
        bool drop_copy{};
        std::uint32_t lps[2]{NameTable::kNone, NameTable::kNone};  // of comp_ids, once asked for
        const Dialect* dialects[2]{};  // [i]: in which comp_ids[i] speaks
        QuoteSource quotes[2];
    };
    // Where a message came from: session and which of its two sides.
    struct Way {
        std::uint32_t session{};
        std::uint32_t sender{};  // 0 or 1
    };
    struct Waiting {
        Capture capture;
        Way way;
        std::string bytes;
        char delimiter{};
    };

    Way way_of(const Message& m);
    // Whose ClOrdIDs a message speaks of: a drop copy those of the session that it copies.
    std::uint32_t ids_of(Way way, bool to_lp);
    void open_session(std::uint32_t number, std::string_view sender, std::string_view target);
    // `readable`: parse() could read all of it.
    SequenceWindow::Verdict take_number(Way way, const Capture& capture, const Message& m,
                                        bool readable);
    Outcome deliver(Way way, const Capture& capture, const Message& m, std::vector<Event>& out);
    Outcome deliver_order(Way way, const Capture& capture, const Message& m, const Happening& what,
                          std::vector<Event>& out);
    Outcome deliver_reject(Way way, const Capture& capture, const Message& m, const Happening& what,
                           std::vector<Event>& out);
    Outcome deliver_quotes(Way way, const Capture& capture, const Message& m,
                           std::vector<Event>& out);
    QuoteSource& quote_source(Way way);
    Outcome apply_entries(Way way, const Capture& capture, const Message& m, std::uint32_t lp,
                          std::vector<Event>& out);
    Outcome keep_waiting(Way way, const Capture& capture, const Message& m);
    void release(std::vector<Event>& out);
    void count(Outcome outcome);

    // kNone: no table names it.
    std::uint32_t lp_of_comp(Way way, std::uint32_t side);
    std::uint32_t lp_named(std::string_view name);
    std::uint32_t lp_of_order(Way way, const Message& m, const KnownOrder* known, bool to_lp);
    std::uint32_t canonical_symbol(std::uint32_t lp, std::string_view raw);
    Outcome unmapped(std::string_view kind, std::string_view name);

    const KnownOrder* known_order(std::uint32_t session, const Message& m);
    void remember_sent(Way way, const Message& m, KnownOrder order);
    void remember_id(std::uint32_t session, std::string_view id, KnownOrder order);
    bool counts_here(Way way, std::uint32_t lp, const Happening& what);
    bool raises_cum_qty(std::uint32_t session, const Message& m);
    void reconcile(std::uint32_t lp, const Execution& execution, std::int32_t weight);
    template <class What>
    void emit(const Capture& capture, std::uint32_t session, KnownOrder order, const What& what,
              std::vector<Event>& out) const;
    void save_session(BlobWriter& out, const Session& session) const;
    void load_session(BlobReader& in, Session& session);
    void save_books(BlobWriter& out) const;
    void load_books(BlobReader& in);
    void index_session(std::uint32_t number);
    void index_waiting(std::uint64_t number, const Waiting& waiting, const Message& m);

    const Parties* parties_;
    NameTable lps_, symbols_, sources_;
    std::vector<std::unique_ptr<Session>> sessions_;
    boost::unordered_flat_map<std::string, Way, TextHash> ways_;  // by sender, SOH, target
    // The ways that came last, by a hash of their CompIDs: nearly every message finds its own here.
    struct Recent {
        const Session* session{};
        Way way;
    };
    std::array<Recent, 256> recent_{};
    std::string key_;  // scratch
    WindowBudget budget_;

    OrderMemory orders_;
    // CumQty by order, for reports that carry an execution: a fixed table, newest wins.
    struct FilledSoFar {
        std::uint64_t key{};
        std::int64_t cum{};
    };
    static constexpr std::size_t kFilledSoFar = 1u << 16;
    std::vector<FilledSoFar> filled_so_far_;

    std::map<std::uint64_t, Waiting> waiting_;  // by arrival
    boost::unordered_flat_map<std::uint64_t, std::vector<std::uint64_t>> waiting_for_;  // by id key
    std::uint64_t next_waiting_{};
    std::size_t waiting_bytes_{};
    std::vector<std::uint64_t> ready_;  // waiting messages whose order has come
    std::deque<std::string> released_;  // their bytes, until the next call

    boost::unordered_flat_map<std::uint64_t, Book> books_;  // by source << 32 | symbol
    std::vector<MdEntry> entries_;                          // scratch: of the W or X at hand
    std::vector<std::uint32_t> touched_;                    // scratch: symbols of one X

    std::set<std::string, std::less<>> copied_lps_;                   // LPs that have a drop copy
    boost::unordered_flat_map<std::uint64_t, std::int32_t> balance_;  // executions seen on one side
    std::vector<std::uint32_t> order_session_;                        // by LP: where its orders go
    boost::unordered_flat_map<std::string, std::uint32_t, TextHash> symbol_cache_;
    std::map<std::string, std::uint64_t> unmapped_names_;
    StageCounts counts_;
};

}  // namespace assay::fix
