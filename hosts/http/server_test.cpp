#include "hosts/http/server.h"

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <thread>

#include "hosts/http/served.h"

namespace assay::http {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

TEST(Server, answers_over_a_socket) {
    const Served served;
    EXPECT_TRUE(served.server->url().starts_with("http://127.0.0.1:"));
    Client client = served.client();
    const auto answer = client.ask("GET /healthz");
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.headers.at("content-type"), "application/json");
    EXPECT_EQ(answer.headers.at("cache-control"), "no-store");
    EXPECT_EQ(answer.headers.at("x-content-type-options"), "nosniff");
    EXPECT_EQ(answer.headers.at("content-security-policy"),
              "default-src 'none'; frame-ancestors 'none'");
    EXPECT_TRUE(answer.headers.contains("date"));
    EXPECT_FALSE(answer.headers.contains("strict-transport-security"));
}

TEST(Server, a_connection_is_used_again) {
    const Served served;
    Client client = served.client();
    for (int i = 0; i < 50; ++i) ASSERT_EQ(client.ask("GET /healthz").status, 200);
    EXPECT_EQ(client.ask("GET /nothing").status, 404);
    EXPECT_EQ(client.ask("GET /throws").status, 500);
    EXPECT_EQ(client.ask("GET /healthz").status, 200);
    EXPECT_EQ(client.ask("GET /healthz", "Connection: close\r\n").status, 200);
    EXPECT_TRUE(client.closed());
}

TEST(Server, requests_may_come_before_the_answers_were_read) {
    const Served served;
    Client client = served.client();
    std::string requests;
    for (int i = 0; i < 100; ++i)
        requests += fmt::format("GET /api/v1/parents/{} HTTP/1.1\r\nHost: localhost\r\n\r\n", i);
    ASSERT_TRUE(client.send(requests));
    for (int i = 0; i < 100; ++i) {
        const auto answer = client.read_answer();
        ASSERT_EQ(answer.status, 404);
        ASSERT_NE(answer.body.find(fmt::format("/api/v1/parents/{}\"", i)), std::string::npos);
    }
}

TEST(Server, head_has_the_header_of_get_and_no_body) {
    const Served served;
    Client client = served.client();
    const auto whole = client.ask("GET /api/v1/profiles");
    const auto head = client.ask("HEAD /api/v1/profiles");
    EXPECT_EQ(head.status, 200);
    EXPECT_EQ(head.headers.at("content-length"), std::to_string(whole.body.size()));
    EXPECT_EQ(client.ask("GET /healthz").status, 200);  // nothing of a body stands between
    EXPECT_EQ(client.ask("HEAD /api/v1/stream").status, 200);
}

TEST(Server, errors_are_problems) {
    const Served served;
    const struct {
        const char* request;
        const char* fields;
        int status;
    } cases[] = {
        {"GET /nothing", "", 404},
        {"PUT /api/v1/parents", "", 405},
        {"GET /%zz", "", 400},
        {"POST /api/v1/parents", "Content-Type: text/plain\r\nContent-Length: 0\r\n", 415},
        {"POST /api/v1/kill", "Origin: http://evil.example\r\nContent-Length: 0\r\n", 403},
        {"GET /throws", "", 500},
        {"BREW /healthz", "", 405},
    };
    for (const auto& c : cases) {
        const auto answer = served.client().ask(c.request, c.fields);
        EXPECT_EQ(answer.status, c.status) << c.request;
        EXPECT_EQ(answer.headers.at("content-type"), "application/problem+json") << c.request;
        EXPECT_NE(answer.body.find(fmt::format("\"status\": {}", c.status)), std::string::npos);
    }
    EXPECT_EQ(served.client().ask("PUT /api/v1/parents").headers.at("allow"),
              "GET, HEAD, POST, OPTIONS");
}

TEST(Server, what_is_no_http_is_answered_400_and_closed) {
    const Served served;
    for (const char* bytes :
         {"rubbish\r\n\r\n", "GET / HTTP/1.1\r\n\r\n", "GET / HTTP/9.9\r\nHost: localhost\r\n\r\n",
          "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nTransfer-Encoding: "
          "chunked\r\n\r\n"}) {
        Client client = served.client();
        client.send(bytes);
        const auto answer = client.read_answer();
        EXPECT_EQ(answer.status, 400) << bytes;
        EXPECT_EQ(answer.headers.at("connection"), "close");
        EXPECT_TRUE(client.closed());
    }
}

TEST(Server, a_name_that_is_not_ours_is_misdirected) {
    const Served served;
    Client client = served.client();
    client.send("GET /healthz HTTP/1.1\r\nHost: evil.example\r\n\r\n");
    EXPECT_EQ(client.read_answer().status, 421);
}

TEST(Server, what_is_too_large_is_refused_while_it_still_comes) {
    const Served served;
    Client header = served.client();
    header.send("GET / HTTP/1.1\r\nHost: localhost\r\nX: " + std::string(20'000, 'a'));
    EXPECT_EQ(header.read_answer().status, 431);
    Client body = served.client();
    body.send(
        "POST /api/v1/parents HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1048577\r\n\r\n" +
        std::string(100'000, ' '));
    EXPECT_EQ(body.read_answer().status, 413);
    EXPECT_TRUE(body.closed());
    // One byte less is read, and judged by what it says.
    const auto fits = served.client().post("/api/v1/parents", std::string(1 << 20, ' '));
    EXPECT_EQ(fits.status, 400);
}

TEST(Server, a_body_that_waits_is_asked_for) {
    const Served served;
    Client client = served.client();
    const std::string body = R"({"scope": "all", "who": "ada", "why": "test"})";
    client.send(
        fmt::format("POST /api/v1/kill HTTP/1.1\r\nHost: localhost\r\n"
                    "Content-Type: application/json\r\nExpect: 100-continue\r\n"
                    "Content-Length: {}\r\n\r\n",
                    body.size()));
    EXPECT_EQ(client.read_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
    client.send(body);
    EXPECT_EQ(client.read_answer().status, 200);
}

// Of console_http_connections_refused_total{reason="slow"}, whatever other labels it has.
std::string cut_for_slowness(const Served& served) {
    const std::string all = served.metrics();
    const std::size_t reason = all.find("reason=\"slow\"");
    if (reason == std::string::npos) return "none";
    const std::size_t value = all.find("} ", reason) + 2;
    return all.substr(value, all.find('\n', value) - value);
}

TEST(Server, who_is_slow_is_cut_however_busy_it_looks) {
    ServerLimits limits;
    limits.idle = 300ms;
    limits.header_time = 300ms;
    limits.body_time = 300ms;
    const Served served(limits);
    const auto cut_after = [&](std::string_view start, std::string_view drop) {
        Client client = served.client();
        const auto from = Clock::now();
        client.send(start);
        // A byte now and then does not help it.
        while (!drop.empty() && Clock::now() - from < 3s && client.send(drop))
            std::this_thread::sleep_for(50ms);
        EXPECT_TRUE(client.closed());
        return Clock::now() - from;
    };
    EXPECT_LT(cut_after("", ""), 2s);                                           // idle
    EXPECT_LT(cut_after("GET / HTTP/1.1\r\nHost: localhost\r\nX: ", "a"), 2s);  // slowloris
    EXPECT_LT(cut_after("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 999\r\n\r\n", "a"),
              2s);
    EXPECT_EQ(cut_for_slowness(served), "3");
}

TEST(Server, who_does_not_read_its_answer_is_cut) {
    ServerLimits limits;
    limits.write_time = 300ms;
    const Served served(limits);
    Client client = served.client();
    client.send("GET /large HTTP/1.1\r\nHost: localhost\r\n\r\n");
    std::this_thread::sleep_for(1s);
    EXPECT_EQ(cut_for_slowness(served), "1");
    EXPECT_EQ(served.client().ask("GET /large").body.size(), (std::size_t{8} << 20) + 2);
}

TEST(Server, one_connection_too_many_is_told_so) {
    ServerLimits limits;
    limits.connections = 3;
    const Served served(limits);
    std::vector<Client> clients;
    for (int i = 0; i < 3; ++i) {
        clients.push_back(served.client());
        ASSERT_EQ(clients.back().ask("GET /healthz").status, 200);
    }
    EXPECT_EQ(served.client().ask("GET /healthz").status, 503);
    clients.pop_back();
    int status = 0;
    for (int i = 0; i < 100 && status != 200; ++i) {
        std::this_thread::sleep_for(10ms);
        status = served.client().ask("GET /healthz").status;
    }
    EXPECT_EQ(status, 200);
}

TEST(Server, a_stop_lets_what_is_under_way_end) {
    Served served;
    Client idle = served.client(), busy = served.client(), stream = served.client();
    ASSERT_EQ(idle.ask("GET /healthz").status, 200);
    stream.send("GET /api/v1/stream HTTP/1.1\r\nHost: localhost\r\n\r\n");
    stream.read_until("retry: 1000\n\n");
    // Its request has begun, and ends after the stop was asked for.
    busy.send("GET /healthz HTT");
    std::this_thread::sleep_for(100ms);
    const auto from = Clock::now();
    std::thread stop([&] { served.server->stop(); });
    EXPECT_TRUE(idle.closed());
    EXPECT_NE(stream.read_until("event: bye").find("event: bye"), std::string::npos);
    EXPECT_TRUE(stream.closed());
    busy.send("P/1.1\r\nHost: localhost\r\n\r\n");
    const auto answer = busy.read_answer();
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.headers.at("connection"), "close");
    stop.join();
    EXPECT_LT(Clock::now() - from, 3s);
    EXPECT_FALSE(served.client().connected());
}

TEST(Server, a_stop_does_not_wait_for_ever) {
    ServerLimits limits;
    limits.stop_time = 200ms;
    Served served(limits);
    Client client = served.client();
    client.send("GET /healthz HTT");
    std::this_thread::sleep_for(100ms);
    const auto from = Clock::now();
    served.server->stop();
    EXPECT_LT(Clock::now() - from, 2s);
    EXPECT_TRUE(client.closed());
}

TEST(Server, a_port_that_is_taken_is_refused_with_its_number) {
    const Served served;
    EventHub hub(1);
    Meters meters;
    ServerConfig config;
    config.port = served.server->port();
    const auto second = Server::open(config, Routes(), hub, meters);
    ASSERT_FALSE(second);
    EXPECT_NE(second.error().text().find(std::to_string(config.port)), std::string::npos);
}

TEST(Server, other_addresses_than_loopback_need_tls_and_accounts) {
    EventHub hub(1);
    Meters meters;
    const auto refused = [&](ServerConfig config, bool guarded) {
        Routes routes;
        if (guarded) routes.guard([](const Request&) { return std::nullopt; });
        const auto opened = Server::open(std::move(config), std::move(routes), hub, meters);
        return opened ? std::string() : opened.error().text();
    };
    const TlsFiles files{"no/cert.pem", "no/key.pem"};
    for (const char* address : {"0.0.0.0", "::", "192.0.2.1"}) {
        ServerConfig config;
        config.address = address;
        EXPECT_NE(refused(config, false).find("needs TLS"), std::string::npos) << address;
        EXPECT_NE(refused(config, true).find("needs TLS"), std::string::npos) << address;
        config.tls = files;
        EXPECT_NE(refused(config, false).find("needs accounts"), std::string::npos) << address;
        // With both, the next thing that is wrong is said: the files.
        EXPECT_NE(refused(config, true).find("no/cert.pem"), std::string::npos) << address;
    }
    ServerConfig config;
    config.address = "localhost";
    EXPECT_NE(refused(config, false).find("no IP address"), std::string::npos);
}

class Certificate {
  public:
    Certificate() {
        folder = testing::TempDir() + fmt::format("assay_http_{}", ::getpid());
        std::filesystem::create_directories(folder);
        const std::string command = fmt::format(
            "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost "
            "-keyout {0}/key.pem -out {0}/cert.pem 2>/dev/null",
            folder);
        made = std::system(command.c_str()) == 0;
    }
    ~Certificate() { std::filesystem::remove_all(folder); }
    TlsFiles files() const { return {folder + "/cert.pem", folder + "/key.pem"}; }
    std::string folder;
    bool made{};
};

TEST(Server, tls_is_spoken_with_the_given_certificate) {
    const Certificate certificate;
    ASSERT_TRUE(certificate.made) << "openssl made no certificate";
    ServerConfig config;
    config.tls = certificate.files();
    Served served({}, {}, config);
    EXPECT_TRUE(served.server->url().starts_with("https://"));
    const std::uint16_t port = served.server->port();
    Client client(port, Client::Over::tls);
    for (int i = 0; i < 3; ++i) {
        const auto answer = client.ask("GET /healthz");
        EXPECT_EQ(answer.status, 200);
        EXPECT_EQ(answer.headers.at("strict-transport-security"), "max-age=31536000");
    }
    EXPECT_EQ(Client(port, Client::Over::tls).ask("GET /large").body.size(),
              (std::size_t{8} << 20) + 2);
    // Without TLS there is no answer.
    EXPECT_EQ(Client(port).ask("GET /healthz").status, 0);
    // A stream, and its end at a stop.
    Client stream(port, Client::Over::tls);
    stream.send("GET /api/v1/stream HTTP/1.1\r\nHost: localhost\r\n\r\n");
    stream.read_until("retry: 1000\n\n");
    served.hub.publish(Topic::orders, "C", "", "17");
    EXPECT_NE(stream.read_until("data: 17\n\n").find("event: orders"), std::string::npos);
    served.server->stop();
    EXPECT_NE(stream.read_until("event: bye").find("event: bye"), std::string::npos);
}

TEST(Server, a_key_that_is_not_of_the_certificate_is_refused) {
    const Certificate certificate;
    ASSERT_TRUE(certificate.made);
    EventHub hub(1);
    Meters meters;
    ServerConfig config;
    config.tls = TlsFiles{certificate.folder + "/cert.pem", certificate.folder + "/cert.pem"};
    const auto opened = Server::open(config, Routes(), hub, meters);
    ASSERT_FALSE(opened);
    EXPECT_NE(opened.error().text().find("private key"), std::string::npos);
}

}  // namespace
}  // namespace assay::http
