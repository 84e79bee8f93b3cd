// The 64 shards, applied by one thread or by several. A shard belongs to one worker, and a worker
// takes its events in the order they were given: the number of workers never changes a result.
#pragma once

#include <array>
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

    // threads 1: events are applied by the caller, in apply(). threads n: the caller reads and
    // n - 1 workers apply.
    ShardWorkers(const Config& config, Kernels& kernels, std::uint32_t threads, Witness* witness);
    ~ShardWorkers();
    ShardWorkers(const ShardWorkers&) = delete;
    ShardWorkers& operator=(const ShardWorkers&) = delete;

    // Whether this event decides what its message counts as: the first one of each message does.
    enum class Accounts : std::uint8_t { no, yes };
    // `bytes`: the message, whose bytes some views of `e` point into; copied before returning.
    void apply(const Event& e, std::string_view bytes, char delimiter, Accounts accounts);
    // To every shard that exists.
    void tick(Nanos at, Nanos source_heard);
    // End of input: everything due fires. To be called once.
    void finish();

    const ShardCounts& counts() const { return counts_; }        // after finish()
    std::vector<RefusedMessage>& refused() { return refused_; }  // after finish(), by place

  private:
    struct Item {
        Event event;
        std::string_view bytes;
        std::uint8_t shard{};
        char delimiter{};
        Accounts accounts{};
    };
    struct Batch {
        std::vector<Item> items;
        std::vector<std::unique_ptr<char[]>> blocks;
        std::size_t block{}, used{};
        std::string_view keep(std::string_view s);
        void clear();
    };
    struct Worker {
        std::thread thread;
        std::mutex mutex;
        std::condition_variable changed;
        std::deque<std::unique_ptr<Batch>> full, empty;
        bool done{};
        std::unique_ptr<Batch> filling;
        ShardCounts counts;
        std::vector<RefusedMessage> refused;
    };
    static constexpr std::size_t kBatch = 4096, kQueue = 4;

    void apply_one(const Event& e, std::uint32_t shard, std::string_view bytes, char delimiter,
                   Accounts accounts, ShardCounts& counts, std::vector<RefusedMessage>& refused);
    void run(Worker& worker, std::uint32_t index);
    void ship(Worker& worker);
    void finish_shards(std::uint32_t index);

    const Config& config_;
    Kernels& kernels_;
    Witness* witness_;
    std::vector<std::unique_ptr<Worker>> workers_;
    ShardCounts counts_;
    std::vector<RefusedMessage> refused_;
    bool finished_{};
};

}  // namespace assay
