// The bytes of messages, read again from where they stand in the input.
#pragma once

#include <string>
#include <vector>

#include "core/event/event.h"

namespace assay::cli {

// One for each place, with | for SOH and passwords masked; empty where it could not be read again.
// Each file is read once, as far as the last place in it.
std::vector<std::string> raw_messages(const std::vector<Place>& places,
                                      const std::vector<std::string>& files);
// "8" of "...|35=8|...".
std::string type_of(const std::string& raw);

}  // namespace assay::cli
