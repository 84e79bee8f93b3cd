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
};

class Sequencer {
  public:
    // `most`: inputs that wait for the kernel; beyond it put() waits, as nothing may be lost, but
    // for the kernel's own thread, which would wait for itself.
    Sequencer(journal::Journal& journal, CaptureClock& clock, std::size_t most);

    Result<std::uint64_t> put(std::uint32_t session, journal::Mark mark, std::string_view bytes);
    // Called by the kernel's thread.
    void this_thread_takes() { taker_ = std::this_thread::get_id(); }
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

  private:
    journal::Journal* journal_;
    CaptureClock* clock_;
    std::size_t most_;
    mutable std::mutex mutex_;
    std::condition_variable come_, room_;
    std::vector<Input> inputs_;
    std::vector<std::function<void()>> tasks_;
    std::size_t deepest_{};
    std::atomic<std::uint64_t> waited_{};
    std::atomic<std::thread::id> taker_;
    bool closed_{};
};

}  // namespace assay::desk
