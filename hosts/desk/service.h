// The desk's own thread: takes inputs from the sequencer in their order, gives them to the
// SessionDesk, and sends what comes out of it once it may be sent.
//
//   - to an LP: after a note of the intent is on the disk (docs/desk.md: a byte on the wire implies
//     a durable record)
//   - to an OMS: after the input that it answers is on the disk
//
// Everything else reads through ask(), between two inputs.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "core/desk/session_desk.h"
#include "hosts/desk/aside.h"
#include "hosts/desk/histogram.h"
#include "hosts/desk/log.h"
#include "hosts/desk/sequencer.h"
#include "hosts/desk/snapshots.h"
#include "hosts/journal/journal.h"

namespace assay::desk {

enum class Mode : std::uint8_t { replay, shadow, paper, live };
const char* text(Mode mode);

// Where messages go. `session`: its place in the configuration.
class Wire {
  public:
    virtual ~Wire() = default;
    virtual Result<void> send(std::uint32_t session, std::string_view bytes) = 0;
};

// Told of everything, on the desk's thread; must not wait.
class Watcher {
  public:
    virtual ~Watcher() = default;
    // An input was applied; `out` is what came of it. `place`: of its session in the configuration.
    virtual void applied(const Input& input, std::uint32_t place, const SessionOutput& out) = 0;
    // A batch is done.
    virtual void settled(SessionDesk&) {}
    // A state of this moment is about to be written.
    virtual void before_state(SessionDesk&) {}
    // Up to this entry what it keeps is whole, and a state may stand for it.
    virtual std::uint64_t reached() const { return UINT64_MAX; }
    // What it wants to find in the state after a restart, by its own name; empty: nothing.
    virtual std::string kept() { return {}; }
};

struct ServiceConfig {
    Mode mode{Mode::paper};
    Duration snapshot_every{300'000'000'000};
    std::uint64_t snapshot_entries{1'000'000};
    std::uint64_t config_version{};  // of all of it, for the note of the run
    std::uint64_t state_version{};   // of what a state rests on; 0: config_version
    // What a person should know at once; called on the desk's thread.
    std::function<void(const LogLine& line)> log{};
};

struct ServiceHealth {
    std::uint64_t applied{}, sent{}, told{}, send_failures{}, snapshots{}, snapshot_failures{};
    std::uint64_t problems{}, alerts{}, clock_steps{};
    std::array<std::uint64_t, route::kRules> gate_blocks{};  // children refused, by rule
    std::uint64_t untold{};  // replies that wait for the session of their OMS
    std::uint64_t last_seq{}, last_snapshot_seq{};
    // Of what the scores had forgotten (docs/decisions/0026); looked at once a second.
    std::uint64_t late_news{};
    Nanos last_at{kNever};
    std::string failed;  // why it stopped; empty while it works
    std::string last_problem;
};

// From the socket on, of this process.
struct Latencies {
    Histogram applied;        // a message: read to scored and on the board
    Histogram child_on_wire;  // an OMS's message: read to the last child that it led to was sent
    Histogram
        kill_on_wire;  // a kill: taken in to the last request to cancel that it led to was sent
    Histogram intent_durable;  // waiting for the note of the intent, before a child is sent
};

class Service {
  public:
    // `desk` as recovered. All but `desk` must outlive the service.
    Service(std::unique_ptr<SessionDesk> desk, ServiceConfig config, journal::Journal& journal,
            Sequencer& sequencer, CaptureClock& clock, Snapshots* snapshots,
            std::uint64_t last_seq);
    ~Service();
    Service(const Service&) = delete;
    Service& operator=(const Service&) = delete;

    void connect(Wire* wire) { wire_ = wire; }
    void watch(Watcher* watcher) { watchers_.push_back(watcher); }
    // Begins with the note of the run, durable before anything else happens.
    Result<void> start();
    // Takes what is still there, writes a state, ends.
    void stop();

    // Runs on the desk's thread between two inputs, and gives what it returns. Not from a watcher.
    template <class F>
    auto ask(F f) -> std::future<decltype(f(std::declval<SessionDesk&>()))> {
        using R = decltype(f(std::declval<SessionDesk&>()));
        auto task = std::make_shared<std::packaged_task<R()>>(
            [this, f = std::move(f)]() mutable { return f(*desk_); });
        auto future = task->get_future();
        sequencer_->ask([task] { (*task)(); });
        return future;
    }
    // For who is called on the desk's thread.
    SessionDesk& on_its_thread() { return *desk_; }
    // A note as an input.
    Result<std::uint64_t> note(const Note& note);
    // FIX that comes by no session: a parent order of the API.
    Result<std::uint64_t> api_message(std::string_view bytes);

    ServiceHealth health() const;
    const Latencies& latencies() const { return latencies_; }
    CaptureClock& clock() { return *clock_; }
    Mode mode() const { return config_.mode; }
    Sequencer& sequencer() { return *sequencer_; }
    journal::Journal& journal() { return *journal_; }

  private:
    void run();
    void take(const Input& input);
    void intend(const Input& cause);
    void depart(bool all);
    void hold_back();
    Histogram* asks(const Input& input);
    void tell(bool all);
    void tell_again(const Input& input);
    void count_late_news();
    enum class Where : std::uint8_t { aside, here };
    void snapshot(Where where);
    void snapshot_written(const Result<void>& written);
    void problem(std::string text);
    void alert(std::string text);
    using Fields = std::vector<std::pair<std::string_view, std::string>>;
    void say(LogLevel level, std::string text, Fields fields = {}) const;
    void say(const route::Alert& alert) const;
    void keep_dead();
    std::optional<Nanos> next_tick() const;
    void look_at_clock();
    void fail_with(std::string why);

    ServiceConfig config_;
    journal::Journal* journal_;
    Sequencer* sequencer_;
    CaptureClock* clock_;
    Snapshots* snapshots_;
    std::unique_ptr<SessionDesk> desk_;
    Wire* wire_{};
    std::vector<Watcher*> watchers_;
    std::vector<std::uint32_t> lp_sessions_;                       // by LpId, place; kApi: none
    std::vector<std::pair<std::uint32_t, std::uint32_t>> places_;  // journal number -> place
    struct Waiting {
        std::uint64_t after{};  // durable up to here first
        Reply reply;
    };
    std::vector<Waiting> waiting_;
    // To an LP, once the note of its intent is on the disk; meanwhile other inputs are taken.
    struct Departure {
        std::uint64_t after{};  // durable up to here first
        route::LpId lp;
        route::ChildId child;
        std::string bytes;
        bool order{};  // not a request about one
        std::chrono::steady_clock::time_point intended;
        // When what it answers was read; of the last that an OMS's message, or a kill, led to.
        std::optional<std::chrono::steady_clock::time_point> asked{};
        Histogram* answers{};
    };
    std::deque<Departure> departures_;
    std::set<std::uint64_t> unsent_;  // children held back; the desk has not heard of it yet
    std::uint64_t stops_seen_{};      // Gate::stops_made()
    // Of each session: what is before it in the outbox was handed to the wire by this process; and
    // that it took nothing the last time, so that all waits until the session is up.
    struct Told {
        std::uint64_t next{};
        std::uint64_t
            before{};  // what is before it is of an earlier process, which may have said it
        bool down{};
    };
    std::vector<Told> told_;  // by place
    SessionOutput out_;
    bool tick_asked_{};
    // Nothing falls due before it, after a pause: what answers wait in the sockets is read first.
    std::optional<std::chrono::steady_clock::time_point> resume_at_;
    std::optional<std::uint64_t> resume_after_;  // entries that are taken first
    Latencies latencies_;
    std::chrono::steady_clock::time_point snapshot_at_;
    Aside aside_;
    std::uint64_t aside_seq_{};  // of the state that is being written
    mutable std::mutex mutex_;
    ServiceHealth health_;
    std::thread thread_;
};

}  // namespace assay::desk
