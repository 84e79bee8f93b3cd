#include "hosts/desk/disk_watch.h"

#include "core/desk/session_desk.h"

namespace assay::desk {

using namespace std::chrono_literals;

namespace {
constexpr auto kBetweenLooks = 100ms;
constexpr auto kWantedAgain = 10s;
constexpr auto kSaidAgain = 1s;  // a pause that ends lifts what it finds
}  // namespace

DiskWatch::DiskWatch(journal::Reserve& reserve, Sequencer& sequencer, Log& log)
    : reserve_(&reserve), sequencer_(&sequencer), log_(&log), thread_([this] { run(); }) {}

DiskWatch::~DiskWatch() {
    {
        const std::lock_guard lock(mutex_);
        ending_ = true;
    }
    ended_.notify_all();
    thread_.join();
}

void DiskWatch::run() {
    std::unique_lock lock(mutex_);
    while (!ended_.wait_for(lock, kBetweenLooks, [this] { return ending_; })) look();
}

void DiskWatch::look() {
    const auto now = std::chrono::steady_clock::now();
    // There was no room for it when the desk started.
    if (!reserve_->held() && !reserve_->given() && now - wanted_ >= kWantedAgain) {
        wanted_ = now;
        if (reserve_->take()) log_->info("desk", "room is kept for when the disk is full");
    }
    if (reserve_->given()) {
        if (reserve_->take()) {
            full_ = false;
            (void)sequencer_->put(0, journal::Mark::note,
                                  Note("disk").with("state", "room").text());
            log_->info("desk", "the disk has room again: orders go out");
            return;
        }
        if (full_ && now - said_ < kSaidAgain) return;
        said_ = now;
        (void)sequencer_->put(0, journal::Mark::note, Note("disk").with("state", "full").text());
        if (!std::exchange(full_, true))
            log_->warning("desk",
                          "the disk is full: no order goes out; what comes in is journaled in the "
                          "room that was reserved, and after that the desk ends");
    }
}

}  // namespace assay::desk
