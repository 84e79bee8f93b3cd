// What TLS needs to know before the first connection.
#pragma once

#include <memory>
#include <string>

#include "core/units/result.h"
#include "hosts/fixnet/session.h"

struct ssl_ctx_st;

namespace assay::fixnet {

// Certificates and keys, read once. The key must not be readable by everybody.
class TlsContext {
  public:
    static Result<std::shared_ptr<TlsContext>> client(const Tls& tls);
    static Result<std::shared_ptr<TlsContext>> server(const Tls& tls);
    ~TlsContext();
    TlsContext(const TlsContext&) = delete;
    TlsContext& operator=(const TlsContext&) = delete;
    ssl_ctx_st* get() const { return context_; }

  private:
    explicit TlsContext(ssl_ctx_st* context) : context_(context) {}
    ssl_ctx_st* context_;
};

// What OpenSSL says went wrong last.
std::string tls_error();

}  // namespace assay::fixnet
