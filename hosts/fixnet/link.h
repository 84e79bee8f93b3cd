// One TCP connection, plain or TLS, and a place where such connections are taken. Nothing blocks
// but wait(), dial() and greet(), and those have limits.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "core/units/result.h"

struct ssl_st;

namespace assay::fixnet {

// Whether an address or a name is this machine alone.
bool is_loopback(const std::string& host);

class TlsContext;

// Wakes who waits on it; stays so.
class Bell {
  public:
    Bell();
    ~Bell();
    Bell(const Bell&) = delete;
    Bell& operator=(const Bell&) = delete;
    void ring();
    void hush();
    int fd() const { return fd_; }

  private:
    int fd_;
};

class Link {
  public:
    using Limit = std::chrono::steady_clock::time_point;
    static constexpr std::size_t kMostWaiting = std::size_t{16} << 20;

    // Takes the socket over.
    explicit Link(int fd, std::string peer);
    ~Link();
    Link(const Link&) = delete;
    Link& operator=(const Link&) = delete;

    // Calls, and says TLS hello where there is a context. `name`: as in the certificate.
    static Result<std::unique_ptr<Link>> dial(const std::string& host, std::uint16_t port,
                                              const TlsContext* tls, const std::string& name,
                                              Limit until, const std::atomic<bool>& stop);
    // As the one that was called.
    Result<void> greet(const TlsContext& tls, Limit until, const std::atomic<bool>& stop);

    // --- in the thread of the connection
    // Until there is something to do, or for so long.
    void wait(std::chrono::milliseconds most);
    // Puts what has come behind `into`. False: the connection has ended, and why() says how.
    bool read(std::string& into);
    // Sends what could not be sent at once.
    void flush();

    // --- in any thread
    // All of it, now or as the other side takes it. False: closed, or the other side has not taken
    // kMostWaiting bytes, which closes it.
    bool write(std::string_view bytes);
    // The thread of the connection finds it closed. The first reason stays.
    void close(const std::string& why);
    bool closed() const { return closed_; }
    std::string why() const;
    void wake() { bell_.ring(); }
    const std::string& peer() const { return peer_; }  // address:port

  private:
    Result<void> shake_hands(Limit until, const std::atomic<bool>& stop);
    void send_waiting();  // locked
    void fail_locked(const std::string& why);

    const int fd_;
    const std::string peer_;
    ssl_st* ssl_{};
    Bell bell_;
    mutable std::mutex mutex_;  // of all below, and of ssl_
    std::string waiting_;
    std::string why_;
    bool wants_write_{};
    std::atomic<bool> closed_{};
};

class Listener {
  public:
    // Port 0: any that is free.
    static Result<std::unique_ptr<Listener>> open(const std::string& host, std::uint16_t port);
    ~Listener();
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;

    std::uint16_t port() const { return port_; }
    // The next one that calls; null after `most`, or when woken.
    std::unique_ptr<Link> accept(std::chrono::milliseconds most);
    void wake() { bell_.ring(); }

  private:
    Listener(int fd, std::uint16_t port) : fd_(fd), port_(port) {}
    int fd_;
    std::uint16_t port_;
    Bell bell_;
};

}  // namespace assay::fixnet
