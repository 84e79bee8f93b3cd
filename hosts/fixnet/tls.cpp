#include "hosts/fixnet/tls.h"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/stat.h>

namespace assay::fixnet {

std::string tls_error() {
    std::string text;
    while (const unsigned long code = ERR_get_error()) {
        char line[256];
        ERR_error_string_n(code, line, sizeof line);
        if (!text.empty()) text += "; ";
        text += line;
    }
    return text.empty() ? "unknown TLS error" : text;
}

namespace {

Result<ssl_ctx_st*> context(const SSL_METHOD* method, const Tls& tls) {
    SSL_CTX* c = SSL_CTX_new(method);
    if (c == nullptr) return fail("TLS: " + tls_error());
    SSL_CTX_set_min_proto_version(c, TLS1_2_VERSION);
    SSL_CTX_set_mode(c, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    const auto refuse = [&](const std::string& what) {
        const std::string why = tls_error();
        SSL_CTX_free(c);
        return fail(what + ": " + why);
    };
    if (!tls.certificate.empty()) {
        struct stat key{};
        if (::stat(tls.key.c_str(), &key) == 0 && (key.st_mode & S_IRWXO) != 0) {
            SSL_CTX_free(c);
            return fail(
                fmt::format("tls.key {} can be read by everybody: chmod o= {}", tls.key, tls.key));
        }
        if (SSL_CTX_use_certificate_chain_file(c, tls.certificate.c_str()) != 1)
            return refuse("tls.certificate " + tls.certificate + " cannot be used");
        if (SSL_CTX_use_PrivateKey_file(c, tls.key.c_str(), SSL_FILETYPE_PEM) != 1)
            return refuse("tls.key " + tls.key + " cannot be used with " + tls.certificate);
    }
    if (!tls.authorities.empty()) {
        if (SSL_CTX_load_verify_locations(c, tls.authorities.c_str(), nullptr) != 1)
            return refuse("tls.authorities " + tls.authorities + " cannot be used");
        SSL_CTX_set_verify(c, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
    }
    return c;
}

}  // namespace

Result<std::shared_ptr<TlsContext>> TlsContext::client(const Tls& tls) {
    auto c = context(TLS_client_method(), tls);
    if (!c) return std::unexpected(c.error());
    return std::shared_ptr<TlsContext>(new TlsContext(*c));
}

Result<std::shared_ptr<TlsContext>> TlsContext::server(const Tls& tls) {
    auto c = context(TLS_server_method(), tls);
    if (!c) return std::unexpected(c.error());
    return std::shared_ptr<TlsContext>(new TlsContext(*c));
}

TlsContext::~TlsContext() {
    SSL_CTX_free(context_);
}

}  // namespace assay::fixnet
