// A replay as a scorecard in the format that was asked for.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "hosts/cli/replay.h"
#include "hosts/cli/terminal.h"

namespace assay::cli {

struct Printer {
    std::string format;  // table, csv, json, html
    Terminal out, err;
    std::vector<std::size_t> columns;  // of --columns

    std::string text(const score::Report& report, const Health& health) const;
};

// With what was assumed on the way.
score::Report report_of(const Replay& done, const Settings& settings);

// To standard output. False when its reader went away or the disk is full.
bool write_out(const std::string& text);

}  // namespace assay::cli
