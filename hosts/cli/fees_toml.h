// What LPs charge: --fees FILE.
#pragma once

#include "core/market/instrument.h"
#include "core/units/result.h"
#include "hosts/cli/toml_file.h"

namespace assay {

// [LP_A]
// maker = "-0.002/share"    # a rebate
// taker = "0.3bps"
// A side that is not given costs nothing. Errors are all reported, with their places.
Result<FeeSchedule> read_fees(const TomlFile& file);

}  // namespace assay
