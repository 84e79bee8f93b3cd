// The routes of a desk's server over a Source: /api/v1, the probes, /metrics, the OpenAPI document.
//
//     Routes routes;
//     add_api(routes, source);
//     add_probes(routes, source, hub, meters);
//     auto server = Server::open(config, std::move(routes), hub, meters);
//
// openapi.yaml describes each of them; a test compares the two. `source`, `hub` and `meters`
// outlive the routes. The console stands
// beside these two calls (pages.h), and so does who may do what (doors.h).
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "hosts/http/event_hub.h"
#include "hosts/http/fields.h"
#include "hosts/http/meters.h"
#include "hosts/http/routes.h"
#include "hosts/http/source.h"

namespace assay::http {

// What may stand behind regime=.
inline constexpr std::array<std::string_view, 3> kRegimes = {"calm", "normal", "stressed"};

void add_api(Routes& routes, Source& source);
// /healthz, /readyz, /metrics, /version, /openapi.yaml.
void add_probes(Routes& routes, Source& source, const EventHub& hub, const Meters& meters);

// The parts of add_api.
void add_reads(Routes& routes, Source& source);
void add_history(Routes& routes, Source& source);
void add_orders(Routes& routes, Source& source);
void add_story(Routes& routes, Source& source);
void add_stops(Routes& routes, Source& source);
void add_config(Routes& routes, Source& source);
void add_league(Routes& routes, Source& source);
void add_stream(Routes& routes);

// openapi.yaml, which is part of the program.
std::string_view openapi_yaml();

// What handlers share.
Reply refusal(const Request& request, const Refused& refused);
Reply refusal(const Request& request, Problem problem);
Paging paging_of(Fields& query);
// `who` of a body, which may be left out by whoever has signed in.
std::string acting(Fields& body, const Request& request);
std::optional<std::uint64_t> id_of(std::string_view text);

}  // namespace assay::http
