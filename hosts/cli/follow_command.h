// assay score --follow: shows the scorecard while the logs grow.
#pragma once

#include <string>

#include "hosts/cli/commands.h"
#include "hosts/cli/report_output.h"
#include "hosts/cli/settings_command.h"

namespace assay::cli {

// Of --every. Errors: no duration, and whatever does not go with --follow.
Result<Duration> follow_interval(const Arguments& args, const std::string& format,
                                 const ReplayOptions& options);

// Until SIGINT or SIGTERM, or the end of all pipes. The last scorecard is left to the caller.
Result<Replay> follow_and_show(Prepared& prepared, const Printer& printer, Duration every);

}  // namespace assay::cli
