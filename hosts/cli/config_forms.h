// Configuration values whose text has a form of its own: what rows are grouped by, times, the field
// that names the LP, lists of CompIDs. Each `set` returns what is wrong with the text, or empty,
// and reads back what its `get` writes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/units/nanos.h"
#include "core/units/result.h"
#include "hosts/cli/settings.h"

namespace assay {

// "lp,symbol" as bits of Config::by, in any order. Errors: an unknown key, one that stands twice,
// none at all.
Result<std::uint32_t> by_of(std::string_view text);
std::string get_by(Settings& s);
std::string set_by(Settings& s, std::string_view text);

// A time in ISO or since the epoch, a date, or "open", which is `open`.
std::string set_time(Nanos& out, std::string_view text, Nanos open);
std::string get_since(Settings& s);
std::string get_until(Settings& s);

// "auto", "never" or a duration.
std::string stale_after_text(Settings& s);
std::string set_stale_after(Settings& s, std::string_view text);

// "auto", "comp_id", "tag:100", "party:35".
std::string get_lp_from(Settings& s);
std::string set_lp_from(Settings& s, std::string_view text);

// CompIDs separated by commas.
std::string get_ours(Settings& s);
std::string set_ours(Settings& s, std::string_view text);
std::string get_drop_copies(Settings& s);
std::string set_drop_copies(Settings& s, std::string_view text);

std::string set_profile(Settings& s, std::string_view text);

}  // namespace assay
