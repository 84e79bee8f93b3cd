#include "hosts/http/wire.h"

#include <boost/asio/buffer.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "hosts/http/server.h"

namespace assay::http {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

void close_socket(tcp::socket& socket) {
    error_code ignored;
    socket.close(ignored);
}

// Stream: a socket, or TLS over one.
template <class Stream>
class StreamWire : public Wire {
  public:
    explicit StreamWire(Stream stream) : stream_(std::move(stream)) {}

    asio::awaitable<std::size_t> read(std::span<char> into) override {
        error_code error;
        const std::size_t n =
            co_await stream_.async_read_some(asio::buffer(into.data(), into.size()),
                                             asio::redirect_error(asio::use_awaitable, error));
        co_return error ? 0 : n;
    }
    asio::awaitable<bool> write(std::string_view bytes) override {
        error_code error;
        co_await asio::async_write(stream_, asio::buffer(bytes.data(), bytes.size()),
                                   asio::redirect_error(asio::use_awaitable, error));
        co_return !error;
    }
    void close() override { close_socket(socket()); }
    asio::any_io_executor executor() override { return socket().get_executor(); }

  protected:
    virtual tcp::socket& socket() = 0;
    Stream stream_;
};

class PlainWire final : public StreamWire<tcp::socket> {
  public:
    using StreamWire::StreamWire;
    asio::awaitable<bool> open() override { co_return true; }
    asio::awaitable<void> finish() override {
        error_code ignored;
        stream_.shutdown(tcp::socket::shutdown_send, ignored);
        co_return;
    }
    bool is_tls() const override { return false; }

  private:
    tcp::socket& socket() override { return stream_; }
};

class TlsWire final : public StreamWire<asio::ssl::stream<tcp::socket>> {
  public:
    using StreamWire::StreamWire;
    asio::awaitable<bool> open() override {
        error_code error;
        co_await stream_.async_handshake(asio::ssl::stream_base::server,
                                         asio::redirect_error(asio::use_awaitable, error));
        co_return !error;
    }
    asio::awaitable<void> finish() override {
        error_code ignored;
        co_await stream_.async_shutdown(asio::redirect_error(asio::use_awaitable, ignored));
    }
    bool is_tls() const override { return true; }

  private:
    tcp::socket& socket() override { return stream_.next_layer(); }
};

class OpenTls final : public Tls {
  public:
    OpenTls() : context_(asio::ssl::context::tls_server) {
        using ssl = asio::ssl::context;
        context_.set_options(ssl::default_workarounds | ssl::no_sslv2 | ssl::no_sslv3 |
                             ssl::no_tlsv1 | ssl::no_tlsv1_1 | ssl::single_dh_use);
    }
    std::unique_ptr<Wire> wire(tcp::socket socket) override {
        return std::make_unique<TlsWire>(
            asio::ssl::stream<tcp::socket>(std::move(socket), context_));
    }
    Result<void> load(const TlsFiles& files) {
        error_code error;
        context_.use_certificate_chain_file(files.certificate, error);
        if (error)
            return fail(files.certificate +
                        ": no certificate in PEM could be read from it: " + error.message());
        context_.use_private_key_file(files.key, asio::ssl::context::pem, error);
        if (error)
            return fail(files.key +
                        ": no private key in PEM could be read from it, or it is not "
                        "that of " +
                        files.certificate + ": " + error.message());
        return {};
    }

  private:
    asio::ssl::context context_;
};

}  // namespace

std::unique_ptr<Wire> plain_wire(tcp::socket socket) {
    return std::make_unique<PlainWire>(std::move(socket));
}

Result<std::unique_ptr<Tls>> Tls::open(const TlsFiles& files) {
    auto tls = std::make_unique<OpenTls>();
    if (auto loaded = tls->load(files); !loaded) return std::unexpected(loaded.error());
    return tls;
}

}  // namespace assay::http
