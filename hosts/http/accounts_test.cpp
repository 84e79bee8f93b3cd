// Who may do what, over a real server.
#include "hosts/http/accounts.h"

#include <gtest/gtest.h>

#include "hosts/http/api.h"
#include "hosts/http/client.h"
#include "hosts/http/memory_desk.h"
#include "hosts/http/server.h"

namespace assay::http {
namespace {

struct Guarded {
    Guarded() : hub(1), desk(&hub) {
        Routes routes;
        add_api(routes, desk);
        add_probes(routes, desk, hub, meters);
        routes.guard(guard_of({{"vic", AccountRole::viewer, sha256("v")},
                               {"tom", AccountRole::trader, sha256("t")},
                               {"tina", AccountRole::trader, sha256("i")},
                               {"quin", AccountRole::quant, sha256("q")},
                               {"ada", AccountRole::admin, sha256("a")}}));
        auto opened = Server::open({}, std::move(routes), hub, meters);
        EXPECT_TRUE(opened) << opened.error().text();
        if (opened) server = std::move(*opened);
    }
    int get(std::string_view path, std::string_view token) const {
        return Client(server->port())
            .ask("GET " + std::string(path),
                 token.empty() ? "" : "Authorization: Bearer " + std::string(token) + "\r\n")
            .status;
    }
    Client::Answer post(std::string_view path, std::string_view token, std::string_view body,
                        std::string_view second = {}) const {
        std::string fields = "Authorization: Bearer " + std::string(token) +
                             "\r\nContent-Type: application/json\r\n";
        if (!second.empty()) fields += "Assay-Second-Token: " + std::string(second) + "\r\n";
        return Client(server->port()).ask("POST " + std::string(path), fields, body);
    }
    EventHub hub;
    Meters meters;
    MemoryDesk desk;
    std::unique_ptr<Server> server;
};

TEST(Accounts, the_hash_is_the_one_that_sha256sum_prints) {
    EXPECT_EQ(sha256("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Accounts, without_a_token_there_is_an_answer_and_no_more) {
    const Guarded g;
    EXPECT_EQ(g.get("/healthz", ""), 200);
    EXPECT_EQ(g.get("/openapi.yaml", ""), 200);
    for (const char* path : {"/api/v1/status", "/metrics", "/version", "/readyz", "/api/v1/config",
                             "/api/v1/stream"}) {
        EXPECT_EQ(g.get(path, ""), 401) << path;
        EXPECT_EQ(g.get(path, "x"), 401) << path;
    }
    EXPECT_EQ(g.get("/api/v1/status", "v"), 200);
    const auto refused = Client(g.server->port()).ask("GET /api/v1/status");
    EXPECT_EQ(refused.headers.at("www-authenticate"), "Bearer");
    // The hash itself is no token.
    EXPECT_EQ(g.get("/api/v1/status", sha256("v")), 401);
}

TEST(Accounts, a_role_may_what_it_may) {
    const Guarded g;
    const auto kill = [&](std::string_view token, std::string_view who) {
        return g
            .post("/api/v1/kill", token,
                  R"({"scope": "symbol", "value": "ACME", "why": "a test", "who": ")" +
                      std::string(who) + "\"}")
            .status;
    };
    EXPECT_EQ(kill("v", "vic"), 403);
    EXPECT_EQ(kill("t", "ada"), 403) << "under another's name";
    EXPECT_EQ(kill("t", "tom"), 200);
    const std::string parent =
        R"({"cl_ord_id": "C-1", "symbol": "IBM", "side": "buy", "qty": 100, "window_s": 60})";
    EXPECT_EQ(g.post("/api/v1/parents", "v", parent).status, 403);
    EXPECT_EQ(g.post("/api/v1/parents", "q", parent).status, 403);
    EXPECT_NE(g.post("/api/v1/parents", "t", parent).status, 403);
}

TEST(Accounts, a_release_takes_two_tokens) {
    const Guarded g;
    ASSERT_EQ(g.post("/api/v1/kill", "t",
                     R"({"scope": "symbol", "value": "ACME", "why": "a test", "who": "tom"})")
                  .status,
              200);
    const std::string body =
        R"({"scope": "symbol", "value": "ACME", "why": "over", "who": "tom", "second": "tina"})";
    EXPECT_EQ(g.post("/api/v1/release", "t", body).status, 403) << "one person says both names";
    EXPECT_EQ(g.post("/api/v1/release", "t", body, "t").status, 403);
    EXPECT_EQ(g.post("/api/v1/release", "t", body, "a").status, 403) << "ada is not tina";
    EXPECT_EQ(g.post("/api/v1/release", "q", body, "i").status, 403);
    EXPECT_EQ(g.post("/api/v1/%72elease", "t", body).status, 403);
    EXPECT_EQ(g.post("/api/v1/%72elease", "a", body).status, 403);
    EXPECT_EQ(g.post("/api/v1/release", "t", body, "i").status, 200);
}

TEST(Accounts, a_body_that_says_a_name_twice_is_not_believed) {
    const Guarded g;
    const auto answer =
        g.post("/api/v1/kill", "t", R"({"scope": "all", "why": "x", "who": "tom", "who": "ada"})");
    EXPECT_NE(answer.status, 200);
}

}  // namespace
}  // namespace assay::http
