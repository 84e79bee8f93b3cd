// The HTTP server of a desk: one thread, one port, many connections.
//
//     auto server = Server::open(config, std::move(routes), hub, meters);
//     ... (*server)->port() ...
//     (*server)->stop();     // lets what is under way come to its end, for a while
//
// HTTP/1.1 with keep-alive, TLS where files are given. Handlers run on the server's thread. A
// connection costs its buffers and nothing else: one that is slow, silent or gone is cut by the
// clock, and hinders nobody. Without TLS and accounts only loopback addresses are bound.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/units/result.h"
#include "hosts/http/event_hub.h"
#include "hosts/http/meters.h"
#include "hosts/http/request_reader.h"
#include "hosts/http/routes.h"

namespace assay::http {

struct TlsFiles {
    std::string certificate;  // PEM, with its chain
    std::string key;          // PEM
};

struct ServerLimits {
    ReadLimits read;
    std::size_t connections{512};                   // one more is answered 503 and closed
    std::size_t streams{256};                       // of them may be streams of events
    std::chrono::milliseconds idle{30'000};         // between two requests
    std::chrono::milliseconds header_time{10'000};  // from the first byte of a request
    std::chrono::milliseconds body_time{20'000};    // from the end of its header
    std::chrono::milliseconds write_time{20'000};   // of a reply, or of a batch of events
    std::chrono::milliseconds heartbeat{10'000};    // of a stream where nothing else came
    std::chrono::milliseconds batch_gap{50};        // the least between two batches of a stream
    std::chrono::milliseconds stop_time{3'000};     // what is under way then is cut
};

struct ServerConfig {
    std::string address{"127.0.0.1"};
    std::uint16_t port{};  // 0: any that is free
    std::optional<TlsFiles> tls;
    std::vector<std::string> names;  // that clients may call this server by, beside loopback's
    ServerLimits limits;
    std::function<void(std::string_view)> log;  // on the server's thread; may be empty
    std::function<void()> twice_a_second;       // likewise
};

class Server {
  public:
    // `hub` and `meters` outlive it. Refused: an address that is none or cannot be bound,
    // certificates that cannot be read, and an address other than loopback without TLS and a guard.
    static Result<std::unique_ptr<Server>> open(ServerConfig config, Routes routes, EventHub& hub,
                                                Meters& meters);
    // What open() would refuse for good, whatever runs on this machine: nothing is bound.
    // `guarded`: the routes will have a guard.
    static Result<void> possible(const ServerConfig& config, bool guarded);
    // Whether another program has the address now.
    static Result<void> is_free(const ServerConfig& config);
    ~Server();  // stops
    Server(const Server&) = delete;

    std::uint16_t port() const;
    std::string url() const;  // http://127.0.0.1:8080
    // Returns when all connections are closed and the thread has ended.
    void stop();

  private:
    struct Loop;
    explicit Server(std::unique_ptr<Loop> loop);
    std::unique_ptr<Loop> loop_;
};

}  // namespace assay::http
