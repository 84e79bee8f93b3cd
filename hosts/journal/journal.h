// The journal of a desk: every captured message and every note, in one order, on disk.
//
//     auto journal = Journal::open(disk, folder, limits);
//     const std::uint64_t seq = *journal->append(at, session, Mark::received, bytes);
//     journal->wait(seq);          // only what must not be lost waits: sends, acknowledgements
//
// Entries get their number when they are appended. A thread of its own writes what has gathered and
// makes it durable: at the latest `delay` after the first of it came, or when it is `bytes` large,
// or when somebody says that it is urgent. The first error ends the journal: nothing more is
// taken, and every call says why. What is on the disk then is not known until it is opened again.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

#include "hosts/journal/writer.h"

namespace assay::journal {

struct JournalLimits {
    std::chrono::microseconds delay{5'000};
    std::size_t bytes{std::size_t{256} << 10};
    std::size_t waiting{std::size_t{64} << 20};       // not written yet; beyond it there is no room
    std::chrono::milliseconds acknowledge_after{50};  // without anything new
    WriterLimits writer;
};

struct JournalHealth {
    std::uint64_t entries{}, bytes{}, writes{};  // since it was opened
    std::uint64_t next_seq{}, durable{};
    std::size_t waiting_bytes{};
    std::chrono::nanoseconds longest_write{};
    std::string failed;  // why it ended; empty while it works
};

class Journal {
  public:
    // `torn`: what a write that was cut short had left, and was cut off.
    static Result<std::unique_ptr<Journal>> open(std::unique_ptr<Disk> disk, std::string folder,
                                                 JournalLimits limits,
                                                 std::optional<TornEnd>* torn = nullptr);
    // Writes what is there, and says that all of it is durable.
    ~Journal();
    Journal(const Journal&) = delete;
    Journal& operator=(const Journal&) = delete;

    // Any thread. The number of the entry. Never waits: who appends much waits for room before it
    // takes a lock that others need.
    Result<std::uint64_t> append(Nanos at, std::uint32_t session, Mark mark,
                                 std::string_view bytes);
    // Until less waits to be written than the limits say, or the journal has failed.
    void wait_for_room();
    // The number of a session of that name, the same one after every start.
    std::uint32_t session(std::string_view name);
    // Returns when the entry is on the disk. `urgent`: without waiting for more to gather.
    enum class When : std::uint8_t { gathered, urgent };
    Result<void> wait(std::uint64_t seq, When when = When::gathered);
    // What was appended is written at once, without waiting for it here.
    void hurry();
    // The last entry that is on the disk.
    std::uint64_t durable() const { return durable_.load(std::memory_order_acquire); }
    // Called on the writing thread whenever more is on the disk, or the journal has ended by an
    // error; nullptr: no more. When it returns, no call of an earlier one is under way.
    void when_durable(std::function<void()> told);

    JournalHealth health() const;

  private:
    Journal(std::unique_ptr<Disk> disk, Writer writer, JournalLimits limits);
    void run();

    std::unique_ptr<Disk> disk_;
    JournalLimits limits_;
    Writer writer_;  // of the thread's alone, once it runs
    mutable std::mutex mutex_;
    std::condition_variable work_, done_;
    std::string gathered_, being_written_;
    std::uint64_t next_{}, first_gathered_{};
    Nanos gathered_at_{}, last_at_{};  // capture times
    std::chrono::steady_clock::time_point since_;
    std::map<std::string, std::uint32_t, std::less<>> numbers_;
    std::map<std::uint32_t, std::string> new_sessions_;
    bool urgent_{}, ending_{};
    std::atomic<std::uint64_t> durable_{};
    std::mutex telling_;
    std::function<void()> told_;
    JournalHealth health_;
    std::thread thread_;
};

}  // namespace assay::journal
