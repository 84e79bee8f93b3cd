// Ingest health put together from all stages of a replay.
#pragma once

#include <span>

#include "core/fix/session.h"
#include "core/kernel/health.h"
#include "core/kernel/kernel.h"
#include "hosts/cli/dead_letters.h"
#include "hosts/cli/shard_workers.h"

namespace assay {

// Adds what the stage and the shards did with the messages that the feeds have read.
void account_messages(const fix::SessionStage& stage, const ShardCounts& shards,
                      const std::vector<const Kernel*>& kernels, Health& health);
void account_dead(const DeadLetters& dead, Health& health);

}  // namespace assay
