// A history read back as what it was made from: a FIX log, and the router's decisions.
#pragma once

#include <memory>
#include <string>

#include "core/units/result.h"
#include "hosts/cli/decisions_file.h"
#include "hosts/cli/source.h"
#include "hosts/history/history.h"

namespace assay {

// All messages about orders that the history has the bytes of, in order of capture, each on a line
// behind its capture time. Market data is in no history. Errors: as of History::look_into(); while
// it is read, that messages lie in the journal alone.
Result<std::unique_ptr<Source>> history_source(const std::string& path);

// As read_decisions() gives those of a file; without reports and alerts, which no history has.
Result<DecisionsFile> decisions_in(history::History& history);

}  // namespace assay
