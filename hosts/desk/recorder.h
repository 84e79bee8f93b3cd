// What the desk does, as rows of its history. Rows are gathered on the desk's thread and written by
// one of the recorder's own, once a second or when many have come. Telemetry waits and is counted;
// an execution is never dropped: the journal has it, and a start writes again what is missing.
#pragma once

#include <array>
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "hosts/desk/service.h"
#include "hosts/history/rows.h"
#include "hosts/history/sink.h"

namespace assay::desk {

// Batches: that wait to be written, that were not taken at a try, and that were given up.
struct HistoryQueue {
    std::size_t waiting{};
    std::uint64_t failures{}, dropped{};
};

class Recorder final : public Watcher {
  public:
    // `sink` outlives the recorder.
    Recorder(history::Sink& sink, const SessionDeskConfig& config, std::string config_version);
    ~Recorder() override;

    // Its rows are there up to this entry, from an earlier run: what is read again is not told
    // again.
    void have(std::uint64_t through);
    void applied(const Input& input, std::uint32_t place, const SessionOutput& out) override;
    void settled(SessionDesk& desk) override;
    // What came before the state is on its way into the history; recovery takes no state that the
    // history has not reached (recovery.h).
    void before_state(SessionDesk& desk) override;

    // Done on the writing thread, behind all that was handed over before. From the desk's thread or
    // any other.
    void also(std::function<void()> task);
    // Called once a day of event time, on the writing thread. Set before the desk goes on.
    void daily(std::function<void(Nanos now)> task) { daily_ = std::move(task); }
    // What stands in the health of a minute beside the desk's own counters. On the desk's thread.
    using Counters = std::vector<std::pair<std::string, std::int64_t>>;
    void count(std::function<Counters()> more) { more_counters_ = std::move(more); }

    std::uint64_t reached() const override { return reached_; }
    std::uint64_t rows() const { return rows_; }
    HistoryQueue queue() const;
    std::string last_failure() const;

  private:
    void noted(std::string_view text);
    void reject(const Input& input, const SessionOutput& out);
    void name_parents(const SessionDesk& desk);
    void minutes_of(SessionDesk& desk, history::Batch& batch);
    void scores_of(SessionDesk& desk, history::Batch& batch);
    void score_of(const score::Page& page, std::uint8_t size, Regime regime,
                  history::Batch& batch) const;
    void health_of(SessionDesk& desk, history::Batch& batch);
    void hand_over_gathered();
    void hand_over(history::Batch&& batch);
    void run();

    history::Sink* sink_;
    SessionDeskConfig config_;
    std::string config_version_;
    fix::Message message_;
    history::Batch gathered_;      // of the desk's thread
    std::size_t parents_named_{};  // of its executions, in order: their parents were looked up
    std::map<std::uint64_t, history::ParentRow> parents_;  // not over, as last told
    std::set<std::uint64_t> reported_;                     // parents, since the last rows
    std::set<std::string, std::less<>> up_;                // sessions
    std::set<std::string, std::less<>> touched_;           // symbols whose scores may have changed
    Nanos handed_at_{kNever}, scored_at_{kNever}, last_at_{kNever};
    std::uint64_t last_seq_{}, have_{};
    std::int64_t minute_{INT64_MIN}, day_{INT64_MIN};
    std::function<void(Nanos)> daily_;
    std::function<Counters()> more_counters_;
    mutable std::mutex mutex_;
    std::condition_variable come_;
    // A batch, or a task.
    struct Work {
        history::Batch batch;
        std::function<void()> task;
    };
    std::deque<Work> waiting_;
    bool ending_{};
    std::string last_failure_;
    std::atomic<std::uint64_t> rows_{}, failures_{}, dropped_{}, reached_{};
    std::thread thread_;
};

}  // namespace assay::desk
