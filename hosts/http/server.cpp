#include "hosts/http/server.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>
#include <list>
#include <random>
#include <thread>

#include "hosts/http/connection.h"
#include "hosts/http/origin.h"

namespace assay::http {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

struct Server::Loop {
    Loop(ServerConfig config, Routes routes, EventHub& hub, Meters& meters)
        : shared{std::move(config), std::move(routes), hub, meters} {
        shared.request_ids_from = std::random_device{}();
    }

    Result<void> bind();
    void start();
    void stop();
    asio::awaitable<void> accept();
    asio::awaitable<void> tick();
    void admit(tcp::socket socket);
    void turn_busy_away(tcp::socket socket);
    void cut_overdue();
    void look_again();
    void begin_stop();

    Shared shared;
    std::unique_ptr<Tls> tls;
    asio::io_context context{1};
    tcp::acceptor acceptor{context};
    asio::steady_timer ticks{context};
    tcp::endpoint bound;
    std::list<Connection> connections;
    Connection::Clock::time_point next_look{};
    Connection::Clock::time_point stop_by{Connection::Clock::time_point::max()};
    std::thread thread;
};

Result<void> Server::possible(const ServerConfig& config, bool guarded) {
    error_code error;
    const auto address = asio::ip::make_address(config.address, error);
    if (error)
        return fail(fmt::format(
            "listen: \"{}\" is no IP address; expected one like 127.0.0.1 or ::1", config.address));
    if (!address.is_loopback() && !(config.tls && guarded))
        return fail(
            fmt::format("listen: {} can be reached from other machines, and that needs {}; "
                        "without, use 127.0.0.1",
                        config.address,
                        config.tls ? "accounts" : "TLS (a certificate and a key) and accounts"));
    if (config.tls)
        if (auto opened = Tls::open(*config.tls); !opened)
            return std::unexpected(std::move(opened.error()).in("TLS"));
    return {};
}

// Bound and listening; of an address that is possible().
static Result<void> bind_to(tcp::acceptor& acceptor, const ServerConfig& config) {
    error_code error;
    const tcp::endpoint wanted(asio::ip::make_address(config.address, error), config.port);
    if (!error) acceptor.open(wanted.protocol(), error);
    if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
    if (!error) acceptor.bind(wanted, error);
    if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
    if (error)
        return fail(
            fmt::format("listen: {}:{} cannot be listened to: {}; choose another port, or 0 for "
                        "one that is free",
                        config.address, config.port, error.message()));
    return {};
}

Result<void> Server::is_free(const ServerConfig& config) {
    asio::io_context nobody;
    tcp::acceptor acceptor(nobody);
    return bind_to(acceptor, config);
}

Result<void> Server::Loop::bind() {
    const ServerConfig& config = shared.config;
    if (auto ok = possible(config, shared.routes.guarded()); !ok) return ok;
    if (config.tls) {
        auto opened = Tls::open(*config.tls);
        if (!opened) return std::unexpected(std::move(opened.error()).in("TLS"));
        tls = std::move(*opened);
    }
    if (auto listens = bind_to(acceptor, config); !listens) return listens;
    error_code error;
    bound = acceptor.local_endpoint(error);
    return {};
}

void Server::Loop::start() {
    asio::co_spawn(context, [this] { return accept(); }, [](std::exception_ptr) {});
    asio::co_spawn(context, [this] { return tick(); }, [](std::exception_ptr) {});
    thread = std::thread([this] { context.run(); });
}

asio::awaitable<void> Server::Loop::accept() {
    asio::steady_timer pause(context);
    while (!shared.stopping) {
        error_code error;
        tcp::socket socket(context);
        co_await acceptor.async_accept(socket, asio::redirect_error(asio::use_awaitable, error));
        if (shared.stopping) co_return;
        if (error) {  // no descriptor is free, or the other side has gone already
            shared.meters.refused("accept");
            pause.expires_after(std::chrono::milliseconds(50));
            co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, error));
        } else if (connections.size() >= shared.config.limits.connections) {
            shared.meters.refused("busy");
            turn_busy_away(std::move(socket));
        } else {
            admit(std::move(socket));
        }
    }
}

void Server::Loop::turn_busy_away(tcp::socket socket) {
    error_code ignored;
    if (tls) return socket.close(ignored), void();
    Reply reply = problem_reply({.status = 503, .detail = "All connections are in use"});
    const std::string bytes = fmt::format(
        "HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nRetry-After: 1\r\n"
        "Content-Type: {}\r\nContent-Length: {}\r\n\r\n{}",
        reply.content_type, reply.body.size(), reply.body);
    socket.non_blocking(true, ignored);
    socket.send(asio::buffer(bytes), 0, ignored);
    socket.shutdown(tcp::socket::shutdown_send, ignored);
}

void Server::Loop::admit(tcp::socket socket) {
    error_code error;
    socket.set_option(tcp::no_delay(true), error);
    const auto peer = socket.remote_endpoint(error);
    std::unique_ptr<Wire> wire = tls ? tls->wire(std::move(socket)) : plain_wire(std::move(socket));
    if (!error) wire->remote = peer.address().to_string();
    const auto place = connections.emplace(connections.end(), std::move(wire), shared);
    asio::co_spawn(
        context, [place] { return place->run(); },
        [this, place](std::exception_ptr fault) {
            if (fault) shared.log("a connection ended with an exception");
            connections.erase(place);
            if (shared.stopping && connections.empty()) ticks.cancel();
        });
}

// The clock of everything: what was published goes out, and who is overdue is cut.
asio::awaitable<void> Server::Loop::tick() {
    while (!shared.stopping || !connections.empty()) {
        error_code ignored;
        ticks.expires_after(shared.config.limits.batch_gap);
        co_await ticks.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
        try {
            for (EventHub::Reader* reader : shared.hub.turn())
                static_cast<Connection*>(reader->owner)->wake();
        } catch (const std::exception& fault) {  // no memory: the clock must go on
            shared.log(fault.what());
        }
        cut_overdue();
        look_again();
    }
}

void Server::Loop::look_again() {
    const auto now = Connection::Clock::now();
    if (now < next_look) return;
    next_look = now + std::chrono::milliseconds(500);
    try {
        for (Connection& connection : connections) connection.look_again();
        if (shared.config.twice_a_second) shared.config.twice_a_second();
    } catch (const std::exception& fault) {
        shared.log(fault.what());
    }
}

void Server::Loop::cut_overdue() {
    const auto now = Connection::Clock::now();
    for (Connection& connection : connections) {
        if (now < stop_by && !connection.overdue(now)) continue;
        if (now < stop_by) shared.meters.refused("slow");
        connection.cut();
    }
}

void Server::Loop::begin_stop() {
    if (shared.stopping) return;
    shared.stopping = true;
    stop_by = Connection::Clock::now() + shared.config.limits.stop_time;
    error_code ignored;
    acceptor.close(ignored);
    for (Connection& connection : connections) connection.end_soon();
    if (connections.empty()) ticks.cancel();
}

void Server::Loop::stop() {
    if (!thread.joinable()) return;
    asio::post(context, [this] { begin_stop(); });
    thread.join();
}

Server::Server(std::unique_ptr<Loop> loop) : loop_(std::move(loop)) {}
Server::~Server() {
    stop();
}

Result<std::unique_ptr<Server>> Server::open(ServerConfig config, Routes routes, EventHub& hub,
                                             Meters& meters) {
    auto loop = std::make_unique<Loop>(std::move(config), std::move(routes), hub, meters);
    if (auto log = loop->shared.config.log) loop->shared.routes.on_fault(log);
    if (auto bound = loop->bind(); !bound) return std::unexpected(bound.error());
    loop->start();
    return std::unique_ptr<Server>(new Server(std::move(loop)));
}

std::uint16_t Server::port() const {
    return loop_->bound.port();
}

std::string Server::url() const {
    const auto& address = loop_->bound.address();
    return fmt::format("{}://{}{}{}:{}", loop_->tls ? "https" : "http", address.is_v6() ? "[" : "",
                       address.to_string(), address.is_v6() ? "]" : "", port());
}

void Server::stop() {
    loop_->stop();
}

}  // namespace assay::http
