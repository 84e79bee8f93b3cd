// What commands that read logs have in common: settings and inputs from what was typed.
#pragma once

#include <string>
#include <vector>

#include "core/units/result.h"
#include "hosts/cli/calendar.h"
#include "hosts/cli/commands.h"
#include "hosts/cli/replay.h"
#include "hosts/cli/settings.h"

namespace assay::cli {

struct Prepared {
    Settings settings;
    Calendars calendars;
    ReplayOptions options;
    std::vector<std::string> warnings;  // for people, before anything else
};

// Configuration, --set, profile, reference, fees, side, window and files, in this order; a later
// one wins. Errors name file, line and column, or the option.
Result<Prepared> prepare(const Arguments& args);

}  // namespace assay::cli
