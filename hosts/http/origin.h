// Keeps web pages of others away from a server on this machine. A browser will send requests to
// 127.0.0.1 for any page that is open in it: with the page's own name as Host once its name
// resolves to this machine, or with the page as Origin.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "hosts/http/exchange.h"
#include "hosts/http/problem.h"

namespace assay::http {

// "localhost" of "localhost:8080", "::1" of "[::1]:8080".
std::string_view host_of(std::string_view authority);
// 127.0.0.0/8, ::1, localhost.
bool is_loopback(std::string_view host);

// Why the request is refused: its Host is neither loopback nor one of `names`, or it would change
// something and comes from a page of another origin.
std::optional<Problem> foreign(const Request& request, std::span<const std::string> names);

}  // namespace assay::http
