#include "hosts/http/origin.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>

namespace assay::http {

std::string_view host_of(std::string_view authority) {
    if (authority.starts_with('[')) {
        const std::size_t end = authority.find(']');
        return end == authority.npos ? authority : authority.substr(1, end - 1);
    }
    const std::size_t colon = authority.find(':');
    return authority.substr(0, colon);
}

bool is_loopback(std::string_view host) {
    if (host == "localhost" || host == "::1") return true;
    if (!host.starts_with("127.")) return false;
    // Digits and dots alone: "127.example.org" is a name.
    return std::count(host.begin(), host.end(), '.') == 3 &&
           host.find_first_not_of("0123456789.") == host.npos;
}

std::optional<Problem> foreign(const Request& request, std::span<const std::string> names) {
    const std::string_view authority = request.header("host");
    const std::string_view host = host_of(authority);
    const bool ours =
        is_loopback(host) || std::find(names.begin(), names.end(), host) != names.end();
    // Without a Host (HTTP/1.0) it is no browser.
    if (!authority.empty() && !ours)
        return Problem{.status = 421,
                       .detail = fmt::format("This server is not called \"{}\"; use 127.0.0.1, or "
                                             "add the name to http.names",
                                             host)};
    constexpr std::array<std::string_view, 3> kSafe = {"GET", "HEAD", "OPTIONS"};
    const std::string_view origin = request.header("origin");
    if (origin.empty() || std::find(kSafe.begin(), kSafe.end(), request.method) != kSafe.end())
        return std::nullopt;
    const std::size_t scheme = origin.find("://");
    if (scheme != origin.npos && origin.substr(scheme + 3) == authority) return std::nullopt;
    return Problem{.status = 403,
                   .detail = "Pages of another origin may not change anything here",
                   .name = "foreign-origin",
                   .title = "Foreign origin"};
}

}  // namespace assay::http
