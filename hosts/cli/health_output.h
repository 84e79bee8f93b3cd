// Ingest health for a terminal: where every byte and every message went, before any score.
#pragma once

#include <string>

#include "core/kernel/health.h"
#include "hosts/cli/terminal.h"

namespace assay::cli {

// Nothing dead, waiting or pending, no count above zero, no gap, no remark.
bool all_is_well(const Health& health);
// The parts of an account add up to what was read.
bool adds_up(const BytesHealth& b);
bool adds_up(const MessagesHealth& m);

enum class Detail { brief, full };  // brief: one calm line when all is well
std::string health_text(const Health& health, const Terminal& terminal, Detail detail);

}  // namespace assay::cli
