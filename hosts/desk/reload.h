// What a desk.toml that was read anew changes, key by key, and whether that may be put in force
// while the desk works.
#pragma once

#include <string>
#include <vector>

#include "hosts/desk/desk_toml.h"

namespace assay::desk {

struct Reload {
    std::vector<std::string> changed;        // "limits.collar_bps: 100 -> 50"
    std::vector<std::string> takes_restart;  // keys; one of them, and nothing is put in force
};

// While the desk works these may change: [limits], [router], [parents], [lp], [history], the level
// of [log], and what is in the files of profiles.
Reload what_changed(const DeskSettings& now, const DeskSettings& then);

}  // namespace assay::desk
