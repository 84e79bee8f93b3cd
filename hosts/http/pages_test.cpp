#include "hosts/http/pages.h"

#include <gtest/gtest.h>

#include "hosts/http/routes.h"
#include "hosts/people/password.h"

namespace assay::http {
namespace {

class Pages : public testing::Test {
  protected:
    Pages() {
        routes.guard([](const Request&) -> std::optional<Reply> { return json_reply("{}", 401); });
        routes.add("GET", "/api/v1/status", [](const Request&) { return json_reply("{}"); });
        routes.otherwise(page_of);
    }
    Reply get(std::string_view target, std::vector<Pair> headers = {}, std::string method = "GET") {
        Request request;
        request.method = std::move(method);
        request.headers = std::move(headers);
        return routes.answer(request, target);
    }
    static std::string header(const Reply& reply, std::string_view name) {
        for (const Pair& h : reply.headers)
            if (h.first == name) return h.second;
        return {};
    }
    Routes routes;
    const Pair browser{"accept", "text/html,application/xhtml+xml,*/*;q=0.8"};
};

TEST_F(Pages, are_what_cmake_put_there) {
    ASSERT_FALSE(console_files().empty());
    bool index = false;
    for (const PageFile& file : console_files()) {
        EXPECT_EQ(people::sha256(file.bytes), file.sha256) << file.path;
        EXPECT_LT(file.gzipped.size(), file.bytes.size()) << file.path;
        index |= file.path == "/index.html";
    }
    EXPECT_TRUE(index);
}

TEST_F(Pages, the_start_is_for_everyone_with_its_policy) {
    const Reply reply = get("/");
    EXPECT_EQ(reply.status, 200);
    EXPECT_EQ(reply.content_type, "text/html; charset=utf-8");
    const std::string policy = header(reply, "Content-Security-Policy");
    for (const char* part : {"default-src 'self'", "frame-ancestors 'none'", "base-uri 'none'",
                             "form-action 'self'", "img-src 'self' data:"})
        EXPECT_NE(policy.find(part), std::string::npos) << part;
    EXPECT_EQ(policy.find("script-src"), std::string::npos) << "no inline, no eval";
    EXPECT_EQ(get("/api/v1/status").status, 401) << "the guard stands before all else";
}

TEST_F(Pages, an_address_of_the_consoles_own_is_its_index) {
    EXPECT_EQ(get("/orders/17?tab=x", {browser}).body, get("/").body);
    EXPECT_EQ(get("/orders/17").status, 404) << "a program that has mistyped";
    EXPECT_EQ(get("/api/v1/nothing", {browser}).status, 404);
    EXPECT_EQ(get("/api", {browser}).status, 404);
    EXPECT_EQ(get("/missing.js", {browser}).status, 404);
    EXPECT_EQ(get("/assets/../../etc/passwd", {browser}).status, 404);
    EXPECT_EQ(get("/%2e%2e/%2e%2e/etc/passwd", {browser}).body.find("root:"), std::string::npos);
    EXPECT_EQ(get("/orders", {browser}, "POST").status, 404);
}

TEST_F(Pages, come_once_and_compressed) {
    const Reply plain = get("/");
    EXPECT_EQ(get("/", {{"if-none-match", plain.etag}}).status, 304);
    const Reply zipped = get("/", {{"accept-encoding", "br, gzip"}});
    if (header(zipped, "Content-Encoding") == "gzip") {
        EXPECT_LT(zipped.body.size(), plain.body.size());
        EXPECT_NE(zipped.etag, plain.etag);
        EXPECT_EQ(header(zipped, "Vary"), "Accept-Encoding");
        EXPECT_EQ(zipped.body.substr(0, 2), "\x1f\x8b");
    }
    EXPECT_EQ(get("/", {{"accept-encoding", "gzip;q=0"}}).body, plain.body);
    for (const PageFile& file : console_files()) {
        const bool for_ever = file.path.starts_with("/assets/");
        EXPECT_EQ(header(get(file.path), "Cache-Control"),
                  for_ever ? "public, max-age=31536000, immutable" : "");
    }
}

}  // namespace
}  // namespace assay::http
