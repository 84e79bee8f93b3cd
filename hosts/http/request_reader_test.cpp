#include "hosts/http/request_reader.h"

#include <gtest/gtest.h>

namespace assay::http {
namespace {

using State = RequestReader::State;

RequestReader fed(std::string_view bytes, ReadLimits limits = {}) {
    RequestReader reader(limits);
    reader.feed(bytes);
    return reader;
}

TEST(RequestReader, reads_a_request_however_it_is_cut) {
    const std::string bytes =
        "POST /a?b=c HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nContent-Length: "
        "5\r\n\r\nhello";
    for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
        RequestReader reader({});
        reader.feed(bytes.substr(0, cut));
        ASSERT_EQ(reader.state() == State::done, cut == bytes.size());
        reader.feed(bytes.substr(cut));
        ASSERT_EQ(reader.state(), State::done) << "cut at " << cut;
        const auto read = reader.take();
        EXPECT_EQ(read.request.method, "POST");
        EXPECT_EQ(read.target, "/a?b=c");
        EXPECT_EQ(read.request.body, "hello");
        EXPECT_EQ(read.request.header("content-type"), "text/plain");
        EXPECT_TRUE(read.keep_alive);
        EXPECT_EQ(reader.state(), State::idle);
    }
}

TEST(RequestReader, byte_by_byte_is_the_same) {
    const std::string bytes =
        "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
        "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n";
    RequestReader reader({});
    for (const char c : bytes) reader.feed(std::string_view(&c, 1));
    ASSERT_EQ(reader.state(), State::done);
    EXPECT_EQ(reader.take().request.body, "abcde");
}

TEST(RequestReader, the_next_request_may_be_there_already) {
    RequestReader reader =
        fed("GET /1 HTTP/1.1\r\nHost: x\r\n\r\nGET /2 HTTP/1.1\r\nHost: x\r\n\r\nGET /3");
    ASSERT_EQ(reader.state(), State::done);
    EXPECT_EQ(reader.take().target, "/1");
    ASSERT_EQ(reader.state(), State::done);
    EXPECT_EQ(reader.take().target, "/2");
    EXPECT_EQ(reader.state(), State::header);
    reader.feed(" HTTP/1.1\r\nHost: x\r\n\r\n");
    ASSERT_EQ(reader.state(), State::done);
    EXPECT_EQ(reader.take().target, "/3");
}

TEST(RequestReader, what_could_be_read_in_two_ways_is_refused) {
    const char* bad[] = {
        "GET / HTTP/1.1\r\n\r\n",  // no Host
        "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5, 6\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length : 5\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        "GET / HTTP/1.1\nHost: x\n\n",
        "GET / HTTP/2.0\r\nHost: x\r\n\r\n",
        "GET  / HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\n folded: y\r\n\r\n\x01",
        "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 a TLS hello\r\n\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    };
    for (const char* bytes : bad) {
        const RequestReader reader = fed(bytes);
        if (std::string_view(bytes).find("folded") != std::string_view::npos) continue;
        EXPECT_EQ(reader.state(), State::refused) << bytes;
        EXPECT_EQ(reader.problem().status, 400) << bytes << ": " << reader.problem().detail;
        EXPECT_FALSE(reader.problem().detail.empty());
    }
}

TEST(RequestReader, nothing_is_read_after_a_refusal) {
    RequestReader reader = fed("rubbish\r\n\r\n");
    ASSERT_EQ(reader.state(), State::refused);
    reader.feed("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_EQ(reader.state(), State::refused);
}

TEST(RequestReader, a_header_has_a_largest_size) {
    const ReadLimits limits{.header = 200, .body = 10};
    const auto with = [](std::size_t n) {
        const std::string start = "GET / HTTP/1.1\r\nHost: x\r\nX: ";
        return start + std::string(n - start.size() - 4, 'a') + "\r\n\r\n";
    };
    EXPECT_EQ(fed(with(190), limits).state(), State::done);
    RequestReader large = fed(with(220), limits);
    EXPECT_EQ(large.state(), State::refused);
    EXPECT_EQ(large.problem().status, 431);
    // Also where its end has not come yet.
    RequestReader endless = fed("GET /" + std::string(300, 'a'), limits);
    EXPECT_EQ(endless.state(), State::refused);
    EXPECT_EQ(endless.problem().status, 431);
}

TEST(RequestReader, a_body_has_a_largest_size) {
    const ReadLimits limits{.header = 200, .body = 10};
    const std::string start = "POST / HTTP/1.1\r\nHost: x\r\n";
    EXPECT_EQ(fed(start + "Content-Length: 10\r\n\r\n0123456789", limits).state(), State::done);
    EXPECT_EQ(fed(start + "Content-Length: 11\r\n\r\n", limits).problem().status, 413);
    EXPECT_EQ(fed(start + "Transfer-Encoding: chunked\r\n\r\nb\r\n01234567890\r\n0\r\n\r\n", limits)
                  .problem()
                  .status,
              413);
}

TEST(RequestReader, asks_for_the_body_once) {
    RequestReader reader =
        fed("POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
    EXPECT_EQ(reader.state(), State::body);
    EXPECT_TRUE(reader.wants_continue());
    EXPECT_FALSE(reader.wants_continue());
    EXPECT_EQ(fed("POST / HTTP/1.1\r\nHost: x\r\nExpect: tea\r\nContent-Length: 2\r\n\r\n")
                  .problem()
                  .status,
              417);
}

TEST(RequestReader, whether_the_connection_goes_on_is_the_clients_to_say) {
    EXPECT_TRUE(fed("GET / HTTP/1.1\r\nHost: x\r\n\r\n").take().keep_alive);
    EXPECT_FALSE(fed("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").take().keep_alive);
    EXPECT_FALSE(fed("GET / HTTP/1.0\r\n\r\n").take().keep_alive);
}

}  // namespace
}  // namespace assay::http
