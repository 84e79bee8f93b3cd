// A whole server with people at its doors, for tests: one of each role, and a clock of its own.
#pragma once

#include <atomic>
#include <gtest/gtest.h>
#include <map>
#include <memory>
#include <string>

#include "hosts/http/api.h"
#include "hosts/http/client.h"
#include "hosts/http/doors.h"
#include "hosts/http/memory_desk.h"
#include "hosts/http/server.h"
#include "hosts/people/people_testkit.h"

namespace assay::http {

inline constexpr const char* kPassword = "correct horse battery";

struct Entered {
    std::string cookie, csrf;
    // Lines of header fields.
    std::string fields() const {
        return "Cookie: " + cookie + "\r\nX-CSRF-Token: " + csrf + "\r\n";
    }
};

class Guarded {
  public:
    enum class Audited : std::uint8_t { well, not_at_all };
    explicit Guarded(DoorsConfig config = {}, Audited audited = Audited::well)
        : people_(*people::People::open(folder.file("people.db"))),
          audit(*people::Audit::open(
              {audited == Audited::well ? folder.file("audit.jsonl") : std::string("/dev/full"),
               folder.file("heads.txt")})),
          hub(1),
          desk(&hub) {
        config.cost = people::kCheap;
        config.now = [this] { return Nanos{clock.load()}; };
        const auto account = [&](const char* name, AccountRole role, const char* token) {
            config.accounts.push_back({name, role, sha256(token)});
        };
        account("vic", AccountRole::viewer, "v");
        account("tom", AccountRole::trader, "t");
        account("tina", AccountRole::trader, "i");
        account("quin", AccountRole::quant, "q");
        account("ada", AccountRole::admin, "a");
        doors = std::make_unique<Doors>(std::move(config), people_.get(), *audit);
        const std::string hash = *people::hashed(kPassword, people::kCheap);
        for (const std::string_view role : people::kRoles)
            EXPECT_TRUE(people_->add({.name = std::string(role),
                                      .rights = {*people::role_named(role)},
                                      .hash = hash,
                                      .created = Nanos{clock.load()},
                                      .password_at = Nanos{clock.load()}}));
        add_api(routes, desk);
        add_probes(routes, desk, hub, meters);
        doors->add_routes(routes);
        routes.add("POST", "/api/v1/unlisted", [](const Request&) { return json_reply("{}"); });
        lines = routes.lines();
        routes.guard(doors->guard());
        routes.afterwards(doors->afterwards());
        ServerConfig server_config;
        server_config.twice_a_second = [this] { doors->each_second(); };
        server_config.log = [this](std::string_view text) { logged += std::string(text) + "\n"; };
        auto opened = Server::open(server_config, std::move(routes), hub, meters);
        EXPECT_TRUE(opened) << opened.error().text();
        if (opened) server = std::move(*opened);
    }
    ~Guarded() { server.reset(); }

    Client::Answer ask(std::string_view method_and_target, std::string_view fields = {},
                       std::string_view body = {}) const {
        std::string all(fields);
        if (!body.empty()) all += "Content-Type: application/json\r\n";
        return Client(server->port()).ask(method_and_target, all, body);
    }
    Client::Answer with_token(std::string_view method_and_target, std::string_view token,
                              std::string_view body = {}) const {
        return ask(method_and_target, "Authorization: Bearer " + std::string(token) + "\r\n", body);
    }
    Client::Answer try_login(std::string_view name, std::string_view password) const {
        return ask("POST /api/v1/login", "",
                   fmt::format(R"({{"name": "{}", "password": "{}"}})", name, password));
    }
    static Entered entered(const Client::Answer& answer) {
        const auto cookie = answer.headers.find("set-cookie");
        const std::size_t at = answer.body.find("\"csrf\": \"");
        if (cookie == answer.headers.end() || at == std::string::npos) {
            ADD_FAILURE() << answer.status << answer.body;
            return {};
        }
        return {cookie->second.substr(0, cookie->second.find(';')), answer.body.substr(at + 9, 64)};
    }
    Entered login(std::string_view name, std::string_view password = kPassword) const {
        return entered(try_login(name, password));
    }
    void later(Duration by) { clock += by.ns; }

    std::atomic<std::int64_t> clock{1'772'461'800'000'000'000};
    people::OwnFolder folder;
    std::unique_ptr<people::People> people_;
    std::unique_ptr<people::Audit> audit;
    std::unique_ptr<Doors> doors;
    EventHub hub;
    Meters meters;
    MemoryDesk desk;
    Routes routes;
    std::vector<Routes::Line> lines;
    std::string logged;  // of the server's thread: read it when the server has stopped
    std::unique_ptr<Server> server;
};

}  // namespace assay::http
