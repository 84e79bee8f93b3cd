// Server-sent events over real sockets.
#include <chrono>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <thread>

#include "hosts/http/served.h"

namespace assay::http {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

Client stream_of(const Served& served, std::string_view query = "", std::string_view fields = "") {
    Client client = served.client();
    client.send(
        fmt::format("GET /api/v1/stream{} HTTP/1.1\r\nHost: localhost\r\n{}\r\n", query, fields));
    const std::string head = client.read_until("retry: 1000\n\n");
    EXPECT_NE(head.find("Content-Type: text/event-stream"), std::string::npos) << head;
    return client;
}

std::size_t count_of(std::string_view text, std::string_view what) {
    std::size_t n = 0;
    for (std::size_t at = 0; (at = text.find(what, at)) != text.npos; at += what.size()) ++n;
    return n;
}

TEST(Stream, what_happens_is_told) {
    Served served;
    Client stream = stream_of(served, "?topics=orders");
    const std::string order = R"({"cl_ord_id": "C-1", "symbol": "ACME", "side": "buy", "qty": 10})";
    ASSERT_EQ(served.client().post("/api/v1/parents", order).status, 201);
    const std::string text = stream.read_until("\"LP_A\"");
    EXPECT_NE(text.find("event: orders\n"), std::string::npos);
    EXPECT_NE(text.find("id: 1-"), std::string::npos);
    EXPECT_NE(text.find("\"C-1\""), std::string::npos);
}

TEST(Stream, silence_is_filled_with_heartbeats) {
    ServerLimits limits;
    limits.heartbeat = 100ms;
    const Served served(limits);
    Client stream = stream_of(served);
    const auto from = Clock::now();
    for (int i = 0; i < 3; ++i)
        EXPECT_NE(stream.read_until("\"at_ns\":").find("event: heartbeat"), std::string::npos);
    EXPECT_GE(Clock::now() - from, 200ms);
}

TEST(Stream, batches_are_at_most_twenty_a_second) {
    Served served;
    Client stream = stream_of(served, "?topics=scores");
    const auto from = Clock::now();
    int published = 0;
    while (Clock::now() - from < 1s) {
        served.hub.publish(Topic::scores, "k", "", std::to_string(published++));
        std::this_thread::sleep_for(1ms);
    }
    served.hub.publish(Topic::scores, "k", "", "\"end\"");
    const std::string text = stream.read_until("\"end\"");
    EXPECT_GE(published, 300);
    EXPECT_LE(count_of(text, "event: scores"), 24u);  // one second and a bit
    EXPECT_GE(count_of(text, "event: scores"), 5u);
}

TEST(Stream, an_event_is_there_within_a_tick) {
    Served served;
    Client stream = stream_of(served, "?topics=orders");
    for (int i = 0; i < 5; ++i) {
        const auto from = Clock::now();
        served.hub.publish(Topic::orders, "k", "", fmt::format("\"<{}>\"", i));
        stream.read_until(fmt::format("<{}>", i));
        EXPECT_LT(Clock::now() - from, 500ms);
        std::this_thread::sleep_for(120ms);
    }
}

TEST(Stream, who_does_not_read_is_cut_with_overrun_and_comes_back) {
    HubLimits hub_limits;
    hub_limits.log = 64 << 20;
    Served served({}, hub_limits);
    Client stream = stream_of(served, "?topics=orders");
    // More than the buffers of both sockets hold.
    const std::string large = "\"" + std::string(100'000, 'x') + "\"";
    for (int i = 0; i < 300; ++i) {
        served.hub.publish(Topic::orders, "k", "", large);
        if (i % 2 == 0) std::this_thread::sleep_for(50ms);
        if (served.hub.counts().overruns > 0) break;
    }
    EXPECT_EQ(served.hub.counts().overruns, 1u);
    EXPECT_EQ(served.client().ask("GET /healthz").status, 200);
    const std::string text = stream.read_until("event: overrun");
    ASSERT_NE(text.find("event: overrun"), std::string::npos);
    EXPECT_TRUE(stream.closed());
    const std::size_t at = text.rfind("id: ") + 4;
    const std::string id = text.substr(at, text.find('\n', at) - at);
    served.hub.publish(Topic::orders, "k", "", "\"end\"");
    Client again = stream_of(served, "?topics=orders", fmt::format("Last-Event-ID: {}\r\n", id));
    const std::string rest = again.read_until("\"end\"");
    EXPECT_EQ(count_of(rest, "event: reset"), 0u);
    EXPECT_EQ(count_of(text, "event: orders") + count_of(rest, "event: orders"),
              served.hub.counts().topics[1].published);
}

TEST(Stream, an_id_of_an_earlier_run_is_a_reset) {
    const Served served;
    Client stream = stream_of(served, "", "Last-Event-ID: 99-5\r\n");
    EXPECT_NE(stream.read_until("not of this run").find("event: reset"), std::string::npos);
}

TEST(Stream, who_leaves_is_forgotten_at_once) {
    const Served served;
    {
        Client one = stream_of(served), two = stream_of(served);
        EXPECT_EQ(served.hub.counts().readers, 2u);
    }
    for (int i = 0; i < 100 && served.hub.counts().readers > 0; ++i)
        std::this_thread::sleep_for(10ms);
    EXPECT_EQ(served.hub.counts().readers, 0u);
}

TEST(Stream, there_are_only_so_many) {
    ServerLimits limits;
    limits.streams = 2;
    const Served served(limits);
    Client one = stream_of(served), two = stream_of(served);
    const auto third = served.client().ask("GET /api/v1/stream");
    EXPECT_EQ(third.status, 503);
    EXPECT_EQ(third.headers.at("retry-after"), "5");
}

TEST(Stream, two_hundred_streams_do_not_keep_anybody_waiting) {
    Served served;
    std::vector<Client> streams;
    for (int i = 0; i < 200; ++i) streams.push_back(stream_of(served));
    std::atomic<bool> ending{false};
    std::thread publisher([&] {
        for (int i = 0; !ending; ++i) {
            served.hub.publish(Topic::scores, fmt::format("k{}", i % 40), "",
                               "{\"x\": \"" + std::string(200, 'x') + "\"}");
            std::this_thread::sleep_for(2ms);
        }
    });
    Client client = served.client();
    auto longest = Clock::duration::zero();
    for (int i = 0; i < 40; ++i) {
        const auto from = Clock::now();
        ASSERT_EQ(client.ask("GET /healthz").status, 200);
        longest = std::max(longest, Clock::now() - from);
        std::this_thread::sleep_for(20ms);
    }
    ending = true;
    publisher.join();
    served.hub.publish(Topic::orders, "k", "", "\"end\"");
    // Half of them never read a byte before this.
    for (Client& stream : streams)
        ASSERT_NE(stream.read_until("\"end\"").find("event: scores"), std::string::npos);
    EXPECT_LT(longest, 1s);
    RecordProperty(
        "longest_healthz_ms",
        static_cast<int>(std::chrono::duration_cast<std::chrono::milliseconds>(longest).count()));
}

}  // namespace
}  // namespace assay::http
