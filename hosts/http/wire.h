// The bytes of a connection, plain or under TLS. Of the server's inside: includes Asio.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/system/error_code.hpp>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "core/units/result.h"

namespace assay::http {

struct TlsFiles;

class Wire {
  public:
    virtual ~Wire() = default;
    // Each returns false once the connection is closed or broken, by whomever.
    virtual boost::asio::awaitable<bool> open() = 0;
    virtual boost::asio::awaitable<std::size_t> read(std::span<char> into) = 0;  // 0: closed
    virtual boost::asio::awaitable<bool> write(std::string_view bytes) = 0;
    // Says to the other side that nothing more will come.
    virtual boost::asio::awaitable<void> finish() = 0;
    // At once; whatever waits above returns.
    virtual void close() = 0;
    virtual boost::asio::any_io_executor executor() = 0;
    virtual bool is_tls() const = 0;
    std::string remote;
};

std::unique_ptr<Wire> plain_wire(boost::asio::ip::tcp::socket socket);

// Certificate and key, and the wires that use them.
class Tls {
  public:
    static Result<std::unique_ptr<Tls>> open(const TlsFiles& files);
    virtual ~Tls() = default;
    virtual std::unique_ptr<Wire> wire(boost::asio::ip::tcp::socket socket) = 0;
};

}  // namespace assay::http
