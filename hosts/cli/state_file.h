// Where a replay left off: the stage and all shards in one file of a folder (--state DIR).
#pragma once

#include <array>
#include <memory>
#include <string>

#include "core/fix/session.h"
#include "core/kernel/kernel.h"
#include "core/units/result.h"

namespace assay {

using Kernels = std::array<std::unique_ptr<Kernel>, kShards>;

// A folder without a state is a fresh start. Errors: damaged, or of another version or config.
Result<void> load_state(const std::string& folder, const Config& config, fix::SessionStage& stage,
                        Kernels& kernels);
// Written beside the old state and then put in its place, so that a crash leaves one of the two.
Result<void> save_state(const std::string& folder, const Config& config,
                        const fix::SessionStage& stage, const Kernels& kernels);

}  // namespace assay
