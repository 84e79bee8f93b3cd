// How a DeskSource asks and refuses: what its files have in common.
#pragma once

#include <chrono>
#include <future>
#include <optional>
#include <string>
#include <utility>

#include "hosts/desk/service.h"
#include "hosts/http/answer.h"

namespace assay::desk {

inline constexpr std::chrono::seconds kPatience{5};

// What f gives on the desk's thread; nullopt: it did not answer in time.
template <class F>
auto asked(Service& service, F f) -> std::optional<decltype(f(std::declval<SessionDesk&>()))> {
    auto future = service.ask(std::move(f));
    if (future.wait_for(kPatience) != std::future_status::ready) return std::nullopt;
    return future.get();
}

inline std::unexpected<http::Refused> no(http::Refused::Why why, std::string detail) {
    return std::unexpected(http::Refused{why, std::move(detail), {}});
}
inline std::unexpected<http::Refused> busy() {
    return no(http::Refused::Why::unavailable, "the desk did not answer within 5 s");
}
inline std::unexpected<http::Refused> keeps_no_history() {
    return no(http::Refused::Why::unavailable, "this desk keeps no history");
}

inline std::optional<Nanos> if_known(Nanos at) {
    return known(at) ? std::optional(at) : std::nullopt;
}

}  // namespace assay::desk
