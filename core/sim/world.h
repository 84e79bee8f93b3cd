// A market and LPs with a hidden truth, in virtual time. Whoever trades in it steps through what
// happens and sends FIX; all that crosses between us and the LPs, and the market's quotes, are FIX
// bytes with capture times, as a real gateway would have logged them (docs/spec.md section 9).
//
//     World world(config, seed);
//     while (const std::optional<Step> step = world.next()) { look at step->what; world.send(...);
//     }
//
// The same config, seed and sends give the same bytes. The market apart from what we leak, the
// parents and the LPs' natures depend on config and seed alone.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/fix/encode.h"
#include "core/fix/record.h"
#include "core/sim/characters.h"
#include "core/sim/config.h"
#include "core/sim/dealer.h"
#include "core/sim/event_queue.h"
#include "core/sim/market.h"
#include "core/sim/parents.h"
#include "core/sim/truth.h"

namespace assay::sim {

// A time that the agent asked for has come.
struct Wake {
    std::uint64_t token{};
};

// One thing that the agent, or a log, sees. Records are both what reaches us and what leaves us,
// in the order of their capture times; their bytes are valid until the next call of World::next().
struct Step {
    Nanos at;
    std::variant<fix::Record, Parent, Wake> what;
};

// Records name their session by number: 0 is the market, 1 + i the LP with number i.
inline constexpr std::uint32_t kMarketSession = 0;
constexpr std::uint32_t session_of(std::uint32_t lp) {
    return lp + 1;
}

class World {
  public:
    World(WorldConfig config, std::uint64_t seed);
    World(const World&) = delete;
    World& operator=(const World&) = delete;

    // The next thing to see up to and with `until`; nothing when there is none, or time is over.
    std::optional<Step> next(Nanos until = Nanos{INT64_MAX});
    // When something happens next, seen or not; nothing when time is over.
    std::optional<Nanos> next_at() const;
    Nanos now() const { return now_; }

    // One FIX message to an LP, which leaves at `at` (not before now) and then comes back as a
    // record that was sent. Header fields are the sender's own affair.
    void send(std::uint32_t lp, std::string_view bytes, Nanos at, Attempt attempt);
    // A Wake at `at` (not before now).
    void wake_at(Nanos at, std::uint64_t token);

    const WorldConfig& config() const { return config_; }
    // Things that have happened so far, seen or not.
    std::uint64_t events() const { return events_; }
    std::uint64_t parents() const { return parents_seen_; }
    // Messages sent to LPs that were no FIX, or none of D, F, G: recorded, and nobody answers.
    std::uint64_t passed_over() const { return passed_over_; }

    // For judging, and for a policy that is told: an IOC of so many lots, now.
    LpTruth truth(std::uint32_t lp, std::uint32_t symbol, double lots) const;
    const Dealer::Counts& counts(std::uint32_t lp) const { return dealers_[lp].counts(); }
    Regime regime(std::uint32_t symbol) const { return markets_[symbol].regime(); }
    // Whose place in the configuration an LP has taken.
    std::uint32_t whose(std::uint32_t lp) const { return characters_.whose(lp); }

  private:
    enum class Kind : std::uint8_t {
        tick,
        publish,
        prelude,
        parent,
        leave,
        dealer,
        leak,
        wake,
        trade
    };
    struct Due {
        Kind kind{};
        std::uint32_t index{};  // of a symbol, an LP, or a message that leaves
        Later later;            // of the dealer
        double bps{};
        std::uint64_t token{};
    };
    struct Leaving {
        std::uint32_t lp{};
        Attempt attempt;
        std::string bytes;
    };

    std::optional<Step> happen(const Due& due);
    Step tick(std::uint32_t symbol);
    Step publish(std::uint32_t symbol);
    Step trade(std::uint32_t symbol, std::uint64_t number);
    fix::Header market_header();
    Step prelude();
    std::optional<Step> parent();
    std::optional<Step> leave(std::uint32_t slot);
    std::optional<Step> dealer(std::uint32_t lp, const Later& later);
    void leak(std::uint32_t lp, const Later& later);
    void queue(std::uint32_t lp);
    Moment moment(std::uint32_t lp, std::uint32_t symbol, LastLook look) const;
    Step record(std::uint32_t session, fix::Direction direction, std::string_view bytes);
    std::uint32_t symbol_named(std::string_view name) const;
    void put_parent();

    WorldConfig config_;
    Luck luck_;
    Nanos now_, end_, last_parent_;
    EventQueue<Due> queue_;
    std::vector<Market> markets_;
    std::vector<Dealer> dealers_;
    Characters characters_;
    Parents parents_;
    Parent coming_;
    std::uint64_t events_{}, parents_seen_{}, passed_over_{};
    std::deque<Leaving> leaving_;  // deque: the bytes of the last step stay where they are
    std::vector<std::uint32_t> free_leaving_;
    std::optional<std::uint32_t> held_;  // whose bytes the last step shows
    std::vector<std::uint64_t> seq_;     // of records, by session
    std::uint64_t market_seq_num_{};
    std::vector<Later> later_;  // scratch
    fix::Encoder encoder_;
    fix::Message message_;
    NameTable symbols_;
};

}  // namespace assay::sim
