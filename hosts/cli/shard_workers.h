// The 64 shards, applied by one thread or by several. Events are gathered shard by shard, and a
// batch is applied in one go: what a shard touches stays in the cache meanwhile, and the number of
// workers never changes a result, as each shard takes its events in the order they were given.
#pragma once

#include <array>
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "core/event/event.h"
#include "core/kernel/kernel.h"
#include "hosts/cli/event_batch.h"

namespace assay {

// A message that a shard refused, with its bytes.
struct RefusedMessage {
    Place place;
    std::string reason, bytes;
    char delimiter{};
};

struct ShardCounts {
    std::uint64_t duplicate{}, dead{};
};

class ShardWorkers {
  public:
    using Kernels = std::array<std::unique_ptr<Kernel>, kShards>;

    // threads n: the caller reads, n - 1 workers apply, and the caller applies too when they do not
    // keep up. With a witness there is one thread, and it applies each event at once.
    ShardWorkers(const Config& config, Kernels& kernels, std::uint32_t threads, Witness* witness);
    ~ShardWorkers();
    ShardWorkers(const ShardWorkers&) = delete;
    ShardWorkers& operator=(const ShardWorkers&) = delete;

    using Accounts = EventBatch::Accounts;
    // `shard`: that of the event's symbol. `bytes`: the message, whose bytes some views of `e`
    // point into; copied before returning. A symbol with a number, and its LP, must outlive
    // finish().
    void apply(std::uint32_t shard, const Event& e, std::string_view bytes, char delimiter,
               Accounts accounts);
    // To every shard that exists.
    void tick(Nanos at, Nanos source_heard);
    // Applies all that was given so far.
    void catch_up();
    // End of input: everything due fires. To be called once.
    void finish();

    // As of the last catch_up() or finish(); refused messages by place.
    const ShardCounts& counts() const { return counts_; }
    std::vector<RefusedMessage>& refused() { return refused_; }

  private:
    struct Shard {
        std::unique_ptr<EventBatch> filling;
        std::deque<std::unique_ptr<EventBatch>> full;  // in order; guarded by mutex_
        bool taken{};                                  // one thread applies it; guarded by mutex_
        bool listed{};                                 // stands in ready_; guarded by mutex_
        ShardCounts counts;
        std::vector<RefusedMessage> refused;
    };
    // Bytes of a batch, and batches that may wait before the caller helps. The larger a batch, the
    // more of what a shard touches is still in the cache when it is touched again.
    static constexpr std::size_t kBatch = std::size_t{1024} << 10, kWaiting = 32;

    EventBatch& filling(std::uint32_t shard);
    void apply_one(std::uint32_t shard, const Event& e, std::string_view bytes, char delimiter,
                   Accounts accounts);
    void apply_batch(std::uint32_t shard, EventBatch& batch);
    void ship(std::uint32_t shard);
    // Applies the oldest batch that nobody works on. False where there is none. Holds `lock` when
    // called and when it returns.
    bool help(std::unique_lock<std::mutex>& lock);
    void run();
    // The shards that no other thread finishes.
    void finish_shards();

    const Config& config_;
    Kernels& kernels_;
    Witness* witness_;
    std::array<Shard, kShards> shards_;
    std::vector<std::thread> threads_;
    std::mutex mutex_;
    std::condition_variable changed_, room_;
    std::deque<std::uint32_t> ready_;  // shards with full batches that are not taken
    std::vector<std::unique_ptr<EventBatch>> empty_;
    std::size_t waiting_{};  // full batches not yet taken
    std::size_t taken_{};    // shards that a thread is at work on
    std::atomic<std::uint32_t> next_to_finish_{};
    bool done_{};
    ShardCounts counts_;
    std::vector<RefusedMessage> refused_;
    bool finished_{};
};

}  // namespace assay
