// Who is who and what is what: --reference FILE.
#pragma once

#include <string>
#include <vector>

#include "core/fix/parties.h"
#include "core/market/instrument.h"
#include "core/units/result.h"
#include "hosts/cli/calendar.h"
#include "hosts/cli/toml_file.h"

namespace assay {

// The file, all parts of it optional:
//
//   unmapped = "counted"                # or "stands_for_itself": CompIDs and symbols of no table
//   our_comp_ids = ["DESK1"]
//   drop_copies = ["LPA_DC"]
//
//   [comp_ids]                          # several CompIDs may be one LP
//   "BANKA_PROD" = "LP_A"
//
//   [symbols]                           # names anyone may use for our symbols
//   "XYZ US" = "XYZ"
//
//   [lp.LP_A]
//   class = "bank"
//   group = "G10"
//   exec_type = "standard"              # or "ord_status"
//   symbols = { "XYZ.N" = "XYZ" }       # this LP's own names
//   reject_text = [ { text = "*last look*", class = "discretionary" },
//                   { reason = 3, class = "risk" } ]
//
//   [symbol.XYZ]                        # [symbol.default] is for all others
//   asset_class = "equity"              # or "fx", "other"
//   currency = "USD"
//   tick = "0.01"
//   round_lot = 100
//   adv = 1000000
//   calendar = "us_equities"            # or "fx", or one of [calendar.NAME]
//
//   [rates]                             # what one unit is worth in `base`; with them bps over
//   base = "USD"                        # several currencies are weighted by notional
//   EUR = 1.10
//
//   [calendar.lse]
//   file = "lse.csv"                    # date,opens_utc,closes_utc; found from this file's folder
struct Reference {
    fix::Parties parties;  // only what the file says; `lp_source` is the configuration's
    Instruments instruments;
    std::string content;  // for Config::version
};

// Calendars of the file are added to `calendars`. With [symbol.X] or [symbols], X stands for itself
// too. Errors are all reported, with their places; nothing is taken from a file with errors.
Result<Reference> read_reference(const TomlFile& file, Calendars& calendars);

// Puts what the file says into what the configuration made.
void merge_reference(const Reference& reference, fix::Parties& parties, Instruments& instruments);

}  // namespace assay
