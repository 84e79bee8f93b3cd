#include "hosts/fixnet/link.h"

#include <arpa/inet.h>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "hosts/fixnet/tls.h"

namespace assay::fixnet {

namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::milliseconds kSlice{50};  // between two looks at `stop`

std::string system_error(int code) {
    return std::strerror(code);
}

void make_ready(int fd) {
    ::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) | O_NONBLOCK);
    ::fcntl(fd, F_SETFD, FD_CLOEXEC);
    const int on = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

std::string address_text(const sockaddr* address, socklen_t length) {
    char host[NI_MAXHOST], port[NI_MAXSERV];
    if (::getnameinfo(address, length, host, sizeof host, port, sizeof port,
                      NI_NUMERICHOST | NI_NUMERICSERV) != 0)
        return "an unknown address";
    return fmt::format("{}:{}", host, port);
}

struct Addresses {
    addrinfo* first{};
    ~Addresses() {
        if (first != nullptr) ::freeaddrinfo(first);
    }
};

Result<void> resolve(const std::string& host, std::uint16_t port, int flags, Addresses& out) {
    addrinfo hints{};
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = flags;
    const int code = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &out.first);
    if (code != 0)
        return fail(fmt::format("\"{}\" is no address, and no name that is known: {}", host,
                                ::gai_strerror(code)));
    return {};
}

// A connection that is being made; the descriptor, or -1 with `why`.
int connect_to(const addrinfo& to, Link::Limit until, const std::atomic<bool>& stop,
               std::string& why) {
    const int fd = ::socket(to.ai_family, to.ai_socktype | SOCK_CLOEXEC, to.ai_protocol);
    if (fd < 0) {
        why = system_error(errno);
        return -1;
    }
    make_ready(fd);
    int code = 0;
    if (::connect(fd, to.ai_addr, to.ai_addrlen) != 0) code = errno;
    while (code == EINPROGRESS) {
        if (stop || Clock::now() >= until) {
            why = stop ? "stopped" : "no answer";
            ::close(fd);
            return -1;
        }
        pollfd p{fd, POLLOUT, 0};
        if (::poll(&p, 1, static_cast<int>(kSlice.count())) <= 0) continue;
        socklen_t size = sizeof code;
        ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &code, &size);
    }
    if (code == 0) return fd;
    why = system_error(code);
    ::close(fd);
    return -1;
}

}  // namespace

bool is_loopback(const std::string& host) {
    in_addr four{};
    if (::inet_pton(AF_INET, host.c_str(), &four) == 1) return (ntohl(four.s_addr) >> 24) == 127;
    return host == "localhost" || host == "::1";
}

// --- Bell

Bell::Bell() : fd_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {}
Bell::~Bell() {
    ::close(fd_);
}
void Bell::ring() {
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto n = ::write(fd_, &one, sizeof one);
}
void Bell::hush() {
    std::uint64_t rung = 0;
    [[maybe_unused]] const auto n = ::read(fd_, &rung, sizeof rung);
}

// --- Link

Link::Link(int fd, std::string peer) : fd_(fd), peer_(std::move(peer)) {}

Link::~Link() {
    if (ssl_ != nullptr) {
        if (SSL_is_init_finished(ssl_) == 1) SSL_shutdown(ssl_);
        SSL_free(ssl_);
        ERR_clear_error();
    }
    ::close(fd_);
}

Result<std::unique_ptr<Link>> Link::dial(const std::string& host, std::uint16_t port,
                                         const TlsContext* tls, const std::string& name,
                                         Limit until, const std::atomic<bool>& stop) {
    Addresses to;
    if (auto ok = resolve(host, port, 0, to); !ok) return std::unexpected(ok.error());
    std::string why = "no address";
    for (const addrinfo* a = to.first; a != nullptr; a = a->ai_next) {
        const int fd = connect_to(*a, until, stop, why);
        if (fd < 0) continue;
        auto link = std::make_unique<Link>(fd, address_text(a->ai_addr, a->ai_addrlen));
        if (tls == nullptr) return link;
        link->ssl_ = SSL_new(tls->get());
        SSL_set_fd(link->ssl_, fd);
        SSL_set_connect_state(link->ssl_);
        const std::string& expected = name.empty() ? host : name;
        in6_addr any{};
        X509_VERIFY_PARAM* verify = SSL_get0_param(link->ssl_);
        if (::inet_pton(AF_INET, expected.c_str(), &any) == 1 ||
            ::inet_pton(AF_INET6, expected.c_str(), &any) == 1) {
            X509_VERIFY_PARAM_set1_ip_asc(verify, expected.c_str());
        } else {
            X509_VERIFY_PARAM_set1_host(verify, expected.c_str(), 0);
            SSL_set_tlsext_host_name(link->ssl_, expected.c_str());
        }
        if (auto ok = link->shake_hands(until, stop); !ok) return std::unexpected(ok.error());
        return link;
    }
    return fail(fmt::format("{}:{} does not answer: {}", host, port, why));
}

Result<void> Link::greet(const TlsContext& tls, Limit until, const std::atomic<bool>& stop) {
    ssl_ = SSL_new(tls.get());
    SSL_set_fd(ssl_, fd_);
    SSL_set_accept_state(ssl_);
    return shake_hands(until, stop);
}

Result<void> Link::shake_hands(Limit until, const std::atomic<bool>& stop) {
    for (;;) {
        ERR_clear_error();
        const int done = SSL_do_handshake(ssl_);
        if (done == 1) return {};
        const int code = SSL_get_error(ssl_, done);
        if (code != SSL_ERROR_WANT_READ && code != SSL_ERROR_WANT_WRITE) {
            const long verified = SSL_get_verify_result(ssl_);
            if (verified != X509_V_OK)
                return fail(fmt::format("TLS with {}: its certificate is not accepted: {}", peer_,
                                        X509_verify_cert_error_string(verified)));
            return fail(
                fmt::format("TLS with {}: {}", peer_,
                            code == SSL_ERROR_SYSCALL ? "the connection was closed" : tls_error()));
        }
        if (stop || Clock::now() >= until)
            return fail(fmt::format("TLS with {}: {}", peer_, stop ? "stopped" : "no answer"));
        pollfd p{fd_, static_cast<short>(code == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT), 0};
        ::poll(&p, 1, static_cast<int>(kSlice.count()));
    }
}

void Link::wait(std::chrono::milliseconds most) {
    short events = POLLIN;
    {
        const std::lock_guard lock(mutex_);
        if (!waiting_.empty() || wants_write_) events |= POLLOUT;
    }
    pollfd p[2] = {{fd_, events, 0}, {bell_.fd(), POLLIN, 0}};
    ::poll(p, 2, static_cast<int>(most.count()));
    if (p[1].revents != 0) bell_.hush();
}

bool Link::read(std::string& into) {
    constexpr std::size_t kPiece = std::size_t{64} << 10;
    if (closed_) return false;
    const std::lock_guard lock(mutex_);
    const std::size_t before = into.size();
    into.resize(before + kPiece);
    std::size_t got = 0;
    std::string ended;
    if (ssl_ == nullptr) {
        const ssize_t n = ::recv(fd_, into.data() + before, kPiece, 0);
        if (n > 0)
            got = static_cast<std::size_t>(n);
        else if (n == 0)
            ended = "the other side closed the connection";
        else if (errno != EAGAIN && errno != EINTR)
            ended = "the connection broke: " + system_error(errno);
    } else {
        wants_write_ = false;
        while (got < kPiece) {  // what TLS holds back is not seen by poll()
            ERR_clear_error();
            const int n =
                SSL_read(ssl_, into.data() + before + got, static_cast<int>(kPiece - got));
            if (n > 0) {
                got += static_cast<std::size_t>(n);
                continue;
            }
            const int code = SSL_get_error(ssl_, n);
            if (code == SSL_ERROR_WANT_WRITE) wants_write_ = true;
            if (code == SSL_ERROR_ZERO_RETURN || code == SSL_ERROR_SYSCALL)
                ended = "the other side closed the connection";
            else if (code != SSL_ERROR_WANT_READ && code != SSL_ERROR_WANT_WRITE)
                ended = "the connection broke: " + tls_error();
            break;
        }
        if (got == kPiece) bell_.ring();  // there may be more
    }
    into.resize(before + got);
    if (!ended.empty()) fail_locked(ended);
    return got > 0 || !closed_;
}

void Link::flush() {
    const std::lock_guard lock(mutex_);
    if (!closed_) send_waiting();
}

void Link::send_waiting() {
    std::size_t sent = 0;
    while (sent < waiting_.size()) {
        if (ssl_ == nullptr) {
            const ssize_t n =
                ::send(fd_, waiting_.data() + sent, waiting_.size() - sent, MSG_NOSIGNAL);
            if (n >= 0) {
                sent += static_cast<std::size_t>(n);
                continue;
            }
            if (errno == EINTR) continue;
            if (errno != EAGAIN) fail_locked("the connection broke: " + system_error(errno));
            break;
        }
        ERR_clear_error();
        const std::size_t piece = std::min(waiting_.size() - sent, std::size_t{1} << 20);
        const int n = SSL_write(ssl_, waiting_.data() + sent, static_cast<int>(piece));
        if (n > 0) {
            sent += static_cast<std::size_t>(n);
            continue;
        }
        const int code = SSL_get_error(ssl_, n);
        if (code != SSL_ERROR_WANT_READ && code != SSL_ERROR_WANT_WRITE)
            fail_locked("the connection broke: " + tls_error());
        break;
    }
    waiting_.erase(0, sent);
}

bool Link::write(std::string_view bytes) {
    const std::lock_guard lock(mutex_);
    if (closed_) return false;
    const bool behind = !waiting_.empty();
    waiting_ += bytes;
    if (!behind) send_waiting();
    if (waiting_.size() > kMostWaiting)
        fail_locked(fmt::format("{} bytes were not taken by the other side", waiting_.size()));
    if (!waiting_.empty() || closed_) bell_.ring();
    return !closed_;
}

void Link::fail_locked(const std::string& why) {
    if (why_.empty()) why_ = why;
    closed_ = true;
}

void Link::close(const std::string& why) {
    {
        const std::lock_guard lock(mutex_);
        if (!closed_) send_waiting();  // a Logout, say
        fail_locked(why);
    }
    bell_.ring();
}

std::string Link::why() const {
    const std::lock_guard lock(mutex_);
    return why_;
}

// --- Listener

Result<std::unique_ptr<Listener>> Listener::open(const std::string& host, std::uint16_t port) {
    Addresses at;
    if (auto ok = resolve(host, port, AI_PASSIVE, at); !ok) return std::unexpected(ok.error());
    const int fd = ::socket(at.first->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) return fail("no socket: " + system_error(errno));
    const int on = 1;
    ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (::bind(fd, at.first->ai_addr, at.first->ai_addrlen) != 0 || ::listen(fd, 64) != 0) {
        const std::string why = system_error(errno);
        ::close(fd);
        return fail(fmt::format("cannot listen at {}:{}: {}", host, port, why));
    }
    sockaddr_storage bound{};
    socklen_t size = sizeof bound;
    ::getsockname(fd, reinterpret_cast<sockaddr*>(&bound), &size);
    const std::uint16_t got = bound.ss_family == AF_INET6
                                  ? ntohs(reinterpret_cast<const sockaddr_in6*>(&bound)->sin6_port)
                                  : ntohs(reinterpret_cast<const sockaddr_in*>(&bound)->sin_port);
    return std::unique_ptr<Listener>(new Listener(fd, got));
}

Listener::~Listener() {
    ::close(fd_);
}

std::unique_ptr<Link> Listener::accept(std::chrono::milliseconds most) {
    pollfd p[2] = {{fd_, POLLIN, 0}, {bell_.fd(), POLLIN, 0}};
    ::poll(p, 2, static_cast<int>(most.count()));
    sockaddr_storage from{};
    socklen_t size = sizeof from;
    const int fd =
        ::accept4(fd_, reinterpret_cast<sockaddr*>(&from), &size, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd < 0) {
        // No descriptors left: poll() would come back at once for as long as that lasts.
        if (errno != EAGAIN) ::poll(nullptr, 0, static_cast<int>(kSlice.count()));
        return nullptr;
    }
    make_ready(fd);
    return std::make_unique<Link>(fd, address_text(reinterpret_cast<sockaddr*>(&from), size));
}

}  // namespace assay::fixnet
