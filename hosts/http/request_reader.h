// Requests out of the bytes of a connection: HTTP/1.1, strictly (RFC 9112), within limits.
//
//     RequestReader reader(limits);
//     reader.feed(bytes);                     // whatever has come
//     switch (reader.state()) { ... }         // done: take() it, and go on with what is left
//
// Knows no socket and no clock. Requests that two programs could read differently (both
// Content-Length and Transfer-Encoding, bare line ends, two lengths) are refused.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "hosts/http/exchange.h"
#include "hosts/http/problem.h"

namespace assay::http {

struct ReadLimits {
    std::size_t header{8 << 10};  // request line and header fields together
    std::size_t body{1 << 20};
};

class RequestReader {
  public:
    enum class State : std::uint8_t {
        idle,    // nothing of the next request has come
        header,  // some of it
        body,    // the header is complete
        done,
        refused,  // problem() says why; the connection cannot go on
    };

    explicit RequestReader(ReadLimits limits);
    ~RequestReader();
    RequestReader(RequestReader&&) noexcept;
    RequestReader& operator=(RequestReader&&) noexcept;

    // Bytes behind the end of a request are kept for the next one.
    void feed(std::string_view bytes);
    State state() const;
    // Once, after a header with "Expect: 100-continue" whose body has not begun to come.
    bool wants_continue();

    struct Read {
        Request request;  // path, params, query are not set yet
        std::string target;
        bool keep_alive{};
    };
    // After `done`; the next request begins with what was left, and may be done, too.
    Read take();
    const Problem& problem() const;

  private:
    struct Parser;
    std::unique_ptr<Parser> parser_;
};

}  // namespace assay::http
