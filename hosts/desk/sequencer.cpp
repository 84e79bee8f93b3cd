#include "hosts/desk/sequencer.h"

#include <algorithm>
#include <ctime>
#include <fmt/format.h>
#include <iterator>

namespace assay::desk {

namespace {
constexpr std::size_t kBatch = 1'024;

std::chrono::nanoseconds computed_by_this_thread() {
    timespec t{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return std::chrono::seconds(t.tv_sec) + std::chrono::nanoseconds(t.tv_nsec);
}
}  // namespace

Sequencer::Sequencer(journal::Journal& journal, CaptureClock& clock, std::size_t most)
    : journal_(&journal), clock_(&clock), most_(most) {}

Result<std::uint64_t> Sequencer::place(std::uint32_t session, journal::Mark mark,
                                       std::string_view bytes,
                                       std::chrono::steady_clock::time_point seen) {
    const Nanos at = clock_->now();
    auto seq = journal_->append(at, session, mark, bytes);
    if (!seq) return seq;
    inputs_.push_back({at, *seq, session, mark, std::string(bytes), seen});
    deepest_ = std::max(deepest_, inputs_.size());
    return seq;
}

// Under the lock, by whichever thread is first after the pause: what it knows of the pause stands
// before anything that waited in a socket meanwhile.
void Sequencer::look_for_pause(std::chrono::steady_clock::time_point now) {
    const auto since = now - awake_;
    const bool begun = awake_ != std::chrono::steady_clock::time_point{};
    awake_ = now;
    if (!begun || since <= kStandstill || closed_ || replays_) return;
    const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(since).count();
    ++pauses_;
    longest_pause_ms_ = std::max(longest_pause_ms_.load(), ms);
    (void)place(0, journal::Mark::note, fmt::format("paused|ms={}", ms), now);
}

void Sequencer::awake() {
    const std::lock_guard lock(mutex_);
    const auto now = std::chrono::steady_clock::now();
    if (now - awake_ - (computed_by_this_thread() - computed_) > kStandstill) look_for_pause(now);
    awake_ = now;
}

Result<std::uint64_t> Sequencer::put(std::uint32_t session, journal::Mark mark,
                                     std::string_view bytes,
                                     std::chrono::steady_clock::time_point seen) {
    // Not under the lock: the journal tells of what it has written, and that needs it (poke).
    journal_->wait_for_room();
    std::unique_lock lock(mutex_);
    const bool taker = taker_.load() == std::this_thread::get_id();
    if (replays_) return fail("this desk replays its journal: nothing can be changed in it");
    look_for_pause(std::chrono::steady_clock::now());
    if (inputs_.size() >= most_ && !closed_ && !taker) {
        ++waited_;
        room_.wait(lock, [&] { return inputs_.size() < most_ || closed_; });
    }
    // What the kernel still sends while it ends is captured too.
    if (closed_ && !taker) return fail("the desk is stopping and takes nothing more");
    auto seq = place(session, mark, bytes, seen);
    lock.unlock();
    if (seq) come_.notify_one();
    return seq;
}

void Sequencer::ask(std::function<void()> task) {
    {
        const std::lock_guard lock(mutex_);
        tasks_.push_back(std::move(task));
    }
    come_.notify_one();
}

void Sequencer::poke() {
    {
        const std::lock_guard lock(mutex_);
        poked_ = true;
    }
    come_.notify_one();
}

bool Sequencer::take(Batch& batch, std::chrono::steady_clock::time_point until) {
    batch.inputs.clear();
    batch.tasks.clear();
    std::unique_lock lock(mutex_);
    if (!closed_) look_for_pause(std::chrono::steady_clock::now());
    come_.wait_until(lock, until,
                     [&] { return !inputs_.empty() || !tasks_.empty() || closed_ || poked_; });
    poked_ = false;
    if (!closed_) look_for_pause(std::chrono::steady_clock::now());
    std::swap(batch.tasks, tasks_);
    // A deep queue stays where it is: only what is taken moves.
    const auto end =
        inputs_.begin() + static_cast<std::ptrdiff_t>(std::min(inputs_.size(), kBatch));
    batch.inputs.assign(std::make_move_iterator(inputs_.begin()), std::make_move_iterator(end));
    inputs_.erase(inputs_.begin(), end);
    computed_ = computed_by_this_thread();
    const bool over = closed_ && batch.inputs.empty() && batch.tasks.empty();
    lock.unlock();
    room_.notify_all();
    return !over;
}

void Sequencer::close() {
    {
        const std::lock_guard lock(mutex_);
        closed_ = true;
    }
    come_.notify_all();
    room_.notify_all();
}

std::size_t Sequencer::depth() const {
    const std::lock_guard lock(mutex_);
    return inputs_.size();
}
std::size_t Sequencer::deepest() const {
    const std::lock_guard lock(mutex_);
    return deepest_;
}

}  // namespace assay::desk
