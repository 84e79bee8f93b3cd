// Where a running desk is, and what shows it who asks: --url, --token, --cacert.
#pragma once

#include <httplib.h>
#include <string>

#include "core/units/result.h"
#include "hosts/cli/commands.h"

namespace assay::cli {

struct DeskAccess {
    std::string url;
    std::string token{};    // empty: none is shown
    std::string ca_cert{};  // PEM; empty: the system's

    // Certificates, and the token in every request.
    void prepare(httplib::Client& client) const;
    // That it does not answer, in words.
    std::string nobody(httplib::Error error) const;
};

// Without --token it is that of ./desk-state, if there is one. An error: a token that cannot be
// read.
Result<DeskAccess> desk_access(const Arguments& args);
// The first word of the file that the option names.
Result<std::string> token_in(const Arguments& args, std::string_view option);

}  // namespace assay::cli
