#include "hosts/desk/startable.h"

#include <charconv>
#include <fmt/format.h>
#include <sys/stat.h>
#include <utility>

#include "hosts/desk/entrance.h"
#include "hosts/desk/links.h"

namespace assay::desk {

namespace {

Result<std::pair<std::string, std::uint16_t>> address_of(const std::string& listen) {
    const std::size_t colon = listen.rfind(':');
    std::uint16_t port = 0;
    const char* const end = listen.data() + listen.size();
    if (colon != std::string::npos) {
        const auto [rest, error] = std::from_chars(listen.data() + colon + 1, end, port);
        if (error == std::errc{} && rest == end) {
            std::string address = listen.substr(0, colon);
            if (address.starts_with('[') && address.ends_with(']'))
                address = address.substr(1, address.size() - 2);
            return std::pair(std::move(address), port);
        }
    }
    return fail(
        fmt::format("listen is \"{}\"; expected an address and a port, as 127.0.0.1:8080", listen));
}

}  // namespace

Result<http::ServerConfig> server_config(const DeskSettings& settings) {
    auto address = address_of(settings.listen);
    if (!address) return std::unexpected(address.error());
    http::ServerConfig config;
    config.address = address->first;
    config.port = address->second;
    config.names = settings.http_names;
    if (config.address != "0.0.0.0" && config.address != "::")
        config.names.push_back(config.address);
    if (settings.http_certificate.empty()) return config;
    struct stat key{};
    if (::stat(settings.http_key.c_str(), &key) == 0 && (key.st_mode & S_IROTH) != 0)
        return fail(fmt::format("[http] key: everybody on this machine may read {}; chmod o= {}",
                                settings.http_key, settings.http_key));
    config.tls = http::TlsFiles{settings.http_certificate, settings.http_key};
    return config;
}

std::vector<StartFault> start_faults(const DeskSettings& settings, bool live_was_asked_for) {
    std::vector<StartFault> faults;
    if (auto ok = allowed(settings, live_was_asked_for); !ok)
        faults.push_back({"limits", ok.error().text()});
    const auto http = server_config(settings);
    if (!http)
        faults.push_back({"HTTP", http.error().text()});
    else if (auto ok = Entrance::possible(settings, http->address); !ok)
        faults.push_back({"HTTP", ok.error().text()});
    else if (auto server = http::Server::possible(*http, !settings.http_open); !server)
        faults.push_back({"HTTP", server.error().text()});
    if (settings.mode != Mode::replay)
        if (auto ok = fixnet::Net::possible(session_specs(settings)); !ok)
            faults.push_back({"sessions", ok.error().text()});
    return faults;
}

Result<void> may_start(const DeskSettings& settings, bool live_was_asked_for) {
    const auto faults = start_faults(settings, live_was_asked_for);
    if (faults.empty()) return {};
    std::string all;
    for (const StartFault& f : faults) all += (all.empty() ? "" : "; ") + f.text;
    return fail(std::move(all));
}

}  // namespace assay::desk
