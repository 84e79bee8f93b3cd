#include "hosts/cli/desk_access.h"

#include <fmt/format.h>
#include <fstream>

namespace assay::cli {

namespace {

// What people can do something about, where the library says "Connection".
std::string why_not(httplib::Error error) {
    switch (error) {
        case httplib::Error::Connection:
            return "nothing listens there";
        case httplib::Error::ConnectionTimeout:
            return "no connection within the time";
        case httplib::Error::Read:
            return "no answer within the time";
        case httplib::Error::SSLConnection:
            return "no TLS is spoken there";
        case httplib::Error::SSLLoadingCerts:
            return "the file of --cacert cannot be read";
        case httplib::Error::SSLServerVerification:
            return "its certificate is not one that --cacert or the system knows";
        default:
            return httplib::to_string(error);
    }
}

}  // namespace

void DeskAccess::prepare(httplib::Client& client) const {
    if (!ca_cert.empty()) client.set_ca_cert_path(ca_cert);
    client.enable_server_certificate_verification(true);
    if (!token.empty()) client.set_bearer_token_auth(token);
}

std::string DeskAccess::nobody(httplib::Error error) const {
    return fmt::format("No desk answers at {} ({}); --url names another", url, why_not(error));
}

Result<std::string> token_in(const Arguments& args, std::string_view option) {
    std::ifstream file(args.value(option));
    std::string token;
    if (!(file >> token))
        return fail(fmt::format("{}: no token could be read from {}", option, args.value(option)));
    return token;
}

Result<DeskAccess> desk_access(const Arguments& args) {
    DeskAccess access{args.value("--url", "http://127.0.0.1:8080"), {}, args.value("--cacert")};
    if (args.has("--token")) {
        auto token = token_in(args, "--token");
        if (!token) return std::unexpected(token.error());
        access.token = std::move(*token);
    } else if (std::ifstream file("desk-state/token"); file) {
        // Of a desk that keeps its state in this folder, as desks do that are told nothing else.
        file >> access.token;
    }
    return access;
}

}  // namespace assay::cli
