// Live events for many readers: what changed, without ever making the one who tells it wait.
//
//     hub.publish(Topic::scores, "balanced/ACME", "ACME", json);   // any thread
//     hub.turn();                                                  // the server's thread, 20 Hz
//     const EventHub::Batch batch = hub.take(reader);              // and what a reader gets next
//
// Of `scores` and `health` only the latest of a key counts: a reader that is slow misses versions
// in between, and never the last one. `orders` are a log: each reader gets every one of them, or is
// told that it did not. No event is copied for a reader; a reader is a place in the log and a set
// of keys. docs/api.md has the wire form.
//
// publish() copies one event under a lock that is held by others only as long as that; it never
// waits for a reader or a socket. All else is for the one thread that serves.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <list>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "hosts/http/exchange.h"

namespace assay::http {

enum class Topic : std::uint8_t { scores, orders, health };
inline constexpr std::size_t kTopics = 3;
const char* text(Topic topic);

struct HubLimits {
    std::size_t behind{256 << 10};  // bytes of orders a reader may owe from turn to turn
    std::size_t log{4 << 20};       // bytes of orders that are kept for readers that come back
    std::size_t keys{65'536};       // of scores and health; more are not taken
    std::size_t incoming{8 << 20};  // bytes of orders between two turns
    std::size_t batch{256 << 10};   // bytes of one batch, about
};

struct TopicCounts {
    std::uint64_t published{}, conflated{}, dropped{};
};
struct HubCounts {
    std::array<TopicCounts, kTopics> topics;
    std::uint64_t overruns{}, resets{}, batches{}, bytes{};
    std::size_t readers{};
};

class EventHub {
  public:
    // `run` makes ids of this start differ from those of an earlier one.
    explicit EventHub(std::uint64_t run, HubLimits limits = {});
    EventHub(const EventHub&) = delete;

    // `symbol`: for readers of some symbols; empty: it concerns all. `json` is one JSON value.
    void publish(Topic topic, std::string_view key, std::string_view symbol, std::string_view json);

    class Reader;  // belongs to the hub
    Reader* join(const StreamWish& wish);
    void leave(Reader* reader);
    // Takes in what was published. Returns the readers that have something to get.
    std::vector<Reader*> turn();
    bool waiting(const Reader& reader) const;

    struct Batch {
        std::string text;  // events as they go over the wire; empty: nothing new
        bool last{};       // the reader fell too far behind: nothing comes after this
    };
    Batch take(Reader& reader);

    HubCounts counts() const;  // any thread

  private:
    struct Latest {
        Topic topic{};
        std::string symbol, json;
        std::uint64_t seq{};
    };
    struct Logged {
        std::uint64_t seq{};
        std::string symbol, json;
    };
    struct Incoming {
        std::uint64_t seq{};
        std::string key, symbol, json;
    };
    using Key = std::pair<Topic, std::string>;

    void log(Incoming event);
    void renew(const Key& key, Incoming event);
    void forget_old();
    void start_after(Reader& reader, std::uint64_t seq);
    void restart(Reader& reader, std::string why);
    std::string event(std::optional<std::uint64_t> seq, std::string_view name,
                      std::string_view json) const;
    void overrun(Reader& reader);
    template <class Change>
    void count(const Change& change);

    const std::uint64_t run_;
    const HubLimits limits_;

    mutable std::mutex mutex_;  // of what stands here
    std::uint64_t next_{1};
    std::map<Key, Incoming> renewed_;
    std::vector<Incoming> logged_;
    std::size_t logged_bytes_{};
    bool lost_{};  // orders since the last turn, for want of room
    HubCounts counts_;

    // Of the serving thread.
    std::map<Key, Latest> latest_;
    std::deque<Logged> log_;
    std::size_t log_bytes_{};
    std::uint64_t seen_{};       // the last sequence that a turn has taken in
    std::uint64_t forgotten_{};  // the last order that the log no longer holds
    std::list<Reader> readers_;
};

class EventHub::Reader {
  public:
    void* owner{};  // of the server's: whom to wake

  private:
    friend class EventHub;
    bool wants(Topic topic, const std::string& symbol) const {
        if (!topics[static_cast<std::size_t>(topic)]) return false;
        return symbols.empty() || symbol.empty() || symbols.contains(symbol);
    }

    std::array<bool, kTopics> topics{};
    std::set<std::string> symbols;
    std::map<std::uint64_t, const std::map<Key, Latest>::value_type*> dirty;  // by sequence
    std::map<const Latest*, std::uint64_t> dirty_at;
    std::uint64_t next_order{};  // the first of the log that it was not asked about yet
    std::size_t behind{};        // bytes of orders that it has yet to get
    std::size_t allowed{};       // the most of it
    std::uint64_t sent{};        // the last sequence that it was given
    bool overrun{};
    std::string reset;  // why it begins anew; empty: it does not
    std::list<Reader>::iterator self;
};

}  // namespace assay::http
