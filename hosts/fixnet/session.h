// What one FIX session is for, who is at its two ends, and how it is kept: as a host configures it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "core/units/result.h"

namespace assay::fixnet {

enum class Role : std::uint8_t {
    oms,          // parents come in; their acknowledgements, fills and rejects go out
    lp,           // children go out; reports come in
    drop_copy,    // only listened to
    market_data,  // W and X
};
const char* text(Role role);
bool may_send(Role role);  // application messages; a drop copy is only listened to

// Files in PEM. TLS 1.2 or later, and the other side is always verified: an initiator checks the
// certificate of the acceptor against `authorities` and its name; an acceptor with `authorities`
// asks for a certificate and checks it.
struct Tls {
    bool on{};
    std::string certificate{}, key{};  // ours; an initiator may do without
    std::string authorities{};
    std::string server_name{};  // initiators: the name in the certificate, where it is not `host`
};

struct SessionSpec {
    std::string name;  // of the session in the journal, in logs, on the console; unique
    Role role{};
    std::string lp;                       // of Role::lp, drop_copy: whose it is
    bool acceptor{};                      // we listen; else we call
    std::string begin_string{"FIX.4.4"};  // FIX.4.2, FIX.4.4, FIXT.1.1
    std::string appl_ver;                 // DefaultApplVerID(1137) of FIXT.1.1: 9 is FIX50SP2
    std::string sender, target;           // CompIDs, ours first
    std::string host{"127.0.0.1"};        // acceptors: the address to listen at
    std::uint16_t port{};                 // acceptors: 0 takes any that is free
    int heartbeat_s{30};                  // acceptors take the one of the Logon
    // Sequence numbers: continued over reconnects and restarts, and begun anew at `starts` UTC each
    // day, unless this is set.
    bool reset_on_logon{};
    // The other side may begin anew (141=Y) where numbers go on. False: its Logon is refused.
    bool accept_reset{true};
    std::string starts{"00:00:00"}, ends{"00:00:00"};  // of the session's day, UTC
    Tls tls;
    // Initiators send them in their Logon, acceptors demand them. Empty: none.
    std::string username, password;
    // A non-loopback acceptor without TLS and without a password or client certificates is refused,
    // unless this says that the network is private.
    bool private_network{};
    int time_digits{3};        // of SendingTime's fraction: 0, 3 or 6
    std::size_t kept{10'000};  // of sent messages, for resends; older ones are gap-filled
    int reconnect_s{1};        // initiators: doubles after each failure, up to 30
};

// Whether these can be sessions of one engine. Errors name the session, and what to do.
Result<void> check(const std::vector<SessionSpec>& specs);

}  // namespace assay::fixnet
