// One order for everything that comes in: an input is appended to the journal and put into the
// kernel's queue under one lock, so that a restart sees what the kernel saw, in its order.
//
//     sequencer.put(session, Mark::received, bytes);   // any thread; returns its number
//     while (sequencer.take(batch, until)) ...         // the kernel's thread
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "core/units/nanos.h"
#include "core/units/result.h"
#include "hosts/desk/capture_clock.h"
#include "hosts/journal/journal.h"

namespace assay::desk {

// An input as it was journaled. `session`: its number in the journal.
struct Input {
    Nanos at{};
    std::uint64_t seq{};
    std::uint32_t session{};
    journal::Mark mark{};
    std::string bytes;
    std::chrono::steady_clock::time_point seen{};  // its last byte was read
};

class Sequencer {
  public:
    // `most`: inputs that wait for the kernel; beyond it put() waits, as nothing may be lost, but
    // for the kernel's own thread, which would wait for itself.
    Sequencer(journal::Journal& journal, CaptureClock& clock, std::size_t most);

    // Where nothing happened for longer than kStandstill the process was stopped, or starved: a
    // note `paused|ms=` gets its place before this input.
    static constexpr std::chrono::seconds kStandstill{2};
    Result<std::uint64_t> put(
        std::uint32_t session, journal::Mark mark, std::string_view bytes,
        std::chrono::steady_clock::time_point seen = std::chrono::steady_clock::now());
    // A replay: put() refuses everything from here on.
    void take_nothing_more_in() {
        const std::lock_guard lock(mutex_);
        replays_ = true;
    }
    // Called by the kernel's thread.
    void this_thread_takes() {
        taker_ = std::this_thread::get_id();
        awake();
    }
    // The kernel's thread was busy with something else than inputs, and is back. What it did not
    // compute in that time it stood still.
    void awake();
    // Lets take() return, though nothing has come: something that its caller waits for has
    // happened.
    void poke();
    // Something to do between two inputs, on the kernel's thread.
    void ask(std::function<void()> task);

    struct Batch {
        std::vector<Input> inputs;
        std::vector<std::function<void()>> tasks;
    };
    // What has gathered, at most 1,024 inputs; waits for something until `until`. False: closed,
    // and nothing is left.
    bool take(Batch& batch, std::chrono::steady_clock::time_point until);
    // No more inputs; what is there is still taken.
    void close();

    std::size_t depth() const;
    std::size_t deepest() const;
    std::uint64_t waited() const { return waited_; }  // times that put() had to
    std::uint64_t pauses() const { return pauses_; }
    std::chrono::milliseconds longest_pause() const {
        return std::chrono::milliseconds(longest_pause_ms_.load());
    }

  private:
    Result<std::uint64_t> place(std::uint32_t session, journal::Mark mark, std::string_view bytes,
                                std::chrono::steady_clock::time_point seen);
    void look_for_pause(std::chrono::steady_clock::time_point now);

    journal::Journal* journal_;
    CaptureClock* clock_;
    std::size_t most_;
    mutable std::mutex mutex_;
    std::condition_variable come_, room_;
    std::deque<Input> inputs_;
    std::vector<std::function<void()>> tasks_;
    std::size_t deepest_{};
    std::chrono::steady_clock::time_point awake_{};  // when something happened last
    std::chrono::nanoseconds computed_{};  // by the kernel's thread, when it last took something
    std::atomic<std::uint64_t> waited_{}, pauses_{};
    std::atomic<std::int64_t> longest_pause_ms_{};
    std::atomic<std::thread::id> taker_;
    bool closed_{}, poked_{}, replays_{};
};

}  // namespace assay::desk
