#include "hosts/http/routes.h"

#include <gtest/gtest.h>
#include <stdexcept>

#include "hosts/http/origin.h"
#include "hosts/http/problem.h"

namespace assay::http {
namespace {

Request of(std::string method, std::vector<Pair> headers = {}) {
    Request request;
    request.method = std::move(method);
    request.headers = std::move(headers);
    return request;
}

Routes some_routes() {
    Routes routes;
    routes.add("GET", "/things", [](const Request&) { return json_reply("[]"); });
    routes.add("POST", "/things", [](const Request& r) { return json_reply(r.body, 201); });
    routes.add("GET", "/things/{id}/parts/{part}", [](const Request& r) {
        return json_reply(std::string(r.param("id")) + "|" + std::string(r.param("part")));
    });
    routes.add("GET", "/tagged", [](const Request&) {
        Reply reply = json_reply("{}");
        reply.etag = "W/\"7\"";
        return reply;
    });
    routes.add("GET", "/throws",
               [](const Request&) -> Reply { throw std::runtime_error("secret reason"); });
    return routes;
}

bool has(const Reply& reply, const Pair& header) {
    for (const Pair& h : reply.headers)
        if (h == header) return true;
    return false;
}

TEST(Routes, parts_in_braces_are_handed_over_decoded) {
    const Reply reply = some_routes().answer(of("GET"), "/things/EUR%2FUSD/parts/a%20b");
    EXPECT_EQ(reply.status, 200);
    EXPECT_EQ(reply.body, "EUR/USD|a b");
    EXPECT_EQ(reply.pattern, "/things/{id}/parts/{part}");
}

TEST(Routes, a_part_in_braces_is_one_segment_and_not_empty) {
    const Routes routes = some_routes();
    for (const char* target : {"/things//parts/a", "/things/a/b/parts/c", "/things/", "/thing", "/",
                               "/things/a/parts", "/Things", "/things/a/parts/b/"})
        EXPECT_EQ(routes.answer(of("GET"), target).status, 404) << target;
}

TEST(Routes, another_method_is_405_and_says_which_are_allowed) {
    const Reply reply = some_routes().answer(of("DELETE"), "/things");
    EXPECT_EQ(reply.status, 405);
    EXPECT_TRUE(has(reply, {"Allow", "GET, HEAD, POST, OPTIONS"}));
    EXPECT_EQ(reply.content_type, kProblemType);
    EXPECT_EQ(some_routes().answer(of("BREW"), "/things").status, 405);
}

TEST(Routes, options_says_what_is_allowed) {
    const Reply reply = some_routes().answer(of("OPTIONS"), "/things");
    EXPECT_EQ(reply.status, 204);
    EXPECT_TRUE(has(reply, {"Allow", "GET, HEAD, POST, OPTIONS"}));
    EXPECT_EQ(some_routes().answer(of("OPTIONS"), "*").status, 204);
    EXPECT_EQ(some_routes().answer(of("OPTIONS"), "/nothing").status, 404);
}

TEST(Routes, head_is_answered_as_get) {
    EXPECT_EQ(some_routes().answer(of("HEAD"), "/things").status, 200);
}

TEST(Routes, a_handler_that_throws_is_500_and_its_reason_stays_here) {
    Routes routes = some_routes();
    std::string told;
    routes.on_fault([&](std::string_view text) { told = text; });
    const Reply reply = routes.answer(of("GET"), "/throws");
    EXPECT_EQ(reply.status, 500);
    EXPECT_EQ(reply.body.find("secret"), std::string::npos);
    EXPECT_EQ(told, "GET /throws: secret reason");
}

TEST(Routes, what_the_client_has_already_is_304) {
    const Routes routes = some_routes();
    const struct {
        const char* wanted;
        int status;
    } cases[] = {{"W/\"7\"", 304}, {"\"7\"", 304}, {"\"6\", W/\"7\"", 304},
                 {"*", 304},       {"\"6\"", 200}, {"7", 200}};
    for (const auto& c : cases) {
        const Reply reply = routes.answer(of("GET", {{"if-none-match", c.wanted}}), "/tagged");
        EXPECT_EQ(reply.status, c.status) << c.wanted;
        EXPECT_EQ(reply.body.empty(), c.status == 304);
        EXPECT_TRUE(has(reply, {"ETag", "W/\"7\""}));
    }
}

TEST(Routes, a_guard_answers_in_place_of_every_handler) {
    Routes routes = some_routes();
    EXPECT_FALSE(routes.guarded());
    routes.guard([](const Request& r) -> std::optional<Reply> {
        if (r.header("cookie") == "good") return std::nullopt;
        return problem_reply({.status = 401, .detail = "Who are you?"});
    });
    EXPECT_TRUE(routes.guarded());
    EXPECT_EQ(routes.answer(of("GET"), "/things").status, 401);
    EXPECT_EQ(routes.answer(of("HEAD"), "/things").status, 401);
    EXPECT_EQ(routes.answer(of("GET", {{"cookie", "good"}}), "/things").status, 200);
}

TEST(Problem, has_the_members_of_rfc_9457) {
    const Reply reply = problem_reply({.status = 422,
                                       .detail = "a \"quoted\" detail",
                                       .name = "wrong-fields",
                                       .title = "Wrong fields",
                                       .errors = {{"qty", "it is missing"}}},
                                      "/api/v1/parents");
    EXPECT_EQ(reply.status, 422);
    EXPECT_EQ(reply.content_type, "application/problem+json");
    for (const char* part :
         {"\"type\": \"urn:assay:problem:wrong-fields\"", "\"title\": \"Wrong fields\"",
          "\"status\": 422", "\"detail\": \"a \\\"quoted\\\" detail\"",
          "\"instance\": \"/api/v1/parents\"", "\"field\": \"qty\""})
        EXPECT_NE(reply.body.find(part), std::string::npos) << part << " in " << reply.body;
    EXPECT_NE(problem_reply({.status = 404}).body.find("about:blank"), std::string::npos);
}

TEST(Origin, only_names_of_this_server_are_its_host) {
    const std::vector<std::string> names = {"desk.example"};
    const struct {
        const char* host;
        bool refused;
    } cases[] = {{"127.0.0.1:8080", false}, {"localhost", false},        {"[::1]:80", false},
                 {"127.1.2.3", false},      {"desk.example:443", false}, {"", false},
                 {"evil.example", true},    {"127.evil.example", true},  {"127.0.0.1.evil", true},
                 {"localhost.evil", true}};
    for (const auto& c : cases)
        EXPECT_EQ(foreign(of("GET", {{"host", c.host}}), names).has_value(), c.refused) << c.host;
}

TEST(Origin, a_page_of_another_origin_may_read_nothing_new_and_change_nothing) {
    const Pair host{"host", "127.0.0.1:8080"};
    EXPECT_FALSE(foreign(of("POST", {host}), {}));  // no browser
    EXPECT_FALSE(foreign(of("POST", {host, {"origin", "http://127.0.0.1:8080"}}), {}));
    for (const char* origin :
         {"http://evil.example", "null", "http://127.0.0.1:9999", "http://localhost:8080"}) {
        const auto problem = foreign(of("POST", {host, {"origin", origin}}), {});
        ASSERT_TRUE(problem) << origin;
        EXPECT_EQ(problem->status, 403);
    }
}

}  // namespace
}  // namespace assay::http
