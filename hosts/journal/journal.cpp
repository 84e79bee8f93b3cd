#include "hosts/journal/journal.h"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

namespace assay::journal {

Result<std::unique_ptr<Journal>> Journal::open(std::unique_ptr<Disk> disk, std::string folder,
                                               JournalLimits limits, std::optional<TornEnd>* torn) {
    auto writer = Writer::open(*disk, std::move(folder), limits.writer, torn);
    if (!writer) return std::unexpected(writer.error());
    return std::unique_ptr<Journal>(new Journal(std::move(disk), std::move(*writer), limits));
}

Journal::Journal(std::unique_ptr<Disk> disk, Writer writer, JournalLimits limits)
    : disk_(std::move(disk)), limits_(limits), writer_(std::move(writer)) {
    next_ = writer_.next_seq();
    health_.next_seq = next_;
    durable_ = health_.durable = writer_.durable();
    for (const auto& [number, name] : writer_.sessions()) numbers_.emplace(name, number);
    thread_ = std::thread([this] { run(); });
}

Journal::~Journal() {
    {
        const std::lock_guard lock(mutex_);
        ending_ = true;
    }
    work_.notify_all();
    thread_.join();
}

Result<std::uint64_t> Journal::append(Nanos at, std::uint32_t session, Mark mark,
                                      std::string_view bytes) {
    if (bytes.size() > kMostBytes)
        return fail(fmt::format("journal: an entry of {} bytes; at most {} are taken", bytes.size(),
                                kMostBytes));
    const std::lock_guard lock(mutex_);
    if (!health_.failed.empty()) return fail(health_.failed);
    if (gathered_.empty()) {
        first_gathered_ = next_;
        gathered_at_ = at;
        since_ = std::chrono::steady_clock::now();
        work_.notify_one();
    }
    last_at_ = at;
    write_entry({at, next_, session, mark, bytes}, gathered_);
    if (gathered_.size() >= limits_.bytes) work_.notify_one();
    ++health_.entries;
    health_.bytes += bytes.size();
    health_.next_seq = next_ + 1;
    return next_++;
}

void Journal::wait_for_room() {
    std::unique_lock lock(mutex_);
    done_.wait(lock, [&] { return gathered_.size() < limits_.waiting || !health_.failed.empty(); });
}

std::uint32_t Journal::session(std::string_view name) {
    const std::lock_guard lock(mutex_);
    if (const auto it = numbers_.find(name); it != numbers_.end()) return it->second;
    const auto number = static_cast<std::uint32_t>(numbers_.size() + 1);
    numbers_.emplace(name, number);
    new_sessions_.emplace(number, name);
    return number;
}

Result<void> Journal::wait(std::uint64_t seq, When when) {
    std::unique_lock lock(mutex_);
    if (seq >= next_) return fail(fmt::format("journal: entry {} was not appended yet", seq));
    if (when == When::urgent && health_.durable < seq) {
        urgent_ = true;
        work_.notify_one();
    }
    done_.wait(lock, [&] { return health_.durable >= seq || !health_.failed.empty(); });
    if (health_.durable >= seq) return {};
    return fail(health_.failed);
}

void Journal::hurry() {
    const std::lock_guard lock(mutex_);
    urgent_ = true;
    work_.notify_one();
}

void Journal::when_durable(std::function<void()> told) {
    const std::lock_guard lock(telling_);
    told_ = std::move(told);
}

JournalHealth Journal::health() const {
    const std::lock_guard lock(mutex_);
    JournalHealth now = health_;
    now.waiting_bytes = gathered_.size() + being_written_.size();
    return now;
}

void Journal::run() {
    std::unique_lock lock(mutex_);
    for (;;) {
        const auto due = [&] { return ending_ || urgent_ || gathered_.size() >= limits_.bytes; };
        if (gathered_.empty()) {
            const bool idle = !work_.wait_for(lock, limits_.acknowledge_after,
                                              [&] { return ending_ || !gathered_.empty(); });
            if (ending_ && gathered_.empty()) break;
            if (idle) {
                const Nanos at = last_at_;
                lock.unlock();
                const auto done = writer_.acknowledge(at);
                lock.lock();
                if (!done) health_.failed = done.error().text();
            }
            // Nothing is written behind what may be half written.
            if (!health_.failed.empty()) break;
            if (gathered_.empty()) continue;
        }
        work_.wait_until(lock, since_ + limits_.delay, due);
        being_written_.clear();
        being_written_.swap(gathered_);
        const std::uint64_t first = first_gathered_, last = next_ - 1;
        const Nanos at = gathered_at_;
        const auto sessions = std::exchange(new_sessions_, {});
        urgent_ = false;
        lock.unlock();
        for (const auto& [number, name] : sessions) writer_.add_session(number, name);
        const auto before = std::chrono::steady_clock::now();
        const auto done = writer_.write(being_written_, first, last, at);
        const auto took = std::chrono::steady_clock::now() - before;
        lock.lock();
        being_written_.clear();
        ++health_.writes;
        health_.longest_write = std::max<std::chrono::nanoseconds>(health_.longest_write, took);
        if (done)
            durable_ = health_.durable = last;
        else
            health_.failed = done.error().text();
        done_.notify_all();
        lock.unlock();
        {
            const std::lock_guard telling(telling_);
            if (told_) told_();
        }
        lock.lock();
        if (!done) break;
    }
    if (health_.failed.empty()) {
        const auto done = writer_.acknowledge(last_at_);
        if (!done) health_.failed = done.error().text();
    }
    done_.notify_all();
    lock.unlock();
    const std::lock_guard telling(telling_);
    if (told_) told_();
}

}  // namespace assay::journal
