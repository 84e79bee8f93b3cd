// A replay under way: what replay() does in one go, and follow() bit by bit.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "hosts/cli/feed.h"
#include "hosts/cli/replay.h"
#include "hosts/cli/replay_health.h"
#include "hosts/cli/shard_workers.h"

namespace assay {

// Inputs get their number (Place::file) when they are named and may be opened later. Records are
// to be applied in merged order; the caller merges.
class ReplayRun {
  public:
    // How much of a log is looked at to tell who is the LP.
    static constexpr std::size_t kGuessBytes = std::size_t{1} << 20;

    struct Named {
        std::string path;
        bool quotes{};  // of --quotes
    };

    // All but the constructor's arguments outlive the run.
    ReplayRun(Settings& settings, const ReplayOptions& options, Calendars& calendars, Replay& out);

    // The inputs of the command line; those that cannot be read are noted.
    std::vector<Named> list();
    std::uint32_t name(const Named& input);
    // Tells what it is and opens a feed for it; null where it cannot be used, which is noted.
    Feed* open(std::uint32_t file, Result<std::unique_ptr<Source>> source);
    void note_not_used(std::uint32_t file, const std::string& why);

    bool any_open() const { return any_; }
    Error nothing_to_read() const;
    // The files of --quotes were asked for: an error where none of them can be used.
    Result<void> quotes_usable() const;

    // Whether the program itself has to find out who is the LP, and from which file it did.
    bool guesses() const { return settings_.lp_from == LpFrom::automatic; }
    std::optional<std::uint32_t> guessed_from() const { return guessed_from_; }
    // Looks at the front of a log. False: it names the LP otherwise than was applied so far.
    bool guess(std::string_view front);

    // Before the first record.
    Result<void> start();
    bool started() const { return workers_ != nullptr; }
    void apply(const Record& record, Nanos key);
    // End of input: all that is due fires, the state is saved.
    Result<void> finish();
    // What became of the input so far, into the Replay's health.
    void account();

    // An input came behind what was applied before (only where files are followed).
    void count_late() { ++late_; }

    std::uint64_t raw_bytes_read() const;

  private:
    void apply_event(Event& e, std::string_view bytes, char delimiter,
                     ShardWorkers::Accounts accounts);
    std::uint32_t see(const Event& e);
    void keep_refused();
    void say_where_state_left_off();
    void say_what_is_wrong();
    template <class Say>
    void say_fees(const Say& say) const;

    Settings& settings_;
    const ReplayOptions& options_;
    Replay& out_;
    DeadLetters dead_;
    SessionEvents sessions_;
    std::vector<Named> names_;                  // by file, as the next two
    std::vector<std::unique_ptr<Feed>> feeds_;  // null where not used
    std::vector<InputLine> lines_;
    std::vector<InputLine> unreadable_;
    std::vector<std::string> problems_;
    bool any_{}, quotes_given_{}, option_quotes_{};  // the last: one of --quotes is read
    std::optional<std::uint32_t> guessed_from_;
    std::size_t guess_said_{};  // of out_.assumptions
    bool found_routers_{};      // `ours` is what was found, not what was said
    std::unique_ptr<fix::SessionStage> stage_;
    std::unique_ptr<ShardWorkers> workers_;
    std::vector<Event> events_;
    static constexpr std::uint8_t kNotSeen = 0xff;
    std::vector<std::uint8_t> shard_of_number_;  // by Event::symbol_number
    Nanos heard_{kNever};
    std::uint64_t late_{};
    std::uint64_t backwards_{};  // messages whose time lies before that of one before them
    Duration most_backwards_{};
    Carried carried_;
};

}  // namespace assay
