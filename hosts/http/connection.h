// One connection, from its first byte to its close. Of the server's inside: includes Asio.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <chrono>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "hosts/http/event_hub.h"
#include "hosts/http/meters.h"
#include "hosts/http/routes.h"
#include "hosts/http/server.h"
#include "hosts/http/wire.h"

namespace assay::http {

// What all connections of a server share.
struct Shared {
    ServerConfig config;
    Routes routes;
    EventHub& hub;
    Meters& meters;
    boost::asio::thread_pool beside{1};  // for replies that come later
    std::uint64_t request_ids_from{}, requests{};
    bool stopping{};
    std::size_t streams{};

    void log(std::string_view text) const {
        if (config.log) config.log(text);
    }
    // So that the id of an error leads to what was asked; no more lines a second than somebody
    // could read.
    void failed(const Request& request, std::string_view target, int status);
    static constexpr std::size_t kMostFailuresTold = 20;
    std::chrono::time_point<std::chrono::steady_clock, std::chrono::seconds> failures_in{};
    std::size_t failures{};
};

class Connection {
  public:
    using Clock = std::chrono::steady_clock;

    Connection(std::unique_ptr<Wire> wire, Shared& shared);
    ~Connection();
    Connection(const Connection&) = delete;

    // Until it is closed. The connection lives until this has ended.
    boost::asio::awaitable<void> run();

    // Whether it has waited longer than it may; the server closes it then.
    bool overdue(Clock::time_point now) const { return now > deadline_; }
    void cut();
    // The server stops: between two requests it is closed, a stream is ended.
    void end_soon();
    void wake() { wake_.cancel(); }
    // Each second: a stream whose reader may no longer read it is ended.
    void look_again();

  private:
    boost::asio::awaitable<bool> read_request(RequestReader& reader);
    boost::asio::awaitable<bool> answer(RequestReader::Read read);
    boost::asio::awaitable<Reply> reply_to(const Request& request, const std::string& target);
    boost::asio::awaitable<bool> send(const Request& request, Reply reply, bool keep_alive);
    boost::asio::awaitable<void> stream(const StreamWish& wish);
    boost::asio::awaitable<void> feed_stream(EventHub::Reader& reader);
    boost::asio::awaitable<void> watch();
    boost::asio::awaitable<bool> write(std::string_view bytes);
    boost::asio::awaitable<void> pause(Clock::time_point until);
    boost::asio::awaitable<void> close_gently();
    std::string head_of(const Reply& reply, bool keep_alive) const;
    void allow(std::chrono::milliseconds time) { deadline_ = Clock::now() + time; }

    std::unique_ptr<Wire> wire_;
    Shared& shared_;
    boost::asio::steady_timer wake_;
    Clock::time_point deadline_{Clock::time_point::max()};
    bool between_requests_{true};
    bool gone_{};                    // the other side has closed, or we have cut it
    bool watching_{};                // watch() runs
    std::function<bool()> still_{};  // of the stream that is open
    bool ended_{};                   // it may not go on
};

}  // namespace assay::http
