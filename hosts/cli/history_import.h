// Captured logs into a history without a desk: executions as they stand in the logs, minutes as a
// replay counts them, the router's decisions where they lie beside.
#pragma once

#include <cstdint>
#include <string>

#include "hosts/cli/calendar.h"
#include "hosts/cli/replay.h"
#include "hosts/cli/settings.h"
#include "hosts/history/history.h"

namespace assay {

struct HistoryImport {
    std::uint64_t executions{}, minutes{}, decisions{}, parents{};
    std::string decisions_from;  // empty: there are none
    std::vector<std::string> assumptions;
    Health health;
};

// What `assay score` reads, with the same options. Importing the same again changes nothing;
// minutes that are there already are replaced, so that whole days should be imported at once.
// `decisions`: a file or folder; empty: that of a folder among the inputs. Errors: nothing could be
// read, or a desk writes this history.
Result<HistoryImport> import_history(history::History& history, Settings settings,
                                     ReplayOptions options, const Calendars& calendars,
                                     const std::string& decisions);

}  // namespace assay
