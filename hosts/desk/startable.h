// What a configuration says that no desk starts with, found before anything is touched: the journal
// is not opened, and nothing is bound.
#pragma once

#include <string>
#include <vector>

#include "core/units/result.h"
#include "hosts/desk/desk_toml.h"
#include "hosts/http/server.h"

namespace assay::desk {

struct StartFault {
    std::string what;  // "limits", "HTTP", "sessions"
    std::string text;  // what is wrong, and what to do
};

// All that is wrong. Empty: another program may still have a port, or the disk be full.
std::vector<StartFault> start_faults(const DeskSettings& settings, bool live_was_asked_for);
// The same as one error.
Result<void> may_start(const DeskSettings& settings, bool live_was_asked_for);

// Where HTTP listens and how. Errors: `listen` is no address, everybody may read the key.
Result<http::ServerConfig> server_config(const DeskSettings& settings);

}  // namespace assay::desk
