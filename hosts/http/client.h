// A small blocking HTTP client, for tests: sends whatever bytes it is given, and reads replies.
// Every wait ends after five seconds.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace assay::http {

class Client {
  public:
    enum class Over : std::uint8_t { plain, tls };  // certificates are not verified
    explicit Client(std::uint16_t port, Over over = Over::plain);
    ~Client();
    Client(Client&&) noexcept;

    struct Answer {
        int status{};                                // 0: none came
        std::map<std::string, std::string> headers;  // names in lower case
        std::string body;
    };
    // "GET /path", with lines of header fields, each ending in \r\n, and a body.
    Answer ask(std::string_view method_and_target, std::string_view fields = {},
               std::string_view body = {});
    Answer post(std::string_view target, std::string_view json);

    bool send(std::string_view bytes);
    Answer read_answer(bool has_body = true);
    // What comes until `text` is in it, or the connection ends, or time is up.
    std::string read_until(std::string_view text);
    // The connection is closed by the other side, before time is up; what came is thrown away.
    bool closed();
    bool connected() const;

  private:
    struct Socket;
    bool fill();
    std::unique_ptr<Socket> socket_;
    std::string waiting_;
};

}  // namespace assay::http
