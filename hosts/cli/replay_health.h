// Ingest health put together from all stages of a replay.
#pragma once

#include <span>

#include "core/fix/session.h"
#include "core/kernel/health.h"
#include "core/kernel/kernel.h"
#include "hosts/cli/dead_letters.h"
#include "hosts/cli/shard_workers.h"

namespace assay {

// What a saved state had counted before this run.
struct Carried {
    fix::StageCounts stage;
    std::uint64_t headless{}, unread{};
};
Carried carried(const fix::SessionStage& stage, const std::vector<const Kernel*>& kernels);

// Adds what the stage and the shards did with the messages that the feeds have read. What waited in
// a saved state is read anew.
void account_messages(const fix::SessionStage& stage, const ShardCounts& shards,
                      const std::vector<const Kernel*>& kernels, const Carried& carried,
                      Health& health);
void account_dead(const DeadLetters& dead, Health& health);

}  // namespace assay
