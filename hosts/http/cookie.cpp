#include "hosts/http/cookie.h"

#include <fmt/format.h>

#include "hosts/http/origin.h"

namespace assay::http {

std::string session_cookie(const Request& request) {
    std::string_view authority = request.header("host");
    std::string port;
    const std::size_t colon = authority.rfind(':');
    if (colon != authority.npos && authority.find(']', colon) == authority.npos)
        for (const char c : authority.substr(colon + 1))
            if (c >= '0' && c <= '9') port += c;
    return fmt::format("{}assay{}{}", request.tls ? "__Host-" : "", port.empty() ? "" : "-",
                       port.substr(0, 5));
}

std::string_view cookie_of(const Request& request, std::string_view name) {
    std::string_view rest = request.header("cookie");
    while (!rest.empty()) {
        const std::size_t end = rest.find(';');
        std::string_view one = rest.substr(0, end);
        while (one.starts_with(' ')) one.remove_prefix(1);
        if (one.starts_with(name) && one.size() > name.size() && one[name.size()] == '=')
            return one.substr(name.size() + 1);
        if (end == rest.npos) break;
        rest.remove_prefix(end + 1);
    }
    return {};
}

std::string set_session_cookie(const Request& request, std::string_view token,
                               std::int64_t seconds) {
    return fmt::format("{}={}; Path=/; Max-Age={}; HttpOnly; SameSite=Strict{}",
                       session_cookie(request), token, token.empty() ? 0 : seconds,
                       request.tls ? "; Secure" : "");
}

}  // namespace assay::http
