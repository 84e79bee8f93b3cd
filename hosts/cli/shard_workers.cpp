#include "hosts/cli/shard_workers.h"

#include <algorithm>
#include <cstring>

#include "core/event/views.h"

namespace assay {
namespace {

constexpr std::size_t kBlock = std::size_t{256} << 10;

}  // namespace

std::string_view ShardWorkers::Batch::keep(std::string_view s) {
    if (s.empty()) return {};
    if (s.size() > kBlock) {  // longer than any message we frame: a block of its own, at the front
        blocks.insert(blocks.begin() + static_cast<std::ptrdiff_t>(block),
                      std::make_unique<char[]>(s.size()));
        std::memcpy(blocks[block].get(), s.data(), s.size());
        return {blocks[block++].get(), s.size()};
    }
    if (block == blocks.size() || used + s.size() > kBlock) {
        if (block < blocks.size()) ++block;
        if (block == blocks.size()) blocks.push_back(std::make_unique<char[]>(kBlock));
        used = 0;
    }
    char* to = blocks[block].get() + used;
    std::memcpy(to, s.data(), s.size());
    used += s.size();
    return {to, s.size()};
}

void ShardWorkers::Batch::clear() {
    items.clear();
    block = used = 0;
}

ShardWorkers::ShardWorkers(const Config& config, Kernels& kernels, std::uint32_t threads,
                           Witness* witness)
    : config_(config), kernels_(kernels), witness_(witness) {
    for (std::uint32_t i = 0; i + 1 < threads; ++i) {
        workers_.push_back(std::make_unique<Worker>());
        workers_.back()->filling = std::make_unique<Batch>();
        for (std::size_t k = 1; k < kQueue; ++k)
            workers_.back()->empty.push_back(std::make_unique<Batch>());
    }
    for (std::uint32_t i = 0; i < workers_.size(); ++i)
        workers_[i]->thread = std::thread([this, i] { run(*workers_[i], i); });
}

ShardWorkers::~ShardWorkers() {
    if (!finished_) finish();
}

void ShardWorkers::apply_one(const Event& e, std::uint32_t shard, std::string_view bytes,
                             char delimiter, Accounts accounts, ShardCounts& counts,
                             std::vector<RefusedMessage>& refused) {
    auto& kernel = kernels_[shard];
    if (kernel == nullptr) {
        kernel = std::make_unique<Kernel>(config_);
        kernel->watch(witness_);
    }
    const Verdict v = kernel->apply(e);
    if (v == Verdict::applied || accounts == Accounts::no) return;
    if (v == Verdict::duplicate) ++counts.duplicate;
    if (v == Verdict::quarantined || v == Verdict::conflict) {
        ++counts.dead;
        refused.push_back({e.place, kernel->refusal(), std::string(bytes), delimiter});
    }
}

void ShardWorkers::apply(const Event& e, std::string_view bytes, char delimiter,
                         Accounts accounts) {
    const std::uint32_t shard = shard_of(e.symbol);
    if (workers_.empty()) {
        apply_one(e, shard, bytes, delimiter, accounts, counts_, refused_);
        return;
    }
    Worker& worker = *workers_[shard % workers_.size()];
    Batch& batch = *worker.filling;
    Item item{e, batch.keep(bytes), static_cast<std::uint8_t>(shard), delimiter, accounts};
    // Views into the message move with it; all others are copied on their own.
    each_view(item.event, [&](std::string_view& view) {
        if (view.empty()) return;
        if (view.data() >= bytes.data() && view.data() + view.size() <= bytes.data() + bytes.size())
            view = {item.bytes.data() + (view.data() - bytes.data()), view.size()};
        else
            view = batch.keep(view);
    });
    batch.items.push_back(std::move(item));
    if (batch.items.size() >= kBatch) ship(worker);
}

void ShardWorkers::tick(Nanos at, Nanos source_heard) {
    for (std::uint32_t shard = 0; shard < kShards; ++shard) {
        Event e;
        e.at = at;
        e.source_heard = source_heard;
        e.what = Tick{};
        if (workers_.empty()) {
            if (kernels_[shard] != nullptr) kernels_[shard]->apply(e);
            continue;
        }
        Worker& worker = *workers_[shard % workers_.size()];
        worker.filling->items.push_back({e, {}, static_cast<std::uint8_t>(shard), 0, Accounts::no});
    }
}

void ShardWorkers::ship(Worker& worker) {
    std::unique_lock lock(worker.mutex);
    worker.full.push_back(std::move(worker.filling));
    worker.changed.notify_all();
    worker.changed.wait(lock, [&] { return !worker.empty.empty(); });
    worker.filling = std::move(worker.empty.front());
    worker.empty.pop_front();
}

void ShardWorkers::run(Worker& worker, std::uint32_t index) {
    for (;;) {
        std::unique_ptr<Batch> batch;
        {
            std::unique_lock lock(worker.mutex);
            worker.changed.wait(lock, [&] { return !worker.full.empty() || worker.done; });
            if (worker.full.empty()) break;
            batch = std::move(worker.full.front());
            worker.full.pop_front();
        }
        for (const Item& item : batch->items) {
            // A tick makes no shard: one that saw nothing has nothing to time.
            if (std::holds_alternative<Tick>(item.event.what) && kernels_[item.shard] == nullptr)
                continue;
            apply_one(item.event, item.shard, item.bytes, item.delimiter, item.accounts,
                      worker.counts, worker.refused);
        }
        batch->clear();
        std::unique_lock lock(worker.mutex);
        worker.empty.push_back(std::move(batch));
        worker.changed.notify_all();
    }
    finish_shards(index);
}

void ShardWorkers::finish_shards(std::uint32_t index) {
    const std::size_t step = workers_.empty() ? 1 : workers_.size();
    for (std::size_t shard = index; shard < kShards; shard += step)
        if (kernels_[shard] != nullptr) kernels_[shard]->finish();
}

void ShardWorkers::finish() {
    finished_ = true;
    if (workers_.empty()) finish_shards(0);
    for (auto& worker : workers_) {
        std::unique_lock lock(worker->mutex);
        worker->full.push_back(std::move(worker->filling));
        worker->done = true;
        worker->changed.notify_all();
    }
    for (auto& worker : workers_) {
        worker->thread.join();
        counts_.duplicate += worker->counts.duplicate;
        counts_.dead += worker->counts.dead;
        for (auto& r : worker->refused) refused_.push_back(std::move(r));
    }
    std::sort(refused_.begin(), refused_.end(),
              [](const RefusedMessage& a, const RefusedMessage& b) {
                  return std::pair(a.place.file, a.place.offset) <
                         std::pair(b.place.file, b.place.offset);
              });
}

}  // namespace assay
