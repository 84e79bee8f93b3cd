// Capacity curves and calibration of the report: all shards' foresight put together.
#pragma once

#include <span>

#include "core/kernel/kernel.h"
#include "core/score/report.h"

namespace assay {

// Shards in shard order. Fills Row::capacity and Row::calibration of the total, and of the rows
// where the report is by LP alone: what is foreseen is foreseen of an LP.
void report_foresight(score::Report& report, std::span<const Kernel* const> shards,
                      const Config& config);

}  // namespace assay
