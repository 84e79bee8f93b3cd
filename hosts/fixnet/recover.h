// Where sessions go on after a restart, by what a journal holds of them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/units/result.h"
#include "hosts/fixnet/sequences.h"
#include "hosts/fixnet/session.h"
#include "hosts/journal/disk.h"

namespace assay::fixnet {

// Reads all of it; sessions are found by name. `lost`: see Sequences::recovered(). A folder that is
// not there, or empty, gives new sessions. To be called before the journal is opened for writing.
Result<std::vector<Recovered>> recovered_from(journal::Disk& disk, const std::string& folder,
                                              const std::vector<SessionSpec>& specs,
                                              std::uint64_t lost);

}  // namespace assay::fixnet
