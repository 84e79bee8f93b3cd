// A whole server over a desk in memory, for tests.
#pragma once

#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <utility>

#include "hosts/http/api.h"
#include "hosts/http/client.h"
#include "hosts/http/memory_desk.h"
#include "hosts/http/server.h"

namespace assay::http {

struct Served {
    explicit Served(ServerLimits limits = {}, HubLimits hub_limits = {}, ServerConfig config = {})
        : hub(1, hub_limits), desk(&hub) {
        Routes routes;
        add_api(routes, desk);
        add_probes(routes, desk, hub, meters);
        routes.add("GET", "/throws", [](const Request&) -> Reply { throw 17; });
        routes.add("GET", "/large", [](const Request&) {
            return json_reply("\"" + std::string(std::size_t{8} << 20, 'x') + "\"");
        });
        config.limits = limits;
        auto opened = Server::open(config, std::move(routes), hub, meters);
        EXPECT_TRUE(opened) << opened.error().text();
        if (opened) server = std::move(*opened);
    }
    Client client() const { return Client(server->port()); }
    std::string metrics() const { return client().ask("GET /metrics").body; }

    EventHub hub;
    Meters meters;
    MemoryDesk desk;
    std::unique_ptr<Server> server;
};

}  // namespace assay::http
