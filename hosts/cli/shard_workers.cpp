#include "hosts/cli/shard_workers.h"

#include <algorithm>

namespace assay {
ShardWorkers::ShardWorkers(const Config& config, Kernels& kernels, std::uint32_t threads,
                           Witness* witness)
    : config_(config), kernels_(kernels), witness_(witness) {
    if (witness_ != nullptr) threads = 1;
    for (std::uint32_t i = 0; i + 1 < threads; ++i) threads_.emplace_back([this] { run(); });
}

ShardWorkers::~ShardWorkers() {
    if (!finished_) finish();
}

void ShardWorkers::apply_one(std::uint32_t shard, const Event& e, std::string_view bytes,
                             char delimiter, Accounts accounts) {
    auto& kernel = kernels_[shard];
    if (kernel == nullptr) {
        // A tick makes no shard: one that saw nothing has nothing to time.
        if (std::holds_alternative<Tick>(e.what)) return;
        kernel = std::make_unique<Kernel>(config_);
        kernel->watch(witness_);
    }
    const Verdict v = kernel->apply(e);
    if (v == Verdict::applied || accounts == Accounts::no) return;
    Shard& s = shards_[shard];
    if (v == Verdict::duplicate) ++s.counts.duplicate;
    if (v == Verdict::quarantined || v == Verdict::conflict) {
        ++s.counts.dead;
        s.refused.push_back({e.place, kernel->refusal(), std::string(bytes), delimiter});
    }
}

void ShardWorkers::apply_batch(std::uint32_t shard, EventBatch& batch) {
    batch.each([&](const Event& e, std::string_view bytes, char delimiter, Accounts accounts) {
        apply_one(shard, e, bytes, delimiter, accounts);
    });
    batch.clear();
}

EventBatch& ShardWorkers::filling(std::uint32_t shard) {
    std::unique_ptr<EventBatch>& batch = shards_[shard].filling;
    if (batch == nullptr) batch = std::make_unique<EventBatch>();
    return *batch;
}

void ShardWorkers::apply(std::uint32_t shard, const Event& e, std::string_view bytes,
                         char delimiter, Accounts accounts) {
    if (witness_ != nullptr) return apply_one(shard, e, bytes, delimiter, accounts);
    EventBatch& batch = filling(shard);
    batch.add(e, bytes, delimiter, accounts);
    if (batch.bytes() >= kBatch) ship(shard);
}

void ShardWorkers::tick(Nanos at, Nanos source_heard) {
    Event e;
    e.at = at;
    e.source_heard = source_heard;
    e.what = Tick{};
    for (std::uint32_t shard = 0; shard < kShards; ++shard) apply(shard, e, {}, 0, Accounts::no);
}

void ShardWorkers::ship(std::uint32_t shard) {
    Shard& s = shards_[shard];
    if (threads_.empty()) return apply_batch(shard, *s.filling);
    std::unique_lock lock(mutex_);
    s.full.push_back(std::move(s.filling));
    ++waiting_;
    if (!s.taken && !s.listed) {
        s.listed = true;
        ready_.push_back(shard);
        changed_.notify_one();
    }
    while (waiting_ > kWaiting)
        if (!help(lock)) room_.wait(lock, [&] { return waiting_ <= kWaiting || !ready_.empty(); });
    if (!empty_.empty()) {
        s.filling = std::move(empty_.back());
        empty_.pop_back();
    }
}

bool ShardWorkers::help(std::unique_lock<std::mutex>& lock) {
    if (ready_.empty()) return false;
    const std::uint32_t shard = ready_.front();
    ready_.pop_front();
    Shard& s = shards_[shard];
    s.listed = false;
    s.taken = true;
    ++taken_;
    while (!s.full.empty()) {
        std::unique_ptr<EventBatch> batch = std::move(s.full.front());
        s.full.pop_front();
        --waiting_;
        room_.notify_one();
        lock.unlock();
        apply_batch(shard, *batch);
        lock.lock();
        empty_.push_back(std::move(batch));
    }
    s.taken = false;
    --taken_;
    room_.notify_one();
    return true;
}

void ShardWorkers::run() {
    {
        std::unique_lock lock(mutex_);
        for (;;) {
            changed_.wait(lock, [&] { return !ready_.empty() || done_; });
            if (!help(lock) && done_) break;
        }
    }
    finish_shards();
}

void ShardWorkers::finish_shards() {
    for (std::uint32_t shard = next_to_finish_++; shard < kShards; shard = next_to_finish_++)
        if (kernels_[shard] != nullptr) kernels_[shard]->finish();
}

void ShardWorkers::catch_up() {
    for (std::uint32_t shard = 0; shard < kShards; ++shard)
        if (shards_[shard].filling != nullptr) ship(shard);
    {
        std::unique_lock lock(mutex_);
        while (help(lock)) {
        }
        room_.wait(lock, [&] { return taken_ == 0 && ready_.empty(); });
    }
    for (Shard& s : shards_) {
        counts_.duplicate += s.counts.duplicate;
        counts_.dead += s.counts.dead;
        s.counts = {};
        for (RefusedMessage& r : s.refused) refused_.push_back(std::move(r));
        s.refused.clear();
    }
    std::sort(refused_.begin(), refused_.end(),
              [](const RefusedMessage& a, const RefusedMessage& b) {
                  return std::pair(a.place.file, a.place.offset) <
                         std::pair(b.place.file, b.place.offset);
              });
}

void ShardWorkers::finish() {
    finished_ = true;
    catch_up();
    {
        const std::lock_guard lock(mutex_);
        done_ = true;
        changed_.notify_all();
    }
    finish_shards();
    for (std::thread& t : threads_) t.join();
}

}  // namespace assay
