// Where the bytes of FIX sessions go before anything else happens to them. Implemented by who keeps
// the journal; called by Net in its threads, and in those that call Net::send().
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace assay::fixnet {

enum class Severity : std::uint8_t { info, warning };

// Calls of one session never overlap; those of several sessions may. What is called here must not
// call Net of the same session again.
class Capture {
  public:
    using Seen = std::chrono::steady_clock::time_point;

    virtual ~Capture() = default;
    // One message, as it is on the wire: one that was received, before the engine looks at it; one
    // that is sent, before its first byte leaves. True when the journal has it. False: it cannot be
    // kept; the message is not acted upon, or not sent, and the session is hung up.
    // `seen`: when its last byte was read; for one that is sent, now.
    virtual bool message(std::size_t session, bool sent, std::string_view bytes, Seen seen) = 0;
    // A fact that sequence numbers depend on and that no message shows, for the journal. It goes
    // back into Sequences::note() after a restart. False as above.
    virtual bool note(std::size_t session, std::string_view text) = 0;

    virtual void up(std::size_t session) = 0;
    // Logged out, or the connection is gone: no more orders here.
    virtual void down(std::size_t session, std::string_view why) = 0;
    // For the log of the program. No passwords are in it. `session` is Net::kNoSession where none
    // is meant.
    virtual void event(std::size_t session, Severity severity, std::string_view text) = 0;
    // Bytes that are no sound FIX message: never acted upon.
    virtual void garbled(std::size_t session, std::string_view bytes, std::string_view why) = 0;
};

}  // namespace assay::fixnet
