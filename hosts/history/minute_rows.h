// What shards have counted, as rows of history: of a replay's kernels at its end, of a desk's while
// it goes on.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/kernel/config.h"
#include "core/kernel/kernel.h"
#include "hosts/history/rows.h"

namespace assay::history {

// By this the rows of kernels must be kept (Config::by) to be a history's.
inline constexpr std::uint32_t kHistoryBy = kByLp | kBySymbol | kBySize | kByRegime | kByMinute;

// Rows of a kernel, all (Kernel::rows) or those that changed (Kernel::changed_rows), as minutes.
// `config` is that of the kernel.
void append_minutes(const Kernel& kernel, std::span<const ReportRow> rows, const Config& config,
                    std::vector<MinuteRow>& out);

}  // namespace assay::history
