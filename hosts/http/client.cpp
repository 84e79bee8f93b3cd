#include "hosts/http/client.h"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <charconv>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>
#include <utility>

namespace assay::http {

struct Client::Socket {
    int fd{-1};
    SSL_CTX* context{};
    SSL* ssl{};

    ~Socket() {
        if (ssl) SSL_free(ssl);
        if (context) SSL_CTX_free(context);
        if (fd >= 0) ::close(fd);
    }
    bool secure() {
        context = SSL_CTX_new(TLS_client_method());
        ssl = SSL_new(context);
        SSL_set_fd(ssl, fd);
        return SSL_connect(ssl) == 1;
    }
    long write(const char* bytes, std::size_t n) {
        return ssl ? SSL_write(ssl, bytes, static_cast<int>(n))
                   : ::send(fd, bytes, n, MSG_NOSIGNAL);
    }
    long read(char* into, std::size_t n) {
        return ssl ? SSL_read(ssl, into, static_cast<int>(n)) : ::recv(fd, into, n, 0);
    }
};

Client::Client(std::uint16_t port, Over over) : socket_(std::make_unique<Socket>()) {
    socket_->fd = ::socket(AF_INET, SOCK_STREAM, 0);
    const timeval wait{5, 0};
    const int on = 1;
    ::setsockopt(socket_->fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
    ::setsockopt(socket_->fd, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof wait);
    ::setsockopt(socket_->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    bool up = ::connect(socket_->fd, reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0;
    if (up && over == Over::tls) up = socket_->secure();
    if (!up) {
        ::close(socket_->fd);
        socket_->fd = -1;
    }
}
Client::~Client() = default;
Client::Client(Client&&) noexcept = default;

bool Client::connected() const {
    return socket_->fd >= 0;
}

bool Client::send(std::string_view bytes) {
    while (connected() && !bytes.empty()) {
        const long n = socket_->write(bytes.data(), bytes.size());
        if (n <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(n));
    }
    return connected();
}

bool Client::fill() {
    if (!connected()) return false;
    std::array<char, 65536> buffer;
    const long n = socket_->read(buffer.data(), buffer.size());
    if (n <= 0) return false;
    waiting_.append(buffer.data(), static_cast<std::size_t>(n));
    return true;
}

std::string Client::read_until(std::string_view text) {
    std::size_t end;
    while ((end = waiting_.find(text)) == std::string::npos)
        if (!fill()) return std::exchange(waiting_, {});
    std::string out = waiting_.substr(0, end + text.size());
    waiting_.erase(0, out.size());
    return out;
}

bool Client::closed() {
    while (connected()) {
        char byte = 0;
        const long n = socket_->read(&byte, 1);
        if (n == 0) return true;
        if (n < 0) return errno == ECONNRESET || socket_->ssl;
    }
    return true;
}

Client::Answer Client::read_answer(bool has_body) {
    Answer answer;
    std::string head = read_until("\r\n\r\n");
    if (!head.starts_with("HTTP/1.1 ") || head.size() < 12) return answer;
    std::from_chars(head.data() + 9, head.data() + 12, answer.status);
    std::size_t line = head.find("\r\n") + 2;
    for (std::size_t end; (end = head.find("\r\n", line)) != std::string::npos && end > line;
         line = end + 2) {
        const std::size_t colon = head.find(':', line);
        std::string name = head.substr(line, colon - line);
        std::transform(name.begin(), name.end(), name.begin(),
                       [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
        answer.headers[name] = head.substr(colon + 2, end - colon - 2);
    }
    const auto length = answer.headers.find("content-length");
    if (!has_body || length == answer.headers.end()) return answer;
    const std::size_t n = std::stoul(length->second);
    while (waiting_.size() < n && fill()) {
    }
    answer.body = waiting_.substr(0, n);
    waiting_.erase(0, n);
    return answer;
}

Client::Answer Client::ask(std::string_view method_and_target, std::string_view fields,
                           std::string_view body) {
    std::string request =
        fmt::format("{} HTTP/1.1\r\nHost: localhost\r\n{}", method_and_target, fields);
    if (!body.empty()) request += fmt::format("Content-Length: {}\r\n", body.size());
    send(request + "\r\n" + std::string(body));
    return read_answer(!method_and_target.starts_with("HEAD "));
}

Client::Answer Client::post(std::string_view target, std::string_view json) {
    return ask(fmt::format("POST {}", target), "Content-Type: application/json\r\n", json);
}

}  // namespace assay::http
