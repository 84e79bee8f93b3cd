// Cookies of requests, and the one that carries a session.
#pragma once

#include <string>
#include <string_view>

#include "hosts/http/exchange.h"

namespace assay::http {

// Its name: browsers send a cookie to every port of a host, and two desks are not one.
std::string session_cookie(const Request& request);
// Empty where there is none of that name.
std::string_view cookie_of(const Request& request, std::string_view name);
// The value of Set-Cookie: out of every page's reach, for this server alone, under TLS only where
// there is TLS. An empty token takes it back.
std::string set_session_cookie(const Request& request, std::string_view token,
                               std::int64_t seconds);

}  // namespace assay::http
